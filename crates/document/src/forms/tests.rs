//! The foreign forms at their border, on invented articles.

use jiff::Timestamp;

use super::head::repair_body;
use super::repair::{Repair, repaired};
use super::{ForeignError, Form, jekyll, read_foreign};

const SEED: &str = "<!--1640817542000-->\n[A [b] (c) &quot;d&quot;](https://n.example/a_(b).html)\n------\n\n<p>x</p>\n";

#[test]
fn reads_a_seed_with_brackets_in_title_and_address() {
    let foreign = read_foreign("articles/voa/1048574.md", SEED.as_bytes()).unwrap();
    assert_eq!(foreign.form, Form::Seed);
    assert_eq!(foreign.title, "A [b] (c) &quot;d&quot;");
    assert_eq!(foreign.url.as_str(), "https://n.example/a_(b).html");
    assert_eq!(foreign.source.as_deref(), Some("voa"));
    assert_eq!(foreign.body_html, "<p>x</p>");
    let (document, repairs) = repaired(&foreign, "voa", Timestamp::UNIX_EPOCH);
    assert_eq!(document.title, "A [b] (c) \"d\"");
    assert_eq!(
        repairs,
        [Repair::TitleReferences, Repair::TitleBrackets, Repair::Stub]
    );
}

#[test]
fn reads_posts_with_and_without_the_seeds_head() {
    let front = "---\nlayout: post\ntitle: \"A \\\"b\\\"\"\ndate: 2021-02-24T02:07:43.000Z\nauthor: BBC\nfrom: https://n.example/a\ntags: [ BBC ]\ncategories: [ BBC ]\n---\n";
    let with = format!(
        "{front}<!--1614132463000-->\n[A \"b\"](https://n.example/a)\n------\n\n<div>\n<p>x</p>\n</div>\n"
    );
    let foreign = read_foreign("_posts/2021-02-24-A.md", with.as_bytes()).unwrap();
    assert_eq!(
        (foreign.title.as_str(), foreign.body_html.as_str()),
        ("A \"b\"", "<p>x</p>")
    );
    assert_eq!(
        (foreign.source.as_deref(), foreign.repairs.len()),
        (Some("BBC"), 0)
    );
    let without = format!("{front}\n<article>\n <p>x\n </p>\n</article>\n");
    let foreign = read_foreign("archived/2021/a.md", without.as_bytes()).unwrap();
    assert_eq!(foreign.repairs, [Repair::WithoutEpoch]);
    assert_eq!(
        foreign.published.unwrap().as_millisecond(),
        1_614_132_463_000
    );
    assert_eq!(foreign.body_html, "<article>\n <p>x\n </p>\n</article>");
}

#[test]
fn a_date_clamped_to_the_fetch_tells_that_the_epoch_is_eight_hours_ahead() {
    let post = "---\ntitle: \"A\"\ndate: 2021-02-24T02:07:43.000Z\nfrom: https://n.example/a\ntags: [ C ]\n---\n<!--1614160800000-->\n[A](https://n.example/a)\n------\n\n<div>\n\n</div>\n";
    let foreign = read_foreign("_posts/a.md", post.as_bytes()).unwrap();
    assert_eq!(foreign.repairs, [Repair::DateDiffers]);
    assert_eq!(
        foreign.published.unwrap().to_string(),
        "2021-02-24T02:00:00Z"
    );
}

#[test]
fn reads_submitted_pages() {
    let page = "A story by Ann\n------\n**2020-05-01**\n\n## One\n\nText with *em*, **strong** and a [link](https://x.example/a_(b)).\n\n![alt](https://x.example/i.jpg)\n\n- a\n- b\n";
    let foreign = read_foreign("pages/12.md", page.as_bytes()).unwrap();
    assert_eq!(
        (foreign.title.as_str(), foreign.authors[0].as_str()),
        ("A story", "Ann")
    );
    assert_eq!(foreign.url.as_str(), "urn:x-submitted:pages/12.md");
    assert_eq!(
        foreign.published.unwrap().to_string(),
        "2020-05-01T00:00:00Z"
    );
    let (document, _) = repaired(&foreign, "submitted", Timestamp::UNIX_EPOCH);
    assert_eq!(
        document.body.as_str(),
        "<h2>One</h2>\n<p>Text with <em>em</em>, <strong>strong</strong> and a <a href=\"https://x.example/a_(b)\">link</a>.</p>\n\
         <figure><img src=\"https://x.example/i.jpg\" alt=\"alt\"></figure>\n<ul><li>a</li><li>b</li></ul>"
    );
}

#[test]
fn lists_and_front_pages_are_no_articles() {
    let list = "美国之音\n------\n\n1-2 [A](/articles/voa/1.md)\n\n1-1 [B](/articles/voa/2.md)\n";
    assert_eq!(
        read_foreign("lists/美国之音.md", list.as_bytes()),
        Err(ForeignError::List)
    );
    assert_eq!(
        read_foreign("README.md", b"News\n------\n\n[A](/lists/A.md)\n"),
        Err(ForeignError::NotAnArticle)
    );
    assert_eq!(
        read_foreign("x", b"\xff\x00"),
        Err(ForeignError::NotAnArticle)
    );
}

#[test]
fn takes_the_head_off_a_full_text_body() {
    let head = repair_body(
        "<div><i>null Ann  Bee<br>2020-07-05T09:49:41.879Z</i></div><img src=\"https://images.weserv.nl/?url=i.example/a.jpg\" width=\"100%\">\
         <div><small style=\"color: #999;\">A <b>caption</b></small></div><p>Text</p>\
         <div ><img  src=\"https://images.weserv.nl?url=i.example/b.jpg\" border=\"0\"/><div><small style=\"color: #999;\">B</small></div></div>\
         <div class=\"x sharedaddy\"><div>Share</div></div><p>The post <a href=x>T</a> appeared first on <a href=y>Y</a>.</p>",
    );
    assert_eq!(head.author.as_deref(), Some("Ann Bee"));
    assert_eq!(
        head.published.unwrap().to_string(),
        "2020-07-05T09:49:41.879Z"
    );
    let base = "https://n.example/".parse().unwrap();
    assert_eq!(
        head.body(&base).as_str(),
        "<figure><img src=\"https://i.example/a.jpg\" alt=\"\"><figcaption>A caption</figcaption></figure>\n<p>Text</p>\n\
         <figure><img src=\"https://i.example/b.jpg\" alt=\"\"><figcaption>B</figcaption></figure>"
    );
}

#[test]
fn a_lead_picture_that_comes_again_stays_in_its_place() {
    let html = "<div>13/07/2020 - 14:35</div><img src=\"https://i.example/a.jpg\" width=\"100%\"><p>Text</p><img src=\"https://i.example/a.jpg\">";
    let head = repair_body(html);
    assert_eq!(head.published, None);
    let body = head.body(&"https://n.example/".parse().unwrap());
    assert_eq!(
        body.as_str(),
        "<p>Text</p>\n<figure><img src=\"https://i.example/a.jpg\" alt=\"\"></figure>"
    );
}

#[test]
fn a_poster_is_the_lead_and_the_film_stays() {
    let head = repair_body(
        "<div><i></i></div><video poster=\"https://i.example/p.jpg\" src=\"https://i.example/v.mp4\"></video><p>Text</p>",
    );
    assert_eq!(
        head.picture.as_ref().unwrap().url.as_str(),
        "https://i.example/p.jpg"
    );
    assert!(head.body_html.starts_with("<video"));
}

#[test]
fn text_at_the_start_that_is_no_head_stays() {
    for html in [
        "<div><i>A word before</i></div><p>x</p>",
        "<div>7</div>",
        "<img src=\"https://i.example/a.jpg\"><p>x</p>",
    ] {
        assert_eq!(repair_body(html).body_html, html);
    }
}

#[test]
fn a_posts_name_is_cut_at_fifty_units() {
    let title = format!("{}𝒳/y", "字".repeat(48));
    let day = Timestamp::from_millisecond(1_614_132_463_000).unwrap();
    assert_eq!(
        jekyll::post_path(day, &title),
        format!("_posts/2021-02-24-{}𝒳.md", "字".repeat(48))
    );
}
