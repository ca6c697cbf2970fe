//! Any bytes as a feed, fetched from an address and not; whatever is read gets a fingerprint.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run feed -- -max_total_time=60`
#![no_main]

use libfuzzer_sys::fuzz_target;
use url::Url;
use wirecopy_discover::feed::{self, Context};

fuzz_target!(|bytes: &[u8]| {
    let url = Url::parse("https://news.example/feed/index.xml").ok();
    let fetched = Context { url, media_type: Some("text/xml".to_owned()) };
    for context in [fetched, Context::default()] {
        if let Ok((feed, _)) = feed::parse(bytes, &context) {
            for entry in &feed.entries {
                assert_eq!(feed::fingerprint(entry).len(), 16);
            }
        }
    }
});
