//! A server with an origin beside it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wirecopy::fetch::FetchOptions;
use wirecopy::images::PictureOptions;
use wirecopy::serve::health::Pulse;
use wirecopy::serve::rate::Rate;
use wirecopy::serve::{ImageOptions, Limits, ServeOptions, listen, serve};

use crate::origin::Origin;

/// The host that is the proxy's own.
pub(crate) const OWN_HOST: &str = "pictures.example";

/// What one client may have made; no other test asks for so many.
pub(crate) const RATE: Rate = Rate {
    per_minute: 1,
    burst: 120,
};

/// A server that serves its origin's host to anybody, unless a test changes it.
pub(crate) struct Scene {
    pub(crate) origin: Origin,
    pub(crate) mirror: TempDir,
    pub(crate) server: SocketAddr,
}

/// An answer as it came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| {
            let found = line.split(':').next().unwrap_or_default();
            found.eq_ignore_ascii_case(name)
        });
        line.and_then(|line| line.split_once(": "))
            .map_or("", |(_, value)| value)
    }

    /// The message of an error.
    pub(crate) fn message(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(body["status"], "error");
        body["message"].as_str().unwrap().to_owned()
    }
}

impl Scene {
    pub(crate) async fn open() -> Scene {
        Scene::with(|_| ()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut PictureOptions)) -> Scene {
        let (origin, mirror) = (Origin::start().await, tempfile::tempdir().unwrap());
        let server = start(&origin, &mirror, change).await;
        Scene {
            origin,
            mirror,
            server,
        }
    }

    /// Another server over the same mirror: the program after a restart.
    pub(crate) async fn restarted(self) -> Scene {
        let server = start(&self.origin, &self.mirror, |_| ()).await;
        Scene { server, ..self }
    }

    /// Asks for a path of the origin with more parameters.
    pub(crate) async fn picture(&self, path: &str, more: &str) -> Reply {
        self.get(&format!("/image?url={}{more}", self.origin.url(path)), "")
            .await
    }

    pub(crate) async fn get(&self, target: &str, headers: &str) -> Reply {
        self.ask("GET", target, headers).await
    }

    pub(crate) async fn ask(&self, method: &str, target: &str, headers: &str) -> Reply {
        let mut stream = TcpStream::connect(self.server).await.unwrap();
        let host = if headers.contains("Host:") {
            ""
        } else {
            "Host: site.example\r\n"
        };
        let head =
            format!("{method} {target} HTTP/1.1\r\n{host}Connection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        Reply {
            status: head[9..12].parse().unwrap(),
            body: answer[end + 4..].to_vec(),
            head,
        }
    }
}

async fn start(
    origin: &Origin,
    mirror: &TempDir,
    change: impl FnOnce(&mut PictureOptions),
) -> SocketAddr {
    let fetch = FetchOptions {
        allow: vec![origin.address.to_string()],
        ..FetchOptions::default()
    };
    let mut pictures = PictureOptions::new(fetch, mirror.path()).unwrap();
    pictures.workers.program = env!("CARGO_BIN_EXE_wirecopy").into();
    pictures.access.hosts = vec!["127.0.0.1".to_owned()];
    pictures.own_hosts = vec![OWN_HOST.to_owned()];
    change(&mut pictures);
    let options = ServeOptions {
        site: mirror.path().join("site"),
        probe: Arc::new(|| Ok(Pulse::default())),
        fetcher_metrics: None,
        max_round_age: Duration::from_secs(3600),
        tokens: Vec::new(),
        services: None,
        images: Some(ImageOptions {
            pictures,
            host: Some(OWN_HOST.to_owned()),
            rate: RATE,
        }),
        limits: Limits::default(),
    };
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        serve(listener, options, std::future::pending())
            .await
            .unwrap();
    });
    address
}
