//! Invented archives searched through their index, and the same looked for by reading everything.

mod levels;

use std::collections::BTreeMap;
use std::io::{self, Read};

use proptest::prelude::*;

use crate::edition::OutputFile;
use crate::search::bookmark::Bookmark;
use crate::search::build::Builder;
use crate::search::entries::{self, CHUNK, Entry, Manifest};
use crate::search::find::{Finder, Found, Window};
use crate::search::level::Level;
use crate::search::query::{Filter, Query};
use crate::search::terms::{Terms, terms};

/// An invented document: source, day, title and text.
#[derive(Clone, Debug)]
struct Told(&'static str, i32, String, String);

impl Told {
    fn terms(&self) -> Terms {
        terms(self.0, &self.2, &self.3)
    }
}

/// The files of a level of a site that holds these documents.
fn level_files(level: Level, documents: &[Told]) -> Vec<OutputFile> {
    level_files_by_runs(level, documents, usize::MAX)
}

/// The same, made by putting a run aside after each so many documents.
fn level_files_by_runs(level: Level, documents: &[Told], each: usize) -> Vec<OutputFile> {
    let count = u32::try_from(documents.len()).unwrap();
    let mut builder = Builder::new(level, count);
    let mut runs = Vec::new();
    for (place, ordinal) in (1..).zip(level.range(count)) {
        let told = &documents[ordinal as usize];
        builder.add(told.terms(), told.1);
        if place % each == 0 {
            let mut run = Vec::new();
            builder.put_aside(&mut run).unwrap();
            runs.push(Box::new(io::Cursor::new(run)) as Box<dyn Read>);
        }
    }
    let mut files = Vec::new();
    let mut keep = |file| -> io::Result<()> {
        files.push(file);
        Ok(())
    };
    builder.finish(runs, &mut keep).unwrap();
    files
}

/// The files of a site that holds these documents.
fn site(documents: &[Told]) -> BTreeMap<String, Vec<u8>> {
    let count = u32::try_from(documents.len()).unwrap();
    let levels = Level::ALL.into_iter();
    let mut files: Vec<OutputFile> = levels
        .flat_map(|level| level_files(level, documents))
        .collect();
    let pages = documents
        .iter()
        .enumerate()
        .map(|(ordinal, Told(source, _, _, text))| OutputFile {
            path: format!("articles/{source}/{ordinal}.html"),
            bytes: page(text).into_bytes(),
        });
    files.extend(pages);
    for (number, told) in (0..).zip(documents.chunks(CHUNK as usize)) {
        let first = number as usize * CHUNK as usize;
        let entries: Vec<Entry> = (first..)
            .zip(told)
            .map(|(ordinal, Told(source, day, title, _))| {
                let path = format!("articles/{source}/{ordinal}.html");
                Entry::new(&path, title.clone(), *day, None)
            })
            .collect();
        files.push(entries::chunk(number, &entries));
    }
    let manifest = Manifest {
        format: entries::FORMAT,
        count,
        newest: documents
            .iter()
            .map(|told| told.1)
            .max()
            .unwrap_or_default(),
        sources: vec![("post".into(), "The Invented Post".into())],
    };
    files.push(manifest.file());
    files
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect()
}

fn page(text: &str) -> String {
    let paragraphs = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('\n', "</p>\n<p>");
    format!(
        "<article><div class=\"text\" lang=\"x\">\n<p>{paragraphs}</p>\n</div>\n<footer>foot</footer>\n</article>"
    )
}

fn find(files: &BTreeMap<String, Vec<u8>>, query: &str) -> Found {
    let read = |path: &str| files.get(path).cloned();
    let finder = Finder::open(&read).unwrap();
    let window = Window {
        from: Bookmark::default(),
        take: 1_000,
    };
    finder.find(&Query::parse(query, &Filter::default()), window)
}

/// The titles of what was found, without what holds parts only.
fn exact(files: &BTreeMap<String, Vec<u8>>, query: &str) -> Vec<String> {
    let found = find(files, query).hits.into_iter().filter(|hit| !hit.loose);
    found.map(|hit| hit.entry.1).collect()
}

fn told(title: &str, text: &str) -> Told {
    Told("post", 20_000, title.into(), text.into())
}

#[track_caller]
fn check(documents: &[Told], query: &str, expected: &[&str]) {
    assert_eq!(exact(&site(documents), query), expected, "{query}");
}

#[test]
fn finds_any_two_characters_and_no_pair_across_a_border() {
    let documents = [
        told("一", "反腐败运动，中国"),
        told("二", "腐败，反对"),
        told("三", "人民日报"),
    ];
    check(&documents, "腐败", &["二", "一"]);
    check(&documents, "反腐败运", &["一"]);
    check(&documents, "败反", &[]);
    check(&documents, "民日", &["三"]);
}

#[test]
fn finds_what_is_written_in_the_other_script() {
    let documents = [told("一", "臺灣總統選舉"), told("二", "台湾总统选举之后")];
    check(&documents, "台湾", &["二", "一"]);
    check(&documents, "總統選舉", &["二", "一"]);
}

#[test]
fn phrases_are_kept_together_and_words_need_not_be() {
    let documents = [
        told("apart", "A change of the climate"),
        told("together", "Climates changing"),
        told("lines", "climate\nx change"),
    ];
    check(
        &documents,
        "climate change",
        &["lines", "together", "apart"],
    );
    check(&documents, "\"climate change\"", &["together"]);
    check(
        &documents,
        "-\"climate change\" climate",
        &["lines", "apart"],
    );
    check(&documents, "lines OR apart", &["lines", "apart"]);
}

#[test]
fn glyphs_beside_words_are_found_with_and_without_a_space() {
    let documents = [
        told("x", "中国A股市场"),
        told("y", "A 股下跌"),
        told("z", "股票 A"),
    ];
    check(&documents, "A股", &["y", "x"]);
    check(&documents, "股票A", &["z"]);
}

#[test]
fn titles_count_most_and_newer_ones_win_a_tie() {
    let documents = [
        told("Elections", "nothing"),
        told("b", "the election"),
        Told("post", 21_000, "c".into(), "the election".into()),
        told("d", "the election"),
    ];
    check(&documents, "election", &["Elections", "c", "d", "b"]);
    check(&documents, "title:election", &["Elections"]);
    check(&documents, "election after:2027-01", &["c"]);
    check(&documents, "before:2026-01", &["d", "b", "Elections"]);
}

#[test]
fn sources_narrow_down() {
    let mut documents = [told("a", "word"), told("b", "word")];
    documents[1].0 = "gazette";
    check(&documents, "word source:gazette", &["b"]);
    check(&documents, "word -source:gazette", &["a"]);
    check(&documents, "source:post", &["a"]);
}

#[test]
fn a_long_word_is_looked_for_in_parts_where_few_hold_it() {
    let files = site(&[
        told("一", "中美两国的贸易战"),
        told("二", "中美贸易战"),
        told("三", "贸易"),
    ]);
    let found = find(&files, "中美贸易战");
    let hits: Vec<_> = found
        .hits
        .iter()
        .map(|hit| (hit.entry.1.as_str(), hit.loose))
        .collect();
    assert_eq!(hits, [("二", false), ("一", true)]);
    assert_eq!(find(&files, "\"中美贸易战\"").hits.len(), 1);
}

#[test]
fn excerpts_show_and_mark_what_was_found() {
    let text = format!(
        "{}。前面的句子。這裡說到臺灣的選舉。{}",
        "很长的开头".repeat(40),
        "结尾".repeat(200)
    );
    let found = find(&site(&[told("台湾", &text)]), "台湾 选举");
    let shown = &found.hits[0].shown;
    let marked: Vec<&str> = shown
        .excerpt
        .marks
        .iter()
        .map(|mark| &shown.excerpt.text[mark.clone()])
        .collect();
    assert_eq!(marked, ["臺灣", "選舉"]);
    assert!(shown.excerpt.text.starts_with('…') && shown.excerpt.text.ends_with('…'));
    assert_eq!(shown.title.marks.first(), Some(&(0..6)));
}

#[test]
fn a_damaged_index_finds_less_and_never_fails() {
    let files = site(&[told("a", "中国"), told("b", "中国")]);
    for path in files.keys() {
        for bytes in [
            &b""[..],
            b"wirecopySearch(\"x\",\"9!",
            b"wirecopySearch(\"r/0\",\"4294967295!\xe4\xb8\xad\xe5\x9b\xbd ~~~~~~~~\");\n",
        ] {
            let mut damaged = files.clone();
            damaged.insert(path.clone(), bytes.to_vec());
            let read = |path: &str| damaged.get(path).cloned();
            if let Some(finder) = Finder::open(&read) {
                let query = Query::parse("中国 post", &Filter::default());
                let found = finder.find(
                    &query,
                    Window {
                        from: Bookmark::default(),
                        take: 10,
                    },
                );
                assert!(found.hits.len() <= 2);
            }
        }
    }
}

/// The titles of what is found from a bookmark on, and where the answer ends.
fn answer(
    files: &BTreeMap<String, Vec<u8>>,
    query: &str,
    window: Window,
) -> (Vec<String>, Option<Bookmark>) {
    let read = |path: &str| files.get(path).cloned();
    let finder = Finder::open(&read).unwrap();
    let found = finder.find(&Query::parse(query, &Filter::default()), window);
    let titles = found.hits.into_iter().map(|hit| {
        let mark = if hit.loose { "~" } else { "" };
        format!("{mark}{}", hit.entry.1)
    });
    (titles.collect(), found.next)
}

/// Follows bookmarks to the end; how many answers that took, and all they held.
fn answers(files: &BTreeMap<String, Vec<u8>>, query: &str, take: usize) -> (usize, Vec<String>) {
    let mut from = Some(Bookmark::default());
    let (mut count, mut all) = (0, Vec::new());
    while let Some(place) = from {
        let text = place.to_string();
        let from_address = text.parse().unwrap();
        let (titles, next) = answer(
            files,
            query,
            Window {
                from: from_address,
                take,
            },
        );
        assert!(titles.len() <= take);
        all.extend(titles);
        (count, from) = (count + 1, next);
    }
    (count, all)
}

#[test]
fn a_phrase_whose_parts_stand_apart_reads_a_bounded_number_of_pages() {
    let mut documents: Vec<Told> = (0..300)
        .map(|number| told(&number.to_string(), "美国 国人"))
        .collect();
    documents[5].3 = "美国人".into();
    documents[7].3 = "美国人".into();
    let files = site(&documents);
    let pages = std::cell::Cell::new(0);
    let read = |path: &str| {
        pages.set(pages.get() + usize::from(path.starts_with("articles/")));
        files.get(path).cloned()
    };
    let finder = Finder::open(&read).unwrap();
    let query = Query::parse("美国人", &Filter::default());
    let window = Window {
        from: Bookmark::default(),
        take: 10,
    };
    let found = finder.find(&query, window);
    assert_eq!((pages.get(), found.hits.len()), (40, 0));
    assert!(found.next.is_some() && !found.exact);
    // Those that follow say the rest, each page being read once.
    let (count, all) = answers(&files, "美国人", 10);
    assert_eq!((count, all), (8, vec!["7".to_owned(), "5".to_owned()]));
}

#[test]
fn answers_one_after_the_other_hold_what_one_would_and_nothing_twice() {
    let text = |number: usize| match number % 3 {
        0 => "中美贸易战",
        1 => "中美与美贸及贸易",
        _ => "贸易战与中美",
    };
    let documents: Vec<Told> = (0..60)
        .map(|number| {
            told(
                &number.to_string(),
                text(if number < 9 { number } else { 1 + number % 2 }),
            )
        })
        .collect();
    let files = site(&documents);
    for query in ["中美贸易战", "贸易", "中美 OR 贸易战"] {
        let (_, all) = answers(&files, query, 1_000);
        for take in [1, 2, 7, 50] {
            assert_eq!(answers(&files, query, take).1, all, "{query} by {take}");
        }
    }
    let (_, all) = answers(&files, "中美贸易战", 10);
    assert_eq!(
        all.iter().filter(|title| !title.starts_with('~')).count(),
        3
    );
    assert!(all.len() > 30);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What the index finds is what reading everything finds, at every size of the archive around the levels' borders.
    #[test]
    fn finds_what_reading_everything_finds(
        texts in proptest::collection::vec("[甲乙丙丁]{1,6}([，\n][甲乙丙丁]{1,6}){0,3}", 1..40),
        query in "[甲乙丙丁]{2,4}",
    ) {
        let documents: Vec<Told> = texts.iter().enumerate()
            .map(|(number, text)| told(&number.to_string(), text)).collect();
        let mut found = exact(&site(&documents), &query);
        found.sort();
        let mut expected: Vec<String> = documents.iter()
            .filter(|told| told.3.contains(&query)).map(|told| told.2.clone()).collect();
        expected.sort();
        prop_assert_eq!(found, expected);
    }

    /// Any text is a query, and its parts are found in a document that consists of it.
    #[test]
    fn any_text_is_a_query(text in "\\PC{0,40}", query in "([a-z中国股 \"-]|OR|title:|after:|source:){0,20}") {
        let files = site(&[told("t", &text)]);
        find(&files, &query);
        find(&files, &text);
    }
}
