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

/// What stands as the sanitiser writes it is let through unparsed, which a comment before it prevents.
#[test]
fn what_is_let_through_unparsed_is_what_would_be_written() {
    let (Some(seeds), Some(xss)) = (data("seed-format"), data("xss/bulk.jsonl")) else {
        return;
    };
    let vectors = std::fs::read_to_string(xss).unwrap();
    let vectors: Vec<String> = vectors
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|vector| vector["html"].as_str().unwrap().to_owned())
        .collect();
    let check = |html: &str| assert_eq!(clean(html, None), clean(&format!("<!---->{html}"), None));
    let mut seed = 1_u64;
    let mut any = |below: usize| {
        // Knuth's generator (MMIX): the same changes at every run.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for entry in std::fs::read_dir(seeds).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let body = clean(&text, None);
        check(body.as_str());
        // A few blocks, so that what is changed is often all that could be noticed.
        let blocks: Vec<&str> = body.blocks().collect();
        for _ in 0..40 {
            let first = any(blocks.len());
            let mut changed = blocks[first..blocks.len().min(first + 3)].join("\n");
            let place = changed.floor_char_boundary(any(changed.len()));
            let end = changed.ceil_char_boundary(place + any(4));
            let other = match any(3) {
                0 => "",
                1 => &vectors[any(vectors.len())],
                _ => [
                    "<b>", "</b>", "<p>", "</p>", " ", "<br>", "&amp;", "\"", ">", "x",
                ][any(10)],
            };
            changed.replace_range(place..end, other);
            check(&changed);
        }
    }
    for vector in &vectors {
        check(vector);
        check(&format!("<p>{vector}</p>"));
        check(clean(vector, None).as_str());
    }
}
