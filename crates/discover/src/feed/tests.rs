//! Feeds of every form, and the damage that is met in them.

mod pictures;

use proptest::prelude::*;
use url::Url;

use super::{Context, Entry, Feed, NotAFeed, Problem, Version, parse};

fn context(url: &str, media_type: &str) -> Context {
    Context {
        url: Url::parse(url).ok(),
        media_type: (!media_type.is_empty()).then(|| media_type.to_owned()),
    }
}

#[track_caller]
fn read(feed: impl AsRef<[u8]>) -> (Feed, Vec<Problem>) {
    parse(feed.as_ref(), &context("https://news.example/feed.xml", "")).unwrap()
}

#[track_caller]
fn rss(item: &str) -> Entry {
    let (mut feed, _) = read(format!(
        "<rss version='2.0'><channel><title>T</title><item>{item}</item></channel></rss>"
    ));
    assert_eq!(feed.entries.len(), 1);
    feed.entries.remove(0)
}

#[track_caller]
fn atom(entry: &str) -> Entry {
    let (mut feed, _) = read(format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry>{entry}</entry></feed>"
    ));
    assert_eq!(feed.entries.len(), 1);
    feed.entries.remove(0)
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.entries
        .iter()
        .filter_map(|entry| entry.title.as_deref())
        .collect()
}

#[test]
fn keeps_the_whole_entries_of_a_feed_that_is_cut_off_anywhere() {
    let whole = "<rss><channel><item><title>One</title></item><item><title>Two</title></item>\
                 <item><title>Three</title><description><![CDATA[<p>text</p>]]></description></item></channel></rss>";
    let second = whole.find("Two</title></item>").unwrap() + "Two</title></item>".len();
    let third = whole.find("</item></channel>").unwrap() + "</item".len();
    for end in second..whole.len() {
        let (feed, problems) = read(&whole[..end]);
        let expected: &[&str] = if end < third {
            &["One", "Two"]
        } else {
            &["One", "Two", "Three"]
        };
        assert_eq!(titles(&feed), expected, "{}", &whole[..end]);
        assert!(
            problems
                .iter()
                .any(|problem| matches!(problem, Problem::Truncated { .. })),
            "{}",
            &whole[..end]
        );
    }
}

#[test]
fn reads_feeds_that_no_xml_parser_takes() {
    let broken = "\u{feff}\n<br />\n<b>Warning</b>: a message & more <?xml version='1.0' encoding='utf-8'?>\
                  <rss version=2.0><channel><title>A &nbsp;&laquo;B&raquo; & C\u{1}</title>\
                  <item><title>One<link>https://news.example/1?a=1&b=2</link><description>x<br>y <b>z</description>\
                  <item><title>Two</title><dc:creator>Ann</dc:creator><description>1 < 2</description></item></rss>";
    let (feed, problems) = read(broken);
    assert_eq!(feed.title.as_deref(), Some("A \u{a0}«B» & C"));
    assert_eq!(feed.entries.len(), 2);
    assert_eq!(feed.entries[0].summary.as_deref(), Some("x<br>y <b>z</b>"));
    assert_eq!(feed.entries[1].authors[0].name.as_deref(), Some("Ann"));
    assert!(problems.contains(&Problem::StrayText) && problems.contains(&Problem::UnbalancedTags));
}

#[test]
fn finds_the_entries_whatever_one_character_is_missing() {
    let whole = "<rss><channel><title>T</title><description>d</description><item><title>One</title></item>\
                 <item><guid isPermaLink=\"false\">g</guid><category>c</category><description>Two</description></item>\
                 <item><title>Three</title></item></channel></rss>";
    let spots = whole
        .char_indices()
        .filter(|(at, c)| "<>\"/".contains(*c) && *at > "<rss><channel>".len());
    for (spot, _) in spots.filter(|(at, _)| *at < whole.len() - "</channel></rss>".len()) {
        let broken = format!("{}{}", &whole[..spot], &whole[spot + 1..]);
        let (feed, _) = read(&broken);
        let found = feed.entries.iter().filter(|entry| {
            [Some("One"), Some("Three")].contains(&entry.title.as_deref())
                || entry.summary.as_deref() == Some("Two")
        });
        assert!(found.count() >= 2, "{broken}");
    }
}

#[test]
fn leaves_words_where_good_xml_puts_them() {
    let entry = rss(
        "<related><title>Other</title><link>https://b.example/</link></related><title>Own</title>",
    );
    assert_eq!((entry.title.as_deref(), entry.link), (Some("Own"), None));
}

#[test]
fn keeps_ampersands_of_links_whatever_their_form() {
    for link in [
        "https://a.example/?a=1&b=2&copy=3",
        "https://a.example/?a=1&amp;b=2&amp;copy=3",
    ] {
        let entry = rss(&format!("<link>\n {link} </link>"));
        assert_eq!(
            entry.link.unwrap().as_str(),
            "https://a.example/?a=1&b=2&copy=3"
        );
    }
}

#[test]
fn never_expands_declared_entities() {
    let bomb = "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\
                <rss><channel><title>&b;&b;</title></channel></rss>";
    let (feed, problems) = read(bomb);
    assert_eq!(feed.title.as_deref(), Some("&b;&b;"));
    assert_eq!(problems, [Problem::EntityDeclarations]);
}

#[test]
fn decodes_by_what_the_bytes_are_when_the_label_lies() {
    let xml = "<?xml version='1.0' encoding='utf-8'?><rss><channel><title>今天的新闻：北京天气预报与国际评论</title></channel></rss>";
    let (gbk, ..) = encoding_rs::GBK.encode(xml);
    let title = Some("今天的新闻：北京天气预报与国际评论");
    let (feed, problems) = parse(
        &gbk,
        &context("https://a.example/", "text/xml; charset=utf-8"),
    )
    .unwrap();
    assert_eq!(feed.title.as_deref(), title);
    assert!(
        matches!(problems.as_slice(), [Problem::WrongCharset { .. }]),
        "{problems:?}"
    );
    let (feed, _) = parse(
        xml.as_bytes(),
        &context("https://a.example/", "text/html; charset=iso-8859-1"),
    )
    .unwrap();
    assert_eq!(
        (feed.title.as_deref(), feed.encoding.as_str()),
        (title, "utf-8")
    );
}

#[test]
fn makes_links_absolute_by_the_nearest_base() {
    let entry = atom(
        "<link href='a'/><content type='xhtml' xml:base='https://b.example/x/'><div xmlns='http://www.w3.org/1999/xhtml'>\
         <a href='y'>1</a><p xml:base='z/'><img src='i.png' srcset='s.png 1x, /t.png 2x'/></p></div></content>",
    );
    assert_eq!(entry.link.unwrap().as_str(), "https://news.example/a");
    assert_eq!(
        entry.content.as_deref(),
        Some(
            "<a href=\"https://b.example/x/y\">1</a><p><img src=\"https://b.example/x/z/i.png\" \
             srcset=\"https://b.example/x/z/s.png 1x, https://b.example/t.png 2x\"></p>"
        )
    );
    let entry = rss(
        "<link>/b</link><description>&lt;a href='/c?d=1&amp;amp;e=2'&gt;&lt;img src=//cdn.example/i&gt;</description>",
    );
    assert_eq!(
        entry.summary.as_deref(),
        Some("<a href='https://news.example/c?d=1&amp;e=2'><img src=https://cdn.example/i>")
    );
    let summary = |link: &str| {
        rss(&format!(
            "<description>&lt;img src='i.png'></description><link>{link}</link>"
        ))
        .summary
    };
    assert_eq!(
        summary("https://www.news.example/a/b").as_deref(),
        Some("<img src='https://www.news.example/a/i.png'>")
    );
    assert_eq!(
        summary("https://linked.example/a/b").as_deref(),
        Some("<img src='https://news.example/i.png'>")
    );
}

#[test]
fn a_feed_on_another_host_resolves_links_by_its_site() {
    let feed = "<rss><channel><link>https://site.example/</link><item><link>/a</link></item></channel></rss>";
    let (feed, _) = parse(
        feed.as_bytes(),
        &context("https://feeds.redistributor.example/x", ""),
    )
    .unwrap();
    assert_eq!(
        feed.entries[0].link.as_ref().unwrap().as_str(),
        "https://site.example/a"
    );
}

#[test]
fn a_feed_without_an_address_resolves_links_by_the_one_it_gives_for_itself() {
    let feed = "<feed><link rel='self' href='https://a.example/b/feed'/><entry><link href='c'/></entry></feed>";
    let (feed, _) = parse(feed.as_bytes(), &Context::default()).unwrap();
    assert_eq!(
        feed.entries[0].link.as_ref().unwrap().as_str(),
        "https://a.example/b/c"
    );
}

#[test]
fn chooses_the_page_among_several_links() {
    let entry = atom(
        "<id>tag:x</id><link rel='self' href='/self'/><link rel='alternate' type='application/json' href='/json'/>\
         <link rel='enclosure' type='image/jpeg' length='12' href='/i.jpg'/><link href='/page'/><link rel='related' href='/r'/>",
    );
    assert_eq!(entry.link.unwrap().path(), "/page");
    assert_eq!(entry.enclosures[0].length, Some(12));
    assert_eq!(entry.image.unwrap().path(), "/i.jpg");
    assert_eq!(entry.links.len(), 5);
    let entry = rss("<guid>https://news.example/permalink</guid>");
    assert_eq!(entry.link.unwrap().path(), "/permalink");
    assert!(entry.id_is_permalink);
    let entry = rss("<guid isPermaLink='false'>https://news.example/1</guid><link>/2</link>");
    assert!(!entry.id_is_permalink);
    assert_eq!(entry.link.unwrap().path(), "/2");
}

#[test]
fn gives_titles_as_text_and_texts_as_html() {
    let title = |title: &str| rss(&format!("<title>{title}</title>")).title;
    assert_eq!(
        title("AT&amp;amp;T &amp;lt;b&amp;gt;").as_deref(),
        Some("AT&T <b>")
    );
    assert_eq!(
        title("<![CDATA[<em>One</em>\n two]]>").as_deref(),
        Some("One two")
    );
    assert_eq!(
        title("if a &lt; b and x&lt;y").as_deref(),
        Some("if a < b and x<y")
    );
    assert_eq!(
        atom("<title type='html'>1 &amp;lt; 2</title>")
            .title
            .as_deref(),
        Some("1 < 2")
    );
    assert_eq!(
        atom("<title type='text'>&lt;b&gt; &amp;amp;</title>")
            .title
            .as_deref(),
        Some("<b> &amp;")
    );
    assert_eq!(
        atom("<summary>1 &lt; 2 &amp; 3</summary>")
            .summary
            .as_deref(),
        Some("1 &lt; 2 &amp; 3")
    );
    assert_eq!(
        atom("<content>&lt;p>x&lt;/p></content>").content.as_deref(),
        Some("<p>x</p>")
    );
}

#[test]
fn unwraps_html_that_was_escaped_twice_but_not_text_about_html() {
    let summary = |text: &str| {
        rss(&format!("<description>{text}</description>"))
            .summary
            .unwrap()
    };
    assert_eq!(
        summary("&amp;lt;p&amp;gt;a &amp;amp;amp; b&amp;lt;/p&amp;gt;"),
        "<p>a &amp; b</p>"
    );
    assert_eq!(summary("&lt;![CDATA[&lt;p>a&lt;/p>]]&gt;"), "<p>a</p>");
    assert_eq!(summary("Use &amp;lt;p&amp;gt;"), "Use &lt;p&gt;");
    assert_eq!(summary("&amp;lt;T&amp;gt;"), "&lt;T&gt;");
}

#[test]
fn takes_the_longer_text_for_content() {
    let entry =
        rss("<description>short</description><content:encoded>&lt;p>long&lt;/p></content:encoded>");
    assert_eq!(
        (entry.summary.as_deref(), entry.content.as_deref()),
        (Some("short"), Some("<p>long</p>"))
    );
}

#[test]
fn reads_persons_in_all_their_forms() {
    let person = |text: &str| {
        let person = rss(&format!("<author>{text}</author>")).authors.remove(0);
        (
            person.name.unwrap_or_default(),
            person.email.unwrap_or_default(),
        )
    };
    let both = ("Ann Lee".to_owned(), "ann@a.example".to_owned());
    assert_eq!(person("ann@a.example (Ann Lee)"), both);
    assert_eq!(person("Ann Lee &lt;ann@a.example&gt;"), both);
    assert_eq!(person("Ann Lee (ann@a.example)"), both);
    assert_eq!(
        person("mailto:ann@a.example"),
        (String::new(), both.1.clone())
    );
    assert_eq!(
        person("Ann &amp;amp; Lee"),
        ("Ann & Lee".to_owned(), String::new())
    );
    let inherited = read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><author><name>N</name></author><entry/></feed>",
    )
    .0;
    assert_eq!(inherited.entries[0].authors[0].name.as_deref(), Some("N"));
}

#[test]
fn tells_when_not_to_poll_and_where_to_go_on() {
    let (feed, _) = read(
        "<rss><channel><ttl>60</ttl><skipHours><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>\
         <atom:link rel='hub' href='https://hub.example/'/><atom:link rel='next' href='?p=2'/><atom:link rel='self' href='/f'/>",
    );
    assert_eq!(feed.ttl.unwrap().as_secs(), 3600);
    assert_eq!(feed.skip_hours, [0, 3]);
    assert_eq!(feed.skip_days, [jiff::civil::Weekday::Sunday]);
    assert_eq!(feed.hubs[0].as_str(), "https://hub.example/");
    assert_eq!(feed.next.unwrap().query(), Some("p=2"));
    assert_eq!(feed.self_link.unwrap().path(), "/f");
}

#[test]
fn reads_json_feeds_cut_off_and_with_raw_line_breaks() {
    let json = "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"T\",\"items\":[{\"id\":7,\"content_text\":\"a\nb & c\"},\
                {\"id\":\"2\",\"url\":\"/x\",\"content_html\":\"<img src='/i'>\",\"tags\":[\"t\",1]},{\"id\":\"3\",\"url\":";
    let (feed, problems) = read(json);
    assert_eq!(feed.version, Version::Json10);
    assert_eq!(
        problems,
        [Problem::Truncated {
            entry_dropped: true
        }]
    );
    assert_eq!(feed.entries.len(), 2);
    assert_eq!(feed.entries[0].id.as_deref(), Some("7"));
    assert_eq!(
        feed.entries[0].content.as_deref(),
        Some("<p>a b &amp; c</p>")
    );
    assert_eq!(
        feed.entries[1].content.as_deref(),
        Some("<img src='https://news.example/i'>")
    );
    assert_eq!(feed.entries[1].categories, ["t"]);
}

#[test]
fn cuts_a_json_feed_that_never_ends() {
    let json = format!(
        "{{\"items\":[{{\"id\":\"1\"}},{{\"id\":\"2\",\"tags\":[{}",
        "0,".repeat(5 << 20)
    );
    let (feed, problems) = read(json);
    assert_eq!(feed.entries.len(), 1);
    assert_eq!(
        problems,
        [Problem::Truncated {
            entry_dropped: true
        }]
    );
}

#[test]
fn refuses_what_is_no_feed() {
    let refusal = |bytes: &[u8]| parse(bytes, &Context::default()).unwrap_err();
    assert_eq!(refusal(b" \r\n"), NotAFeed::Empty);
    assert_eq!(refusal(b"<!doctype html><html><body><p>no"), NotAFeed::Html);
    assert_eq!(refusal(b"{\"error\": 404}"), NotAFeed::Unknown);
    assert_eq!(refusal(b"not found"), NotAFeed::Unknown);
    assert_eq!(refusal(b"<opml><body/></opml>"), NotAFeed::Unknown);
}

#[test]
fn stays_linear_and_whole_on_hostile_input() {
    let repeated = [
        "<a>",
        "<item>",
        "<!--",
        "<![CDATA[",
        "<!x[>",
        "<?",
        "</a>",
        "<a b='",
        "&",
        "<a b=\"'",
        "<a b c ",
        "<rss><",
        "\u{0}",
    ];
    for part in repeated {
        let hostile = format!(
            "<rss><channel><item><title>One</title></item>{}",
            part.repeat(50_000)
        );
        let (feed, _) = read(hostile);
        assert_eq!(feed.entries[0].title.as_deref(), Some("One"), "{part}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn never_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes, &Context::default());
    }

    #[test]
    fn never_panics_on_anything_like_a_feed(
        parts in proptest::collection::vec("<?/?[a-z:]{0,3}(rss|item|link|title|content|entry|feed|author|guid)( (href|type|xml:base|mode)=['\"]?[a-z/&;#:]{0,9}['\"]?)?/?>?|[&<>\"'a-zé新;\\]\\[!-]{0,9}", 0..24)
    ) {
        let feed = format!("<rss><channel>{}", parts.concat());
        let _ = parse(feed.as_bytes(), &context("https://a.example/", "text/xml"));
    }
}
