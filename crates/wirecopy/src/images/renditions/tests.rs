//! The record of renditions through its own doors, on a disk.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;
use wirecopy_picture::rendition::{Form, Recipe, Rendition, Renditions as Files};

use super::{RenditionSettings, Renditions, parcel};

fn settings(widths: &[u32]) -> RenditionSettings {
    RenditionSettings {
        forms: vec![Form::Avif],
        widths: widths.to_vec(),
        score: 60,
    }
}

fn files(contents: &[&str]) -> Files {
    let files = contents.iter().map(|content| Rendition {
        width: 480,
        height: 300,
        bytes: content.as_bytes().to_vec(),
    });
    Files {
        colours: [[1, 2, 3], [4, 5, 6], [250, 251, 252]],
        media_type: "image/jpeg",
        files: files.collect(),
    }
}

fn picture(name: &str) -> blake3::Hash {
    blake3::hash(name.as_bytes())
}

fn open(mirror: &TempDir) -> Renditions {
    Renditions::open(mirror.path(), &settings(&[480])).unwrap()
}

fn on_disk(mirror: &TempDir) -> Vec<PathBuf> {
    super::record::files_below(&mirror.path().join("renditions/files")).unwrap()
}

#[test]
fn what_was_made_is_found_again() {
    let mirror = TempDir::new().unwrap();
    let mut renditions = open(&mirror);
    assert!(renditions.lacks(picture("a"), Form::Fallback));
    renditions
        .keep(picture("a"), Form::Fallback, &files(&["one", "two"]))
        .unwrap();
    let again = open(&mirror);
    assert_eq!(again.find(picture("a")), renditions.find(picture("a")));
    let made = again.find(picture("a")).unwrap();
    assert_eq!(made.colours[2], [250, 251, 252]);
    let file = &made.forms[&Form::Fallback].files[1];
    assert_eq!(fs::read(again.path(file)).unwrap(), b"two");
    assert!(!again.lacks(picture("a"), Form::Fallback) && again.lacks(picture("a"), Form::Avif));
    assert_eq!(again.mark(), renditions.mark());
}

#[test]
fn a_record_cut_anywhere_gives_what_came_before() {
    let mirror = TempDir::new().unwrap();
    let mut renditions = open(&mirror);
    for name in ["a", "b"] {
        renditions
            .keep(picture(name), Form::Fallback, &files(&[name]))
            .unwrap();
    }
    let record = mirror.path().join("renditions/made.tsv");
    let whole = fs::read(&record).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in 0..whole.len() {
        fs::write(&record, &whole[..end]).unwrap();
        let cut = open(&mirror);
        assert_eq!(cut.find(picture("a")).is_some(), end >= first, "{end}");
        assert!(cut.find(picture("b")).is_none(), "{end}");
    }
    let mut cut = open(&mirror);
    cut.keep(picture("b"), Form::Fallback, &files(&["b"]))
        .unwrap();
    assert_eq!(fs::read(&record).unwrap(), whole);
}

#[test]
fn changes_since_a_mark_are_told_and_those_of_another_record_are_not() {
    let mirror = TempDir::new().unwrap();
    let mut renditions = open(&mirror);
    let empty = renditions.mark();
    renditions
        .keep(picture("a"), Form::Fallback, &files(&["a"]))
        .unwrap();
    let mark = renditions.mark();
    renditions
        .keep(picture("b"), Form::Fallback, &files(&["b"]))
        .unwrap();
    renditions.forget(picture("a")).unwrap();
    let changes = open(&mirror).changed_since(mark).unwrap();
    assert_eq!(changes.pictures, [picture("b"), picture("a")]);
    assert_eq!(changes.gone.len(), 1);
    assert_eq!(
        open(&mirror).changed_since(empty).unwrap().pictures.len(),
        3
    );
    assert_eq!(
        open(&mirror).changed_since(open(&mirror).mark()).unwrap(),
        Default::default()
    );
    let other = TempDir::new().unwrap();
    let mut renditions = open(&other);
    assert!(renditions.changed_since(mark).is_none());
    renditions
        .keep(picture("c"), Form::Fallback, &files(&["c"]))
        .unwrap();
    assert!(renditions.changed_since(mark).is_none());
}

#[test]
fn a_file_goes_when_nothing_names_it_any_more() {
    let mirror = TempDir::new().unwrap();
    let mut renditions = open(&mirror);
    let mark = renditions.mark();
    for name in ["a", "b"] {
        renditions
            .keep(picture(name), Form::Fallback, &files(&["the same"]))
            .unwrap();
    }
    renditions.forget(picture("a")).unwrap();
    assert_eq!(on_disk(&mirror).len(), 1);
    assert!(renditions.changed_since(mark).unwrap().gone.is_empty());
    renditions.forget(picture("b")).unwrap();
    assert!(on_disk(&mirror).is_empty());
    assert!(!renditions.changed_since(mark).unwrap().gone.is_empty());
}

#[test]
fn what_was_made_with_other_settings_is_made_again() {
    let mirror = TempDir::new().unwrap();
    open(&mirror)
        .keep(picture("a"), Form::Fallback, &files(&["narrow"]))
        .unwrap();
    let mut wide = Renditions::open(mirror.path(), &settings(&[480, 900])).unwrap();
    assert!(wide.lacks(picture("a"), Form::Fallback));
    wide.keep(picture("a"), Form::Fallback, &files(&["wide"]))
        .unwrap();
    wide.tidy().unwrap();
    assert_eq!(on_disk(&mirror).len(), 1);
    assert!(!wide.lacks(picture("a"), Form::Fallback));
    assert!(open(&mirror).lacks(picture("a"), Form::Fallback));
}

#[test]
fn a_line_that_names_a_path_of_its_own_choice_is_passed_over() {
    let mirror = TempDir::new().unwrap();
    open(&mirror)
        .keep(picture("a"), Form::Fallback, &files(&["a"]))
        .unwrap();
    let record = mirror.path().join("renditions/made.tsv");
    let line = fs::read_to_string(&record).unwrap();
    let name = &open(&mirror).files().next().unwrap().name.clone();
    for hostile in ["../../wirecopy.toml", "/etc/passwd", "aa/..", "aa/b/c.jpg"] {
        fs::write(&record, line.replace(name.as_str(), hostile)).unwrap();
        assert!(open(&mirror).find(picture("a")).is_none(), "{hostile}");
    }
}

#[test]
fn parcels_and_questions_arrive_as_they_were_sent() {
    let recipe = Recipe {
        form: Form::Avif,
        widths: vec![480, 900],
        score: 65.0,
    };
    assert_eq!(parcel::asked(&parcel::ask(&recipe)), Some(recipe));
    for other in [
        "w=480",
        "?likeness",
        "?renditions=avif",
        "?renditions=avif 60 x",
    ] {
        assert_eq!(parcel::asked(other), None, "{other}");
    }
    let made = files(&["one", "", "three"]);
    let parcel = parcel::pack(&made);
    assert_eq!(parcel::unpack(&parcel, "image/jpeg"), Some(made));
    assert_eq!(parcel::unpack(&parcel, "text/html"), None);
    for end in (0..parcel.len()).filter(|end| *end != 9) {
        let cut = parcel::unpack(&parcel[..end], "image/jpeg");
        assert!(cut.is_none_or(|cut| cut.files.len() < 3), "{end}");
    }
}
