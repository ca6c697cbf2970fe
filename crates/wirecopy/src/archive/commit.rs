//! What a round changes: the values that [`crate::archive::Archive::commit`] takes and gives.

use crate::archive::volume::VolumeName;
use anyhow::bail;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// All that one round writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundCommit {
    /// The round's fixed time; every commit of the round carries it, so that a repeated round makes the same commits.
    pub time: Timestamp,
    /// What came, for the history: a subject, and more after an empty line.
    pub message: String,
    /// Who writes.
    pub author: Signature,
    /// The files. Where one occurs twice the last counts.
    pub changes: Vec<Change>,
}

/// One file's new content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The volume, for a file that has one already; otherwise the current volume of the round's time.
    pub volume: Option<String>,
    /// Relative, separated by `/`.
    pub path: String,
    /// Absent when the file is to go.
    pub content: Option<Vec<u8>>,
}

/// A name and an address as git writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Signature {
    /// Drops what a commit's header cannot hold: angle brackets and control characters.
    pub fn new(name: &str, email: &str) -> Signature {
        let plain = |text: &str| {
            let kept = text
                .chars()
                .filter(|letter| !letter.is_control() && !matches!(letter, '<' | '>'));
            kept.collect::<String>().trim().to_owned()
        };
        Signature {
            name: plain(name),
            email: plain(email),
        }
    }

    /// The name; may be empty.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address; may be empty.
    pub fn email(&self) -> &str {
        &self.email
    }
}

/// A commit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeCommit {
    /// The volume it is in.
    pub volume: String,
    /// Its object name, in hexadecimal.
    pub commit: String,
    /// The commit before it; absent for a volume's first.
    pub parent: Option<String>,
    /// Its time, in whole seconds as git keeps it.
    pub time: Timestamp,
    /// What differs from its parent, by path.
    pub files: Vec<RecordedFile>,
}

/// A file that a commit changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedFile {
    /// Its path.
    pub path: String,
    /// Its new object name; absent when it was deleted.
    pub revision: Option<String>,
    /// Whether it was not there before.
    pub added: bool,
}

/// The round's changes for each volume, the last for a path counting, in order of the path.
pub(crate) fn by_volume(
    changes: &[Change],
    current: VolumeName,
) -> anyhow::Result<BTreeMap<VolumeName, BTreeMap<&str, &Change>>> {
    let mut volumes: BTreeMap<VolumeName, BTreeMap<&str, &Change>> = BTreeMap::new();
    for change in changes {
        check_path(&change.path)?;
        let volume = change.volume.as_deref().map_or(Ok(current), str::parse)?;
        volumes
            .entry(volume)
            .or_default()
            .insert(&change.path, change);
    }
    Ok(volumes)
}

/// Refuses paths that git, its stream, or a checkout somewhere would read as something else. Names are made by the
/// program itself, so that a refusal is a defect and not an operator's mistake.
fn check_path(path: &str) -> anyhow::Result<()> {
    let harmless = |part: &str| {
        let git = part
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case(".git"));
        !part.is_empty()
            && part != "."
            && part != ".."
            && !git
            && !part.eq_ignore_ascii_case("git~1")
    };
    let plain = |letter: char| !letter.is_control() && letter != '\\';
    if path.len() > MAX_PATH_BYTES
        || path.starts_with('"')
        || !path.chars().all(plain)
        || !path.split('/').all(harmless)
    {
        bail!("`{}` is no path for an archive", path.escape_debug());
    }
    Ok(())
}

/// Longest path in bytes: documents' own end at 200, imported files' may be longer.
const MAX_PATH_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::{Signature, check_path};

    #[test]
    fn refuses_paths_that_mean_something_else_elsewhere() {
        let refused = [
            "",
            "/a",
            "a//b",
            "a/../b",
            "./a",
            "a/.git/config",
            "a/.GIT",
            ".gitmodules",
            "a/GIT~1",
            "a\nb",
            "\"a",
            "a\\b",
        ];
        for path in refused {
            assert!(check_path(path).is_err(), "{path:?}");
        }
        for path in [
            "README.md",
            "articles/voa/2026/01/02-a b “c”-id.md",
            "lists/中国.md",
        ] {
            check_path(path).unwrap();
        }
    }

    #[test]
    fn signature_cannot_forge_a_header() {
        let signature = Signature::new("A\nparent 1 <x>", "a@b>\n");
        assert_eq!(
            (signature.name(), signature.email()),
            ("Aparent 1 x", "a@b")
        );
    }
}
