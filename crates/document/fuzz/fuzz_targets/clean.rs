//! The sanitiser on any text: what is sanitised stays as it is, and every line is a block.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_document::clean::{clean, rewrite_pictures};

fuzz_target!(|html: &str| {
    let base = url::Url::parse("https://n.example/a").ok();
    let once = clean(html, base.as_ref());
    assert_eq!(clean(once.as_str(), None), once);
    // What stands is let through unparsed; a comment before it prevents that.
    let rebuilt = |html: &str| clean(&format!("<!---->{html}"), None);
    assert_eq!(rebuilt(once.as_str()), once);
    assert_eq!(clean(html, None), rebuilt(html));
    assert!(once.blocks().all(|block| block.starts_with('<')));
    once.text();
    rewrite_pictures(&once, &|_| None);
    assert_eq!(rewrite_pictures(&once, &|url| Some(url.to_string())), once);
});
