//! Any bytes as a list of subscriptions; whatever is read is written and read again.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run opml -- -max_total_time=30`
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_discover::opml;

fuzz_target!(|bytes: &[u8]| {
    let Ok((subscriptions, _)) = opml::read(bytes) else { return };
    let (again, problems) = opml::read(&opml::write("fuzz", &subscriptions)).expect("what is written is a list");
    assert!(problems.is_empty());
    assert_eq!(again, subscriptions);
});
