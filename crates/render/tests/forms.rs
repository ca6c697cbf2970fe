//! An article in every form: what programs that read trafilatura's output find there.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use url::Url;
use wirecopy_extract::{Article, Page, extract};
use wirecopy_render::{DateChoice, Fields, Form, Options, Parts, render};

/// An invented page.
const PAGE: &str = "<html lang=en><title>The harbour &amp; the \"tide\" - The Hill</title>\
    <meta property=og:title content='The harbour &amp; the \"tide\"'>\
    <meta property=article:published_time content='2026-03-02T23:30:00-05:00'>\
    <meta name=author content='Ann Example'><meta property=og:site_name content='The Hill'>\
    <article><h1>The harbour &amp; the \"tide\"</h1>\
    <p>The harbour of Exampleton opened again on Monday, after a winter of <em>repairs</em> that cost < planned.</p>\
    <h2>What it took</h2><p>Fishers said that they had waited <a href=/long>long enough</a>, and went out with the \
    first tide, long before the sun had come up.</p><ul><li>One quay was rebuilt by the town itself</li>\
    <li>Two cranes came by sea from the north</li></ul><table><tr><th>quay<th>cost<tr><td>north quay<td>12</table>\
    <blockquote><p>We had hoped for less rain, and for more hands, said the harbour master of Exampleton.</p>\
    </blockquote></article>";

fn article() -> (Article, Fields) {
    let url = Url::parse("https://www.hill.example/1").unwrap();
    let page = Page {
        bytes: PAGE.as_bytes(),
        media_type: None,
        url: Some(&url),
    };
    let article = extract(&page, None).unwrap();
    let fields = Fields::of(&article, Some(&url), &DateChoice::default()).unwrap();
    (article, fields)
}

fn written(form: Form, parts: Parts, metadata: bool) -> String {
    let (article, fields) = article();
    render(form, &article, &fields, &Options { parts, metadata })
}

const NOTHING: Parts = Parts {
    tables: true,
    images: false,
    links: false,
    formatting: false,
};

/// The names of the elements in order; panics where the text is no XML.
fn elements(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut names = Vec::new();
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error} in {xml}"))
        {
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
                names.push(tag.name().as_ref().to_owned());
            }
            Event::Eof => return names,
            _ => {}
        }
    }
}

#[test]
fn text_has_marks_only_where_they_are_asked_for() {
    let plain = written(Form::Text, NOTHING, false);
    assert!(
        plain.contains("winter of repairs that cost < planned.\nWhat it took\n"),
        "{plain}"
    );
    let marked = written(
        Form::Text,
        Parts {
            formatting: true,
            links: true,
            ..NOTHING
        },
        false,
    );
    assert!(
        marked.contains("*repairs*")
            && marked.contains("[long enough](https://www.hill.example/long)"),
        "{marked}"
    );
    let without = written(
        Form::Text,
        Parts {
            tables: false,
            ..NOTHING
        },
        false,
    );
    assert!(
        !without.contains("north quay") && without.contains("Two cranes"),
        "{without}"
    );
}

#[test]
fn fields_stand_before_the_text_in_quotes_where_yaml_needs_them() {
    let text = written(Form::Markdown, Parts::default(), true);
    let begin = "---\ntitle: \"The harbour & the \\\"tide\\\"\"\nauthor: Ann Example\n";
    assert!(text.starts_with(begin), "{text}");
    assert!(
        text.contains("\ndate: \"2026-03-02\"\n") && text.contains("\n---\n"),
        "{text}"
    );
}

#[test]
fn json_has_the_names_that_trafilatura_gives() {
    let json: Value = serde_json::from_str(&written(Form::Json, NOTHING, true)).unwrap();
    let told = [
        "title",
        "author",
        "date",
        "source",
        "hostname",
        "source-hostname",
    ]
    .map(|name| json[name].as_str());
    let expected = [
        "The harbour & the \"tide\"",
        "Ann Example",
        "2026-03-02",
        "https://www.hill.example/1",
    ];
    assert_eq!(told[..4], expected.map(Some));
    assert_eq!(told[4..], [Some("hill.example"), Some("The Hill")]);
    let bare: Value = serde_json::from_str(&written(Form::Json, NOTHING, false)).unwrap();
    assert_eq!(bare.as_object().unwrap().len(), 2);
}

#[test]
fn csv_is_eleven_values_between_tabs() {
    let line = written(Form::Csv, NOTHING, false);
    let before_text = line.split("\t\"").next().unwrap();
    assert!(
        before_text.starts_with("https://www.hill.example/1\tnull\t"),
        "{line}"
    );
    assert!(
        line.contains("\t\"The harbour & the \"\"tide\"\"\"\t"),
        "{line}"
    );
    assert!(line.ends_with("\"\tnull\tnull\tnull"), "{line}");
}

#[test]
fn tei_has_a_header_with_the_fields_and_a_body_in_its_own_words() {
    let tei = written(Form::Tei, Parts::default(), false);
    let names = elements(&tei);
    assert_eq!(
        names[..4],
        ["TEI", "teiHeader", "fileDesc", "titleStmt"],
        "{tei}"
    );
    for name in [
        "ab", "hi", "ref", "list", "item", "table", "row", "cell", "quote",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} in {tei}");
    }
    assert!(
        tei.contains("<title type=\"main\">The harbour &amp; the &quot;tide&quot;</title>"),
        "{tei}"
    );
    assert!(tei.contains("<quote><p>We had hoped"), "{tei}");
    assert!(
        tei.contains("<author>Ann Example</author>") && tei.contains("<date>2026-03-02</date>"),
        "{tei}"
    );
    assert!(!names.iter().any(|name| name == "head"), "{tei}");
}

#[test]
fn plain_xml_has_the_fields_as_attributes_only_when_asked() {
    let xml = written(Form::Xml, Parts::default(), true);
    assert!(
        xml.starts_with(
            "<doc title=\"The harbour &amp; the &quot;tide&quot;\" author=\"Ann Example\""
        ),
        "{xml}"
    );
    assert_eq!(elements(&xml)[..2], ["doc", "main"]);
    assert!(written(Form::Xml, Parts::default(), false).starts_with("<doc>\n"));
}

#[test]
fn a_date_is_written_as_asked_and_a_pattern_that_means_nothing_is_refused() {
    let (article, _) = article();
    let date = |pattern: &str| {
        let choice = DateChoice {
            original: true,
            pattern: pattern.to_owned(),
        };
        Fields::of(&article, None, &choice).map(|fields| fields.date)
    };
    assert_eq!(date("%d/%m/%y").unwrap().as_deref(), Some("02/03/26"));
    assert!(date("%!").unwrap_err().contains("`%!`"));
}

proptest! {
    /// Whatever a page holds, what comes out of it is well-formed.
    #[test]
    fn xml_of_any_page_is_well_formed(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = "Words that make up a sentence of some length, so that there is an article to be found. ".repeat(3);
        let html = format!("<title>x</title><article><p>{text}</p>{}<p>{text}</p></article>", pieces.concat());
        let page = Page { bytes: html.as_bytes(), media_type: None, url: None };
        if let Ok(article) = extract(&page, None) {
            let fields = Fields::of(&article, None, &DateChoice::default()).unwrap();
            for form in [Form::Xml, Form::Tei] {
                elements(&render(form, &article, &fields, &Options { parts: Parts::default(), metadata: true }));
            }
        }
    }
}

fn piece() -> impl Strategy<Value = String> {
    let tags = "p ul ol li dl dt dd table tr td th blockquote figure figcaption pre code em b a q sup del details summary \
        h2 h5 br hr ruby rt";
    let tags: Vec<&str> = tags.split_whitespace().collect();
    prop_oneof![
        prop::sample::select(tags.clone()).prop_map(|tag| format!("<{tag}>")),
        prop::sample::select(tags).prop_map(|tag| format!("</{tag}>")),
        Just("<img src=https://e.example/a?b&c alt='\"x\" &lt;'>".to_owned()),
        "[a-z&<>\"\u{1}\u{b}\u{ffff} ]{0,12}",
    ]
}
