//! Any bytes, whatever encoding their page or its server names, are read; bytes that are UTF-8 and no
//! other encoding's declaration stay as they are.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run decode -- -max_total_time=60`
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_extract::decode;

const MEDIA_TYPES: [Option<&str>; 4] = [
    None,
    Some("text/html; charset=utf-8"),
    Some("text/html; charset=\"GBK\""),
    Some("text/html; charset=iso-2022-jp"),
];

fuzz_target!(|bytes: &[u8]| {
    for media_type in MEDIA_TYPES {
        decode(bytes, media_type);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.is_ascii()
        && !text.starts_with('\u{feff}')
    {
        assert_eq!(decode(bytes, None).0, text);
    }
});
