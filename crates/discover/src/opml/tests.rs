//! Subscription lists as other programs write them.

use proptest::prelude::*;
use url::Url;

use super::{NotOpml, Problem, Subscription, read, write};

#[track_caller]
fn check(opml: &[u8], expected: &[(&str, &str, &[&str])]) -> Vec<Problem> {
    let (subscriptions, problems) = read(opml).unwrap();
    let found: Vec<(&str, &str, Vec<&str>)> = subscriptions
        .iter()
        .map(|s| {
            (
                s.title.as_str(),
                s.feed.as_str(),
                s.folder.iter().map(String::as_str).collect(),
            )
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(title, feed, folder)| (*title, *feed, folder.to_vec()))
        .collect();
    assert_eq!(found, expected);
    problems
}

#[test]
fn reads_nested_folders_and_names_in_either_attribute() {
    let problems = check(
        br#"<?xml version="1.0"?><opml version="1.0"><body>
            <outline text="News"><outline title="Asia">
              <outline type="rss" text="One" xmlUrl="https://one.example/feed" htmlUrl="https://one.example/"/>
            </outline>
            <outline title="Two" xmlurl="http://two.example/rss"></outline></outline>
            <outline XMLURL="https://www.three.example/a?b=1&amp;c=2"/></body></opml>"#,
        &[
            ("One", "https://one.example/feed", &["News", "Asia"]),
            ("Two", "http://two.example/rss", &["News"]),
            ("three.example", "https://www.three.example/a?b=1&c=2", &[]),
        ],
    );
    assert_eq!(problems, []);
}

#[test]
fn reads_what_other_readers_break() {
    let problems = check(
        b"junk <opml><body><outline text='R&D <x' xmlUrl='feed://a.example/f?x=1&y=2'>\
          <outline text='B' xmlUrl=b.example/rss.xml><outline text='C' xmlUrl='javascript:1'>",
        &[
            ("R&D <x", "https://a.example/f?x=1&y=2", &[]),
            ("B", "https://b.example/rss.xml", &[]),
        ],
    );
    assert_eq!(
        problems,
        [
            Problem::BadAddress("javascript:1".into()),
            Problem::Unbalanced
        ]
    );
}

#[test]
fn reads_another_charset_than_the_one_declared() {
    let opml = "<?xml version='1.0' encoding='utf-8'?><opml><outline text='国际新闻与评论周刊' xmlUrl='https://a.example/'/></opml>";
    let (bytes, ..) = encoding_rs::GBK.encode(opml);
    check(&bytes, &[("国际新闻与评论周刊", "https://a.example/", &[])]);
}

#[test]
fn refuses_what_is_no_opml_and_takes_an_empty_list() {
    assert_eq!(read(b"<html><body>no</body></html>"), Err(NotOpml));
    assert_eq!(read(b""), Err(NotOpml));
    assert_eq!(
        read(b"<opml version='2.0'><body/></opml>"),
        Ok((vec![], vec![]))
    );
}

#[test]
fn nests_without_end() {
    let (subscriptions, _) = read("<outline text='a'>".repeat(100_000).as_bytes()).unwrap();
    assert!(subscriptions.is_empty());
}

fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9&<>\"'\\]é新🙂]{1,12}( [a-z&;#]{1,5})?"
}

fn subscription() -> impl Strategy<Value = Subscription> {
    let address = "[a-z]{1,8}\\.example/[a-z0-9?&=;%]{0,10}"
        .prop_filter_map("an address", |rest| {
            Url::parse(&format!("https://{rest}")).ok()
        });
    let folder = proptest::collection::vec(name(), 0..4);
    (
        name(),
        address.clone(),
        proptest::option::of(address),
        folder,
    )
        .prop_map(|(title, feed, site, folder)| Subscription {
            title,
            feed,
            site,
            folder,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reads_back_what_it_writes(subscriptions in proptest::collection::vec(subscription(), 0..12)) {
        let (read_back, problems) = read(&write("A & B", &subscriptions)).unwrap();
        prop_assert_eq!(read_back, subscriptions);
        prop_assert!(problems.is_empty());
    }

    #[test]
    fn never_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }
}
