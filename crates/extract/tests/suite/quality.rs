//! A floor under the quality on real pages with gold articles: the measure is that of the evaluation
//! sets' own scorer, agreement of runs of four words, the harmonic mean of mean precision and recall.
//!
//! The model was trained on these pages, so the floor guards against breakage and is no claim of
//! quality; that is what `training/train.py` prints for sites that it had not seen.

use std::collections::HashMap;
use std::path::Path;

use url::Url;
use wirecopy_extract::{Page, extract};

use crate::data;

#[test]
fn quality_on_real_pages_stays_above_its_floor() {
    let Some(sets) = data::directory("extraction/sets") else {
        return;
    };
    // Every so many pages of a set, their hash, and the least F1, a little under what was measured.
    for (set, every, corpus, floor) in [
        ("andy424", 6, 0x2481_4a82_8369_8f35, 0.976),
        ("fundus", 4, 0x74ce_a395_334a_d9bf, 0.971),
        ("zh69", 2, 0x1b76_91e5_4422_8876, 0.995),
        ("wcxb", 40, 0x8b4b_6237_9ad4_8db9, 0.828),
    ] {
        let (hash, measured) = measure(&sets.join(set).join("dev"), every);
        assert_eq!(
            hash, corpus,
            "{set} is another corpus: {hash:#018x}, {measured:.3}"
        );
        assert!(measured >= floor, "{set}: {measured:.3} is under {floor}");
    }
}

/// The hash of the pages and their articles, and the F1.
fn measure(directory: &Path, every: usize) -> (u64, f64) {
    let golds = data::json_lines(&directory.join("gold.jsonl"));
    let (mut precision, mut recall) = (Mean::default(), Mean::default());
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for gold in golds.iter().step_by(every) {
        let Some(body) = gold["body"].as_str() else {
            continue;
        };
        let bytes =
            data::gunzip(&directory.join(format!("{}.html.gz", gold["id"].as_str().unwrap())));
        hash = hash_on(hash_on(hash, body.as_bytes()), &bytes);
        let url = gold["url"].as_str().and_then(|url| Url::parse(url).ok());
        let found = extract(
            &Page {
                bytes: &bytes,
                media_type: None,
                url: url.as_ref(),
            },
            None,
        );
        // A list is refused, and still has a text: what it lists.
        let text = match found {
            Ok(article) => article.text,
            Err(rejection) => rejection.page.map(|page| page.text).unwrap_or_default(),
        };
        let (shared, found, wanted) = compare(&text, body);
        precision.add(shared, found);
        recall.add(shared, wanted);
    }
    let (precision, recall) = (precision.value(), recall.value());
    (hash, 2.0 * precision * recall / (precision + recall))
}

/// FNV-1a, 64 bits, going on from `hash`.
fn hash_on(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    fn add(&mut self, part: usize, whole: usize) {
        if whole > 0 {
            self.sum += part as f64 / whole as f64;
            self.count += 1.0;
        }
    }

    fn value(&self) -> f64 {
        self.sum / self.count
    }
}

/// Runs in both, in the found text, in the wanted one.
fn compare(found: &str, wanted: &str) -> (usize, usize, usize) {
    let (found, wanted) = (runs(found), runs(wanted));
    let shared = found
        .iter()
        .map(|(run, count)| *count.min(wanted.get(run).unwrap_or(&0)))
        .sum();
    (shared, found.values().sum(), wanted.values().sum())
}

fn runs(text: &str) -> HashMap<Vec<String>, usize> {
    let words = words(text);
    let mut runs = HashMap::new();
    for run in words.windows(4.min(words.len()).max(1)) {
        *runs.entry(run.to_vec()).or_default() += 1;
    }
    runs
}

/// Runs of letters, digits and underscores; a character of a script without spaces is a word.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        let spaceless = matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
        if !spaceless && (character.is_alphanumeric() || character == '_') {
            word.push(character);
            continue;
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if spaceless {
            words.push(character.to_string());
        }
    }
    words
}
