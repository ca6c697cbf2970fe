//! Levels that are revised, made in runs, or found damaged.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{self, Read};

use super::{Told, level_files, level_files_by_runs, told};
use crate::edition::OutputFile;
use crate::search::build::Builder;
use crate::search::level::Level;
use crate::search::revise::{Damaged, Revision};
use crate::search::terms::Terms;

/// Files by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Revises a level of `before`, and compares it with the same made anew from `after`; how many files were written.
#[track_caller]
fn check_revision(level: Level, before: &[Told], after: &[Told]) -> usize {
    let count = |documents: &[Told]| u32::try_from(documents.len()).unwrap();
    let mut files: Files = level_files(level, before)
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect();
    let former = files.clone();
    let mut revision = Revision::of(level, count(before), count(after)).unwrap();
    for ordinal in level.range(count(after)) {
        let says = &after[ordinal as usize];
        let said = before
            .get(ordinal as usize)
            .filter(|_| revision.held(ordinal));
        if said.is_none_or(|said| said.3 != says.3) {
            let said = said.map(Told::terms).unwrap_or_default();
            revision.take((ordinal, says.1), said, says.terms());
        }
    }
    let mut written = 0;
    let mut keep = |file: OutputFile| -> Result<(), Infallible> {
        written += 1;
        files.insert(file.path, file.bytes);
        Ok(())
    };
    let read = |path: &str| former.get(path).cloned();
    assert_eq!(revision.finish(&read, &mut keep).unwrap(), Ok(()));
    for file in level_files(level, after) {
        assert!(
            files[&file.path] == file.bytes,
            "{} of {level:?} differs",
            file.path
        );
    }
    written
}

#[test]
fn a_revised_level_has_the_bytes_of_one_made_anew() {
    let text = |number: usize| {
        told(
            &number.to_string(),
            &format!("第{number}篇 w{}", number % 97),
        )
    };
    let before: Vec<Told> = (0..16_390).map(text).collect();
    let mut after = before.clone();
    after[77].3 = "改过的内容 w77".into();
    let edited = check_revision(Level::Base, &before, &after);
    assert!(edited < 12, "an edit wrote {edited} files");
    let grown: Vec<Told> = (0..24_577).map(text).collect();
    assert!(Level::Base.shards(16_390) < Level::Base.shards(24_577));
    check_revision(Level::Base, &before, &grown);
    for (level, former, now) in [
        (Level::Large, 600, 1_100),
        (Level::Medium, 40, 70),
        (Level::Recent, 3, 9),
    ] {
        let mut after = grown[..now].to_vec();
        after[former / 2].3 = "a correction".into();
        check_revision(level, &grown[..former], &after);
    }
}

#[test]
fn a_level_made_in_runs_has_the_bytes_of_one_made_at_once() {
    let documents: Vec<Told> = (0..8_200)
        .map(|number: usize| {
            let text = format!("第{number}篇 w{} 中国", number % 97);
            told(&number.to_string(), &text)
        })
        .collect();
    for (level, each) in [(Level::Base, 100), (Level::Base, 4_096), (Level::Recent, 1)] {
        let made = level_files_by_runs(level, &documents, each);
        assert!(
            made == level_files(level, &documents),
            "{level:?} in runs of {each}"
        );
    }
}

#[test]
fn a_run_that_was_cut_off_is_an_error() {
    let mut builder = Builder::new(Level::Recent, 1);
    builder.add(told("一", "中国").terms(), 1);
    let mut run = Vec::new();
    builder.put_aside(&mut run).unwrap();
    for length in [1, 5, run.len() - 1] {
        let mut builder = Builder::new(Level::Recent, 1);
        builder.add(Terms::default(), 1);
        let runs = vec![Box::new(&run[..length]) as Box<dyn Read>];
        let mut keep = |_| -> io::Result<()> { Ok(()) };
        let error = builder.finish(runs, &mut keep).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "at {length}");
    }
}

#[test]
fn a_damaged_level_is_not_revised() {
    let documents: Vec<Told> = (0..9)
        .map(|number| told(&number.to_string(), "text"))
        .collect();
    let mut revision = Revision::of(Level::Recent, 8, 9).unwrap();
    revision.take((8, 1), Terms::default(), documents[8].terms());
    let nothing = |_: &str| None;
    let mut keep = |_| -> Result<(), Infallible> { Ok(()) };
    assert_eq!(revision.finish(&nothing, &mut keep).unwrap(), Err(Damaged));
}
