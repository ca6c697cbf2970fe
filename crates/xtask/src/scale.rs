//! Archives of any size, multiplied from real documents, and what it costs to use them.
//!
//! A copy has an address, title and time of its own, and its text is put through an alphabet of its own: it is as
//! long and as compressible as the original, yet git finds no likeness between copies that real articles lack.

mod invent;
mod measure;

use anyhow::{Context, bail};
use invent::Copies;
use jiff::{Timestamp, ToSpan};
use std::path::Path;
use std::time::Instant;
use wirecopy::archive::commit::{Change, RoundCommit, Signature};
use wirecopy::archive::{Archive, ArchiveOptions};

/// Documents in one commit, as an import makes them.
const DOCUMENTS_PER_COMMIT: usize = 5_000;

/// `generate-archive <dir> --documents <n> --from <dir of files of a seed form>`.
pub(crate) fn generate(arguments: &[String]) -> anyhow::Result<()> {
    let [directory, documents_flag, documents, from_flag, from] = arguments else {
        bail!("generate-archive <dir> --documents <n> --from <dir of files of a seed form>");
    };
    if documents_flag != "--documents" || from_flag != "--from" {
        bail!("generate-archive <dir> --documents <n> --from <dir of files of a seed form>");
    }
    let documents: usize = documents.parse().context("--documents takes a number")?;
    let copies = Copies::read(Path::new(from))?;
    let mut archive = Archive::open(&Path::new(directory).join("archive"), options())?;
    let started = Instant::now();
    let mut time: Timestamp = "2026-01-01T00:00:00Z".parse()?;
    for first in (0..documents).step_by(DOCUMENTS_PER_COMMIT) {
        let last = documents.min(first + DOCUMENTS_PER_COMMIT);
        archive.commit(&round(
            time,
            (first..last)
                .map(|number| copies.document(number, time))
                .collect(),
        ))?;
        time = time.checked_add(1.minute())?;
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{documents} documents written in {seconds:.1} s ({:.0}/s)",
        documents as f64 / seconds
    );
    Ok(())
}

/// `measure-archive <dir> --from <dir of files of a seed form>`.
pub(crate) fn measure(arguments: &[String]) -> anyhow::Result<()> {
    let [directory, from_flag, from] = arguments else {
        bail!("measure-archive <dir> --from <dir of files of a seed form>");
    };
    if from_flag != "--from" {
        bail!("measure-archive <dir> --from <dir of files of a seed form>");
    }
    let directory = Path::new(directory);
    let copies = Copies::read(Path::new(from))?;
    let mut archive = Archive::open(&directory.join("archive"), options())?;
    measure::reindex(directory, &archive)?;
    measure::commits(directory, &mut archive, &copies)?;
    measure::repack(&archive)?;
    measure::month(&mut archive, &copies)
}

/// One volume whatever its size, so that the figures are those of one.
fn options() -> ArchiveOptions {
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
