//! Vectors that must not run, in every form that leaves the mirror. What a browser does with them is seen
//! by loading the lines of `examples/vector_forms.rs`; this holds what can be judged without one.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read the shared data, say when they skip, and fail by panicking"
)]

mod forms;

use std::path::PathBuf;

use dom_query::Document;

/// Elements that no form has within its main part.
const FORBIDDEN: &str = "script, style, iframe, frame, object, embed, base, meta, link, form, input, button, svg, math, template, textarea";

/// Every so many payloads of the bulk; each line of the other file.
const BULK_STEP: usize = 40;

#[test]
fn no_form_carries_what_could_run() {
    let Some(root) = std::env::var_os("WIRECOPY_TEST_DATA").map(PathBuf::from) else {
        eprintln!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    for (name, step) in [("vectors.dev.jsonl", 1), ("bulk.jsonl", BULK_STEP)] {
        let lines = std::fs::read_to_string(root.join("xss").join(name)).unwrap();
        for line in lines.lines().step_by(step) {
            let vector: serde_json::Value = serde_json::from_str(line).unwrap();
            for form in forms::forms(vector["html"].as_str().unwrap()) {
                assert_harmless(&form.html, &format!("{} of {}", form.name, vector["id"]));
            }
        }
    }
}

#[track_caller]
fn assert_harmless(html: &str, of: &str) {
    let document = Document::fragment(html);
    assert!(!document.select(FORBIDDEN).exists(), "{of}: {html}");
    for element in document.select("*").iter() {
        for attribute in element.attrs() {
            let (name, value) = (
                &*attribute.name.local,
                attribute.value.trim().to_lowercase(),
            );
            assert!(
                !name.starts_with("on") && name != "style" && name != "srcdoc",
                "{of}: {html}"
            );
            let scheme = value.split(':').next().unwrap_or_default();
            let runs = ["javascript", "vbscript", "data"].contains(&scheme) && value.contains(':');
            assert!(
                !(runs && matches!(name, "href" | "src" | "action")),
                "{of}: {html}"
            );
        }
    }
}

#[test]
#[should_panic(expected = "raw")]
fn a_raw_vector_is_noticed() {
    assert_harmless("<p><img src=x onerror=alert(1)></p>", "raw");
}
