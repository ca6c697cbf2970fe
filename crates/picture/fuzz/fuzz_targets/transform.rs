//! A file of any bytes, with a query of any bytes, gives a picture or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_picture::request::Ask;
use wirecopy_picture::{Limits, transform};

fuzz_target!(|input: (&str, &[u8])| {
    let limits = Limits {
        pixels: 1 << 20,
        all_pixels: 1 << 21,
        ..Limits::default()
    };
    let _ = transform(input.1, &Ask::parse(input.0).request, &limits);
});
