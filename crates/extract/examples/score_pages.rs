//! Prints a prediction as a JSON line for every page of an evaluation set.
//!
//! `cargo run --release --example score_pages -- SETS [SET…]`: `SETS` is the directory of sets, each
//! with `dev/<id>.html.gz` and `dev/gold.jsonl`.
//!
//! For `training/train.py`, `blocks SETS` prints the blocks with what the first model is told of them,
//! and `again SETS` what the second is told, given a line of first likelihoods for each page on the
//! standard input; `chosen SETS` prints predictions, given the last likelihoods in the same way.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the crate is pure, this program around it reads pages"
)]

use std::io::{Read, Write};
use std::path::Path;

use serde_json::{Value, json};
use url::Url;
use wirecopy_extract::{
    Article, Page, Rejection, explain, explain_again, explain_chosen, explain_signs, extract,
};

fn main() -> std::io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let what = arguments.first().cloned().unwrap_or_default();
    let line: fn(&Page<'_>) -> std::io::Result<Value> = match what.as_str() {
        "blocks" => |page| Ok(blocks(page)),
        "again" => again,
        "chosen" => chosen,
        "signs" => |page| Ok(signs(page)),
        _ => |page| Ok(prediction(extract(page, None))),
    };
    if matches!(what.as_str(), "blocks" | "again" | "chosen" | "signs") {
        arguments.remove(0);
    }
    let [sets, names @ ..] = arguments.as_slice() else {
        let usage = "usage: score_pages [blocks|again|chosen|signs] SETS [SET…]";
        return Err(std::io::Error::other(usage));
    };
    print_lines(Path::new(sets), &set_names(sets, names)?, line)
}

/// The wanted sets, or all there are.
fn set_names(sets: &str, wanted: &[String]) -> std::io::Result<Vec<String>> {
    if !wanted.is_empty() {
        return Ok(wanted.to_vec());
    }
    let directories = std::fs::read_dir(sets)?.filter_map(Result::ok);
    let mut names: Vec<String> = directories
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}

fn print_lines(
    sets: &Path,
    names: &[String],
    line: fn(&Page<'_>) -> std::io::Result<Value>,
) -> std::io::Result<()> {
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    for name in names {
        let directory = sets.join(name).join("dev");
        for gold in std::fs::read_to_string(directory.join("gold.jsonl"))?.lines() {
            let gold: Value = serde_json::from_str(gold)?;
            let id = gold["id"].as_str().unwrap_or_default();
            let bytes = gunzip(&directory.join(format!("{id}.html.gz")))?;
            let url = gold["url"].as_str().and_then(|url| Url::parse(url).ok());
            let mut line = line(&Page {
                bytes: &bytes,
                media_type: None,
                url: url.as_ref(),
            })?;
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

fn prediction(found: Result<Article, Rejection>) -> Value {
    match found {
        Ok(article) => fields(&article),
        Err(rejection) => {
            let mut line = rejection.page.as_deref().map_or(json!({}), fields);
            line["kind"] = json!(rejection.to_string());
            line
        }
    }
}

fn fields(article: &Article) -> Value {
    let offset = article.published_offset.unwrap_or(jiff::tz::Offset::UTC);
    json!({
        "body": article.text,
        "html": article.body.as_str(),
        "title": article.title,
        "author": article.authors,
        "date": article.published.map(|time| time.display_with_offset(offset).to_string()),
        "language": article.language,
        "site_name": article.site_name,
        "canonical_url": article.canonical_url.as_ref().map(Url::as_str),
        "image": article.lead_image.as_ref().map(|picture| picture.url.as_str()),
    })
}

fn blocks(page: &Page<'_>) -> Value {
    let blocks = explain(page, None).blocks;
    json!({
        "texts": blocks.iter().map(|block| &block.text).collect::<Vec<_>>(),
        "names": blocks.iter().map(|block| block.names.join(" ")).collect::<Vec<_>>(),
        "features": blocks.iter().map(|block| &block.features).collect::<Vec<_>>(),
    })
}

fn again(page: &Page<'_>) -> std::io::Result<Value> {
    Ok(json!({ "features": explain_again(page, &given()?) }))
}

fn chosen(page: &Page<'_>) -> std::io::Result<Value> {
    Ok(prediction(explain_chosen(page, &given()?)))
}

/// What tells lists from articles, and whether the page holds so little that it is refused at any rate.
fn signs(page: &Page<'_>) -> Value {
    let (names, signs): (Vec<&str>, Vec<f32>) = explain_signs(page).into_iter().unzip();
    let kind = extract(page, None)
        .err()
        .map(|rejection| rejection.kind.word());
    json!({ "names": names, "signs": signs, "kind": kind })
}

/// The likelihoods on the next line of the standard input.
fn given() -> std::io::Result<Vec<f32>> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
