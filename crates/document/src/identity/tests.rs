//! Which addresses are one article, and which must not be.

use proptest::prelude::*;
use url::Url;

use super::{DocumentId, canonical, key};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// Addresses, and what they are canonically.
const CASES: &[(&str, &str)] = &[
    (
        "https://n.example/a?utm_source=x&id=5&fbclid=y#top",
        "https://n.example/a?id=5",
    ),
    ("https://n.example/a?utm_medium=rss", "https://n.example/a"),
    (
        "https://www.google.com/url?rct=j&url=https%3A%2F%2Fn.example%2Fa%3Fid%3D5&usg=x",
        "https://n.example/a?id=5",
    ),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fn.example%2Fa%3Ffbclid%3Dz&h=A",
        "https://n.example/a",
    ),
    (
        "https://t.umblr.com/redirect?z=https%3A%2F%2Fn.example%2Fa&t=x",
        "https://n.example/a",
    ),
    (
        "https://n-example.cdn.ampproject.org/c/s/n.example/a/amp/",
        "https://n.example/a",
    ),
    (
        "https://www.google.co.uk/amp/s/amp.n.example/a.amp.html",
        "https://www.n.example/a.html",
    ),
    (
        "http://rss.feedsportal.com/c/1/f/2/s/3/sc/4/l/0L0Sn0Bexample0Ca0Eb0Bhtml/story01.htm",
        "http://www.n.example/a-b.html",
    ),
    (
        "https://m.voachinese.com/a/1.html",
        "https://www.voachinese.com/a/1.html",
    ),
    (
        "https://m.cn.nytimes.com/china/x/",
        "https://cn.nytimes.com/china/x/",
    ),
    (
        "https://www.bbc.com/news/amp/world-1",
        "https://www.bbc.com/news/world-1",
    ),
    ("https://n.example/a?outputType=amp", "https://n.example/a"),
    (
        "https://www.dw.com/zh/a-1?maca=chi-rss",
        "https://www.dw.com/zh/a-1",
    ),
    (
        "https://n.example/%7euser/%e4%bd%a0",
        "https://n.example/~user/%E4%BD%A0",
    ),
    (
        "https://images.weserv.nl/?url=n.example/a",
        "https://n.example/a",
    ),
    ("https://u:p@n.example:443/a?", "https://n.example/a"),
    ("https://n.example/#!/a/1", "https://n.example/#!/a/1"),
    ("urn:x-submitted:a", "urn:x-submitted:a"),
];

#[test]
fn wrappers_and_variants_lead_to_the_article() {
    for (given, expected) in CASES {
        assert_eq!(canonical(&url(given)).as_str(), *expected, "of {given}");
    }
}

#[test]
fn one_article_has_one_key() {
    for group in [
        &[
            "http://www.n.example/a/?b=1&c=2",
            "https://n.example/a?c=2&b=1",
            "https://m.n.example//a?b=1&c=2&gclid=1",
        ][..],
        &[
            "http://www.rfi.fr//cn/中国/1",
            "https://www.rfi.fr/cn/%E4%B8%AD%E5%9B%BD/1",
        ],
        &["https://n.example/a_(b)", "https://n.example/a_%28b%29"],
    ] {
        let keys: Vec<_> = group.iter().map(|one| key(&url(one))).collect();
        assert!(keys.iter().all(|one| *one == keys[0]), "{keys:?}");
    }
}

#[test]
fn two_articles_have_two_keys() {
    for (one, other) in [
        ("https://n.example/?p=1", "https://n.example/?p=2"),
        ("https://n.example/a?ref=17", "https://n.example/a?ref=18"),
        (
            "https://n.example/a?mod=view&tid=1",
            "https://n.example/a?mod=edit&tid=1",
        ),
        ("https://n.example/index.html", "https://n.example/"),
        ("https://n.example/amp/", "https://n.example/"),
        ("https://n.example/amp/review", "https://n.example/review"),
        ("https://n.example/a", "https://n.example/A"),
        ("https://n.example/a%2Fb", "https://n.example/a/b"),
        ("https://n.example:8080/a", "https://n.example/a"),
        ("https://cn.n.example/a", "https://n.example/a"),
        (
            "https://www.google.com/search?q=https://n.example/",
            "https://n.example/",
        ),
    ] {
        assert_ne!(key(&url(one)), key(&url(other)), "{one} {other}");
    }
}

#[test]
fn an_identifier_reads_as_it_is_written() {
    let id = DocumentId::of("voa", &url("https://n.example/a"));
    let text = id.to_string();
    assert_eq!(text.len(), 16);
    assert_eq!(text.parse(), Ok(id));
    assert_eq!(
        id,
        DocumentId::of("voa", &url("http://www.n.example/a?utm_source=rss"))
    );
    assert_ne!(id, DocumentId::of("bbc", &url("https://n.example/a")));
    for wrong in [
        "",
        "a",
        "0000000000000000",
        "AAAAAAAAAAAAAAAA",
        "aaaaaaaaaaaaaaaé",
    ] {
        assert!(wrong.parse::<DocumentId>().is_err(), "{wrong}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn canonical_is_its_own_canonical(
        host in "(m\\.|amp\\.|www\\.|l\\.facebook\\.com|images\\.weserv\\.nl|www\\.google\\.com|){1,3}[a-z]{1,3}\\.(com|example)",
        path in "(/|/amp|/url|/l\\.php|/c/s/a\\.example|%[0-9a-f]{2}|%|[a-z()]|\\.amp|//){0,8}",
        query in "(\\?|&|utm_a=b|u=https%3A%2F%2Fm\\.a\\.example%2Famp|url=|id=[0-9]|%4|amp){0,6}",
    ) {
        if let Ok(url) = Url::parse(&format!("https://{host}/{path}?{query}")) {
            let once = canonical(&url);
            prop_assert_eq!(canonical(&once), once.clone());
            prop_assert_eq!(key(&once), key(&url));
        }
    }
}
