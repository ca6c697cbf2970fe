//! Markup made to run scripts or to break parsers.

use std::time::{Duration, Instant};

use wirecopy_document::clean::{CleanHtml, clean};

use crate::data;

/// Every element and attribute that a document may hold, written down a second time on purpose:
/// a slip in the product's own list shows here.
fn judge() -> ammonia::Builder<'static> {
    let tags = "a abbr b bdi bdo blockquote br caption cite code dd del details dfn dl dt em \
        figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rb rp rt ruby s samp \
        small span strong sub summary sup table tbody td tfoot th thead time tr u ul var";
    let attributes = [
        ("a", "href id"),
        ("abbr", "title"),
        ("img", "src alt width height"),
        ("li", "value"),
        ("ol", "start type reversed"),
        ("td", "colspan rowspan"),
        ("th", "colspan rowspan"),
        ("time", "datetime"),
    ];
    let mut judge = ammonia::Builder::empty();
    judge.tags(tags.split_whitespace().collect());
    judge.generic_attributes(["dir", "lang"].into());
    let words = |(tag, names): (&'static str, &'static str)| (tag, names.split(' ').collect());
    judge.tag_attributes(attributes.into_iter().map(words).collect());
    judge.url_schemes(["http", "https", "mailto"].into());
    judge.link_rel(None);
    judge
}

/// Whether markup holds nothing but what a document may hold, as another sanitiser sees it, in the
/// form that it promises.
#[track_caller]
fn assert_harmless(html: &CleanHtml, judge: &ammonia::Builder<'_>, of: &str) {
    for line in html.blocks() {
        assert!(line.starts_with('<'), "line {line:?} of {of}");
    }
    assert_eq!(
        &clean(html.as_str(), None),
        html,
        "sanitised again, of {of}"
    );
    let judged = judge.clean(html.as_str()).to_string();
    let plain = html
        .as_str()
        .replace("&#10;", "\n")
        .replace('\u{a0}', "&nbsp;");
    assert_eq!(
        judged.replace("reversed=\"\"", "reversed"),
        plain,
        "judged, of {of}"
    );
}

#[test]
fn nothing_of_the_vectors_is_left() {
    let Some(dir) = data("xss") else { return };
    let judge = judge();
    for name in ["vectors.dev.jsonl", "bulk.jsonl"] {
        let lines = std::fs::read_to_string(dir.join(name)).unwrap();
        for line in lines.lines() {
            let vector: serde_json::Value = serde_json::from_str(line).unwrap();
            let html = vector["html"].as_str().unwrap();
            assert_harmless(&clean(html, None), &judge, html);
        }
    }
}

#[test]
fn pages_that_break_parsers_take_a_moment() {
    let Some(dir) = data("html/nasty") else {
        return;
    };
    let judge = judge();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let start = Instant::now();
        let cleaned = clean(&String::from_utf8_lossy(&bytes), None);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{path:?} took {took:?}");
        assert_harmless(&cleaned, &judge, &path.to_string_lossy());
    }
}
