//! What becomes of Chinese text and markup in the other script, and what stays as it is.

use super::Script::{self, Simplified, Traditional};
use crate::samples::chinese;

#[track_caller]
fn check(script: Script, html: &str, expected: &str) {
    assert_eq!(script.html(html), expected);
    // What is in the wanted script already stays.
    assert_eq!(script.html(expected), expected);
}

#[test]
fn words_decide_where_a_character_has_several_forms() {
    check(
        Traditional,
        "<p>皇后后来发现头发干燥，里程表在书里</p>",
        "<p>皇后後來發現頭髮乾燥，里程錶在書裏</p>",
    );
    check(
        Simplified,
        "<p>皇后後來發現頭髮乾燥，乾隆</p>",
        "<p>皇后后来发现头发干燥，乾隆</p>",
    );
}

#[test]
fn addresses_and_markup_stay() {
    check(
        Traditional,
        "<p><a href=\"https://报.example/国?头=发&amp;x\">国会</a> &amp; 后来</p>",
        "<p><a href=\"https://报.example/国?头=发&amp;x\">國會</a> &amp; 後來</p>",
    );
    check(
        Traditional,
        "<img src=\"/国.jpg\" alt=\"国旗 title=&quot;国&quot;\" title=\"国会 alt=\" width=\"1\"><br>国",
        "<img src=\"/国.jpg\" alt=\"國旗 title=&quot;國&quot;\" title=\"國會 alt=\" width=\"1\"><br>國",
    );
}

#[test]
fn text_of_the_wanted_script_stays_whatever_it_claims() {
    for text in ["台灣總統府里長說明", "no Chinese at all", "", "一二三"] {
        assert_eq!(Traditional.text(text), text);
    }
    assert_eq!(Simplified.text("台湾总统府里长说明"), "台湾总统府里长说明");
}

#[test]
fn article_is_converted_whole_and_keeps_its_address() {
    let (_, document) = chinese();
    let converted = Traditional.document(&document);
    assert_eq!(converted.title, "虛構的渡輪晚點");
    assert_eq!(
        converted.body.as_str().trim(),
        "<h1>虛構的渡輪晚點</h1><p>（虛構）渡輪晚點，<em>無人</em>介意。</p>"
            .replace("</h1>", "</h1>\n")
    );
    assert_eq!(converted.trailer.language.as_deref(), Some("zh-Hant"));
    assert_eq!(converted.url, document.url);
}

#[test]
fn article_that_tells_no_language_is_chinese_by_its_title() {
    let (listing, _) = chinese();
    let edition = crate::edition::Edition::default().in_script(Traditional);
    let has_page = |title: &str, language: Option<&str>| {
        edition.has_page(&crate::edition::Listing {
            title: title.into(),
            language: language.map(str::to_owned),
            ..listing.clone()
        })
    };
    assert!(has_page("虚构・渡轮晚点", None));
    assert!(!has_page("架空のフェリー", None) && !has_page("An invented ferry", None));
    assert!(!has_page("虚构的渡轮晚点", Some("ja")) && has_page("G7", Some("zh")));
}
