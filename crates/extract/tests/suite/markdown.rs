//! Markdown as CommonMark's readers take it: what is written, and that it reads back as the same text.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html::push_html};
use wirecopy_document::clean::{CleanHtml, clean};
use wirecopy_extract::markdown;

/// What a reader makes of the Markdown, footnotes as lists, as GitHub shows them.
pub(crate) fn rendered(markdown: &str) -> CleanHtml {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let events = Parser::new_ext(markdown, options).map(|event| match event {
        Event::FootnoteReference(label) => {
            Event::InlineHtml(format!("<sup><a href=\"#fn-{label}\">{label}</a></sup>").into())
        }
        Event::Start(Tag::FootnoteDefinition(label)) => {
            Event::Html(format!("<ol><li id=\"fn-{label}\">").into())
        }
        Event::End(TagEnd::FootnoteDefinition) => Event::Html("</li></ol>\n".into()),
        other => other,
    });
    let mut html = String::new();
    push_html(&mut html, events);
    clean(&html, None)
}

/// The text that a reader of the Markdown sees, white space folded.
fn read_back(markdown: &str) -> String {
    text_of(&rendered(markdown))
}

/// The text of a body, white space folded and every block and line set apart.
fn text_of(body: &CleanHtml) -> String {
    let mut text = String::new();
    for part in body.as_str().split('<') {
        let (tag, words) = part.split_once('>').unwrap_or(("p", part));
        let name = tag.trim_start_matches('/').split(' ').next();
        let inline = [
            "em", "strong", "i", "b", "del", "code", "sup", "sub", "a", "ruby", "rt", "bdo",
        ];
        if !name.is_some_and(|name| inline.contains(&name)) {
            text.push(' ');
        }
        text.push_str(words);
    }
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(html: &str, expected: &str) {
    let body = clean(html, None);
    let written = markdown(&body);
    assert_eq!(written, expected);
    assert_eq!(read_back(&written), text_of(&body), "{written}");
}

#[test]
fn blocks_have_their_marks() {
    check(
        "<h2>The <em>tide</em></h2><p>One.</p><blockquote><p>Two.</p><p>Three.</p></blockquote><hr><p>Four<br>five</p>",
        "## The *tide*\n\nOne.\n\n> Two.\n>\n> Three.\n\n***\n\nFour\\\nfive",
    );
    check(
        "<pre>a\n\n`b`\n```\n  c</pre>",
        "````\na\n\n`b`\n```\n  c\n````",
    );
    check("<p>see <code>a `b`</code></p>", "see `` a `b` ``");
}

#[test]
fn lists_nest_and_neighbours_stay_apart() {
    check(
        "<ol start=3><li>One<ul><li>a<li>b</ul><li>Two</ol><ol><li>x</ol>",
        "3. One\n   - a\n   - b\n4. Two\n\n1) x",
    );
    check(
        "<ul><li>a</ul><ul><li>b</ul><ul><li>c</ul>",
        "- a\n\n+ b\n\n- c",
    );
    check(
        "<ul><li><p>One</p><p>more</p></li><li>Two</li></ul>",
        "- One\n\n  more\n\n- Two",
    );
}

#[test]
fn tables_are_one_line_a_row() {
    check(
        "<table><caption>Tides</caption><tr><th>Day<th>Height | m</tr><tr><td>Monday<td>1<br>2</tr><tr><td colspan=2>none</tr></table>",
        "**Tides**\n\n| Day | Height \\| m |\n| --- | --- |\n| Monday | 1<br>2 |\n| none |  |",
    );
    check(
        "<table><tr><td>a<td>b<td>c</tr><tr><td>d</tr></table>",
        "| a | b | c |\n| --- | --- | --- |\n| d |  |  |",
    );
}

#[test]
fn emphasis_beside_full_width_punctuation_is_read_and_no_space_comes_in() {
    check(
        "<p>他说：<strong>港口。</strong>重新开放</p>",
        "他说：<strong>港口。</strong>重新开放",
    );
    check(
        "<p>他说<strong>港口</strong>重新开放，<em>很好</em>。</p>",
        "他说**港口**重新开放，*很好*。",
    );
    check("<p><strong>“港口”</strong>，重新</p>", "**“港口”**，重新");
    check("<p>港口\n重新</p>", "港口 重新");
}

#[test]
fn emphasis_beside_what_does_not_show_is_read() {
    check(
        "<p>The sea\u{200b}<em>.</em> The shore</p>",
        "The sea\u{200b}<em>.</em> The shore",
    );
}

#[test]
fn nested_and_neighbouring_emphasis_is_read() {
    check(
        "<p><strong><em>Both</em></strong> and <em>one</em><strong>two</strong></p>",
        "**_Both_** and *one*<strong>two</strong>",
    );
    check("<p>a <b> spaced </b> word<i></i></p>", "a **spaced** word");
}

#[test]
fn a_picture_keeps_its_caption_beside_it() {
    check(
        "<figure><img src='https://news.example/a(1).jpg' alt='The [old] harbour'><figcaption>Photo: A. Example</figcaption></figure>",
        "![The \\[old\\] harbour](<https://news.example/a(1).jpg>)\\\nPhoto: A. Example",
    );
    check(
        "<figure><blockquote>We waited.</blockquote><figcaption>A. Example</figcaption></figure>",
        "> We waited.\n\nA. Example",
    );
}

#[test]
fn links_lead_where_they_led() {
    check(
        "<p>Look!<a href='https://news.example/?a=1&copy=2'>here</a></p>",
        "Look\\![here](https://news.example/?a=1&copy=2)",
    );
    check(
        "<p><a href='https://[2001:db8::1]/?w={a}&b[]=1'>here</a></p>",
        "[here](https://[2001:db8::1]/?w=%7Ba%7D&b%5B%5D=1)",
    );
}

#[test]
fn footnotes_are_footnotes() {
    let body = clean(
        "<p>One<sup><a href='#f1' id=r1>1</a></sup>.</p><ol><li id=f1>The note. <a href='#r1'>↩</a></li></ol>",
        None,
    );
    assert_eq!(markdown(&body), "One[^1].\n\n[^1]: The note.");
    // The mark in a paragraph of its own, the text in the next.
    let body = clean(
        "<p>One<a href='#f1' id=r1>1</a>.</p><p>Two.</p><p id=f1><a href='#r1'>1</a></p><p>The note.</p><p>Three.</p>",
        None,
    );
    let written = "One[^1].\n\nTwo.\n\n[^1]: The note.\n\nThree.";
    assert_eq!(markdown(&body), written);
    assert_eq!(markdown(&rendered(written)), written);
}

#[test]
fn a_word_that_leads_to_a_part_of_the_page_stays_a_word() {
    check(
        "<p>See <a href='#f'>Fig. 1</a>, <a href='#g'>图1</a>.</p><p id=f>The harbour</p><p id=g>The pier</p>",
        "See Fig. 1, 图1.\n\nThe harbour\n\nThe pier",
    );
}

#[test]
fn ruby_and_direction_stay() {
    check(
        "<p><ruby>港<rt>みなと</rt></ruby> <bdo dir=rtl>abc</bdo> H<sub>2</sub>O</p>",
        "<ruby>港<rt>みなと</rt></ruby> <bdo dir=\"rtl\">abc</bdo> H<sub>2</sub>O",
    );
}

#[test]
fn what_reads_like_marks_is_escaped_and_nothing_else() {
    for text in [
        "1. one",
        "12) one",
        "- one",
        "+ one",
        "# one",
        "#",
        "> one",
        "---",
        "===",
        "* * *",
        "__init__",
        "a*b*c",
        "[x](y)",
        "[^1]: x",
        "<b>bold</b>",
        "&amp;copy;",
        "~~~",
        "`x`",
        "\\*",
        "![x](y)",
        "| a |",
        "a\\",
    ] {
        let html = format!("<p>{}</p>", text.replace('<', "&lt;"));
        let body = clean(&html, None);
        let written = markdown(&body);
        assert_eq!(read_back(&written), text_of(&body), "{written}");
    }
    check(
        "<p>snake_case costs 5 % - or 2.50, he said: #1 & more.</p>",
        "snake_case costs 5 % - or 2.50, he said: #1 & more.",
    );
}

#[test]
fn deep_nesting_is_bounded() {
    let html = "<blockquote>".repeat(5_000) + "<p>deep";
    assert!(markdown(&clean(&html, None)).contains("deep"));
}

/// Markup that nests, with the characters that count in Markdown and those that stand around them.
fn inline() -> impl Strategy<Value = String> {
    let text = "([ a1.,!*_~`#>|<&;:=+()\\[\\]\\\\-]|港|。|，|“|”|　|é|\u{a0}){1,8}"
        .prop_map(|text: String| text.replace('&', "&amp;").replace('<', "&lt;"));
    text.prop_recursive(3, 12, 4, |inner| {
        let kinds = prop::sample::select(vec![
            "em",
            "strong",
            "del",
            "code",
            "sup",
            "a href='https://x.example/'",
        ]);
        (kinds, prop::collection::vec(inner, 1..4)).prop_map(|(kind, parts)| {
            let name = kind.split(' ').next().unwrap_or_default();
            format!("<{kind}>{}</{name}>", parts.concat())
        })
    })
}

fn block() -> impl Strategy<Value = String> {
    let line = prop::collection::vec(inline(), 1..4).prop_map(|parts| parts.concat());
    let leaf = (prop::sample::select(vec!["p", "h2", "pre"]), line)
        .prop_map(|(name, line)| format!("<{name}>{line}</{name}>"));
    leaf.prop_recursive(3, 10, 3, |inner| {
        let kinds = prop::sample::select(vec![
            ("<blockquote>", "</blockquote>"),
            ("<ul><li>", "</li><li>x</li></ul>"),
            ("<ol><li>", "</li></ol>"),
        ]);
        (kinds, prop::collection::vec(inner, 1..3))
            .prop_map(|((start, end), parts)| format!("{start}{}{end}", parts.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_reads_back_as_the_same_text(html in prop::collection::vec(block(), 1..4)) {
        let body = clean(&html.concat(), None);
        let written = markdown(&body);
        let read = rendered(&written);
        prop_assert_eq!(text_of(&read), text_of(&body), "{}\n{}", body.as_str(), written);
        prop_assert_eq!(markdown(&read), written, "{}", body.as_str());
    }
}
