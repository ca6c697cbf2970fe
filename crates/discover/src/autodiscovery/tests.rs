//! What pages name as their feeds, and what they do not.

use url::Url;

use super::{common_paths, feeds, site_name};

#[track_caller]
fn check(html: &str, expected: &[(&str, Option<&str>)]) {
    let found = feeds(
        html,
        &Url::parse("https://news.example/section/page.html").unwrap(),
    );
    let found: Vec<_> = found
        .iter()
        .map(|link| (link.url.as_str(), link.title.as_deref()))
        .collect();
    assert_eq!(found, expected, "{html}");
}

#[test]
fn finds_declared_feeds_of_every_type_and_puts_comments_last() {
    check(
        r#"<html><head>
        <link rel="alternate" type="application/rss+xml" title="News &raquo; Comments Feed" href="/comments/feed/">
        <LINK REL='alternate' TYPE='application/rss+xml; charset=UTF-8' TITLE='News' HREF='/feed/' />
        <link rel="alternate feed" type="application/feed+json" href=feed.json>
        <link rel="feed" href="https://other.example/f">
        <link rel="alternate" hreflang="de" href="/de/">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
        <link rel="alternate" type="text/xml+oembed" href="/oembed?url=x">
        <link rel="stylesheet" type="text/css" href="/feed.css">"#,
        &[
            ("https://news.example/feed/", Some("News")),
            ("https://news.example/section/feed.json", None),
            ("https://other.example/f", None),
            (
                "https://news.example/comments/feed/",
                Some("News » Comments Feed"),
            ),
        ],
    );
}

#[test]
fn finds_links_that_look_like_feeds_once_and_after_the_declared_ones() {
    check(
        "<base href='/a/'><script>'<a href=/no/feed>'</script><!-- <a href='/none/feed'> -->\
         <a href='rss.xml'><img src=i.png> RSS  <b>now</b></a><a href='/feed/#top'>x</a><a href='/about'>About</a>\
         <a href='?feed=rss2'>Q</a><a href='mailto:feed@x.example/rss'>m</a>\
         <link rel=alternate type=application/atom+xml href=/feed/>",
        &[
            ("https://news.example/feed/", None),
            ("https://news.example/a/rss.xml", Some("RSS now")),
            ("https://news.example/a/?feed=rss2", Some("Q")),
        ],
    );
}

#[test]
fn guesses_paths_for_the_folder_and_for_the_root() {
    let paths = |site: &str| -> Vec<String> {
        common_paths(&Url::parse(site).unwrap())
            .into_iter()
            .map(String::from)
            .collect()
    };
    let blog = paths("https://a.example/blog?x=1");
    assert_eq!(blog[0], "https://a.example/blog/feed/");
    assert!(blog.contains(&"https://a.example/rss.xml".to_owned()));
    assert!(blog.contains(&"https://a.example/blog/index.xml".to_owned()));
    let unique: std::collections::HashSet<_> = blog.iter().collect();
    assert_eq!(unique.len(), blog.len());
    assert_eq!(
        paths("https://github.com/a/b")[0],
        "https://github.com/a/b/releases.atom"
    );
    assert_eq!(
        paths("https://www.youtube.com/channel/UC1")[0],
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC1"
    );
    assert_eq!(
        paths("https://social.example/@newsroom")[0],
        "https://social.example/@newsroom.rss"
    );
}

#[test]
fn names_the_site_by_its_metadata_or_its_title() {
    let check = |html: &str, expected: Option<&str>| {
        assert_eq!(site_name(html).as_deref(), expected, "{html}")
    };
    check(
        "<title>x</title><meta property='og:site_name' content='The  News &amp; Co'>",
        Some("The News & Co"),
    );
    check(
        "<title>x</title><meta name=application-name content=News>",
        Some("News"),
    );
    check("<title>Home | The News – all day</title>", Some("The News"));
    check("<title>新闻网_全球新闻</title>", Some("新闻网"));
    check("<p>nothing", None);
}

proptest::proptest! {
    #[test]
    fn never_panics_on_any_page(html in "(<(a|link|base|title|meta|/a|!--) ?(href|rel|type)?=?['\"]?[a-z/?&;:#é]{0,9}['\"]?/?>|.{0,5}){0,20}") {
        feeds(&html, &Url::parse("https://a.example/").unwrap());
        site_name(&html);
    }
}
