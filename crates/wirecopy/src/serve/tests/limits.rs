//! Clients that send too much, too slowly, or nothing; and the end of the server.

use std::fs;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{get, raw, read, start, status};

#[tokio::test]
async fn oversized_heads_and_addresses_are_refused() {
    let server = start(|_| ()).await;
    assert_eq!(
        status(&get(&server, &format!("/{}", "a".repeat(5000)), "").await),
        414
    );
    let fat = format!("X-Fat: {}\r\n", "a".repeat(20_000));
    assert_eq!(status(&get(&server, "/", &fat).await), 431);
    let many: String = (0..100)
        .map(|number| format!("X-{number}: 1\r\n"))
        .collect();
    assert_eq!(status(&get(&server, "/", &many).await), 431);
    assert_eq!(
        status(&get(&server, "/", "").await),
        200,
        "the server goes on"
    );
}

#[tokio::test]
async fn a_request_that_drips_in_is_cut_off() {
    let server = start(|_| ()).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let dripping = async {
        for byte in b"GET / HTTP/1.1\r\nHost: x\r\n".iter().cycle() {
            if stream.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), dripping)
        .await
        .expect("the connection is closed");
}

#[tokio::test]
async fn idle_connections_give_their_places_back() {
    let server = start(|options| options.limits.connections = 2).await;
    let _idle = [
        TcpStream::connect(server.address).await.unwrap(),
        TcpStream::connect(server.address).await.unwrap(),
    ];
    let answer = tokio::time::timeout(Duration::from_secs(5), get(&server, "/", ""))
        .await
        .expect("a place comes free");
    assert_eq!(status(&answer), 200);
}

#[tokio::test]
async fn a_reader_that_stops_reading_gives_its_place_back() {
    let server = start(|options| options.limits.connections = 1).await;
    fs::write(
        server.mirror.path().join("site/large.bin"),
        vec![0; 32 << 20],
    )
    .unwrap();
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    stuck
        .write_all(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(5), get(&server, "/", ""))
        .await
        .expect("a place comes free");
    assert_eq!(status(&answer), 200);
}

#[tokio::test]
async fn stopping_lets_a_running_answer_end() {
    let server = start(|options| options.limits.stall = Duration::from_secs(5)).await;
    fs::write(
        server.mirror.path().join("site/large.bin"),
        vec![b'x'; 32 << 20],
    )
    .unwrap();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 1];
    stream.read_exact(&mut first).await.unwrap();
    server.stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(read(&mut stream).await.len() > 32 << 20);
    tokio::time::timeout(Duration::from_secs(5), server.running)
        .await
        .expect("the server ends")
        .unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn garbage_gets_an_answer_or_a_closed_connection() {
    let server = start(|_| ()).await;
    for garbage in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"\x16\x03\x01\x02\0\x01\0",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let answer = tokio::time::timeout(Duration::from_secs(5), raw(server.address, garbage))
            .await
            .expect("closed");
        assert!(answer.is_empty() || status(&answer) >= 400, "{answer}");
    }
    assert_eq!(status(&get(&server, "/", "").await), 200);
}
