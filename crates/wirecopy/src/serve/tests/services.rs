//! The services that fetch what a stranger names: who gets in, what they answer, what they refuse to fetch. The
//! demonstration's newsroom plays the web.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use serde_json::Value;
use url::Url;
use url::form_urlencoded::byte_serialize;
use wirecopy_discover::feed;
use wirecopy_extract::{SiteRule, SiteRules};

use super::{Server, TOKEN, body, get, header, raw, start, status};
use crate::demo::newsroom::moment::Calendar;
use crate::demo::newsroom::{self, Running};
use crate::fetch::{FetchOptions, Fetcher};
use crate::serve::rate::Rate;
use crate::serve::services::ServiceOptions;

const CALENDAR: Calendar = Calendar {
    began: jiff::Timestamp::constant(1_772_000_000, 0),
    pace: Duration::from_secs(3600),
};

async fn web() -> Running {
    newsroom::start(Arc::new(AtomicU32::new(0)), CALENDAR)
        .await
        .unwrap()
}

/// A server whose services may reach `allow` on loopback.
async fn serving(allow: Vec<String>, change: impl FnOnce(&mut ServiceOptions)) -> Server {
    let fetch = FetchOptions {
        host_delay: Duration::ZERO,
        timeout: Duration::from_secs(2),
        allow,
        ..FetchOptions::default()
    };
    let mut services = ServiceOptions::new(Arc::new(Fetcher::new(fetch).unwrap()));
    services.rate = Rate {
        per_minute: 600,
        burst: 100,
    };
    change(&mut services);
    start(|options| options.services = Some(services)).await
}

async fn ask(server: &Server, service: &str, url: &str) -> String {
    let url: String = byte_serialize(url.as_bytes()).collect();
    get(
        server,
        &format!("/{service}?url={url}"),
        &format!("Authorization: Bearer {TOKEN}\r\n"),
    )
    .await
}

fn json(answer: &str) -> Value {
    serde_json::from_str(body(answer)).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

#[tokio::test]
async fn the_services_are_off_unless_switched_on() {
    let server = start(|_| ()).await;
    let answer = ask(&server, "extract", "https://news.example/").await;
    assert_eq!(
        (status(&answer), &json(&answer)["error"]),
        (404, &"switched_off".into())
    );
}

#[tokio::test]
async fn nobody_gets_in_without_the_right_token() {
    let server = serving(Vec::new(), |_| ()).await;
    for (target, headers) in [
        ("/extract?url=https://news.example/", ""),
        ("/extract?url=https://news.example/&token=", ""),
        (
            "/extract?url=https://news.example/&token=a-token-for-tests-onlY",
            "",
        ),
        (
            "/extract?url=https://news.example/",
            "Authorization: Bearer wrong\r\n",
        ),
        (
            "/extract?url=https://news.example/",
            "Authorization: Basic YTpi\r\n",
        ),
        ("/extract", ""),
    ] {
        let answer = get(&server, target, headers).await;
        assert_eq!(
            (status(&answer), &json(&answer)["error"]),
            (401, &"token_needed".into()),
            "{target} {headers}"
        );
        assert!(header(&answer, "www-authenticate").is_some());
    }
}

#[tokio::test]
async fn beyond_the_rate_the_answer_says_when_to_come_back() {
    let server = serving(Vec::new(), |services| {
        services.rate = Rate {
            per_minute: 6,
            burst: 2,
        }
    })
    .await;
    assert_eq!(status(&ask(&server, "extract", "nonsense").await), 400);
    assert_eq!(status(&ask(&server, "extract", "nonsense").await), 400);
    let answer = ask(&server, "extract", "nonsense").await;
    assert_eq!(
        (status(&answer), &json(&answer)["error"]),
        (429, &"too_many_requests".into())
    );
    let wait: u32 = header(&answer, "retry-after").unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait));
    assert_eq!(
        status(&get(&server, "/extract", "").await),
        401,
        "guesses are counted apart"
    );
}

#[tokio::test]
async fn addresses_that_are_not_public_are_never_fetched() {
    let web = web().await;
    let server = serving(Vec::new(), |_| ()).await;
    let loopback = web.sources[0].site.as_str();
    for url in [
        loopback,
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
    ] {
        let answer = ask(&server, "extract", url).await;
        assert_eq!(
            (status(&answer), &json(&answer)["error"]),
            (403, &"refused_address".into()),
            "{url}"
        );
    }
}

#[tokio::test]
async fn what_was_asked_never_comes_back_as_markup() {
    let server = serving(Vec::new(), |_| ()).await;
    for url in [
        "<script>alert(1)</script>",
        "http://<img src=x onerror=alert(1)>/",
        "https://a.example:99999/<b>",
    ] {
        let answer = ask(&server, "extract", url).await;
        assert_eq!(
            (status(&answer), header(&answer, "content-type")),
            (400, Some("application/json")),
            "{url}"
        );
    }
}

#[tokio::test]
async fn extract_answers_with_the_article_of_a_page() {
    let web = web().await;
    let server = serving(web.hosts(), |_| ()).await;
    let told = web.expected(0);
    let told = told
        .iter()
        .find(|told| told.url.path() == "/news/orchard-vote")
        .unwrap();
    let answer = ask(&server, "extract", told.url.as_str()).await;
    assert_eq!(
        (status(&answer), header(&answer, "content-type")),
        (200, Some("application/json")),
        "{answer}"
    );
    let article = json(&answer);
    assert_eq!(article["title"], *told.title);
    assert_eq!(article["url"], *told.url.as_str());
    assert!(
        told.paragraphs
            .iter()
            .all(|paragraph| article["text"].as_str().unwrap().contains(paragraph)),
        "{answer}"
    );
    assert!(article["html"].as_str().unwrap().contains("<p>"));
    let etag = header(&answer, "etag").unwrap();
    let again = get(
        &server,
        &format!("/extract?token={TOKEN}&url={}", told.url),
        &format!("If-None-Match: {etag}\r\n"),
    )
    .await;
    assert_eq!((status(&again), body(&again)), (304, ""));
}

#[tokio::test]
async fn what_a_page_or_its_server_refuses_is_told_in_plain_words() {
    let web = web().await;
    let server = serving(web.hosts(), |_| ()).await;
    let herald = &web.sources[0].site;
    for (path, expected, kind) in [
        ("news/never-was", 502, "gone"),
        ("members/bell-returned", 403, "robots"),
        ("pictures/harbour-reopens.png", 422, "no_article"),
    ] {
        let answer = ask(&server, "extract", herald.join(path).unwrap().as_str()).await;
        assert_eq!(
            (status(&answer), &json(&answer)["error"]),
            (expected, &kind.into()),
            "{path}: {answer}"
        );
    }
    assert_eq!(web.trespasses(), 0);
}

#[tokio::test]
async fn feed_makes_a_partial_feed_whole() {
    let web = web().await;
    let server = serving(web.hosts(), |_| ()).await;
    let evening_news = web
        .sources
        .iter()
        .find(|source| source.slug == "hewan-wanbao")
        .unwrap();
    let answer = ask(&server, "feed", evening_news.feed.as_str()).await;
    assert_eq!(
        (status(&answer), header(&answer, "content-type")),
        (200, Some("application/atom+xml; charset=utf-8")),
        "{answer}"
    );
    let (feed, problems) =
        feed::parse(body(&answer).as_bytes(), &feed::Context::default()).unwrap();
    assert_eq!(problems, []);
    let told: Vec<_> = web
        .expected(0)
        .into_iter()
        .filter(|told| told.source == "hewan-wanbao")
        .collect();
    assert_eq!(feed.entries.len(), told.len());
    for told in told {
        let entry = feed
            .entries
            .iter()
            .find(|entry| entry.title.as_ref() == Some(&told.title))
            .unwrap();
        let content = entry.content.as_deref().unwrap();
        assert!(
            told.paragraphs
                .iter()
                .all(|paragraph| content.contains(paragraph)),
            "{}",
            told.title
        );
    }
}

#[tokio::test]
async fn feed_takes_a_page_that_names_its_feed_and_no_more_entries_than_allowed() {
    let web = web().await;
    let server = serving(web.hosts(), |services| services.max_entries = 2).await;
    let answer = ask(&server, "feed", web.sources[0].site.as_str()).await;
    let (feed, _) = feed::parse(body(&answer).as_bytes(), &feed::Context::default()).unwrap();
    assert_eq!(feed.entries.len(), 2, "{answer}");
}

#[tokio::test]
async fn site_rules_mend_the_services_pages_as_they_do_a_rounds() {
    let web = web().await;
    let evening_news = web
        .sources
        .iter()
        .find(|source| source.slug == "hewan-wanbao")
        .unwrap();
    // The last paragraph goes, which the feed does not carry.
    let rule = format!(
        "hosts = ['{}']\ntest = []\nstrip = ['#text > p:last-child']",
        evening_news.site.host_str().unwrap()
    );
    let rules = SiteRules::new(vec![SiteRule::parse(&rule).unwrap()]);
    let server = serving(web.hosts(), |services| services.rules = Arc::new(rules)).await;
    let told = web.expected(0);
    let told = told
        .iter()
        .find(|told| told.source == "hewan-wanbao" && told.paragraphs.len() > 2)
        .unwrap();
    for (service, address) in [("extract", &told.url), ("feed", &evening_news.feed)] {
        let answer = ask(&server, service, address.as_str()).await;
        let [rest @ .., last] = told.paragraphs.as_slice() else {
            unreachable!("it has three paragraphs")
        };
        assert!(
            rest.iter().all(|paragraph| answer.contains(paragraph)),
            "{service}: {answer}"
        );
        assert!(!answer.contains(last), "{service}: {answer}");
    }
}

#[tokio::test]
async fn feed_goes_out_in_time_with_what_the_feed_itself_carries() {
    let web = web().await;
    let herald = &web.sources[0].feed;
    let answer = raw(
        herald.socket_addrs(|| None).unwrap()[0],
        b"GET /rss.xml HTTP/1.0\r\n\r\n",
    )
    .await;
    let slow = with_slow_pages(body(&answer), herald).await;
    let server = serving(vec![slow.clone()], |services| {
        services.deadline = Duration::from_millis(400)
    })
    .await;
    let answer = ask(&server, "feed", &format!("http://{slow}/rss.xml")).await;
    assert_eq!(status(&answer), 200, "{answer}");
    let (feed, _) = feed::parse(body(&answer).as_bytes(), &feed::Context::default()).unwrap();
    assert!(
        feed.entries.iter().all(|entry| entry
            .content
            .as_ref()
            .is_some_and(|content| content.len() > 300)),
        "{answer}"
    );
}

/// A server of this feed whose pages never come; its address.
async fn with_slow_pages(feed: &str, from: &Url) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let feed = feed.replace(from.authority(), &address);
    let router = axum::Router::new()
        .route("/rss.xml", axum::routing::get(async move || feed))
        .route("/robots.txt", axum::routing::get(async || ""))
        .fallback(std::future::pending::<()>);
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn feed_is_made_once_for_many_and_kept_for_a_while() {
    let web = web().await;
    let server = serving(web.hosts(), |_| ()).await;
    let evening_news = web.sources[1].feed.clone();
    let answers =
        futures_util::future::join_all((0..5).map(|_| ask(&server, "feed", evening_news.as_str())))
            .await;
    assert!(
        answers
            .windows(2)
            .all(|pair| body(&pair[0]) == body(&pair[1]))
    );
    let etag = header(&answers[0], "etag").unwrap();
    drop(web);
    let url: String = byte_serialize(evening_news.as_str().as_bytes()).collect();
    let again = get(
        &server,
        &format!("/feed?token={TOKEN}&url={url}"),
        &format!("If-None-Match: {etag}\r\n"),
    )
    .await;
    assert_eq!(
        status(&again),
        304,
        "the newsroom has closed, and the answer is still there"
    );
}

#[tokio::test]
async fn what_is_no_feed_is_told_so() {
    let web = web().await;
    let server = serving(web.hosts(), |_| ()).await;
    let herald = &web.sources[0].site;
    for (path, expected, kind) in [
        ("news/orchard-vote", 422, "no_feed"),
        ("pictures/harbour-reopens.png", 422, "no_feed"),
        ("robots.txt", 422, "no_feed"),
        ("nothing", 502, "gone"),
    ] {
        let answer = ask(&server, "feed", herald.join(path).unwrap().as_str()).await;
        assert_eq!(
            (status(&answer), &json(&answer)["error"]),
            (expected, &kind.into()),
            "{path}: {answer}"
        );
    }
}
