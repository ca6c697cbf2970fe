//! Any bytes as a page and as a feed's body.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run page -- -max_total_time=60`
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use wirecopy_extract::{Page, decode, extract, fragment};

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://news.example/2026/07/04/harbour").ok();
    if let Ok(article) = extract(&Page { bytes, media_type: None, url: url.as_ref() }, None) {
        assert!((0.0..=1.0).contains(&article.confidence));
    }
    let (html, _) = decode(bytes, None);
    fragment(&html, url.as_ref());
});
