//! Bodies that are compressed, endless, slow, broken off or no HTTP at all.

use std::io::Write as _;
use std::time::Instant;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[tokio::test]
async fn a_compressed_body_is_decompressed() {
    let server = serve(|_| response("200 OK", "Content-Encoding: gzip\r\n", &gzip(b"news"))).await;
    let fetcher = fetcher(options());
    assert_eq!(get(&fetcher, server.url("/")).await.unwrap().body, b"news");
    assert_eq!(fetcher.metrics().bytes_decoded.get(), 4);
}

#[tokio::test]
async fn a_bomb_is_refused_after_its_limit() {
    let bomb = gzip(&vec![0; 20 << 20]);
    let server = serve(move |_| response("200 OK", "Content-Encoding: gzip\r\n", &bomb)).await;
    let error = check_kind(get(&fetcher(options()), server.url("/")).await, "too_large");
    assert!(
        error
            .to_string()
            .ends_with("sent more than 1048576 bytes (decompressed)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_sitemap_that_is_stored_compressed_is_unpacked_within_its_limit() {
    let (file, bomb) = (gzip(b"news"), gzip(&vec![0; 20 << 20]));
    let twice = gzip(&file);
    let server = serve(move |head| match path(head) {
        "/bomb.xml.gz" => response("200 OK", "", &bomb),
        "/twice.xml.gz" => response("200 OK", "Content-Encoding: gzip\r\n", &twice),
        _ => response("200 OK", "Content-Type: application/gzip\r\n", &file),
    })
    .await;
    let fetcher = fetcher(options());
    for path in ["/news.xml.gz", "/twice.xml.gz"] {
        assert_eq!(get(&fetcher, server.url(path)).await.unwrap().body, b"news");
    }
    check_kind(get(&fetcher, server.url("/bomb.xml.gz")).await, "too_large");
}

#[tokio::test]
async fn an_endless_body_is_refused_after_its_limit() {
    let chunk = [b"10000\r\n", &vec![b'x'; 0x10000][..], b"\r\n"].concat();
    let server = serve(move |_| Act::Repeat(CHUNKED.to_vec(), chunk.clone(), Duration::ZERO)).await;
    let error = check_kind(get(&fetcher(options()), server.url("/")).await, "too_large");
    assert!(
        error.to_string().ends_with("sent more than 1048576 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_declared_too_large_is_not_read() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n".to_vec();
    let server =
        serve(move |_| Act::Repeat(head.clone(), b"x".to_vec(), Duration::from_secs(1))).await;
    let begun = Instant::now();
    check_kind(get(&fetcher(options()), server.url("/")).await, "too_large");
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_body_that_drips_ends_with_the_time_limit() {
    let server = serve(|_| {
        Act::Repeat(
            CHUNKED.to_vec(),
            b"1\r\nx\r\n".to_vec(),
            Duration::from_millis(20),
        )
    })
    .await;
    let begun = Instant::now();
    let fetcher = fetcher(FetchOptions {
        timeout: Duration::from_millis(500),
        ..options()
    });
    let error = check_kind(get(&fetcher, server.url("/")).await, "timeout");
    assert!(
        error
            .to_string()
            .ends_with("took longer than 0.5 s to send its answer"),
        "{error}"
    );
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn headers_that_drip_end_with_the_time_limit() {
    let server = serve(|_| {
        Act::Repeat(
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            b"x: y\r\n".to_vec(),
            Duration::from_millis(20),
        )
    })
    .await;
    let fetcher = fetcher(FetchOptions {
        timeout: Duration::from_millis(500),
        ..options()
    });
    let error = check_kind(get(&fetcher, server.url("/")).await, "timeout");
    assert!(
        error.to_string().ends_with("to begin its answer"),
        "{error}"
    );
}

#[tokio::test]
async fn redirects_share_one_time_limit() {
    let server = serve(|head| {
        let head = format!(
            "HTTP/1.1 302 Found\r\nLocation: {}x\r\nContent-Length: 0\r\n\r\n",
            path(head)
        );
        Act::Later(Duration::from_millis(150), head.into_bytes())
    })
    .await;
    let fetcher = fetcher(FetchOptions {
        timeout: Duration::from_millis(400),
        ..options()
    });
    check_kind(get(&fetcher, server.url("/")).await, "timeout");
    assert_eq!(server.heads().len(), 3);
}

#[tokio::test]
async fn endless_headers_are_refused() {
    let line = format!("x: {}\r\n", "y".repeat(8000)).into_bytes();
    let server = serve(move |_| {
        Act::Repeat(
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            line.clone(),
            Duration::ZERO,
        )
    })
    .await;
    check_kind(get(&fetcher(options()), server.url("/")).await, "protocol");
}

#[tokio::test]
async fn what_breaks_off_is_never_taken_for_whole() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    let chunk = [CHUNKED, b"4\r\nhalf\r\n"].concat();
    let truncated = gzip(&[7; 5000]);
    let server = serve(move |head| match path(head) {
        "/length" => Act::Send(half.clone()),
        "/chunk" => Act::Send(chunk.clone()),
        "/gzip" => response(
            "200 OK",
            "Content-Encoding: gzip\r\n",
            &truncated[..truncated.len() - 9],
        ),
        "/reset" => Act::Reset(half.clone()),
        "/nothing" => Act::Send(Vec::new()),
        _ => Act::Reset(Vec::new()),
    })
    .await;
    let fetcher = fetcher(options());
    for way in [
        "/length",
        "/chunk",
        "/gzip",
        "/reset",
        "/nothing",
        "/reset-at-once",
    ] {
        check_kind(get(&fetcher, server.url(way)).await, "protocol");
    }
}

#[tokio::test]
async fn what_is_no_http_is_told_so() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.9\r\n"[..],
        b"\x16\x03\x01\x00\x00",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"<html>",
    ] {
        let server = serve(move |_| Act::Send(garbage.to_vec())).await;
        check_kind(get(&fetcher(options()), server.url("/")).await, "protocol");
    }
}

#[tokio::test]
async fn large_bodies_wait_for_room_and_all_arrive() {
    let body = "x".repeat(900 << 10);
    let server = serve(move |_| {
        Act::Send([CHUNKED, b"e1000\r\n", body.as_bytes(), b"\r\n0\r\n\r\n"].concat())
    })
    .await;
    let limits = FetchOptions {
        max_bytes: 40 << 20,
        host_concurrency: 8,
        ..options()
    };
    let fetcher = fetcher(limits);
    let bodies =
        futures_util::future::join_all((0..8).map(|_| get(&fetcher, server.url("/")))).await;
    for body in bodies {
        assert_eq!(body.unwrap().body.len(), 900 << 10);
    }
}

/// A fetcher that expects a server to begin soon and to keep a pace.
fn hurried() -> Fetcher {
    fetcher(FetchOptions {
        pace: Some(Pace {
            first_byte: Duration::from_millis(200),
            grace: Duration::from_millis(200),
            bytes_per_second: 10_000,
        }),
        timeout: Duration::from_secs(20),
        ..options()
    })
}

#[tokio::test]
async fn a_server_that_is_slower_than_its_pace_is_left_before_the_time_limit() {
    let begun = Instant::now();
    let silent = serve(|_| Act::Silence).await;
    check_kind(get(&hurried(), silent.url("/")).await, "timeout");
    let drip = || {
        Act::Repeat(
            CHUNKED.to_vec(),
            b"1\r\nx\r\n".to_vec(),
            Duration::from_millis(20),
        )
    };
    let slow = serve(move |_| drip()).await;
    check_kind(get(&hurried(), slow.url("/")).await, "timeout");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_that_keeps_its_pace_is_heard_to_the_end() {
    let whole = serve(|_| response("200 OK", "", &vec![b'x'; 300_000])).await;
    assert_eq!(
        get(&hurried(), whole.url("/")).await.unwrap().body.len(),
        300_000
    );
}

#[tokio::test]
async fn who_asks_for_others_says_so() {
    let server = serve(|_| ok("news")).await;
    let via = Some("mirror-1".to_owned());
    let fetcher = fetcher(FetchOptions { via, ..options() });
    get(&fetcher, server.url("/")).await.unwrap();
    assert!(
        server.heads()[0].contains("via: 1.1 mirror-1\r\n"),
        "{:?}",
        server.heads()
    );
}
