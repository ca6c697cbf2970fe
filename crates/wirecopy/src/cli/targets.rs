//! The settings' targets as the places that a published site is delivered to, and how each went.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use url::Url;

use crate::archive::remote::Remote;
use crate::cli::options;
use crate::config::Settings;
use crate::config::targets::TargetSettings;
use crate::fetch::{FetchOptions, Fetcher};
use crate::publishing::delivery::objects::{ObjectStore, StorageKey};
use crate::publishing::delivery::{Courier, Delivered, Deliveries, Destination};

/// The most time that git or rsync may take for a place: a first delivery sends the whole site.
const LIMIT: Duration = Duration::from_secs(3600);
/// The repository from which branches are pushed, in the mirror's directory.
const REPOSITORY: &str = "pages.git";
/// What each place got last.
const LEDGER: &str = "delivered.json";

/// What came of a place, as `--json` prints it.
#[derive(Serialize)]
pub(super) struct Report {
    target: String,
    /// Files written and removed there, as far as is known.
    written: usize,
    removed: usize,
    /// Why it did not get the site.
    failure: Option<String>,
}

/// Where the site goes, by the settings; none where they name no place and no hub.
pub(super) fn deliveries(settings: &Settings, mirror: &Path) -> anyhow::Result<Option<Deliveries>> {
    let hub = settings
        .publish
        .hub
        .clone()
        .zip(settings.mirror.base_url.clone());
    if settings.targets.is_empty() && hub.is_none() {
        return Ok(None);
    }
    let destinations = settings
        .targets
        .iter()
        .map(|target| destination(settings, target, mirror));
    let fetcher = Fetcher::new(FetchOptions {
        allow: allowed(settings),
        ..options::fetch_options(settings)
    })?;
    Ok(Some(Deliveries {
        destinations: destinations.collect::<anyhow::Result<_>>()?,
        hub,
        courier: Courier {
            fetcher,
            repository: absolute(mirror)?.join(REPOSITORY),
            author: options::author(settings),
            limit: LIMIT,
        },
        ledger: mirror.join(LEDGER),
    }))
}

/// What the operator names here may stand in the operator's own network.
fn allowed(settings: &Settings) -> Vec<String> {
    let named = settings
        .targets
        .iter()
        .filter_map(|target| target.s3.as_ref());
    let hosts = named.chain(&settings.publish.hub).filter_map(host);
    settings.fetch.allow.iter().cloned().chain(hosts).collect()
}

fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(
        url.port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    )
}

fn destination(
    settings: &Settings,
    target: &TargetSettings,
    mirror: &Path,
) -> anyhow::Result<Destination> {
    if let Some(directory) = &target.directory {
        return Ok(Destination::Directory(mirror.join(directory)));
    }
    if let Some(git) = &target.git {
        let (remote, branch) = (Remote::new(git)?, target.branch.clone());
        return Ok(Destination::Branch { remote, branch });
    }
    if let Some(place) = &target.rsync {
        return Ok(Destination::Rsync(place.clone()));
    }
    let address = target.s3.as_ref().context("a [[target]] names no place")?;
    let secret = settings.secrets.storage.get(address.as_str());
    let secret = secret.with_context(|| format!("secrets.toml has no key for {address}"))?;
    let key = StorageKey {
        id: secret.id.clone(),
        secret: secret.secret.clone(),
    };
    let store = ObjectStore::new(address, &target.region, key)?;
    Ok(Destination::Objects(Box::new(store)))
}

/// Git is told of it from another directory.
fn absolute(path: &Path) -> anyhow::Result<std::path::PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot find {}", path.display()))
}

impl From<&Delivered> for Report {
    fn from(delivered: &Delivered) -> Report {
        let sent = delivered.result.clone().unwrap_or_default();
        Report {
            target: delivered.destination.clone(),
            written: sent.written,
            removed: sent.removed,
            failure: delivered.result.clone().err(),
        }
    }
}

impl Report {
    /// Whether the place has the site.
    pub(super) fn is_delivered(&self) -> bool {
        self.failure.is_none()
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.failure {
            Some(failure) => write!(out, "{}: {failure}", self.target),
            None => write!(
                out,
                "{}: {} files written, {} removed",
                self.target, self.written, self.removed
            ),
        }
    }
}
