//! Requests through the operator's proxies.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

async fn get_through(proxy: &str, url: &str) -> Result<Response, FetchError> {
    let request = Request {
        proxy: Some(Url::parse(proxy).unwrap()),
        ..Request::new(Url::parse(url).unwrap(), Purpose::Feed)
    };
    match fetcher_finding(options(), &["127.0.0.1"])
        .get(&request)
        .await?
    {
        Outcome::Fetched(response) => Ok(response),
        Outcome::NotModified => panic!("not modified since never"),
    }
}

#[tokio::test]
async fn an_http_proxy_gets_the_name_and_resolves_it() {
    let proxy = serve(|_| ok("by proxy")).await;
    let found = get_through(proxy.url("/").as_str(), "http://news.example/feed")
        .await
        .unwrap();
    assert_eq!(found.body, b"by proxy");
    assert_eq!(proxy.paths(), ["http://news.example/feed"]);
}

#[tokio::test]
async fn a_literal_special_address_is_refused_through_a_proxy_too() {
    let proxy = serve(|_| ok("trapped")).await;
    check_kind(
        get_through(proxy.url("/").as_str(), "http://192.168.0.1/").await,
        "refused_address",
    );
    check_kind(
        get_through(proxy.url("/").as_str(), "http://x.onion/").await,
        "refused_address",
    );
    assert!(proxy.heads().is_empty());
}

/// A socks5 proxy (RFC 1928) that answers one request itself and tells the name it was given.
async fn socks() -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("socks5h://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 3];
        stream.read_exact(&mut hello).await.unwrap();
        stream.write_all(&[5, 0]).await.unwrap();
        let mut connect = [0; 5];
        stream.read_exact(&mut connect).await.unwrap();
        assert_eq!(connect[..4], [5, 1, 0, 3], "a name, not an address");
        let mut name = vec![0; usize::from(connect[4]) + 2];
        stream.read_exact(&mut name).await.unwrap();
        stream
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nonion")
            .await
            .unwrap();
        let _ = stream.read(&mut [0; 1000]).await;
        String::from_utf8(name[..name.len() - 2].to_vec()).unwrap()
    });
    (proxy, task)
}

#[tokio::test]
async fn an_onion_name_goes_through_socks_unresolved() {
    let (proxy, task) = socks().await;
    let found = get_through(&proxy, "http://newsroom.onion/feed")
        .await
        .unwrap();
    assert_eq!(found.body, b"onion");
    assert_eq!(task.await.unwrap(), "newsroom.onion");
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named_without_its_password() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for scheme in ["http", "socks5h"] {
        let error = check_kind(
            get_through(
                &format!("{scheme}://ann:secret@{closed}"),
                "https://news.example/",
            )
            .await,
            "proxy",
        );
        assert!(
            error.to_string().contains(&closed.to_string())
                && !error.to_string().contains("secret"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_proxy_that_would_resolve_here_is_refused() {
    let error = check_kind(
        get_through("socks5://127.0.0.1:9050", "http://news.example/").await,
        "proxy",
    );
    assert!(error.to_string().contains("socks5h"), "{error}");
}
