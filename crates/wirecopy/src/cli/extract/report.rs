//! The report of `wirecopy extract --explain`: one HTML file that needs nothing else. What comes from the page is
//! text in it, never markup, and its policy lets nothing run and nothing load.

use std::fmt::{self, Display, Formatter};

use url::Url;
use wirecopy_extract::{ExplainedBlock, ExplainedField, Explanation, feature_names};

/// Longest part of a block's text that is shown, in characters.
const MAX_TEXT: usize = 2_000;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
:root { color-scheme: light dark; --paper: #fff; --ink: #222; --line: #ddd }
:root { --kept: #e9f7ec; --kept-edge: #1a7f37; --left: #f6f6f6; --left-edge: #c4c4c4; --left-ink: #666 }
@media (prefers-color-scheme: dark) {
:root { --paper: #16181a; --ink: #e4e4e4; --line: #3a3d40 }
:root { --kept: #15291b; --kept-edge: #3fa75a; --left: #212427; --left-edge: #5a5e62; --left-ink: #a4a8ac }
}
body { color: var(--ink); background: var(--paper) } table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-top: 1px solid var(--line) }
td:nth-child(2) { overflow-wrap: anywhere }
.block { margin: .4rem 0; padding: .4rem .7rem; border-inline-start: .4rem solid; overflow-wrap: anywhere }
.block p { margin: 0 } .doubtful { border-inline-start-style: dashed }
.kept { border-color: var(--kept-edge); background: var(--kept) }
.left { border-color: var(--left-edge); background: var(--left); color: var(--left-ink) }
summary { font-size: .8rem; cursor: pointer } details { font-size: .8rem }
</style>
"#;

/// Under this a kept block, and from it on a block left out, was a near decision.
const DOUBT: std::ops::Range<f32> = 0.25..0.75;

/// The report on a page.
pub(super) fn html(explanation: &Explanation, url: Option<&Url>) -> String {
    let address = url.map_or("the page", Url::as_str);
    let kept = explanation.blocks.iter().filter(|block| block.kept).count();
    let verdict = match &explanation.rejection {
        Some(rejection) => format!("No article: {rejection}"),
        None => format!(
            "An article: {kept} of {} blocks kept",
            explanation.blocks.len()
        ),
    };
    let fields: String = explanation.fields.iter().map(field_row).collect();
    let blocks: String = explanation.blocks.iter().map(block).collect();
    format!(
        "{HEAD}<title>How {address} was read</title>\n<h1>How {address} was read</h1>\n<p>{verdict}</p>\n\
        <h2>Fields</h2>\n<table>\n<tr><th>field<th>value<th>found in\n{fields}</table>\n\
        <h2>Blocks</h2>\n<p>In the page's order: green was kept, grey was left out, and a broken edge marks a near \
        decision. What was measured is behind each.</p>\n{blocks}",
        address = Escaped(address),
        verdict = Escaped(&verdict),
    )
}

fn field_row(field: &ExplainedField) -> String {
    let origin = field.origin.map(|origin| origin.to_string());
    format!(
        "<tr><td>{}<td>{}<td>{}\n",
        field.name,
        Escaped(&field.value),
        Escaped(origin.as_deref().unwrap_or("nowhere")),
    )
}

fn block(block: &ExplainedBlock) -> String {
    let class = if block.kept { "kept" } else { "left" };
    let doubtful = if DOUBT.contains(&block.likelihood) {
        " doubtful"
    } else {
        ""
    };
    let text: String = block.text.chars().take(MAX_TEXT).collect();
    let names: Vec<&str> = block.names.iter().map(String::as_str).take(24).collect();
    let measures = feature_names().iter().zip(&block.features);
    let measures: Vec<String> = measures
        .filter(|(_, value)| **value != 0.0)
        .map(|(name, value)| format!("{name} {value:.2}"))
        .collect();
    format!(
        "<div class=\"block {class}{doubtful}\" dir=auto><p>{}</p><details><summary>{class} at {:.0} %, in {}</summary>{}</details></div>\n",
        Escaped(&text),
        block.likelihood * 100.0,
        Escaped(&names.join(" ")),
        Escaped(&measures.join(", ")),
    )
}

/// A text as HTML shows it, in an element or a quoted attribute.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for piece in self.0.split_inclusive(['&', '<', '>', '"', '\'']) {
            let entity = match piece.as_bytes().last() {
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                Some(b'"') => "&quot;",
                Some(b'\'') => "&#39;",
                _ => {
                    formatter.write_str(piece)?;
                    continue;
                }
            };
            formatter.write_str(&piece[..piece.len() - 1])?;
            formatter.write_str(entity)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wirecopy_extract::{Page, explain};

    use super::*;

    #[test]
    fn nothing_of_the_page_is_markup_in_the_report() {
        let html_page = "<title>&lt;script>alert(1)&lt;/script></title><meta name=author content='\"><img src=x onerror=alert(1)>'>\
            <p>&lt;img src=x onerror=alert(1)> was what the vandals had written on the wall of the town hall, said the mayor.</p>";
        let url = Url::parse("https://news.example/?q='><script>alert(1)</script>").unwrap();
        let page = Page {
            bytes: html_page.as_bytes(),
            media_type: None,
            url: Some(&url),
        };
        let report = html(&explain(&page, None), Some(&url));
        let body = &report[HEAD.len()..];
        assert!(body.contains("&lt;img src=x onerror"), "{body}");
        for tag in ["<script", "<img", "<svg", "<a "] {
            assert!(!body.contains(tag), "{tag} in {body}");
        }
    }
}
