//! The operator's site rules: a directory with a TOML file for each site.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wirecopy_extract::{SiteRule, SiteRules};

/// Reads every `*.toml` of the directory.
///
/// # Errors
/// The directory cannot be read, or one of the files is no rule: an operator wants to know it before the round.
pub fn load(directory: &Path) -> Result<SiteRules> {
    let about = || format!("cannot read the site rules in {}", directory.display());
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(directory).with_context(about)? {
        paths.push(entry.with_context(about)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    // Of two rules for one host the later counts, on every system the same.
    paths.sort();
    let rules = paths.iter().map(|path| rule(path));
    Ok(SiteRules::new(rules.collect::<Result<_>>()?))
}

fn rule(path: &Path) -> Result<SiteRule> {
    let about = || format!("{} is no site rule", path.display());
    let text = fs::read_to_string(path).with_context(about)?;
    SiteRule::parse(&text).with_context(about)
}
