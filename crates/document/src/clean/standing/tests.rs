//! Nothing may stand that the sanitiser would write otherwise.

use proptest::prelude::*;
use url::Url;

use super::stands;
use crate::clean::{clean, rebuilt};

/// Pieces of what the sanitiser writes, and of what it does not.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<h2>",
    "</h2>",
    "<blockquote>",
    "</blockquote>",
    "<ul>",
    "</ul>",
    "<ol>",
    "</ol>",
    "<li>",
    "</li>",
    "<figure>",
    "</figure>",
    "<figcaption>",
    "</figcaption>",
    "<hr>",
    "<hr>\n",
    "\n",
    " ",
    " ",
    "<br>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<em>",
    "</em>",
    "<a>",
    "</a>",
    "<span>",
    "</span>",
    "<span dir=\"rtl\">",
    "<span lang=\"zh-Hant\" dir=\"ltr\">",
    "<time datetime=\"2026-01-02\">",
    "<time datetime=\" 2026\">",
    "<time>",
    "</time>",
    "<p dir=\"ltr\">",
    "<p dir=\"RTL\">",
    "<p lang=\"\">",
    "<li dir=\"auto\" lang=\"ja\">",
    "<h2 lang=\"en\">",
    "<figcaption lang=\"en\">",
    "<ul dir=\"rtl\">",
    "<ol start=\"3\">",
    "<table>",
    "<td>",
    "<pre>",
    "<a href=\"https://a.example/?b&amp;c#d\">",
    "<a href=\"https://n.example/a#note-x\">",
    "</A>",
    "<P>",
    "<a href=\"javascript:alert(1)\">",
    "<a href=\"https://a.example\">",
    "<a id=\"note-x\"></a>",
    "<img src=\"https://a.example/1.jpg\" alt=\"\">",
    "<img src=\"https://a.example/1.jpg\" alt=\"a &quot;b\" width=\"7\">",
    "<img src=\"https://a.example/blank.gif\" alt=\"\">",
    "<img src=\"https://a.example/1.jpg\" alt=\" a\">",
    "<img src=\"https://a.example/1.jpg\" alt=\"\" width=\"1\" height=\"1\">",
    "<img src=x onerror=alert(1)>",
    "<script>",
    "</script>",
    "<svg>",
    "<!--",
    "-->",
    "word",
    "字",
    "かな",
    "、",
    "\u{a0}",
    "\u{200b}",
    "\u{85}",
    "\u{2028}",
    "\u{ffff}",
    "\0",
    "\t",
    "\r",
    "&",
    "&amp;",
    "&lt;",
    "&gt;",
    "&quot;",
    "&#10;",
    "&nbsp;",
    ">",
    "\"",
];

#[track_caller]
fn assert_stands_rightly(markup: &str) {
    if stands(markup) {
        let base = Url::parse("https://n.example/a").unwrap();
        assert_eq!(rebuilt(markup.to_owned(), Some(&base)), markup);
        assert_eq!(rebuilt(markup.to_owned(), None), markup);
    }
}

/// Markup of a kind that mostly stands: balanced, with a fault here and there.
fn nearly() -> impl Strategy<Value = String> {
    let line = || {
        let piece = prop_oneof![
            8 => Just("word".to_owned()), 4 => Just(" ".to_owned()), 2 => Just("<br>".to_owned()),
            2 => Just("<b>字</b>".to_owned()), 1 => Just("<i><b>x</b>y</i>".to_owned()),
            2 => Just("<a href=\"https://a.example/\">z</a>".to_owned()),
            2 => Just("<img src=\"https://a.example/1.jpg\" alt=\"\">".to_owned()),
            1 => Just("<time datetime=\"2026-01-02T03:04Z\" lang=\"en\">t</time>".to_owned()),
            1 => Just("<span dir=\"auto\">s</span>".to_owned()),
            1 => prop::sample::select(PIECES).prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
    };
    let block = prop_oneof![
        line().prop_map(|line| format!("<p>{line}</p>")),
        line().prop_map(|line| format!("<h3>{line}</h3>")),
        line().prop_map(|line| format!("<p dir=\"rtl\" lang=\"ar\">{line}</p>")),
        line().prop_map(|line| format!("<figure><figcaption>{line}</figcaption></figure>")),
        (line(), line()).prop_map(|(one, two)| format!(
            "<figure><img src=\"https://a.example/1.jpg\" alt=\"\"><p>{one}</p><p \
             lang=\"en\">b</p><figcaption>{two}</figcaption></figure>"
        )),
        (line(), line()).prop_map(|(one, two)| format!(
            "<ul dir=\"ltr\"><li lang=\"en\"><h2>{one}</h2></li><li><h3>{two}</h3></li></ul>"
        )),
        (line(), line()).prop_map(|(one, two)| format!(
            "<blockquote dir=\"ltr\"><p lang=\"en\">{one}</p><ul><li>{two}</li></ul></blockquote>"
        )),
        line().prop_map(|line| format!("<figure>{line}</figure>")),
        (line(), line())
            .prop_map(|(one, two)| format!("<figure>{one}<figcaption>{two}</figcaption></figure>")),
        (line(), line()).prop_map(|(one, two)| format!(
            "<ul><li>{one}</li><li>{two}<ol><li>a</li></ol></li></ul>"
        )),
        (line(), line())
            .prop_map(|(one, two)| format!("<ol><li><p>{one}</p><p>{two}</p></li></ol>")),
        (line(), line())
            .prop_map(|(one, two)| format!("<blockquote><p>{one}</p><p>{two}</p></blockquote>")),
        Just("<hr>".to_owned()),
    ];
    prop::collection::vec(block, 1..4).prop_map(|blocks| blocks.join("\n"))
}

/// What parts of captions begin and end with.
const PARTS: &[&str] = &[
    "The bridge",
    "Photo",
    "(c)",
    ".",
    " ",
    "<br>",
    "<small>",
    "</small>",
    "<b>",
    "</b>",
    "<a href=\"https://a.example/\">",
    "</a>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nothing_stands_that_is_rebuilt_otherwise(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..10)) {
        let markup = pieces.concat();
        assert_stands_rightly(&markup);
        assert_stands_rightly(&format!("<p>{markup}</p>"));
        assert_stands_rightly(&format!("<ul><li>{markup}</li></ul>"));
    }

    #[test]
    fn no_caption_stands_that_is_rebuilt_otherwise(pieces in prop::collection::vec(prop::sample::select(PARTS), 1..7)) {
        let picture = "<img src=\"https://a.example/1.jpg\" alt=\"\">";
        assert_stands_rightly(&format!("<figure>{picture}<figcaption>{}</figcaption></figure>", pieces.concat()));
    }

    #[test]
    fn nothing_nearly_right_stands_that_is_rebuilt_otherwise(markup in nearly()) {
        assert_stands_rightly(&markup);
        assert_stands_rightly(clean(&markup, None).as_str());
    }
}

#[test]
fn common_articles_stand() {
    for markup in [
        "<p>one</p>\n<hr>\n<h2>Two <b>b</b><br>c</h2>\n<figure><a href=\"https://a.example/\"><img \
         src=\"https://a.example/1.jpg\" alt=\"x\" width=\"640\" height=\"480\"></a><figcaption>C &amp; \
         c</figcaption></figure>",
        "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>\n<blockquote><p>かな</p></blockquote>",
        "",
        "<h1 dir=\"rtl\" lang=\"ar\">a</h1>\n<p dir=\"ltr\"><time datetime=\"2026-11-30 10:00\">b</time></p>\n<p><a \
         href=\"https://a.example/\" dir=\"auto\">c</a> <span lang=\"en\">d</span></p>",
        "<figure><img src=\"https://a.example/1.jpg\" alt=\"\"><p dir=\"ltr\">a, <span \
         lang=\"en\">b</span></p><figcaption dir=\"ltr\">c</figcaption></figure>",
        "<figure dir=\"ltr\"><figcaption lang=\"en\">a</figcaption></figure>\n<ul dir=\"ltr\"><li><h2>b</h2></li></ul>",
    ] {
        assert!(stands(markup), "{markup}");
        assert_stands_rightly(markup);
    }
}

/// Markup that the sanitiser would write in another way, or not at all.
const OTHERWISE: &[&str] = &[
    "<figure><img src=\"https://a.example/1.jpg\" alt=\"\"><p><b></b></p></figure>",
    "<figure><img src=\"https://a.example/1.jpg\" alt=\"\"><pre>a</pre></figure>",
    "<figure><p>a</p></figure>",
    "<p dir=\"up\">a</p>",
    "<p lang=\"\">a</p>",
    "<p lang=\"en\" dir=\"ltr\">a</p>",
    "<p dir=\"ltr\" >a</p>",
    "<p dir=\"ltr\"class=\"x\">a</p>",
    "<p><time datetime=\" 2026\">a</time></p>",
    "<p><time>a</time></p>",
    "<p><span lang=\"a b\">a</span></p>",
    "<ul><li><p dir=\"ltr\"></p></li></ul>",
    "<p><a href=\"https://a.example/\" onclick=\"x\">a</a></p>",
    "<p><a  href=\"https://a.example/\">a</a></p>",
    "a",
    "<p>",
    "<p>a",
    "<p>a ",
    "<p>a<b",
    "<p>a</p",
    "<ul><li>a",
    "<p></p>",
    "<p> a</p>",
    "<p>a </p>",
    "<p>a  b</p>",
    "<p>a<br></p>",
    "<p>a<br> b</p>",
    "<p>a<b> b</b></p>",
    "<p>a<br><br>b</p>",
    "<p>\u{200b}</p>",
    "<p>\u{a0}</p>",
    "<p>a>b</p>",
    "<p>a&b</p>",
    "<p>a&quot;b</p>",
    "<p>a</p><p>b</p>",
    "<p>a</p>\n",
    "\n<p>a</p>",
    "<hr>\n<p>a</p>",
    "<p>a</p>\n<hr>",
    "<p>a</p>\n<hr>\n<hr>\n<p>b</p>",
    "<p>a\nb</p>",
    "<p>a\tb</p>",
    "<p>a\0</p>",
    "<p>a\u{85}b</p>",
    "<p>a\u{2028}b</p>",
    "<p>a\u{fffe}</p>",
    "<p onclick=\"x\">a</p>",
    "<p><b>a<i>b</b></i></p>",
    "<p><b><b>a</b></b></p>",
    "<p><b></b>a</p>",
    "<p><span>a</span></p>",
    "<P>a</P>",
    "<p><a href=\"javascript:alert(1)\">a</a></p>",
    "<p><a href=\"https://A.example/\">a</a></p>",
    "<p><a href=\"https://a.example/\" target=\"_top\">a</a></p>",
    "<p><a href='https://a.example/'>a</a></p>",
    "<p><a href=\"https://a.example/?a&b\">a</a></p>",
    "<p><a href=\"https://n.example/a#%6eote-x\">a</a></p>",
    "<p><img src=\"https://a.example/1.jpg\" alt=\"\"></p>",
    "<p>a<img src=\"https://a.example/1.jpg\" alt=\"\" onerror=\"x\"></p>",
    "<p>a<img src=\"https://images.weserv.nl/?url=i.example/a.jpg\" alt=\"\"></p>",
    "<ul><li><p>a</p></li></ul>",
    "<ul></ul>",
    "<p>a<script>b</script></p>",
    "<figure>a</figure>",
    "<figure><img src=\"https://a.example/1.jpg\" alt=\"\"><figcaption>One.<small>Two</small></figcaption></figure>",
    "<p>a</p>\n<!--b-->",
    "<p><a href=\"https://a.example/\"><a \
     href=\"https://b.example/\">a</a></a></p>",
];

#[test]
fn what_the_sanitiser_writes_otherwise_does_not_stand() {
    for markup in OTHERWISE {
        assert!(!stands(markup), "{markup}");
    }
}
