//! What a commit holds under given paths, by object name: to see that nothing differs without writing it first.

use crate::archive::reader::Batch;
use crate::archive::volume::Volume;
use anyhow::{Context, bail};
use sha1::{Digest, Sha1};
use std::collections::HashMap;
use std::fmt::Write;

/// The object name that git gives a file of these bytes.
pub(crate) fn blob_name(bytes: &[u8]) -> String {
    object_name("blob", bytes)
}

/// The name that git gives an object of this kind (`commit`, `tree`, `blob`) and these bytes.
pub(crate) fn object_name(kind: &str, bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", bytes.len()));
    hash.update(bytes);
    hex(&hash.finalize())
}

/// The directories of one commit, each read once, and only those that are asked for.
#[derive(Default)]
pub(crate) struct Tree {
    /// How the commit is read, and its name; none where nothing is recorded yet.
    commit: Option<(Batch, String)>,
    directories: HashMap<String, HashMap<Vec<u8>, String>>,
}

impl Tree {
    /// The newest commit's.
    pub(crate) fn of(volume: &Volume) -> anyhow::Result<Tree> {
        let commit = match &volume.head {
            Some(head) => Some((Batch::start(&volume.repository)?, head.clone())),
            None => None,
        };
        Ok(Tree {
            commit,
            ..Tree::default()
        })
    }

    /// The object name of the file at `path`, if it is there.
    pub(crate) fn blob(&mut self, path: &str) -> anyhow::Result<Option<String>> {
        let Some((batch, commit)) = &mut self.commit else {
            return Ok(None);
        };
        let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
        if !self.directories.contains_key(directory) {
            let entries = match batch.ask(&format!("{commit}:{directory}"))? {
                Some(bytes) => entries(&bytes)
                    .with_context(|| format!("the directory {directory} is damaged"))?,
                None => HashMap::new(),
            };
            self.directories.insert(directory.to_owned(), entries);
        }
        Ok(self.directories[directory].get(file.as_bytes()).cloned())
    }
}

/// A tree object's entries: mode, space, name, NUL, 20 bytes of object name (gitformat-pack, "tree").
fn entries(mut bytes: &[u8]) -> anyhow::Result<HashMap<Vec<u8>, String>> {
    let mut entries = HashMap::new();
    while !bytes.is_empty() {
        let space = bytes
            .iter()
            .position(|byte| *byte == b' ')
            .context("no name")?;
        let end = bytes
            .iter()
            .position(|byte| *byte == 0)
            .context("no end of a name")?;
        let Some(object) = bytes.get(end + 1..end + 21) else {
            bail!("no object")
        };
        let name = bytes.get(space + 1..end).context("no name")?;
        entries.insert(name.to_owned(), hex(object));
        bytes = &bytes[end + 21..];
    }
    Ok(entries)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(40), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String does not fail");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::blob_name;

    #[test]
    fn names_a_file_as_git_does() {
        // `git hash-object` of an empty file and of "hello\n".
        assert_eq!(blob_name(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(
            blob_name(b"hello\n"),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
    }
}
