//! Vectors that must not run, through the Markdown: rendered with raw HTML allowed, as git hosts and notes
//! programs do, no element, attribute or address comes out but those that Markdown and this crate write.

use pulldown_cmark::{Options, Parser, html::push_html};
use wirecopy_document::clean::clean;
use wirecopy_extract::markdown;
use wirecopy_html::{NodeId, Tree};

use crate::data;

/// Every so many payloads of the bulk; each line of the other file.
const BULK_STEP: usize = 4;

const ELEMENTS: &str = "html head body p h1 h2 h3 h4 h5 h6 blockquote ul ol li pre code hr br em strong del a img \
    table thead tbody tr th td div sup sub kbd mark ins u q ruby rb rt rp bdi bdo";

const ATTRIBUTES: &str = "href src alt title start dir style id class";

#[test]
fn no_vector_runs_from_the_markdown() {
    let Some(directory) = data::directory("xss") else {
        return;
    };
    for (name, step) in [("vectors.dev.jsonl", 1), ("bulk.jsonl", BULK_STEP)] {
        for vector in data::json_lines(&directory.join(name)).iter().step_by(step) {
            let html = vector["html"].as_str().unwrap();
            for form in [html.to_owned(), shown(html)] {
                let written = markdown(&clean(&form, None));
                assert_harmless(&rendered(&written), &format!("{}: {written}", vector["id"]));
            }
        }
    }
}

/// A vector as an article about it shows it, in text, code, an address and a cell.
fn shown(html: &str) -> String {
    let text = html.replace('&', "&amp;").replace('<', "&lt;");
    let quoted = text.replace('"', "&quot;");
    format!(
        "<p>{text}</p><p><code>{text}</code> <a href=\"https://news.example/{quoted}\">{text}</a></p><pre>{text}</pre>\
         <table><tr><td>{text}<td><code>{text}</code></table>\
         <figure><img src=\"https://news.example/{quoted}\" alt=\"{quoted}\"><figcaption>{text}</figcaption></figure>"
    )
}

fn rendered(markdown: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut html = String::new();
    push_html(&mut html, Parser::new_ext(markdown, options));
    html
}

#[track_caller]
fn assert_harmless(html: &str, of: &str) {
    let tree = Tree::parse(html);
    for element in tree
        .subtree(NodeId::ROOT)
        .filter_map(|node| tree.element(node))
    {
        let is_named = |list: &str, name: &str| list.split_whitespace().any(|known| known == name);
        assert!(
            is_named(ELEMENTS, element.name()),
            "<{}> of {of}",
            element.name()
        );
        for attribute in element.attributes() {
            let (name, value) = (attribute.name, attribute.value);
            assert!(is_named(ATTRIBUTES, name), "{name} of {of}");
            // The renderer's own, for the columns of tables.
            assert!(name != "style" || value.starts_with("text-align"), "{of}");
            let schemes = ["http://", "https://", "mailto:", "#"];
            let is_address = matches!(name, "href" | "src");
            assert!(
                !is_address || schemes.iter().any(|scheme| value.starts_with(scheme)),
                "{value} of {of}"
            );
        }
    }
}

#[test]
#[should_panic(expected = "onerror of raw")]
fn a_raw_vector_is_noticed() {
    assert_harmless(
        "<p><img src=https://a.example/ onerror=alert(1)></p>",
        "raw",
    );
}
