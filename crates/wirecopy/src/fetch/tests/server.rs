//! Servers on loopback that behave well or badly, as a script says. Each listens at an address of its own, so that the
//! limits per host and the address check see different hosts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server does with one connection after it has read the request's head.
pub(super) enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends the first bytes, then the second again and again, with a pause between.
    Repeat(Vec<u8>, Vec<u8>, Duration),
    /// Sends these bytes after a while and closes.
    Later(Duration, Vec<u8>),
    /// Says nothing and keeps the connection.
    Silence,
    /// Sends these bytes, then breaks the connection off.
    Reset(Vec<u8>),
}

/// A running server; it ends with the test's runtime.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A URL of this server.
    pub(super) fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The heads of all requests so far.
    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The paths asked for so far.
    pub(super) fn paths(&self) -> Vec<String> {
        self.heads()
            .iter()
            .map(|head| path(head).to_owned())
            .collect()
    }
}

/// The path in a request's head.
pub(super) fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap()
}

/// A server at 127.0.0.1 whose `script` turns the head of each request into what happens.
pub(super) async fn serve(script: impl Fn(&str) -> Act + Send + Sync + 'static) -> Server {
    serve_at(Ipv4Addr::LOCALHOST, script).await
}

/// As `serve`, at another address of 127.0.0.0/8.
pub(super) async fn serve_at(
    address: Ipv4Addr,
    script: impl Fn(&str) -> Act + Send + Sync + 'static,
) -> Server {
    let listener = TcpListener::bind(SocketAddr::new(IpAddr::V4(address), 0))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let (script, record) = (Arc::new(script), Arc::clone(&heads));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (script, record) = (Arc::clone(&script), Arc::clone(&record));
            tokio::spawn(async move {
                let head = read_head(&mut stream).await;
                record.lock().unwrap().push(head.clone());
                act(script(&head), stream).await;
            });
        }
    });
    Server { address, heads }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

async fn act(act: Act, mut stream: TcpStream) {
    // Whether the client still listens is its own affair.
    match act {
        Act::Send(bytes) => send(stream, &bytes).await,
        Act::Later(wait, bytes) => {
            tokio::time::sleep(wait).await;
            send(stream, &bytes).await;
        }
        Act::Repeat(first, again, pause) => {
            let _ = stream.write_all(&first).await;
            while stream.write_all(&again).await.is_ok() {
                tokio::time::sleep(pause).await;
            }
        }
        Act::Silence => std::future::pending().await,
        Act::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.set_zero_linger();
        }
    }
}

async fn send(mut stream: TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

/// A response with its length.
pub(super) fn response(status: &str, headers: &str, body: &[u8]) -> Act {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    Act::Send([head.as_bytes(), body].concat())
}

/// A plain success.
pub(super) fn ok(body: &str) -> Act {
    response("200 OK", "Content-Type: text/plain\r\n", body.as_bytes())
}

/// A redirect.
pub(super) fn redirect(status: u16, location: &str) -> Act {
    response(
        &format!("{status} Elsewhere"),
        &format!("Location: {location}\r\n"),
        b"",
    )
}
