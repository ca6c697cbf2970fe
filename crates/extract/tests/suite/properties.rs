//! What holds for any bytes at all.

use proptest::prelude::*;
use wirecopy_extract::{Page, decode, extract, fragment};

/// Bytes that look like a page more often than chance would have it.
fn pages() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<div class=article-body>",
        "</div>",
        "<article>",
        "<table><tr><td>",
        "<br>",
        "<br><br>",
        "<noscript>",
        "<script type=application/ld+json>{\"@type\":\"Article\"",
        "</script>",
        "<meta charset=gbk>",
        "<!--",
        "-->",
        "<svg><p>",
        "<template>",
        "<h1>Title</h1>",
        "<figure><img src=a.jpg>",
        "<select><option>",
        "&amp;#x0;",
        "\u{0}",
        "中文。",
        "Some words of text, and a few more of them. ",
        "<a href='javascript:x'>",
        "<time datetime=2026-13-45>",
    ]);
    let text = prop::collection::vec(
        prop_oneof![8 => pieces.prop_map(|piece| piece.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..20)],
        0..60,
    );
    text.prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_an_article_or_a_refusal(bytes in pages(), media_type in prop::option::of("[a-z/; =\"]{0,30}")) {
        let page = Page { bytes: &bytes, media_type: media_type.as_deref(), url: None };
        if let Ok(article) = extract(&page, None) {
            prop_assert!(!article.text.is_empty());
            prop_assert!((0.0..=1.0).contains(&article.confidence));
        }
        let (html, _) = decode(&bytes, None);
        fragment(&html, None);
    }
}
