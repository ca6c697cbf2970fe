//! The file of a document at its border, on invented articles.

use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

use super::enclosure::Enclosure;
use super::{Document, DocumentError, Problem, Trailer, read_header};
use crate::clean::clean;

const OURS: &str = "<!--1640817542000-->\n[A \\[b\\] \\\\ c](https://n.example/a_%28b%29)\n------\n\n<p>Text</p>\n<p>More</p>\n\n\
<!--\nsource: voa\nauthor: Ann\nauthor: 安\nlanguage: zh-Hans\nmodified: 2021-12-30T00:00:00Z\nimage: https://i.example/a-\\-b.jpg\n\
tag: x\nsummary: Dash -\\- and \\\\ and\\nline\nentry: 0123456789abcdef\nlater: kept\nformat: 1\n-->\n";

const SEED: &str = "<!--1640817542000-->\n[A [b] \\ ](c)](https://n.example/a_(b))\n------\n\n<p>Text</p><img src=\"/i.jpg\"><script>x</script>\n";

#[test]
fn reads_and_writes_its_own_file() {
    let (document, problems) = Document::parse(OURS.as_bytes()).unwrap();
    assert_eq!(problems, []);
    assert_eq!(document.title, "A [b] \\ c");
    assert_eq!(document.published.as_millisecond(), 1_640_817_542_000);
    assert_eq!(document.trailer.authors, ["Ann", "安"]);
    assert_eq!(
        document.trailer.summary.as_deref(),
        Some("Dash -- and \\ and\nline")
    );
    assert_eq!(
        document.trailer.image.as_ref().unwrap().as_str(),
        "https://i.example/a--b.jpg"
    );
    assert_eq!(
        document.trailer.rest,
        [("later".to_owned(), "kept".to_owned())]
    );
    assert_eq!(String::from_utf8(document.to_bytes()).unwrap(), OURS);
}

#[test]
fn a_seed_document_is_a_document() {
    let (document, problems) = Document::parse(SEED.as_bytes()).unwrap();
    assert_eq!(problems, [Problem::Body]);
    assert_eq!(document.title, "A [b] \\ ](c)");
    assert_eq!(document.url.as_str(), "https://n.example/a_(b)");
    let figure = "<p>Text</p>\n<figure><img src=\"https://n.example/i.jpg\" alt=\"\"></figure>";
    assert_eq!(document.body.as_str(), figure);
    assert_eq!(document.trailer, Trailer::default());
}

#[test]
fn a_header_is_read_without_the_body() {
    for file in [OURS, SEED] {
        let header = read_header(file.as_bytes()).unwrap();
        let (document, _) = Document::parse(file.as_bytes()).unwrap();
        assert_eq!(
            (header.published, &header.title, &header.trailer),
            (document.published, &document.title, &document.trailer)
        );
        assert_eq!(Url::parse(&header.url).unwrap(), document.url);
    }
}

#[test]
fn a_newer_format_is_refused_and_what_is_odd_is_told() {
    let with = |line: &str| OURS.replace("format: 1", line);
    assert_eq!(
        read_header(with("format: 2").as_bytes()),
        Err(DocumentError::Newer(2))
    );
    let odd = with("modified: yesterday\nsource: second\nformat: 1");
    let (document, problems) = Document::parse(odd.as_bytes()).unwrap();
    assert_eq!(problems.len(), 2);
    assert_eq!(document.trailer.rest.len(), 3);
    assert_eq!(document.trailer.source.as_deref(), Some("voa"));
    let again = document.to_bytes();
    assert_eq!(Document::parse(&again).unwrap().0, document);
}

#[test]
fn other_files_are_no_documents() {
    for (file, error) in [
        ("", DocumentError::Published),
        ("<!--x-->\n[a](b)\n", DocumentError::Published),
        (
            "<!--99999999999999999999-->\n[a](b)\n",
            DocumentError::Published,
        ),
        ("<!--1-->\nno link\n", DocumentError::Link),
        (
            "<!--1-->\n[a](b)\n------\n",
            DocumentError::Url("b".to_owned()),
        ),
    ] {
        assert_eq!(Document::parse(file.as_bytes()), Err(error), "{file}");
    }
}

#[test]
fn line_ends_of_windows_and_broken_letters_are_read() {
    let windows = OURS.replace('\n', "\r\n");
    let (document, _) = Document::parse(windows.as_bytes()).unwrap();
    assert_eq!(document, Document::parse(OURS.as_bytes()).unwrap().0);
    let (_, problems) =
        Document::parse(b"<!--1-->\n[a\xff](https://n.example/)\n------\n\n<p>x</p>\n").unwrap();
    assert_eq!(problems, [Problem::NotUtf8]);
}

#[test]
fn an_article_is_the_same_whatever_is_known_of_its_capture() {
    let (document, _) = Document::parse(OURS.as_bytes()).unwrap();
    let mut other = document.clone();
    other.trailer.captured = Some(Timestamp::UNIX_EPOCH);
    other.trailer.entry = None;
    assert!(document.same_article(&other));
    other.trailer.withdrawn = Some(Timestamp::UNIX_EPOCH);
    assert!(!document.same_article(&other));
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![".{0,20}", "[-\\\\:\n\r >!<n]{0,12}"]
}

prop_compose! {
    fn trailer()(
        source in proptest::option::of(value()),
        authors in proptest::collection::vec(value(), 0..3),
        time in proptest::option::of(-1_000_000_000_000_i64..4_000_000_000_000),
        summary in proptest::option::of(value()),
        sound in proptest::option::of(("[a-z -]{0,6}", 1_u64..9)),
        rest in proptest::collection::vec(("x[-:\\\\ \na-z]{0,6}", value()), 0..3),
    ) -> Trailer {
        let modified = time.map(|time| Timestamp::from_millisecond(time).unwrap());
        let enclosure = |(path, length): (String, u64)| {
            let url = Url::parse(&format!("https://n.example/{path}.mp3")).unwrap();
            Enclosure::new(url, None, Some(length)).unwrap()
        };
        let enclosures = sound.into_iter().map(enclosure).collect();
        Trailer { source, authors, modified, summary, enclosures, rest, ..Trailer::default() }
    }
}

#[test]
fn nothing_of_a_title_is_markup_in_the_file() {
    let document = Document {
        published: Timestamp::UNIX_EPOCH,
        title: r#"a < b & c &amp; <img src=x onerror="alert(1)">\<b>"#.to_owned(),
        url: Url::parse("https://n.example/1").unwrap(),
        body: clean("<p>Text.</p>", None),
        trailer: Trailer::default(),
    };
    let bytes = document.to_bytes();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let line = text.lines().nth(1).unwrap();
    let escaped = r#"[a &lt; b & c &amp;amp; &lt;img src=x onerror="alert(1)">\\&lt;b>]"#;
    assert_eq!(line, format!("{escaped}(https://n.example/1)"));
    assert_eq!(Document::parse(&bytes), Ok((document, Vec::new())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_written_is_read(
        title in "[^\\p{C}]{0,40}|[-\\[\\]()\\\\<`! a]{0,20}|(&|lt;|amp;|#60;|<|\\\\){0,8}",
        path in "[a-z()%\\[\\]\\\\ é-]{0,12}",
        html in "(<p>|<li>|<b>|</b>|<!--|-->|<pre>|\n|a|&lt;|--|<br>){0,12}",
        trailer in trailer(),
        time in -62_000_000_000_000_i64..250_000_000_000_000,
    ) {
        let url = Url::parse(&format!("https://n.example/{path}")).unwrap();
        let document = Document {
            published: Timestamp::from_millisecond(time).unwrap(),
            title: title.split_whitespace().collect::<Vec<_>>().join(" "),
            body: clean(&html, Some(&url)),
            url: Url::parse(&url.as_str().replace('(', "%28").replace(')', "%29")).unwrap(),
            trailer,
        };
        let bytes = document.to_bytes();
        prop_assert_eq!(Document::parse(&bytes), Ok((document, Vec::new())));
    }

    #[test]
    fn reading_any_bytes_and_writing_them_settles(
        head in "<!--[0-9-]{1,6}-->\n\\[.{0,10}\\]\\(https://n.example/.{0,5}\\)\n(------\n)?",
        rest in "(\n|<!--|-->|format: 1|a: b|source: x|modified: y|<p>|\\\\|--|:|\r){0,16}",
    ) {
        let bytes = format!("{head}{rest}");
        if let Ok((document, _)) = Document::parse(bytes.as_bytes()) {
            let written = document.to_bytes();
            let (again, problems) = Document::parse(&written).unwrap();
            prop_assert!(!problems.contains(&Problem::Body));
            prop_assert_eq!(again.to_bytes(), written);
        }
    }
}
