//! Real archives of the first mirrors: 32 files of the first form, and 2,000 posts.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use wirecopy_document::clean::clean;
use wirecopy_document::document::Document;
use wirecopy_document::forms::jekyll::{self, Front};
use wirecopy_document::forms::read_foreign;
use wirecopy_document::forms::repair::{Repair, repaired};
use wirecopy_document::forms::seed::Seed;

use crate::data;

#[test]
fn seed_files_are_documents_and_are_written_byte_for_byte() {
    let Some(dir) = data("seed-format") else {
        return;
    };
    let mut files = 0;
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(Seed::read(&text).unwrap().write(), text, "{path:?}");
        let (document, _) = Document::parse(text.as_bytes()).unwrap();
        assert!(!document.body.is_empty(), "{path:?}");
        let foreign = read_foreign("articles/voa/1.md", text.as_bytes()).unwrap();
        let (document, _) = repaired(&foreign, "voa", Timestamp::UNIX_EPOCH);
        let bytes = document.to_bytes();
        assert_eq!(
            Document::parse(&bytes),
            Ok((document, Vec::new())),
            "{path:?}"
        );
    }
    assert_eq!(files, 32);
}

/// The files of an archive, by path.
fn posts(archive: &Path) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("posts");
    std::fs::create_dir_all(&root).unwrap();
    let mut tar = Command::new("tar");
    tar.arg("-xJf").arg(archive).arg("-C").arg(&root);
    assert!(tar.status().unwrap().success());
    let mut posts = BTreeMap::new();
    let mut waiting = vec![root.clone()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else {
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            posts.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    posts
}

/// Whether all letters of `part` that show occur in `whole` in their order.
fn is_within(part: &str, whole: &str) -> bool {
    let shows = |letter: &char| {
        !letter.is_whitespace()
            && !letter.is_control()
            && !"\u{200b}\u{200c}\u{200d}\u{feff}".contains(*letter)
    };
    let mut letters = whole.chars();
    part.chars()
        .filter(shows)
        .all(|letter| letters.any(|other| other == letter))
}

#[test]
fn every_post_is_read_without_loss_of_text() {
    let Some(dir) = data("archive-sample") else {
        return;
    };
    let not_text = [
        "script", "style", "button", "svg", "select", "textarea", "noscript", "iframe",
    ];
    let mut words = ammonia::Builder::empty();
    words.clean_content_tags(not_text.into());
    let posts = posts(&dir.join("posts.tar.xz"));
    assert_eq!(posts.len(), 2000);
    let mut kinds: BTreeMap<Repair, usize> = BTreeMap::new();
    let mut rewritten = 0;
    for (number, (path, text)) in posts.iter().enumerate() {
        let foreign = read_foreign(path, text.as_bytes()).unwrap();
        // The judge is slow, so that it looks at one in ten; all 2,000 were seen to pass.
        if number % 10 == 0 {
            let expected = clean(&words.clean(&foreign.body_html).to_string(), None).text();
            let body = clean(&foreign.body_html, Some(&foreign.url)).text();
            assert!(is_within(&expected, &body), "{path}\n{expected}\n\n{body}");
        }
        let (document, repairs) = repaired(&foreign, "x", Timestamp::UNIX_EPOCH);
        assert!(
            foreign.published.is_some() && !document.title.is_empty(),
            "{path}"
        );
        let bytes = document.to_bytes();
        assert_eq!(
            Document::parse(&bytes),
            Ok((document, Vec::new())),
            "{path}"
        );
        for repair in repairs {
            *kinds.entry(repair).or_default() += 1;
        }
        rewritten += usize::from(is_rewritten(text));
    }
    let table: Vec<_> = Repair::ALL
        .iter()
        .filter_map(|kind| Some((*kind, *kinds.get(kind)?)))
        .collect();
    let counted = |kind| kinds.get(&kind).copied().unwrap_or_default();
    assert_eq!(counted(Repair::WithoutEpoch), 80, "{table:?}");
    assert_eq!(counted(Repair::DateDiffers), 117, "{table:?}");
    // The others have no head of the first form.
    assert_eq!(rewritten, 1920);
}

/// Whether the parts of a post, written again, are the same bytes.
fn is_rewritten(text: &str) -> bool {
    let Some((front, rest)) = Front::read(text) else {
        return false;
    };
    let Some(seed) = Seed::read(rest) else {
        return false;
    };
    let body = seed
        .body
        .strip_prefix("<div>\n")
        .and_then(|body| body.strip_suffix("\n</div>"));
    body.is_some_and(|body| jekyll::write(&front, &Seed { body, ..seed }) == *text)
}
