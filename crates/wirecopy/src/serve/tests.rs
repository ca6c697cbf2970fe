//! The server through a real socket, as a client that may be rude sees it.

mod health;
mod limits;
mod search;
mod services;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::fetch::metrics::Metrics;
use crate::serve::access::Token;
use crate::serve::health::{LastRound, Pulse};
use crate::serve::{Limits, ServeOptions, listen, serve};

pub(crate) const TOKEN: &str = "a-token-for-tests-only";

/// A running server with a site of its own; it ends with the value.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) mirror: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

pub(crate) fn options(site: PathBuf) -> ServeOptions {
    let last_round = LastRound {
        time: Timestamp::now(),
        outcome: "3 new".to_owned(),
    };
    let pulse = Pulse {
        last_round: Some(last_round),
        sources: 9,
        failing: 2,
        articles: 41,
    };
    ServeOptions {
        site,
        probe: Arc::new(move || Ok(pulse.clone())),
        fetcher_metrics: Some(Metrics::new()),
        max_round_age: Duration::from_secs(3600),
        tokens: vec![Token::new(TOKEN).unwrap()],
        services: None,
        images: None,
        limits: Limits {
            head: Duration::from_millis(300),
            stall: Duration::from_millis(300),
            ..Limits::default()
        },
    }
}

pub(crate) async fn start(change: impl FnOnce(&mut ServeOptions)) -> Server {
    let mirror = mirror();
    let mut options = options(mirror.path().join("site"));
    change(&mut options);
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(async move {
        let stop = async move {
            let _ = stopped.await;
        };
        serve(listener, options, stop).await.unwrap();
    });
    Server {
        address,
        mirror,
        stop,
        running,
    }
}

/// A mirror whose site is a link to a generation, with a secret beside it and links that lead there.
fn mirror() -> tempfile::TempDir {
    let mirror = tempfile::tempdir().unwrap();
    let generation = mirror.path().join("generations/1");
    let write = |path: &str, content: &[u8]| {
        let path = generation.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("index.html", "<h1>首页</h1>".as_bytes());
    write("404.html", b"<h1>No such page</h1>");
    write("voa/index.html", b"voa");
    write("新闻/一.html", b"one");
    write("empty/note.txt", b"0123456789");
    write("voa/feed.xml", b"<feed/>");
    write("style.css", b"body { color: black }");
    write("style.css.br", b"brotli bytes");
    write("style.css.gz", b"gzip bytes");
    write("odd.bin", b"\0");
    write("large.bin", &[0; 4000]);
    write("long.html", "<p>The quay</p>".repeat(400).as_bytes());
    write(".hidden", b"hidden");
    fs::write(mirror.path().join("secrets.toml"), "secret").unwrap();
    link(
        &mirror.path().join("secrets.toml"),
        &generation.join("escape.txt"),
    );
    link(mirror.path(), &generation.join("up"));
    link(Path::new("generations/1"), &mirror.path().join("site"));
    mirror
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

/// Sends the bytes as they are and reads until the server closes.
pub(crate) async fn raw(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(request).await;
    read(&mut stream).await
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer).await {
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error}");
    }
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) async fn get(server: &Server, target: &str, headers: &str) -> String {
    let host = server.address;
    raw(
        server.address,
        format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")
            .as_bytes(),
    )
    .await
}

pub(crate) fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}

pub(crate) fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

pub(crate) fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[tokio::test]
async fn pages_come_with_their_media_types() {
    let server = start(|_| ()).await;
    for (target, media_type, content) in [
        ("/", "text/html; charset=utf-8", "<h1>首页</h1>"),
        ("/voa/", "text/html; charset=utf-8", "voa"),
        (
            "/%E6%96%B0%E9%97%BB/%E4%B8%80.html",
            "text/html; charset=utf-8",
            "one",
        ),
        (
            "/voa/feed.xml?utm_source=x",
            "application/atom+xml; charset=utf-8",
            "<feed/>",
        ),
        (
            "/style.css",
            "text/css; charset=utf-8",
            "body { color: black }",
        ),
        ("/odd.bin", "application/octet-stream", "\0"),
    ] {
        let answer = get(&server, target, "").await;
        assert_eq!(
            (
                status(&answer),
                header(&answer, "content-type"),
                body(&answer)
            ),
            (200, Some(media_type), content),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_new_generation_is_served_as_soon_as_the_link_moves() {
    let server = start(|_| ()).await;
    let mirror = server.mirror.path();
    fs::create_dir(mirror.join("generations/2")).unwrap();
    fs::write(mirror.join("generations/2/index.html"), "second").unwrap();
    link(Path::new("generations/2"), &mirror.join("next"));
    fs::rename(mirror.join("next"), mirror.join("site")).unwrap();
    assert_eq!(body(&get(&server, "/", "").await), "second");
}

#[tokio::test]
async fn nothing_outside_the_site_and_no_listing_is_ever_shown() {
    let server = start(|_| ()).await;
    for target in [
        "/escape.txt",
        "/up/secrets.toml",
        "/up/",
        "/../secrets.toml",
        "/%2e%2e/secrets.toml",
        "/voa/..%2f..%2fsecrets.toml",
        "/..%5csecrets.toml",
        "/voa/%00",
        "/.hidden",
        "/empty/",
        "//etc/passwd",
        "/nothing",
        "/%ff%fe",
        "/index.html/",
    ] {
        let answer = get(&server, target, "").await;
        assert_eq!(
            (status(&answer), body(&answer)),
            (404, "<h1>No such page</h1>"),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_directory_without_its_slash_leads_to_it_and_nowhere_else() {
    let server = start(|_| ()).await;
    let answer = get(&server, "/voa", "").await;
    assert_eq!(
        (status(&answer), header(&answer, "location")),
        (308, Some("/voa/"))
    );
    assert_eq!(
        header(&get(&server, "//evil.example/..", "").await, "location"),
        None
    );
}

#[tokio::test]
async fn an_unchanged_page_costs_no_bytes() {
    let server = start(|_| ()).await;
    let first = get(&server, "/voa/", "").await;
    let (etag, modified) = (
        header(&first, "etag").unwrap(),
        header(&first, "last-modified").unwrap(),
    );
    for condition in [
        format!("If-None-Match: {etag}\r\n"),
        format!("If-Modified-Since: {modified}\r\n"),
    ] {
        let answer = get(&server, "/voa/", &condition).await;
        assert_eq!((status(&answer), body(&answer)), (304, ""), "{condition}");
    }
    assert_eq!(
        status(&get(&server, "/voa/", "If-None-Match: \"other\"\r\n").await),
        200
    );
}

#[tokio::test]
async fn parts_are_sent_where_they_are_asked_for() {
    let server = start(|_| ()).await;
    for (headers, expected) in [
        ("Range: bytes=2-4\r\n", (206, "234")),
        ("Range: bytes=-3\r\n", (206, "789")),
        ("Range: bytes=0-1,4-5\r\n", (200, "0123456789")),
        (
            "Range: bytes=2-4\r\nIf-Range: \"stale\"\r\n",
            (200, "0123456789"),
        ),
    ] {
        let answer = get(&server, "/empty/note.txt", headers).await;
        assert_eq!((status(&answer), body(&answer)), expected, "{headers}");
    }
    assert_eq!(
        status(&get(&server, "/empty/note.txt", "Range: bytes=50-\r\n").await),
        416
    );
}

#[tokio::test]
async fn a_compressed_neighbour_is_sent_to_those_who_take_it() {
    let server = start(|_| ()).await;
    for (accepted, coding, content) in [
        ("gzip, br", Some("br"), "brotli bytes"),
        ("gzip", Some("gzip"), "gzip bytes"),
        ("identity", None, "body { color: black }"),
    ] {
        let answer = get(
            &server,
            "/style.css",
            &format!("Accept-Encoding: {accepted}\r\n"),
        )
        .await;
        assert_eq!(
            (header(&answer, "content-encoding"), body(&answer)),
            (coding, content)
        );
        assert_eq!(
            header(&answer, "content-type"),
            Some("text/css; charset=utf-8")
        );
        assert_eq!(
            header(&answer, "vary").map(str::to_lowercase).as_deref(),
            Some("accept-encoding")
        );
    }
}

#[tokio::test]
async fn text_without_a_compressed_neighbour_is_compressed_on_its_way() {
    let server = start(|_| ()).await;
    let accepts = "Accept-Encoding: gzip, br\r\n";
    let answer = get(&server, "/long.html", accepts).await;
    assert_eq!(header(&answer, "content-encoding"), Some("gzip"));
    assert!(answer.len() < 2000, "{} bytes", answer.len());
    let tag = header(&answer, "etag").unwrap();
    assert!(tag.starts_with("W/"), "{tag}");
    let again = get(
        &server,
        "/long.html",
        &format!("{accepts}If-None-Match: {tag}\r\n"),
    )
    .await;
    assert_eq!(status(&again), 304);
    let part = get(
        &server,
        "/long.html",
        &format!("{accepts}Range: bytes=0-1\r\n"),
    )
    .await;
    assert_eq!((status(&part), body(&part)), (206, "<p"));
    for whole in ["/large.bin", "/empty/note.txt"] {
        let answer = get(&server, whole, accepts).await;
        assert_eq!(header(&answer, "content-encoding"), None, "{whole}");
    }
    let plain = get(&server, "/long.html", "").await;
    assert_eq!(header(&plain, "content-encoding"), None);
    assert_eq!(body(&plain).len(), 6000);
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let server = start(|_| ()).await;
    for target in ["/", "/nothing", "/healthz", "/metrics", "/voa"] {
        let answer = get(&server, target, "").await;
        assert!(
            header(&answer, "content-security-policy")
                .unwrap()
                .starts_with("default-src 'none'"),
            "{target}"
        );
        assert_eq!(
            header(&answer, "x-content-type-options"),
            Some("nosniff"),
            "{target}"
        );
        assert_eq!(
            header(&answer, "referrer-policy"),
            Some("no-referrer"),
            "{target}"
        );
        assert_eq!(header(&answer, "x-frame-options"), Some("DENY"), "{target}");
        assert_eq!(
            header(&answer, "cross-origin-opener-policy"),
            Some("same-origin"),
            "{target}"
        );
    }
}

#[tokio::test]
async fn only_get_and_head_are_answered() {
    let server = start(|_| ()).await;
    for target in ["/", "/healthz", "/metrics"] {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
            let request = format!(
                "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            );
            let answer = raw(server.address, request.as_bytes()).await;
            assert_eq!(
                (status(&answer), header(&answer, "allow")),
                (405, Some("GET, HEAD")),
                "{method} {target}"
            );
        }
    }
    let head = raw(
        server.address,
        b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    .await;
    assert_eq!(
        (status(&head), header(&head, "content-length"), body(&head)),
        (200, Some("15"), "")
    );
}
