//! No request reaches a special address, by whatever way it is named.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::server::serve_at;
use super::*;

#[tokio::test]
async fn a_redirect_to_a_special_address_is_refused() {
    let trap = serve_at(Ipv4Addr::new(127, 0, 0, 2), |_| ok("trapped")).await;
    let inside = trap.url("/").to_string();
    for location in [
        inside.as_str(),
        "http://169.254.169.254/latest/",
        "//[::1]/",
        "http://0x7f000002/",
        "http://localhost/",
    ] {
        let to = location.to_owned();
        let server = serve(move |_| redirect(302, &to)).await;
        check_kind(
            get(&fetcher(options()), server.url("/")).await,
            "refused_address",
        );
    }
    let server = serve(|_| redirect(302, "file:///etc/passwd")).await;
    check_kind(get(&fetcher(options()), server.url("/")).await, "bad_url");
    assert!(trap.heads().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_to_a_special_address_is_refused() {
    for addresses in [
        &["10.0.0.1"][..],
        &["::ffff:192.168.0.1"],
        &["8.8.8.8", "127.0.0.2"],
        &["2606:4700::1", "fe80::1"],
    ] {
        let fetcher = fetcher_finding(options(), addresses);
        let error = check_kind(
            get(
                &fetcher,
                Url::parse("http://ann:secret@news.example:8080/").unwrap(),
            )
            .await,
            "refused_address",
        );
        assert!(
            error
                .to_string()
                .starts_with("news.example:8080 is refused: its name leads to "),
            "{error}"
        );
        assert!(!error.is_permanent());
    }
}

#[tokio::test]
async fn a_name_is_resolved_once_and_its_new_address_checked_anew() {
    let trap = serve_at(Ipv4Addr::new(127, 0, 0, 3), |_| ok("trapped")).await;
    let port = trap.address.port();
    let server = serve_at(Ipv4Addr::new(127, 0, 0, 1), |_| ok("good")).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&lookups);
    // The attacker's name server: a good address first, one inside ever after.
    let lookup: Lookup = Arc::new(move |_| {
        let address = if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            [127, 0, 0, 1]
        } else {
            [127, 0, 0, 3]
        };
        Box::pin(std::future::ready(io::Result::Ok(vec![IpAddr::from(
            address,
        )])))
    });
    let fetcher = Fetcher::with_lookup(options(), lookup).unwrap();
    let url = |port| Url::parse(&format!("http://rebinding.example:{port}/")).unwrap();
    assert_eq!(
        get(&fetcher, url(server.address.port()))
            .await
            .unwrap()
            .body,
        b"good"
    );
    assert_eq!(lookups.load(Ordering::Relaxed), 1);
    check_kind(get(&fetcher, url(port)).await, "refused_address");
    assert!(trap.heads().is_empty());
}

#[tokio::test]
async fn the_operator_can_allow_a_name_at_one_port() {
    let server = serve_at(Ipv4Addr::new(127, 0, 0, 4), |_| ok("intranet")).await;
    let port = server.address.port();
    let allow = vec![format!("news.lan:{port}")];
    let fetcher = fetcher_finding(FetchOptions { allow, ..options() }, &["127.0.0.4"]);
    let url = |host: &str, port: u16| Url::parse(&format!("http://{host}:{port}/")).unwrap();
    assert_eq!(
        get(&fetcher, url("news.lan", port)).await.unwrap().body,
        b"intranet"
    );
    check_kind(
        get(&fetcher, url("news.lan", 8080)).await,
        "refused_address",
    );
    check_kind(
        get(&fetcher, url("other.lan", port)).await,
        "refused_address",
    );
}

#[tokio::test]
async fn credentials_go_to_their_own_origin_only() {
    let other = serve(|_| ok("")).await;
    let to = other.url("/").to_string();
    let server = serve(move |head| {
        if path(head) == "/1" {
            redirect(302, "/2")
        } else {
            redirect(302, &to)
        }
    })
    .await;
    let mut url = server.url("/1");
    url.set_username("ann").unwrap();
    url.set_password(Some("secret")).unwrap();
    get(&fetcher(options()), url).await.unwrap();
    let authorized = |heads: Vec<String>| {
        heads
            .iter()
            .map(|head| {
                head.to_ascii_lowercase()
                    .contains("\r\nauthorization: basic ")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(authorized(server.heads()), [true, true]);
    assert_eq!(authorized(other.heads()), [false]);
}

#[tokio::test]
async fn links_are_joined_to_a_url_without_credentials() {
    let server = serve(|_| ok("")).await;
    let mut url = server.url("/feed");
    url.set_username("ann").unwrap();
    url.set_password(Some("secret")).unwrap();
    let found = get(&fetcher(options()), url).await.unwrap();
    assert_eq!(found.url, server.url("/feed"));
}

#[tokio::test]
async fn a_name_without_an_address_is_told_so() {
    let error = check_kind(
        get(
            &fetcher_finding(options(), &[]),
            Url::parse("http://nowhere.example/").unwrap(),
        )
        .await,
        "dns",
    );
    assert!(
        error
            .to_string()
            .starts_with("the name nowhere.example has no address"),
        "{error}"
    );
    let lookup: Lookup = Arc::new(|_| Box::pin(std::future::pending()));
    let fetcher = Fetcher::with_lookup(
        FetchOptions {
            timeout: Duration::from_millis(200),
            ..options()
        },
        lookup,
    )
    .unwrap();
    let error = check_kind(
        get(&fetcher, Url::parse("http://nowhere.example/").unwrap()).await,
        "timeout",
    );
    assert!(error.to_string().ends_with("s to connect"), "{error}");
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_told_so() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = Url::parse(&format!("http://{closed}/")).unwrap();
    let error = check_kind(get(&fetcher(options()), url).await, "connect");
    assert!(
        error.to_string().contains("nothing listens there"),
        "{error}"
    );
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let address = tls_server();
    let error = check_kind(
        get(
            &fetcher(options()),
            Url::parse(&format!("https://{address}/")).unwrap(),
        )
        .await,
        "tls",
    );
    assert!(
        error
            .to_string()
            .contains("an issuer that browsers do not trust either"),
        "{error}"
    );
}

/// A TLS server with a certificate that it signed itself; it shakes one hand.
fn tls_server() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let certificate = include_bytes!("self-signed.der").to_vec().into();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(
        include_bytes!("self-signed.key.der").to_vec().into(),
    );
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .and_then(|config| {
        config
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
    })
    .unwrap();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        // The client leaves in the middle of it.
        let _ = connection.complete_io(&mut stream);
    });
    address
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_so() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    let server = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 This is no TLS\r\n\r\n")
            .await
            .unwrap();
        stream
    };
    let fetcher = fetcher(options());
    let (result, _stream) = tokio::join!(get(&fetcher, url), server);
    check_kind(result, "tls");
}
