//! Any text as a page: the tree can be walked, and where nothing is capped and nothing in it is one of
//! the differences named in `tests/suite/soup.rs`, it is html5ever's.
//! `RUSTC_BOOTSTRAP=1 cargo fuzz run parse -- -max_total_time=60`
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/suite/same.rs"]
mod same;

/// What both are known to read differently. `isindex` is a special element to html5ever, and an unknown one
/// since it left the standard in 2016.
const DIFFERENT: [&str; 9] = [
    "thead", "search", "desc", "foreignobject", "title", "annotation-xml", "math", "svg", "isindex",
];

fuzz_target!(|html: &str| {
    let lower = html.to_ascii_lowercase();
    // Ends the text in a table (HTML §13.2.6.4.10), but not for html5ever.
    let is_late = lower.rfind("<!doctype").is_some_and(|at| at > 0);
    // A frame that closes itself at the end of `noscript` is empty, other than the standard has it.
    let is_frame = lower.contains("<iframe") && lower.contains("</noscript");
    // Capped nesting and formatting elements need more than so many tags.
    if is_late || is_frame || html.matches('<').count() > 60 || DIFFERENT.iter().any(|name| lower.contains(name)) {
        same::ours(html);
        return;
    }
    if let Some(difference) = same::difference(html) {
        panic!("{html:?}\n{difference}");
    }
});
