//! Prints every output form of every hostile vector as JSON lines of `{"id", "html"}`, to be loaded in a
//! browser that tells what ran.
//!
//! `cargo run --example vector_forms -- VECTORS.jsonl > forms.jsonl`
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the crate is pure, this program around it reads a file; what fails ends it"
)]

#[path = "../tests/vectors/forms.rs"]
mod forms;

use std::io::Write;

use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::env::args().skip(1) {
        for line in std::fs::read_to_string(path)?.lines() {
            let vector: Value = serde_json::from_str(line)?;
            for form in forms::forms(vector["html"].as_str().unwrap_or_default()) {
                let id = format!(
                    "{} {}",
                    form.name,
                    vector["id"].as_str().unwrap_or_default()
                );
                writeln!(output, "{}", json!({ "id": id, "html": form.html }))?;
            }
        }
    }
    Ok(())
}
