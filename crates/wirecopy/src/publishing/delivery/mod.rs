//! The published site at other places: another directory, a branch of a git host, a machine behind ssh, a bucket of an
//! object storage. Each place gets what it lacks and loses what the site no longer has; one that fails stops no other.
//!
//! What is delivered is the current generation as it stands. Compressed copies go where files are served as files.

pub mod announce;
mod branch;
mod directory;
pub mod objects;
mod rsync;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use url::Url;

use crate::archive::commit::Signature;
use crate::archive::remote::Remote;
use crate::fetch::Fetcher;
use crate::publishing::delivery::objects::ObjectStore;

/// A place that the site is delivered to.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A directory that is ours alone.
    Directory(PathBuf),
    /// A branch of a git repository, which has one commit.
    Branch {
        /// The repository.
        remote: Remote,
        /// The branch's name.
        branch: String,
    },
    /// `user@host:path`, by the operator's rsync and ssh.
    Rsync(String),
    /// A bucket, or a part of one.
    Objects(Box<ObjectStore>),
}

/// What deliveries have in common.
#[derive(Clone)]
pub struct Courier {
    /// Sends to object storages and hubs; what the operator named is allowed by it.
    pub fetcher: Fetcher,
    /// Where the repository is kept from which branches are pushed.
    pub repository: PathBuf,
    /// In whose name a branch's commit is.
    pub author: Signature,
    /// The most time that git and rsync may take for a place.
    pub limit: Duration,
}

/// Where the site goes after it was published, and who is told.
#[derive(Clone)]
pub struct Deliveries {
    /// The places, in the order of settings.
    pub destinations: Vec<Destination>,
    /// The hub that is told of changed feeds, and the site's address there.
    pub hub: Option<(Url, Url)>,
    /// What they have in common.
    pub courier: Courier,
    /// The file that remembers which state of the site each place got. Without it each is compared again.
    pub ledger: PathBuf,
}

/// What came of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// The place, without passwords.
    pub destination: String,
    /// What was done, or why not in words.
    pub result: Result<Sent, String>,
}

/// What a place got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Files written there; where the program that sends does not tell, none.
    pub written: usize,
    /// Files taken away there.
    pub removed: usize,
}

impl std::fmt::Debug for Deliveries {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Deliveries");
        shown
            .field("destinations", &self.destinations)
            .field("hub", &self.hub);
        shown.finish_non_exhaustive()
    }
}

impl Deliveries {
    /// Delivers the site behind `link` to the places that did not get it yet, as it stands now.
    pub async fn deliver_changed(&self, link: &Path) -> Vec<Delivered> {
        let state = state(link);
        let mut ledger: BTreeMap<String, String> = fs::read(&self.ledger)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let lacks = |destination: &&Destination| {
            state.is_none() || ledger.get(&destination.to_string()) != state.as_ref()
        };
        let lacking: Vec<Destination> = self.destinations.iter().filter(lacks).cloned().collect();
        if lacking.is_empty() {
            return Vec::new();
        }
        let delivered = deliver(link, &lacking, &self.courier).await;
        let known = |name: &String| self.destinations.iter().any(|to| to.to_string() == *name);
        ledger.retain(|name, _| known(name));
        for place in &delivered {
            match (&place.result, &state) {
                (Ok(_), Some(state)) => ledger.insert(place.destination.clone(), state.clone()),
                _ => ledger.remove(&place.destination),
            };
        }
        if let Err(error) = serde_json::to_vec(&ledger)
            .map_err(anyhow::Error::from)
            .and_then(|bytes| Ok(fs::write(&self.ledger, bytes)?))
        {
            // The next round compares again what it need not.
            tracing::warn!(path = %self.ledger.display(), "cannot note what was delivered: {error:#}");
        }
        delivered
    }

    /// Tells the hub of the feeds that a publishing has written; what it refused is returned in words.
    pub async fn announce(&self, feeds: &[String]) -> Option<String> {
        let (hub, site) = self.hub.as_ref()?;
        announce::announce(&self.courier.fetcher, (hub, site), feeds).await
    }
}

/// What the site shows, as one word: its generation's record, which stands beside it.
fn state(link: &Path) -> Option<String> {
    let mut record = link.canonicalize().ok()?.into_os_string();
    record.push(".json");
    let bytes = fs::read(PathBuf::from(record)).ok()?;
    Some(blake3::hash(&bytes).to_hex().to_string())
}

/// Delivers the site behind `link` to each place in turn.
pub async fn deliver(
    link: &Path,
    destinations: &[Destination],
    courier: &Courier,
) -> Vec<Delivered> {
    let mut delivered = Vec::new();
    for destination in destinations {
        let result = deliver_to(link, destination, courier).await;
        delivered.push(Delivered {
            destination: destination.to_string(),
            result: result.map_err(|error| format!("{error:#}")),
        });
    }
    delivered
}

async fn deliver_to(link: &Path, destination: &Destination, courier: &Courier) -> Result<Sent> {
    // Followed once: what is delivered is one generation.
    let site = link
        .canonicalize()
        .with_context(|| format!("there is no site at {}", link.display()))?;
    match destination {
        Destination::Directory(directory) => directory::deliver(&site, directory),
        Destination::Branch { remote, branch } => branch::deliver(&site, (remote, branch), courier),
        Destination::Rsync(place) => rsync::deliver(&site, place, courier.limit),
        Destination::Objects(store) => objects::deliver(&site, store, &courier.fetcher).await,
    }
}

/// Without the passwords in it.
impl std::fmt::Display for Destination {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Destination::Directory(directory) => write!(formatter, "{}", directory.display()),
            Destination::Branch { remote, branch } => write!(formatter, "{remote} ({branch})"),
            Destination::Rsync(place) => formatter.write_str(place),
            Destination::Objects(store) => write!(formatter, "{store}"),
        }
    }
}
