//! The reference pages that are made from the code, so that they cannot drift from it.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

use crate::{commands_reference, settings_reference};

/// Writes every generated page.
///
/// # Errors
/// When a source cannot be understood or a page cannot be written.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    for (path, text) in pages(root)? {
        fs::write(root.join(path), text).with_context(|| format!("cannot write {path}"))?;
        println!("wrote {path}");
    }
    Ok(())
}

/// Tells which generated pages are not what the code says today.
///
/// # Errors
/// When one is not, or is missing.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    for (path, text) in pages(root)? {
        let current =
            fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))?;
        if current != text {
            bail!("{path} is out of date; run `cargo xtask generate` and commit it");
        }
    }
    println!("reference pages are current");
    Ok(())
}

fn pages(root: &Path) -> anyhow::Result<[(&'static str, String); 5]> {
    let workflow = |host: &str| {
        let path = format!("crates/wirecopy/src/cli/init/{host}.yml");
        fs::read_to_string(root.join(&path)).with_context(|| format!("cannot read {path}"))
    };
    Ok([
        ("docs/settings.md", settings_reference::page(root)?),
        ("docs/commands.md", commands_reference::page()),
        // Copies of what `wirecopy init --ci` writes, for those who look here first.
        ("docs/ci/github.yml", workflow("github")?),
        ("docs/ci/gitlab.yml", workflow("gitlab")?),
        ("docs/ci/forgejo.yml", workflow("forgejo")?),
    ])
}
