//! Origins of pictures: each path is one behaviour.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A running origin; it ends with the test's runtime.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    pub(crate) async fn start() -> Origin {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&kept)));
            }
        });
        Origin { address, heads }
    }

    /// The value of `url` for one of its paths.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How often a path was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        let start = format!("GET {path} ");
        let heads = self.heads.lock().unwrap();
        heads.iter().filter(|head| head.starts_with(&start)).count()
    }

    /// Everything that it was sent.
    pub(crate) fn heads(&self) -> String {
        self.heads.lock().unwrap().concat()
    }
}

async fn answer(mut stream: TcpStream, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    heads.lock().unwrap().push(head);
    let path = path.split('?').next().unwrap_or_default();
    if dawdles(&mut stream, path).await {
        return;
    }
    let bytes = reply(path).await;
    // Whether the client still listens is its own affair.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

/// Whether this is a path that never comes to its end, after it has been followed for as long as anybody listens.
async fn dawdles(stream: &mut TcpStream, path: &str) -> bool {
    let pause = Duration::from_millis(20);
    match path {
        "/silent" => std::future::pending().await,
        "/drip" => drip(stream, &response("200 OK", "", &picture()), pause).await,
        "/drip-headers" => {
            let line = b"X: y\r\n".repeat(100_000);
            let head = [b"HTTP/1.1 200 OK\r\n".as_slice(), &line].concat();
            drip(stream, &head, pause).await;
        }
        "/endless" => {
            let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunk = [b"1000\r\n".as_slice(), &[0; 4096], b"\r\n"].concat();
            let body = [head.as_slice(), &chunk.repeat(1000)].concat();
            drip(stream, &body, Duration::ZERO).await;
        }
        _ => return false,
    }
    true
}

async fn reply(path: &str) -> Vec<u8> {
    let png = picture();
    let whole = |body: &[u8]| response("200 OK", "Content-Type: text/html\r\n", body);
    match path {
        "/text" => whole(b"<script>alert(1)</script>"),
        "/svg" => whole(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        "/loop" => response("302 Found", "Location: /loop\r\n", b""),
        "/picture-in-ten" => response("302 Found", "Location: /3\r\n", b""),
        "/1" | "/2" | "/3" | "/4" | "/5" | "/6" | "/7" | "/8" | "/9" | "/10" | "/11" => {
            let next = path[1..].parse::<u32>().unwrap_or(0) + 1;
            response("302 Found", &format!("Location: /{next}\r\n"), b"")
        }
        "/inside" => response(
            "302 Found",
            "Location: http://169.254.169.254/latest\r\n",
            b"",
        ),
        "/large" => response("200 OK", "Content-Length: 99999999\r\n", &png),
        "/short" => {
            let mut bytes = whole(&png);
            bytes.truncate(bytes.len() - 20);
            bytes
        }
        // What it says of its file is not so.
        "/told-longer" => lengthened(&png, 1000),
        "/told-shorter" => cut(&png, 40),
        "/told-otherwise" => response("200 OK", "Content-Type: image/svg+xml\r\n", &png),
        "/told-a-picture" => response(
            "200 OK",
            "Content-Type: image/png\r\n",
            b"<html><script>alert(1)</script>",
        ),
        "/told-packed" => response("200 OK", "Content-Encoding: gzip\r\n", &png),
        "/packed-bomb" => response("200 OK", "Content-Encoding: gzip\r\n", &zeros()),
        "/not-http" => b"\x89PNG\r\n\x1a\n".to_vec(),
        "/slow" => {
            tokio::time::sleep(Duration::from_millis(700)).await;
            whole(&png)
        }
        "/missing" => response("404 Not Found", "", b""),
        _ => whole(&png),
    }
}

/// Sends it byte by byte, or all at once without a pause, until nobody listens.
async fn drip(stream: &mut TcpStream, bytes: &[u8], pause: Duration) {
    let step = if pause.is_zero() { bytes.len() } else { 1 };
    for bytes in bytes.chunks(step) {
        if stream.write_all(bytes).await.is_err() {
            return;
        }
        tokio::time::sleep(pause).await;
    }
    // The connection stays open: the file is never said to be over.
    std::future::pending::<()>().await;
}

/// An answer that promises so many bytes more than it has.
fn lengthened(body: &[u8], more: usize) -> Vec<u8> {
    let length = format!("Content-Length: {}\r\n", body.len() + more);
    response("200 OK", &length, body)
}

/// An answer that says it is over before it is.
fn cut(body: &[u8], length: usize) -> Vec<u8> {
    let length = format!("Content-Length: {length}\r\n");
    response("200 OK", &length, body)
}

/// Ten megabytes of zeros in ten kilobytes.
fn zeros() -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &vec![0; 10 << 20]).unwrap();
    packed.finish().unwrap()
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = match headers.contains("Content-Length") {
        true => String::new(),
        false => format!("Content-Length: {}\r\n", body.len()),
    };
    let head = format!("HTTP/1.1 {status}\r\n{length}Connection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// A PNG of 8 by 6 pixels with a script behind its end.
pub(crate) fn picture() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [0, 0, 0, 8, 0, 0, 0, 6, 8, 2, 0, 0, 0];
    let mut stream = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..6 {
        std::io::Write::write_all(
            &mut stream,
            &[&[0], [200, 90, 10].repeat(8).as_slice()].concat(),
        )
        .unwrap();
    }
    let pixels = stream.finish().unwrap();
    for (kind, body) in [
        (b"IHDR", size.as_slice()),
        (b"IDAT", &pixels),
        (b"IEND", &[]),
    ] {
        let named = [kind.as_slice(), body].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&named);
        png.extend((body.len() as u32).to_be_bytes());
        png.extend(&named);
        png.extend(sum.sum().to_be_bytes());
    }
    png.extend(b"<script>alert(1)</script>");
    png
}
