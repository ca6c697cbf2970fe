//! Politeness: robots.txt, Retry-After, Crawl-delay, and that the bad hold up none of the good.

use std::pin::pin;
use std::time::Instant;

use futures_util::StreamExt as _;

use super::*;

async fn page(fetcher: &Fetcher, url: Url) -> Result<Response, FetchError> {
    match fetcher.get(&Request::new(url, Purpose::Page)).await? {
        Outcome::Fetched(response) => Ok(response),
        Outcome::NotModified => panic!("not modified since never"),
    }
}

const RULES: &str = "User-agent: *\nDisallow: /\nUser-agent: wirecopy\nDisallow: /private\n";

#[tokio::test]
async fn pages_obey_robots_txt_and_feeds_need_not() {
    let server = serve(|head| {
        if path(head) == "/robots.txt" {
            ok(RULES)
        } else {
            ok("page")
        }
    })
    .await;
    let fetcher = fetcher(options());
    assert!(page(&fetcher, server.url("/news?x")).await.is_ok());
    check_kind(page(&fetcher, server.url("/private/1")).await, "robots");
    assert!(get(&fetcher, server.url("/private/feed")).await.is_ok());
    assert_eq!(
        server.paths(),
        ["/robots.txt", "/news?x", "/private/feed"],
        "one robots.txt for all"
    );
}

#[tokio::test]
async fn a_redirect_leads_no_page_around_robots_txt() {
    let server = serve(|head| match path(head) {
        "/robots.txt" => ok(RULES),
        "/short" => redirect(302, "/private/long"),
        other => panic!("{other} was asked for"),
    })
    .await;
    check_kind(
        page(&fetcher(options()), server.url("/short")).await,
        "robots",
    );
}

#[tokio::test]
async fn without_robots_txt_pages_are_free_and_in_trouble_they_are_not() {
    let server = serve(|head| {
        if path(head) == "/robots.txt" {
            response("404 No", "", b"")
        } else {
            ok("page")
        }
    })
    .await;
    assert!(page(&fetcher(options()), server.url("/")).await.is_ok());
    let server = serve(|head| {
        if path(head) == "/robots.txt" {
            response("500 Trouble", "", b"")
        } else {
            ok("page")
        }
    })
    .await;
    let error = check_kind(
        page(&fetcher(options()), server.url("/")).await,
        "robots_unreachable",
    );
    assert!(
        error
            .retry_after()
            .is_some_and(|wait| wait > Duration::from_secs(60)),
        "{error}"
    );
    let rude = fetcher(FetchOptions {
        robots: false,
        ..options()
    });
    assert!(page(&rude, server.url("/")).await.is_ok());
}

#[tokio::test]
async fn a_robots_txt_without_end_is_cut_off() {
    let line = "# nothing\n".repeat(1000).into_bytes();
    let head = format!("HTTP/1.1 200 OK\r\n\r\n{RULES}").into_bytes();
    let server = serve(move |request| match path(request) {
        "/robots.txt" => Act::Repeat(head.clone(), line.clone(), Duration::ZERO),
        _ => ok("page"),
    })
    .await;
    let fetcher = fetcher(options());
    check_kind(page(&fetcher, server.url("/private")).await, "robots");
    assert!(page(&fetcher, server.url("/")).await.is_ok());
}

#[tokio::test]
async fn a_crawl_delay_is_obeyed() {
    let server = serve(|head| {
        if path(head) == "/robots.txt" {
            ok("user-agent: *\ncrawl-delay: 0.3\n")
        } else {
            ok("page")
        }
    })
    .await;
    let (fetcher, begun) = (fetcher(options()), Instant::now());
    for number in 0..3 {
        page(&fetcher, server.url(&format!("/{number}")))
            .await
            .unwrap();
    }
    assert!(
        begun.elapsed() >= Duration::from_millis(900),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let server = serve(|_| response("429 Too Many", "Retry-After: 3600\r\n", b"")).await;
    let fetcher = fetcher(options());
    let error = check_kind(get(&fetcher, server.url("/1")).await, "busy");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    let error = check_kind(get(&fetcher, server.url("/2")).await, "held_back");
    assert!(
        error
            .retry_after()
            .is_some_and(|wait| wait > Duration::from_secs(3590)),
        "{error}"
    );
    assert_eq!(server.paths(), ["/1"]);
}

#[tokio::test]
async fn a_short_wait_is_waited_for() {
    let server = serve(|head| match path(head) {
        "/1" => response("503 Wait", "Retry-After: 1\r\n", b""),
        _ => ok("now"),
    })
    .await;
    let (fetcher, begun) = (fetcher(options()), Instant::now());
    check_kind(get(&fetcher, server.url("/1")).await, "busy");
    assert_eq!(get(&fetcher, server.url("/2")).await.unwrap().body, b"now");
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

fn all_at_once(
    fetcher: &Fetcher,
    urls: impl Iterator<Item = Url>,
) -> impl futures_util::Stream<Item = (Url, Result<Response, FetchError>)> {
    let requests = urls.map(async |url| (url.clone(), get(fetcher, url).await));
    requests.collect::<futures_util::stream::FuturesUnordered<_>>()
}

#[tokio::test]
async fn good_outcomes_come_while_bad_ones_are_waited_for() {
    let good = serve(|_| ok("good")).await;
    let silent = serve(|_| Act::Silence).await;
    let fetcher = fetcher(FetchOptions {
        concurrency: 2,
        host_concurrency: 1,
        timeout: Duration::from_secs(60),
        ..options()
    });
    let urls = (0..100).map(|number| good.url(&format!("/{number}")));
    let mut outcomes = pin!(all_at_once(
        &fetcher,
        std::iter::once(silent.url("/")).chain(urls)
    ));
    for _ in 0..100 {
        let (url, outcome) = outcomes.next().await.unwrap();
        assert!(outcome.is_ok(), "{url}");
    }
}

#[tokio::test]
async fn a_consumer_that_asks_for_more_does_not_stop_the_others() {
    let server = serve(|_| ok("good")).await;
    let fetcher = fetcher(FetchOptions {
        concurrency: 1,
        host_concurrency: 1,
        ..options()
    });
    let mut outcomes = pin!(all_at_once(
        &fetcher,
        (0..5).map(|number| server.url(&format!("/{number}")))
    ));
    while let Some((url, _)) = outcomes.next().await {
        // Nothing polls the other requests meanwhile; one of them has the only place.
        assert!(get(&fetcher, url.join("/more").unwrap()).await.is_ok());
    }
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_gives_its_place_back() {
    let silent = serve(|_| Act::Silence).await;
    let server = serve(|_| ok("good")).await;
    let fetcher = fetcher(FetchOptions {
        concurrency: 1,
        timeout: Duration::from_secs(60),
        ..options()
    });
    let given_up =
        tokio::time::timeout(Duration::from_millis(100), get(&fetcher, silent.url("/"))).await;
    assert!(given_up.is_err());
    assert!(get(&fetcher, server.url("/")).await.is_ok());
}
