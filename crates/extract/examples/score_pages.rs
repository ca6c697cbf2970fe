//! Prints a prediction as a JSON line for every page of an evaluation set.
//!
//! `cargo run --release --example score_pages -- SETS [blocks] [SET…]`: `SETS` is the directory of
//! sets, each with `dev/<id>.html.gz` and `dev/gold.jsonl`. With `blocks`, the lines are the blocks
//! with their features instead, which `training/train.py` reads.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the crate is pure, this program around it reads pages"
)]

use std::io::{Read, Write};
use std::path::Path;

use serde_json::{Value, json};
use url::Url;
use wirecopy_extract::{Page, explain, extract};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let sets = arguments.next().unwrap_or_else(|| "sets".to_owned());
    let mut names: Vec<String> = arguments.collect();
    let blocks = names.first().is_some_and(|name| name == "blocks");
    if blocks {
        names.remove(0);
    }
    if names.is_empty() {
        let directories = std::fs::read_dir(&sets)?.filter_map(Result::ok);
        names = directories
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
    }
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    for name in names {
        let directory = Path::new(&sets).join(&name).join("dev");
        for line in std::fs::read_to_string(directory.join("gold.jsonl"))?.lines() {
            let gold: Value = serde_json::from_str(line)?;
            let id = gold["id"].as_str().unwrap_or_default();
            let bytes = gunzip(&directory.join(format!("{id}.html.gz")))?;
            let url = gold["url"].as_str().and_then(|url| Url::parse(url).ok());
            let page = Page {
                bytes: &bytes,
                media_type: None,
                url: url.as_ref(),
            };
            let line = if blocks {
                block_line(&page)
            } else {
                prediction(&page)
            };
            let mut line = line;
            line["id"] = json!(id);
            line["set"] = json!(name);
            writeln!(output, "{line}")?;
        }
    }
    Ok(())
}

fn gunzip(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn prediction(page: &Page<'_>) -> Value {
    match extract(page, None) {
        Ok(article) => json!({
            "body": article.text,
            "html": article.body.as_str(),
            "title": article.title,
            "author": article.authors,
            "date": article.published.map(|time| {
                let offset = article.published_offset.unwrap_or(jiff::tz::Offset::UTC);
                time.display_with_offset(offset).to_string()
            }),
            "language": article.language,
            "image": article.lead_image.map(|picture| picture.url.to_string()),
        }),
        Err(rejection) => json!({ "body": "", "kind": rejection.to_string() }),
    }
}

fn block_line(page: &Page<'_>) -> Value {
    let blocks = explain(page, None).blocks;
    json!({
        "texts": blocks.iter().map(|block| &block.text).collect::<Vec<_>>(),
        "names": blocks.iter().map(|block| block.names.join(" ")).collect::<Vec<_>>(),
        "features": blocks.iter().map(|block| &block.features).collect::<Vec<_>>(),
    })
}
