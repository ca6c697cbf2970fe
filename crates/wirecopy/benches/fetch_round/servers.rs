//! A thousand servers in one process: every address of 127.0.0.0/8 is this machine, so one listener is as many hosts as
//! there are requests for. The last three bytes of the address are the host's number, and the number says how it
//! behaves.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a host behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// Answers after 20 ms, every tenth compressed; 304 if the client knows it all.
    Good,
    /// Nothing listens.
    Dead,
    /// Accepts and says nothing.
    Silent,
    /// A byte of the body now and then.
    Drip,
    /// A byte of the headers now and then.
    SlowHeaders,
    /// A body without end.
    Endless,
    /// Headers without end.
    EndlessHeaders,
    /// A hundred megabytes of zeros in a hundred kilobytes.
    Bomb,
    /// Not HTTP.
    Garbage,
    /// Redirects that never end.
    Redirects,
    /// A redirect to an address that nobody should reach.
    Trap,
}

const BAD: [Behaviour; 10] = [
    Behaviour::Dead,
    Behaviour::Silent,
    Behaviour::Drip,
    Behaviour::SlowHeaders,
    Behaviour::Endless,
    Behaviour::EndlessHeaders,
    Behaviour::Bomb,
    Behaviour::Garbage,
    Behaviour::Redirects,
    Behaviour::Trap,
];

/// What host `number` does when the first `bad` are bad.
pub(crate) fn behaviour(number: usize, bad: usize) -> Behaviour {
    if number < bad {
        BAD[number % BAD.len()]
    } else {
        Behaviour::Good
    }
}

/// The address of host `number`, from 127.1.0.0 on.
pub(crate) fn address(number: usize) -> Ipv4Addr {
    let number = u32::try_from(number).expect("there are not so many hosts");
    Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 1, 0, 0)) + number)
}

fn number(address: IpAddr) -> usize {
    match address {
        IpAddr::V4(v4) => (u32::from(v4) - u32::from(Ipv4Addr::new(127, 1, 0, 0))) as usize,
        IpAddr::V6(_) => 0,
    }
}

/// What the hosts send.
struct Content {
    bad: usize,
    feed: Vec<u8>,
    compressed: Vec<u8>,
    bomb: Vec<u8>,
}

/// Serves until the process ends; tells the port on its standard output.
pub(crate) async fn run(bad: usize) -> anyhow::Result<()> {
    let listener = TcpListener::bind(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?.port())?;
    let feed = feed().into_bytes();
    let content = Content {
        bad,
        compressed: gzip(&feed)?,
        bomb: gzip(&vec![0; 100 << 20])?,
        feed,
    };
    let content = Arc::new(content);
    loop {
        let (stream, _) = listener.accept().await.context("accepting")?;
        let content = Arc::clone(&content);
        tokio::spawn(async move {
            // A client that leaves is no failure here: most of these hosts deserve it.
            let _ = answer(stream, &content).await;
        });
    }
}

/// A feed of thirty whole articles; its links are relative, so that each host has articles of its own.
fn feed() -> String {
    let text = "The invented harbour reopened on Monday after nine weeks of repairs. ".repeat(12);
    let items: String = (1..=30)
        .map(|number| {
            format!(
                "<item><title>Invented headline {number}</title><link>/story/{number}</link>\
                 <description>&lt;p&gt;{number}. {text}&lt;/p&gt;</description></item>\n"
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>An invented feed</title>\n{items}</channel></rss>\n"
    )
}

fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

async fn answer(mut stream: TcpStream, content: &Content) -> std::io::Result<()> {
    let number = number(stream.local_addr()?.ip());
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 10_000 {
        head.push(stream.read_u8().await?);
    }
    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let long = b"x-header: and so on and so on and so on\r\n".repeat(200);
    match behaviour(number, content.bad) {
        Behaviour::Dead | Behaviour::Silent => std::future::pending().await,
        Behaviour::Drip => repeat(stream, CHUNKED, b"1\r\nx\r\n", 200).await,
        Behaviour::SlowHeaders => repeat(stream, b"HTTP/1.1 200 OK\r\n", b"x: y\r\n", 200).await,
        Behaviour::Endless => {
            let chunk = [b"10000\r\n", &vec![b'x'; 0x10000][..], b"\r\n"].concat();
            repeat(stream, CHUNKED, &chunk, 0).await
        }
        Behaviour::EndlessHeaders => repeat(stream, b"HTTP/1.1 200 OK\r\n", &long, 0).await,
        Behaviour::Bomb => {
            send(
                stream,
                "200 OK",
                "Content-Encoding: gzip\r\n",
                &content.bomb,
            )
            .await
        }
        Behaviour::Garbage => stream.write_all(b"SSH-2.0-OpenSSH_10.0\r\n").await,
        Behaviour::Redirects => {
            let longer = format!(
                "Location: {}x\r\n",
                String::from_utf8_lossy(&head)
                    .split(' ')
                    .nth(1)
                    .unwrap_or("/")
            );
            send(stream, "302 Found", &longer, b"").await
        }
        Behaviour::Trap => {
            send(
                stream,
                "302 Found",
                "Location: http://169.254.169.254/latest/\r\n",
                b"",
            )
            .await
        }
        Behaviour::Good => good(stream, number, &head, content).await,
    }
}

async fn good(
    stream: TcpStream,
    number: usize,
    head: &[u8],
    content: &Content,
) -> std::io::Result<()> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    let known = String::from_utf8_lossy(head)
        .to_ascii_lowercase()
        .contains("if-none-match");
    match (known, number % 10) {
        (true, _) => send(stream, "304 Not Modified", "ETag: \"1\"\r\n", b"").await,
        (_, 0) => {
            send(
                stream,
                "200 OK",
                "ETag: \"1\"\r\nContent-Encoding: gzip\r\n",
                &content.compressed,
            )
            .await
        }
        _ => send(stream, "200 OK", "ETag: \"1\"\r\n", &content.feed).await,
    }
}

async fn send(
    mut stream: TcpStream,
    status: &str,
    headers: &str,
    body: &[u8],
) -> std::io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await?;
    stream.shutdown().await
}

async fn repeat(
    mut stream: TcpStream,
    first: &[u8],
    again: &[u8],
    pause: u64,
) -> std::io::Result<()> {
    stream.write_all(first).await?;
    loop {
        stream.write_all(again).await?;
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}
