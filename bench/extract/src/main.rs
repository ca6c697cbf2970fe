//! Runs this engine, peers written in Rust and dom_query's bare parse over the same pages, one engine
//! after the other in one thread, and prints processor time for each; predictions go to files for the
//! evaluation sets' own scorer.
//!
//! usage: `extract-bench SETS OUTPUT [ENGINE…]`; `SETS/<set>/dev` holds `gold.jsonl` and the pages.
//!
//! The peers are given the text decoded already, as they expect it; this engine is given the bytes.

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use url::Url;
use wirecopy_extract::{Page, decode, extract};

/// A page as both kinds of engine want it.
struct Input {
    set: String,
    id: String,
    url: Option<Url>,
    bytes: Vec<u8>,
    text: String,
}

/// What is made of a page: the fields that the scorer knows.
type Engine = fn(&Input) -> Value;

const ENGINES: [(&str, Engine); 8] = [
    ("dom_query-parse", parse),
    ("wirecopy-parse", wirecopy_parse),
    ("wirecopy", wirecopy),
    ("trafilatura", trafilatura),
    ("trafilatura-precision", trafilatura_precision),
    ("libreadability", libreadability),
    ("legible", legible),
    ("dom_smoothie", dom_smoothie),
];

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [sets, output, wanted @ ..] = arguments.as_slice() else {
        eprintln!("usage: extract-bench SETS OUTPUT [ENGINE…]");
        std::process::exit(2);
    };
    let inputs = inputs(Path::new(sets))?;
    let bytes: usize = inputs.iter().map(|input| input.bytes.len()).sum();
    println!("{} pages, {:.1} MB", inputs.len(), bytes as f64 / 1e6);
    println!(
        "| engine | CPU s | pages/s | MB/s | slowest page ms | times dom_query's parse |\n|---|---|---|---|---|---|"
    );
    let mut parse_time = None;
    for (name, engine) in ENGINES {
        if !wanted.is_empty() && !wanted.iter().any(|other| other == name) {
            continue;
        }
        let (time, slowest) = run(
            engine,
            &inputs,
            &Path::new(output).join(format!("{name}.jsonl")),
        )?;
        let seconds = time.as_secs_f64();
        let parse_time = *parse_time.get_or_insert(seconds);
        println!(
            "| {name} | {seconds:.2} | {:.0} | {:.1} | {:.0} | {:.2} |",
            inputs.len() as f64 / seconds,
            bytes as f64 / 1e6 / seconds,
            slowest.as_secs_f64() * 1e3,
            seconds / parse_time
        );
    }
    Ok(())
}

/// Processor time over all pages, and for the slowest of them.
fn run(engine: Engine, inputs: &[Input], path: &Path) -> std::io::Result<(Duration, Duration)> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let (mut total, mut slowest) = (Duration::ZERO, Duration::ZERO);
    // What is read or built once is not the first page's to pay.
    engine(&inputs[0]);
    for input in inputs {
        let start = processor_time();
        // A peer that panics gives an empty body; it is no reason to lose the other pages.
        let found = std::panic::catch_unwind(|| engine(input));
        let time = processor_time() - start;
        (total, slowest) = (total + time, slowest.max(time));
        let mut line = found.unwrap_or_else(|_| json!({}));
        line["set"] = json!(input.set);
        line["id"] = json!(input.id);
        line["ms"] = json!(time.as_secs_f64() * 1e3);
        writeln!(file, "{line}")?;
    }
    Ok((total, slowest))
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).expect("under a second"),
    )
}

/// All pages of all sets, in order.
fn inputs(sets: &Path) -> std::io::Result<Vec<Input>> {
    let mut names: Vec<String> = std::fs::read_dir(sets)?
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let mut inputs = Vec::new();
    for set in names {
        let directory = sets.join(&set).join("dev");
        for line in std::fs::read_to_string(directory.join("gold.jsonl"))?.lines() {
            let gold: Value = serde_json::from_str(line)?;
            let id = gold["id"].as_str().unwrap_or_default().to_owned();
            let file = std::fs::File::open(directory.join(format!("{id}.html.gz")))?;
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(file).read_to_end(&mut bytes)?;
            let (text, _) = decode(&bytes, None);
            let url = gold["url"].as_str().and_then(|url| Url::parse(url).ok());
            inputs.push(Input {
                set: set.clone(),
                id,
                url,
                bytes,
                text,
            });
        }
    }
    Ok(inputs)
}

fn parse(input: &Input) -> Value {
    let document = dom_query::Document::from(input.text.as_str());
    json!({ "children": document.root().children().len() })
}

fn wirecopy_parse(input: &Input) -> Value {
    let tree = wirecopy_html::Tree::parse(input.text.as_str());
    json!({ "nodes": tree.len() })
}

fn wirecopy(input: &Input) -> Value {
    let page = Page {
        bytes: &input.bytes,
        media_type: None,
        url: input.url.as_ref(),
    };
    // A list is refused, and still has its text and fields.
    let found = match extract(&page, None) {
        Ok(article) => Some(article),
        Err(rejection) => rejection.page.map(|page| *page),
    };
    let Some(article) = found else {
        return json!({});
    };
    let offset = article.published_offset;
    let date = article.published.map(|time| match offset {
        Some(offset) => time.display_with_offset(offset).to_string(),
        None => time.to_string(),
    });
    json!({
        "body": article.text,
        "title": article.title,
        "author": article.authors,
        "date": date,
        "html": article.body.as_str(),
        "language": article.language,
        "image": article.lead_image.map(|picture| picture.url.to_string()),
    })
}

fn trafilatura(input: &Input) -> Value {
    by_trafilatura(input, trafilatura::ExtractionFocus::Balanced)
}

fn trafilatura_precision(input: &Input) -> Value {
    by_trafilatura(input, trafilatura::ExtractionFocus::FavorPrecision)
}

fn by_trafilatura(input: &Input, focus: trafilatura::ExtractionFocus) -> Value {
    let options = trafilatura::Options::default()
        .with_fallback(true)
        .with_focus(focus);
    let Ok(found) = trafilatura::extract(&input.text, &options) else {
        return json!({});
    };
    json!({
        "body": found.content_text,
        "title": found.metadata.title,
        "author": found.metadata.author,
        "date": found.metadata.date.map(|date| date.to_string()),
    })
}

fn libreadability(input: &Input) -> Value {
    let url = input.url.as_ref().map(Url::as_str);
    let Ok(found) = libreadability::extract(&input.text, url) else {
        return json!({});
    };
    json!({
        "body": found.text_content,
        "title": found.title,
        "author": found.byline,
        "date": found.published_time,
    })
}

fn legible(input: &Input) -> Value {
    let url = input.url.as_ref().map(Url::as_str);
    let Ok(found) = legible::parse(&input.text, url, None) else {
        return json!({});
    };
    json!({
        "body": found.text_content,
        "title": found.title,
        "author": found.byline,
    })
}

fn dom_smoothie(input: &Input) -> Value {
    let url = input.url.as_ref().map(Url::as_str);
    let read = dom_smoothie::Readability::new(input.text.as_str(), url, None);
    let Ok(found) = read.and_then(|mut read| read.parse()) else {
        return json!({});
    };
    json!({
        "body": &*found.text_content,
        "title": found.title,
        "author": found.byline,
        "date": found.published_time,
    })
}
