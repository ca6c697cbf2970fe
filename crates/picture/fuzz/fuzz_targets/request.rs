//! `RUSTC_BOOTSTRAP=1 cargo fuzz run request -- -max_total_time=60`: a query of any bytes is read, and its canonical
//! form is read back as the same request.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_picture::request::Ask;
use wirecopy_picture::source;

fuzz_target!(|text: &str| {
    let ask = Ask::parse(text);
    assert_eq!(Ask::parse(&ask.request.canonical()).request, ask.request);
    let _ = source::parse(text, &[]);
});
