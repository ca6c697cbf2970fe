//! The newsroom through its sockets, read back with the program's own parsers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::*;

const CALENDAR: Calendar = Calendar {
    began: jiff::Timestamp::constant(1_772_000_000, 0),
    pace: Duration::from_secs(3600),
};

async fn at(step: u32) -> (Running, Arc<AtomicU32>) {
    let step = Arc::new(AtomicU32::new(step));
    (start(step.clone(), CALENDAR).await.unwrap(), step)
}

/// The status and the body of a page, or nothing where the answer breaks off.
async fn get(url: &Url, headers: &str) -> (u16, Vec<u8>) {
    let mut stream = TcpStream::connect(url.authority()).await.unwrap();
    let target = &url[url::Position::BeforePath..];
    stream
        .write_all(
            format!(
                "GET {target} HTTP/1.0\r\nHost: {}\r\n{headers}\r\n",
                url.authority()
            )
            .as_bytes(),
        )
        .await
        .unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let head = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let status = std::str::from_utf8(&answer[9..12])
        .unwrap()
        .parse()
        .unwrap();
    (status, answer.split_off(head + 4))
}

fn source<'a>(running: &'a Running, slug: &str) -> &'a SourceAddress {
    running
        .sources
        .iter()
        .find(|source| source.slug == slug)
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_same_step_always_reads_the_same() {
    let (running, step) = at(0).await;
    let feed = &source(&running, "hewan-wanbao").feed;
    let first = get(feed, "").await;
    step.store(4, Ordering::Relaxed);
    assert_ne!(get(feed, "").await, first);
    step.store(0, Ordering::Relaxed);
    assert_eq!(get(feed, "").await, first);
}

#[tokio::test]
async fn every_page_holds_its_article_and_says_that_it_is_invented() {
    let (running, _) = at(5).await;
    for expected in running
        .expected(5)
        .into_iter()
        .filter(|expected| !expected.withdrawn)
    {
        let (status, bytes) = get(&expected.url, "").await;
        let page = if expected.source == "lixi-zhoubao" {
            encoding_rs::GBK.decode(&bytes).0.into_owned()
        } else {
            text(&bytes)
        };
        assert_eq!(status, 200, "{}", expected.url);
        assert!(
            expected
                .paragraphs
                .iter()
                .all(|paragraph| page.contains(&pages::escaped(paragraph))),
            "{}",
            expected.url
        );
        assert!(
            page.contains("Wirecopy") && !page.contains("{{"),
            "{}",
            expected.url
        );
    }
}

#[tokio::test]
async fn a_withdrawn_article_is_gone_from_the_feed_and_its_page() {
    let (running, step) = at(3).await;
    let feed = source(&running, "saltmarrow-herald").feed.clone();
    let page = feed.join("/news/sea-wall-claim").unwrap();
    assert_eq!(get(&page, "").await.0, 200);
    assert!(text(&get(&feed, "").await.1).contains("sea-wall-claim"));
    step.store(4, Ordering::Relaxed);
    assert_eq!(get(&page, "").await.0, 410);
    assert!(!text(&get(&feed, "").await.1).contains("sea-wall-claim"));
    assert_eq!(get(&feed.join("/news/never-was").unwrap(), "").await.0, 404);
}

#[tokio::test]
async fn the_failing_server_fails_in_every_way_and_recovers() {
    let (running, step) = at(0).await;
    let feed = source(&running, "nebelbote").feed.clone();
    let whole = get(&feed, "").await.1.len();
    for (at, status) in [(0, 200), (1, 500), (4, 503), (5, 200)] {
        step.store(at, Ordering::Relaxed);
        assert_eq!(get(&feed, "").await.0, status, "step {at}");
    }
    step.store(2, Ordering::Relaxed);
    assert_eq!(get(&feed, "").await.1.len(), whole / 2);
    step.store(3, Ordering::Relaxed);
    assert!(
        tokio::time::timeout(Duration::from_millis(300), get(&feed, ""))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn ids_and_links_shift_while_the_page_keeps_its_canonical_address() {
    let (running, step) = at(0).await;
    let feed = source(&running, "angaenaru").feed.clone();
    let even = text(&get(&feed, "").await.1);
    step.store(1, Ordering::Relaxed);
    let odd = text(&get(&feed, "").await.1);
    assert!(
        even.contains("/news/rope-ferry?utm_source")
            && odd.contains("/amp/news/rope-ferry?utm_source")
    );
    let (status, page) = get(
        &feed.join("/amp/news/rope-ferry?utm_source=rss").unwrap(),
        "",
    )
    .await;
    let canonical = format!(
        "<link rel=\"canonical\" href=\"{}\">",
        feed.join("/news/rope-ferry").unwrap()
    );
    assert!(status == 200 && text(&page).contains(&canonical));
}

#[tokio::test]
async fn the_gbk_publication_sends_and_declares_gbk() {
    let (running, _) = at(0).await;
    let feed = &source(&running, "lixi-zhoubao").feed;
    let bytes = get(feed, "").await.1;
    assert!(
        bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"GBK\"?>")
            && std::str::from_utf8(&bytes).is_err()
    );
    assert!(
        encoding_rs::GBK
            .decode(&bytes)
            .0
            .contains("梨花提前十天开放")
    );
}

#[tokio::test]
async fn an_unchanged_feed_is_304_and_a_closed_page_is_counted() {
    let (running, _) = at(0).await;
    let herald = source(&running, "saltmarrow-herald");
    let etag = format!(
        "\"{}\"",
        &blake3::hash(&get(&herald.feed, "").await.1).to_hex()[..16]
    );
    assert_eq!(
        get(&herald.feed, &format!("If-None-Match: {etag}\r\n"))
            .await
            .0,
        304
    );
    assert_eq!(running.trespasses(), 0);
    get(&herald.site.join("/members/bell-returned").unwrap(), "").await;
    assert_eq!(running.trespasses(), 1);
}

#[tokio::test]
async fn every_picture_of_the_pages_is_a_picture() {
    let (running, _) = at(0).await;
    let site = &source(&running, "saltmarrow-herald").site;
    let (status, bytes) = get(&site.join("/pictures/harbour-reopens.png").unwrap(), "").await;
    assert!(status == 200 && bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert_eq!(
        get(&site.join("/pictures/other.png").unwrap(), "").await.0,
        404
    );
}
