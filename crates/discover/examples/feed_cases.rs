//! Answers lines of JSON that name feeds (`id`, `path`, `content_type`, `url`) with what is in them, one line each:
//! the adapter by which this parser is compared with others.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::print_stdout,
    reason = "a program, not the crate"
)]

mod neutral;

use std::io::{BufRead as _, Write as _};

fn main() -> std::io::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let question: serde_json::Value = serde_json::from_str(&line?)?;
        let member = |name: &str| question.get(name).and_then(serde_json::Value::as_str);
        let bytes = std::fs::read(member("path").unwrap_or_default())?;
        let answer = neutral::neutral(
            member("id").unwrap_or_default(),
            &bytes,
            member("content_type"),
            member("url"),
        );
        println!("{answer}");
        std::io::stdout().flush()?;
    }
    Ok(())
}
