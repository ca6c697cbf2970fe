//! An invented newsroom on loopback: publications in several languages, scripts and feed formats, each with its habits.
//!
//! What it publishes is a pure function of a step number, so whoever turns the steps knows what a mirror must hold. Every text
//! and picture is invented for Wirecopy, and each page says so.

mod feeds;
pub mod moment;
mod pages;
mod picture;
mod publication;
mod server;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

use crate::demo::newsroom::moment::{Calendar, Expected};
use crate::demo::newsroom::publication::Publication;
use crate::demo::newsroom::server::Desk;

/// Where a publication can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAddress {
    /// A name for its directory.
    pub slug: String,
    /// Its name as readers know it.
    pub name: String,
    /// A BCP 47 tag.
    pub language: String,
    /// Its front page.
    pub site: Url,
    /// Its feed.
    pub feed: Url,
}

/// A newsroom at work; it closes when this is dropped.
pub struct Running {
    /// Its publications.
    pub sources: Vec<SourceAddress>,
    calendar: Calendar,
    desks: Vec<Arc<Desk>>,
    servers: JoinSet<()>,
}

impl Running {
    /// What a mirror must hold that has polled every source at every step up to `step`.
    pub fn expected(&self, step: u32) -> Vec<Expected> {
        let of =
            |desk: &Arc<Desk>| moment::expected(&desk.publication, &desk.site, self.calendar, step);
        self.desks.iter().flat_map(of).collect()
    }

    /// The slugs of the sources that cannot be read at `step`.
    pub fn failing(&self, step: u32) -> Vec<&str> {
        let fails =
            |desk: &&Arc<Desk>| moment::weather(&desk.publication, step) != moment::Weather::Fine;
        self.desks
            .iter()
            .filter(fails)
            .map(|desk| desk.publication.slug.as_str())
            .collect()
    }

    /// How often a page was fetched that robots.txt closes.
    pub fn trespasses(&self) -> u32 {
        self.desks
            .iter()
            .map(|desk| desk.trespasses.load(Ordering::Relaxed))
            .sum()
    }

    /// The addresses, with ports, that a mirror must be allowed to reach.
    pub fn hosts(&self) -> Vec<String> {
        self.sources
            .iter()
            .map(|source| source.site.authority().to_owned())
            .collect()
    }
}

/// Opens the newsroom. Whoever holds `step` turns it.
///
/// Each publication has a loopback address of its own where the system has more than one (Linux), else a port.
pub async fn start(step: Arc<AtomicU32>, calendar: Calendar) -> anyhow::Result<Running> {
    let mut running = Running {
        sources: Vec::new(),
        calendar,
        desks: Vec::new(),
        servers: JoinSet::new(),
    };
    for (publication, host) in publication::all().into_iter().zip(2..) {
        let listener = bind(host).await?;
        let site = Url::parse(&format!("http://{}/", listener.local_addr()?))?;
        running.sources.push(source_address(&publication, &site)?);
        let desk = Arc::new(Desk {
            publication,
            site,
            calendar,
            step: step.clone(),
            trespasses: AtomicU32::new(0),
        });
        running.desks.push(desk.clone());
        running.servers.spawn(server::serve(listener, desk));
    }
    Ok(running)
}

async fn bind(host: u8) -> anyhow::Result<TcpListener> {
    if let Ok(listener) = TcpListener::bind(SocketAddr::from(([127, 0, 0, host], 0))).await {
        return Ok(listener);
    }
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .context("cannot open the demonstration's newsroom on this machine's loopback address")
}

fn source_address(publication: &Publication, site: &Url) -> anyhow::Result<SourceAddress> {
    Ok(SourceAddress {
        slug: publication.slug.clone(),
        name: publication.name.clone(),
        language: publication.language.clone(),
        site: site.clone(),
        feed: site.join(feeds::path(publication.format))?,
    })
}

#[cfg(test)]
mod tests;
