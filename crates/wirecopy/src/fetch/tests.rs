//! The fetcher against servers on loopback, good and bad. Each test names one behaviour.

mod server;

mod addresses;
mod bodies;
mod manners;
mod proxies;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::fetch::clients::Lookup;
use crate::fetch::error::FetchError;
use crate::fetch::{FetchOptions, Fetcher, Outcome, Pace, Purpose, Request, Response, Validators};
use server::{Act, ok, path, redirect, response, serve};

/// Quick and without manners; tests set what they are about.
fn options() -> FetchOptions {
    FetchOptions {
        host_delay: Duration::ZERO,
        host_concurrency: 4,
        timeout: Duration::from_secs(5),
        max_bytes: 1 << 20,
        max_redirects: 5,
        allow: vec!["127.0.0.1".to_owned()],
        ..FetchOptions::default()
    }
}

fn fetcher(options: FetchOptions) -> Fetcher {
    Fetcher::new(options).unwrap()
}

/// A fetcher that finds every name at these addresses.
fn fetcher_finding(options: FetchOptions, addresses: &[&str]) -> Fetcher {
    let addresses: Vec<IpAddr> = addresses
        .iter()
        .map(|address| address.parse().unwrap())
        .collect();
    let lookup: Lookup =
        Arc::new(move |_| Box::pin(std::future::ready(io::Result::Ok(addresses.clone()))));
    Fetcher::with_lookup(options, lookup).unwrap()
}

async fn get(fetcher: &Fetcher, url: Url) -> Result<Response, FetchError> {
    match fetcher.get(&Request::new(url, Purpose::Feed)).await? {
        Outcome::Fetched(response) => Ok(response),
        Outcome::NotModified => panic!("not modified since never"),
    }
}

/// What kind of failure a server's behaviour gives.
#[track_caller]
fn check_kind(result: Result<Response, FetchError>, kind: &str) -> FetchError {
    let error = result.map(|response| response.status).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    error
}

#[tokio::test]
async fn a_response_carries_what_the_next_request_needs() {
    let headers = "ETag: W/\"1\"\r\nLast-Modified: Sun, 01 Mar 2026 12:00:00 GMT\r\nCache-Control: max-age=60\r\nContent-Type: application/rss+xml; charset=gbk\r\n";
    let server = serve(move |_| response("200 OK", headers, b"news")).await;
    let found = get(&fetcher(options()), server.url("/feed#top"))
        .await
        .unwrap();
    assert_eq!(found.body, b"news");
    assert_eq!(found.url, server.url("/feed"));
    assert_eq!(
        found.media_type.as_deref(),
        Some("application/rss+xml; charset=gbk")
    );
    assert_eq!(found.max_age, Some(Duration::from_secs(60)));
    assert_eq!(found.validators.etag.as_deref(), Some("W/\"1\""));
    assert_eq!(
        found.validators.last_modified.as_deref(),
        Some("Sun, 01 Mar 2026 12:00:00 GMT")
    );
}

#[tokio::test]
async fn a_request_names_the_operator_and_nothing_else() {
    let server = serve(|_| ok("")).await;
    get(
        &fetcher(FetchOptions {
            contact: Some("https://news.example/about".to_owned()),
            ..options()
        }),
        server.url("/"),
    )
    .await
    .unwrap();
    get(&fetcher(options()), server.url("/")).await.unwrap();
    let heads = server.heads().join("").to_ascii_lowercase();
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        heads.contains(&format!(
            "user-agent: wirecopy/{version} (+https://news.example/about)\r\n"
        )),
        "{heads}"
    );
    assert!(
        heads.contains(&format!("user-agent: wirecopy/{version}\r\n")),
        "{heads}"
    );
    assert!(
        heads.contains("accept-encoding: gzip, deflate, br, zstd\r\n"),
        "{heads}"
    );
    assert!(
        !heads.contains("referer") && !heads.contains("cookie"),
        "{heads}"
    );
}

#[test]
fn a_contact_that_no_header_can_carry_is_refused_with_a_sentence() {
    for contact in ["a b", "x\r\nHost: y", "新闻", "(me)"] {
        let error = Fetcher::new(FetchOptions {
            contact: Some(contact.to_owned()),
            ..options()
        })
        .err()
        .unwrap();
        assert!(error.to_string().contains("cannot be sent"), "{error}");
    }
}

#[tokio::test]
async fn an_unchanged_resource_costs_no_body() {
    let server = serve(|head| {
        match head
            .to_ascii_lowercase()
            .contains("if-none-match: w/\"1\"\r\nif-modified-since: yesterday\r\n")
        {
            true => response("304 Not Modified", "", b""),
            false => ok("changed"),
        }
    })
    .await;
    let validators = Validators {
        etag: Some("W/\"1\"".to_owned()),
        last_modified: Some("yesterday".to_owned()),
    };
    let request = Request {
        validators: Some(validators),
        ..Request::new(server.url("/"), Purpose::Feed)
    };
    assert!(matches!(
        fetcher(options()).get(&request).await,
        Ok(Outcome::NotModified)
    ));
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_a_failure() {
    let server = serve(|_| response("304 Not Modified", "", b"")).await;
    check_kind(get(&fetcher(options()), server.url("/")).await, "status");
}

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let server = serve(|head| match path(head) {
        "/old" => redirect(301, "/moved"),
        "/moved" => redirect(302, "new?x=1"),
        "/new?x=1" => ok("here"),
        other => panic!("{other} was asked for"),
    })
    .await;
    let found = get(&fetcher(options()), server.url("/old")).await.unwrap();
    assert_eq!(
        (found.body.as_slice(), found.url),
        (&b"here"[..], server.url("/new?x=1"))
    );
    let steps: Vec<_> = found
        .redirects
        .iter()
        .map(|step| (step.from.path(), step.permanent, step.is_downgrade()))
        .collect();
    assert_eq!(steps, [("/old", true, false), ("/moved", false, false)]);
}

#[tokio::test]
async fn redirects_without_end_are_left() {
    let server = serve(|head| match path(head) {
        "/loop" => redirect(307, "/loop#again"),
        longer => redirect(302, &format!("{longer}x")),
    })
    .await;
    let fetcher = fetcher(options());
    check_kind(get(&fetcher, server.url("/loop")).await, "redirect_loop");
    check_kind(get(&fetcher, server.url("/")).await, "too_many_redirects");
    assert_eq!(server.heads().len(), 1 + 6);
}

#[tokio::test]
async fn a_redirect_that_says_not_where_to_is_a_failure() {
    let server = serve(|_| response("302 Found", "", b"")).await;
    check_kind(get(&fetcher(options()), server.url("/")).await, "status");
}

#[tokio::test]
async fn status_codes_say_whether_to_come_back() {
    let server = serve(|head| response(&format!("{} No", &path(head)[1..]), "", b"")).await;
    let fetcher = fetcher(options());
    for (status, kind, permanent) in [
        (404, "gone", true),
        (410, "gone", true),
        (403, "status", false),
        (500, "status", false),
        (503, "busy", false),
        (429, "busy", false),
    ] {
        let error = check_kind(get(&fetcher, server.url(&format!("/{status}"))).await, kind);
        assert_eq!(error.is_permanent(), permanent, "{error}");
    }
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let server = serve(|_| response("200 OK", "Set-Cookie: id=1; Path=/\r\n", b"")).await;
    let fetcher = fetcher(options());
    get(&fetcher, server.url("/1")).await.unwrap();
    get(&fetcher, server.url("/2")).await.unwrap();
    assert!(
        !server
            .heads()
            .join("")
            .to_ascii_lowercase()
            .contains("\r\ncookie:")
    );
}

#[tokio::test]
async fn outcomes_are_counted_by_kind() {
    let server = serve(|head| {
        if path(head) == "/" {
            ok("12345")
        } else {
            response("404 No", "", b"")
        }
    })
    .await;
    let fetcher = fetcher(options());
    get(&fetcher, server.url("/")).await.unwrap();
    check_kind(get(&fetcher, server.url("/x")).await, "gone");
    let mut registry = prometheus_client::registry::Registry::default();
    fetcher.metrics().register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    for line in [
        "wirecopy_fetch_requests_total 2",
        "wirecopy_fetch_received_bytes_total 5",
        "wirecopy_fetch_outcomes_total{kind=\"fetched\"} 1",
        "wirecopy_fetch_outcomes_total{kind=\"gone\"} 1",
        "wirecopy_fetch_seconds_count 2",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
}
