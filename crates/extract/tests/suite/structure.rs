//! What no scorer of plain text sees: headings, lists, quotations, tables, code, captions, embeds, ruby.
//! All pages here are invented.

use url::Url;
use wirecopy_extract::{Article, Page, extract};

/// An invented page around the given markup: navigation before it, teasers and a footer after it.
pub(super) fn page(body: &str) -> Article {
    page_around(body, "")
}

/// The same page with markup right after its text.
pub(super) fn page_ending(end: &str) -> Article {
    page_around("", end)
}

fn page_around(body: &str, end: &str) -> Article {
    let html = format!(
        "<!doctype html><html lang=en><title>The harbour reopens after a winter of repairs | The Example</title>
        <meta property=og:type content=article><meta property=og:site_name content='The Example'>
        <header><nav><ul><li><a href=/>Home</a><li><a href=/news>News</a><li><a href=/sport>Sport</a></ul></nav></header>
        <main><article class=article><h1>The harbour reopens after a winter of repairs</h1>
        <div class='article-body entry-content'>
        <p>The harbour of Exampleton opened again on Monday, after a winter of repairs that had cost more than anyone had planned for.</p>
        {body}
        <p>Fishers said that they had waited long enough, and went out with the first tide, long before the sun had come up over the bay.</p>
        <p>The town expects the last of the cranes to be gone by the summer, when the ferries are to return to their old landing place.</p>
        {end}
        </div></article></main>
        <aside class=related><h3>Related</h3><ul><li><a href=/a>Old cranes to go</a><li><a href=/b>Ferries to come back</a></ul></aside>
        <footer><p>Copyright The Example. All rights reserved.</p></footer>"
    );
    let url = Url::parse("https://news.example/harbour").unwrap();
    extract(
        &Page {
            bytes: html.as_bytes(),
            media_type: Some("text/html; charset=utf-8"),
            url: Some(&url),
        },
        None,
    )
    .unwrap()
}

#[track_caller]
pub(super) fn check(body: &str, expected: &[&str]) {
    let article = page(body);
    for line in expected {
        assert!(
            article.body.blocks().any(|block| block == *line),
            "no {line:?} in\n{}",
            article.body.as_str()
        );
    }
}

#[test]
fn title_comes_without_the_site_and_surroundings_stay_out() {
    let article = page("");
    assert_eq!(
        article.title,
        "The harbour reopens after a winter of repairs"
    );
    assert_eq!(article.site_name.as_deref(), Some("The Example"));
    for outside in ["Home", "Related", "Copyright", "Old cranes"] {
        assert!(!article.text.contains(outside), "{}", article.text);
    }
}

#[test]
fn a_line_that_only_names_the_author_is_told_as_such_and_not_as_text() {
    let html = "<html lang=ja><title>港の大時計</title><meta name=author content='三浦航'><article><h1>港の大時計、動く</h1><p>記者 三浦航 2026-03-01 20:00</p>
        <p>港の大時計が五十年ぶりに正しい時刻を指した。修理した職人は、部品をすべて手で作ったと話している。町の人たちは朝から集まり、鐘の音を聞いた。</p>
        <p>時計は昭和の初めに作られ、長いあいだ止まったままだった。町はこれから毎日、正午に鐘を鳴らすという。</p></article>";
    let article = extract(
        &Page {
            bytes: html.as_bytes(),
            media_type: None,
            url: None,
        },
        None,
    )
    .unwrap();
    assert_eq!(article.authors, ["三浦航"]);
    assert!(
        !article.text.contains("記者") && article.text.contains("鐘の音"),
        "{}",
        article.text
    );
}

#[test]
fn headings_and_emphasis_stay() {
    check(
        "<h2>What was done</h2><p>The walls were <em>raised</em> by a metre, which the engineers call <strong>enough for a century</strong> of storms.</p>",
        &[
            "<h2>What was done</h2>",
            "<p>The walls were <em>raised</em> by a metre, which the engineers call <strong>enough for a century</strong> of storms.</p>",
        ],
    );
}

#[test]
fn quotations_stay_quotations() {
    let article = page(
        "<blockquote><p>“We have waited long enough for this day, and so have our boats,” said the oldest of the fishers.</p></blockquote>",
    );
    assert!(
        article.body.as_str().contains("<blockquote>"),
        "{}",
        article.body.as_str()
    );
}

#[test]
fn a_picture_keeps_its_caption_and_its_place() {
    let article = page(
        "<figure><img src=/harbour.jpg alt='The harbour' width=800 height=600><figcaption>The harbour on Monday. Photo: A. Example</figcaption></figure>",
    );
    let lines: Vec<&str> = article.body.blocks().collect();
    let place = lines
        .iter()
        .position(|line| line.starts_with("<figure>"))
        .expect("the figure is kept");
    assert!(
        lines[place].contains("https://news.example/harbour.jpg")
            && lines[place].contains("<figcaption>"),
        "{}",
        lines[place]
    );
    assert!(
        place > 0 && place + 1 < lines.len(),
        "{}",
        article.body.as_str()
    );
    assert_eq!(
        article.lead_image.unwrap().caption,
        "The harbour on Monday. Photo: A. Example"
    );
}

#[test]
fn relative_links_are_resolved() {
    let article = page(
        "<p>The plans had been <a href='/plans'>published in the autumn</a> of the year before, and nobody in the town had objected to them.</p>",
    );
    assert!(
        article
            .body
            .as_str()
            .contains("<a href=\"https://news.example/plans\">"),
        "{}",
        article.body.as_str()
    );
}

#[test]
fn ruby_and_right_to_left_text_survive() {
    let article = page(
        "<p>The ship's name, <ruby>港<rt>みなと</rt></ruby>, was painted on its side, and beneath it <bdo dir=rtl>ميناء</bdo> in letters as tall as a child.</p>",
    );
    assert!(
        article.body.as_str().contains("<ruby>港"),
        "{}",
        article.body.as_str()
    );
    assert!(
        article.body.as_str().contains("ميناء"),
        "{}",
        article.body.as_str()
    );
}

#[test]
fn a_gallery_keeps_its_pictures_and_their_captions() {
    let item = |name: &str| {
        format!(
            "<dl class=gallery-item><dt class=gallery-icon><a href=/files/{name}.jpg><img src=/files/{name}-300x200.jpg alt=''></a></dt><dd class='wp-caption-text gallery-caption'>The {name}</dd></dl>"
        )
    };
    let article = page(&format!(
        "<div class='gallery'>{}{}</div>",
        item("quay"),
        item("crane")
    ));
    for name in ["quay", "crane"] {
        let figure = article
            .body
            .blocks()
            .find(|block| block.contains(&format!("{name}-300x200.jpg")))
            .unwrap_or_default();
        assert!(
            figure.starts_with("<figure>")
                && figure.contains(&format!("<figcaption>The {name}</figcaption>")),
            "{}",
            article.body.as_str()
        );
    }
}

#[test]
fn short_programs_and_the_captions_of_tables_stay() {
    let article = page(
        "<p>The harbour master showed the town council how the opening of the gates is worked out, in a single line of a program.</p>
        <div class='highlight'><pre><code><span class=n>x</span><span class=w> </span><span class=o>=</span><span class=w> </span><span class=m>1</span></code></pre></div>
        <p>The council then looked at how many ships had come in each of the three months before the harbour was closed for repairs.</p>
        <table><caption>Ships in a month</caption><tr><th>Month</th><th>Number of ships</th></tr><tr><td>September</td><td>twenty-one ships</td></tr><tr><td>October</td><td>nineteen ships</td></tr></table>",
    );
    for kept in ["<pre>x = 1</pre>", "<caption>Ships in a month</caption>"] {
        let html = article
            .body
            .as_str()
            .replace("<code>", "")
            .replace("</code>", "");
        assert!(html.contains(kept), "no {kept} in {html}");
    }
}

/// A page with a reference within its text, and the note after the text.
#[track_caller]
fn check_note(reference: &str, note: &str, link: &str, back: &str) {
    let article = page_around(
        &format!(
            "<p>The council had asked for a wall of three metres{reference}, but the engineers thought that two and a half would do.</p>"
        ),
        note,
    );
    for part in ["A wall of four metres was once talked of.", link, back] {
        assert!(
            article.body.as_str().contains(part),
            "no {part} in {}",
            article.body.as_str()
        );
    }
}

#[test]
fn notes_that_the_text_refers_to_stay_with_links_both_ways() {
    check_note(
        "<a class=footnote-ref href=#fn1 id=fnref1><sup>1</sup></a>",
        "<section class=footnotes><hr><ol><li id=fn1><p>A wall of four metres was once talked of.<a href=#fnref1 class=footnote-back>↩︎</a></p></li></ol></section>",
        "href=\"#note-fn1\"",
        "href=\"#note-fnref1\"",
    );
    check_note(
        "<sup class=reference id=cite_ref-1><a href=#cite_note-1>[1]</a></sup>",
        "<ol class=references><li id=cite_note-1><span class=mw-cite-backlink><b><a href=#cite_ref-1>^</a></b></span> <span class=reference-text>A wall of four metres was once talked of.</span></li></ol>",
        "href=\"#note-cite_note-1\"",
        "href=\"#note-cite_ref-1\"",
    );
    check_note(
        "<a class=footnote-anchor id=footnote-anchor-1 href=#footnote-1>1</a>",
        "<div class=footnote><a id=footnote-1 href=#footnote-anchor-1 class=footnote-number>1</a><div class=footnote-content><p>A wall of four metres was once talked of.</p></div></div>",
        "href=\"#note-footnote-1\"",
        "href=\"#note-footnote-anchor-1\"",
    );
}

#[test]
fn a_page_for_readers_without_scripts_is_read_however_long_its_head_is() {
    let menu = "<li><a href=/topics>Topics</a></li>".repeat(60);
    let paragraph = "<p>The harbour of Exampleton opened again on Monday, after a winter of repairs that had cost more than anyone had planned for.</p>";
    let html = format!(
        "<html lang=en><title>The harbour reopens</title><noscript><header><ul>{menu}</ul></header><main><article><h1>The harbour reopens</h1>{}</article></main></noscript>",
        paragraph.repeat(4)
    );
    let page = Page {
        bytes: html.as_bytes(),
        media_type: None,
        url: None,
    };
    let article = extract(&page, None).unwrap();
    assert!(
        article.body.as_str().contains("winter of repairs"),
        "{}",
        article.body.as_str()
    );
}

#[test]
fn a_text_of_links_that_was_extracted_is_no_list() {
    let links =
        "<li><a href=\"https://news.example/a\">The harbour of Exampleton opened again</a></li>";
    let html = format!("<ul>{}</ul>", links.repeat(40));
    let read = |html: &str| {
        let page = Page {
            bytes: html.as_bytes(),
            media_type: None,
            url: None,
        };
        extract(&page, None)
    };
    assert_eq!(read(&html).unwrap().body.as_str(), html);
    assert!(read(&format!("<title>Harbours</title>{html}")).is_err());
}
