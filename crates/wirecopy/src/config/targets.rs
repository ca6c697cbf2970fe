//! The places beside `site/` that the published site is delivered to.

use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use url::Url;

use crate::config::values;

/// A place that the published site is delivered to, beside `site/`, one `[[target]]` each. Each names one of
/// `directory`, `git`, `rsync` and `s3`. One that fails stops no other, and is tried again with the next round.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSettings {
    /// A directory, empty or absent at first; relative to the mirror. What is not of the site is removed from it.
    /// Default: none.
    pub directory: Option<PathBuf>,
    /// A git repository, one branch of which becomes the site, as hosts of pages want it. The branch always has a
    /// single commit, so that the repository does not grow. Git's own credentials are used. Default: none.
    pub git: Option<String>,
    /// The branch of `git`. Default: `"pages"`.
    #[serde(default = "default_branch", deserialize_with = "branch")]
    pub branch: String,
    /// A directory of another machine, `"user@host:/srv/www/news/"`, written by your own rsync and ssh. What is not of
    /// the site is removed from it. Default: none.
    #[serde(default, deserialize_with = "place")]
    pub rsync: Option<String>,
    /// A bucket of an S3-compatible storage, or a part of one: `"https://host/bucket/prefix"`. Its key stands in
    /// `secrets.toml` under `[storage."https://host/bucket/prefix"]`. Default: none.
    #[serde(default, deserialize_with = "values::optional_address")]
    pub s3: Option<Url>,
    /// The region of `s3`. Default: `"us-east-1"`.
    #[serde(default = "default_region")]
    pub region: String,
}

/// A list of places, each of which names one.
pub(super) fn targets<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<TargetSettings>, D::Error> {
    let targets = Vec::<TargetSettings>::deserialize(deserializer)?;
    for target in &targets {
        let named = [
            target.directory.is_some(),
            target.git.is_some(),
            target.rsync.is_some(),
            target.s3.is_some(),
        ];
        if named.iter().filter(|named| **named).count() != 1 {
            return Err(Error::custom(
                "a [[target]] names one of `directory`, `git`, `rsync` and `s3`; write one [[target]] for each",
            ));
        }
        if let Some(git) = &target.git {
            values::check_remote(git)?;
        }
    }
    Ok(targets)
}

fn default_branch() -> String {
    "pages".to_owned()
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

/// A name that git takes for a branch, without the rarer signs that it would also take.
fn branch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_/".contains(&byte));
    let is_whole = !name.starts_with(['-', '/']) && !name.ends_with('/') && !name.contains("//");
    if name.is_empty() || !is_plain || !is_whole {
        return Err(Error::custom(format!(
            "`{name}` cannot be a branch; write one like \"pages\""
        )));
    }
    Ok(name)
}

/// A place of rsync's that is not one of its options.
fn place<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let place = String::deserialize(deserializer)?;
    if place.is_empty() || place.starts_with('-') {
        return Err(Error::custom(format!(
            "`{place}` is no place; write one like \"user@host:/srv/www/news/\""
        )));
    }
    Ok(Some(place))
}
