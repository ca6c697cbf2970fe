//! Archives of any size, multiplied from real articles, and what it costs to keep them.
//!
//! A copy has an address, title and time of its own, and its text is put through an alphabet of its own: it is as
//! long and as compressible as the original, yet git finds no likeness between copies that real articles lack.
//! `bench/archive.sh` puts the chores in order.

mod copies;
mod flat;
mod measure;
mod month;

use anyhow::{Context, bail};
use copies::Copies;
use jiff::Timestamp;
use std::path::Path;
use std::time::Instant;
use wirecopy::archive::commit::{Change, RoundCommit, Signature};
use wirecopy::archive::{Archive, ArchiveOptions};

/// `generate-archive <dir> --documents <n> --from <dir>`: files in the flat layout of the first mirrors, to import.
pub(crate) fn generate(arguments: &[String]) -> anyhow::Result<()> {
    let Scale {
        directory,
        documents,
        from,
    } = Scale::read("generate-archive", arguments)?;
    let copies = Copies::read(Path::new(from))?;
    let started = Instant::now();
    for number in 0..documents {
        let file = copies.post(number, documents);
        let path = Path::new(directory).join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, file.text)
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("{documents} files written in {seconds:.1} s");
    Ok(())
}

/// `measure-archive <mirror> --from <dir>`: what a mirror costs that imported a generated archive.
pub(crate) fn measure(arguments: &[String]) -> anyhow::Result<()> {
    let [directory, from_flag, from] = arguments else {
        bail!("measure-archive <mirror> --from <dir of files of a seed form>");
    };
    if from_flag != "--from" {
        bail!("measure-archive <mirror> --from <dir of files of a seed form>");
    }
    let directory = Path::new(directory);
    let copies = Copies::read(Path::new(from))?;
    let mut archive = Archive::open(&directory.join("archive"), one_volume())?;
    measure::reindex(directory, &archive)?;
    measure::commits(directory, &mut archive, &copies)?;
    measure::maintain(&archive)?;
    month::rounds(directory, &copies)
}

/// `measure-flat <dir> --documents <n> --from <dir>`: what the flat layout of the first mirrors costs in git.
pub(crate) fn measure_flat(arguments: &[String]) -> anyhow::Result<()> {
    let Scale {
        directory,
        documents,
        from,
    } = Scale::read("measure-flat", arguments)?;
    flat::measure(
        Path::new(directory),
        &Copies::read(Path::new(from))?,
        documents,
    )
}

/// What a chore is asked for.
struct Scale<'a> {
    directory: &'a str,
    documents: usize,
    from: &'a str,
}

impl Scale<'_> {
    fn read<'a>(chore: &str, arguments: &'a [String]) -> anyhow::Result<Scale<'a>> {
        match arguments {
            [directory, documents_flag, documents, from_flag, from]
                if documents_flag == "--documents" && from_flag == "--from" =>
            {
                Ok(Scale {
                    directory,
                    documents: documents.parse().context("--documents takes a number")?,
                    from,
                })
            }
            _ => bail!("{chore} <dir> --documents <n> --from <dir of files of a seed form>"),
        }
    }
}

/// One volume whatever its size, so that the figures are those of one.
fn one_volume() -> ArchiveOptions {
    ArchiveOptions {
        max_volume_bytes: u64::MAX,
        ..ArchiveOptions::default()
    }
}

fn round(time: Timestamp, changes: Vec<Change>) -> RoundCommit {
    let author = Signature::new("Wirecopy", "wirecopy@localhost");
    RoundCommit {
        time,
        message: format!("{} new", changes.len()),
        author,
        changes,
    }
}

fn bytes(archive: &Archive) -> anyhow::Result<u64> {
    archive.volumes().iter().map(|volume| volume.bytes()).sum()
}

/// Repacks every volume with git's own defaults, as its owner may do at any time.
fn repack_by_hand(directory: &Path) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "git") {
            let done = std::process::Command::new("git")
                .arg("-C")
                .arg(&path)
                .args(["repack", "-a", "-d", "-q"])
                .status()?;
            if !done.success() {
                bail!("git cannot repack {}", path.display());
            }
        }
    }
    Ok(())
}
