//! The web server's options, from the settings: what `wirecopy run` and `wirecopy serve` share.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::archive::index::Index;
use crate::cli::options;
use crate::config::Settings;
use crate::config::values::{Images, OWN_PROXY};
use crate::fetch::{FetchOptions, Fetcher};
use crate::images::PictureOptions;
use crate::images::access::Access;
use crate::images::signature::Keys;
use crate::serve::access::Token;
use crate::serve::health::{LastRound, Probe, Pulse};
use crate::serve::rate::Rate;
use crate::serve::services::ServiceOptions;
use crate::serve::{ImageOptions, Limits, ServeOptions};

/// Rounds that may be missed before `/healthz` says so.
const MISSED_ROUNDS: u32 = 3;

/// A job that updates the mirror runs once an hour, however often sources want to be polled.
const USUAL_ROUND: Duration = Duration::from_secs(3600);

/// What is served, and to whom.
///
/// # Errors
/// When the token of `secrets.toml` cannot be carried by a request, the fetcher cannot be made, or a site rule is
/// faulty.
pub(super) fn options(settings: &Settings, mirror: &Path) -> anyhow::Result<ServeOptions> {
    let tokens = settings
        .secrets
        .token
        .as_deref()
        .map(Token::new)
        .transpose()?;
    Ok(ServeOptions {
        site: mirror.join("site"),
        probe: probe(settings.sources.len() as u64, mirror.join("index.sqlite")),
        fetcher_metrics: None,
        max_round_age: settings.fetch.every.unwrap_or_default().max(USUAL_ROUND) * MISSED_ROUNDS,
        tokens: tokens.into_iter().collect(),
        services: settings
            .serve
            .services
            .then(|| services(settings, mirror))
            .transpose()?,
        images: images(settings, mirror)?,
        limits: Limits::default(),
    })
}

/// The services fetch what strangers name, so nothing that the operator allows for the mirror itself is allowed here.
/// Its site rules mend pages here as they do in a round.
fn services(settings: &Settings, mirror: &Path) -> anyhow::Result<ServiceOptions> {
    let options = FetchOptions {
        allow: Vec::new(),
        ..options::fetch_options(settings)
    };
    let mut services = ServiceOptions::new(Arc::new(Fetcher::new(options)?));
    services.rules = Arc::new(options::rules(settings, mirror)?);
    let per_minute = u32::try_from(settings.serve.rate).unwrap_or(u32::MAX);
    services.rate = Rate {
        per_minute,
        burst: per_minute.div_ceil(3),
    };
    Ok(services)
}

/// The proxy for pictures, if it is asked for: by its own setting, or by an edition whose pictures go through it.
fn images(settings: &Settings, mirror: &Path) -> anyhow::Result<Option<ImageOptions>> {
    let own = Images::Proxy(OWN_PROXY.to_owned());
    let pictures = &settings.pictures;
    if !pictures.serve && settings.publish.images != own {
        return Ok(None);
    }
    let base = settings.mirror.base_url.as_ref();
    let site = base.and_then(|url| url.host_str()).map(str::to_owned);
    let own_hosts = site.into_iter().chain(pictures.host.clone());
    let fetch = FetchOptions {
        allow: Vec::new(),
        ..options::fetch_options(settings)
    };
    let usual = PictureOptions::new(fetch, mirror)?;
    Ok(Some(ImageOptions {
        pictures: PictureOptions {
            fetch: FetchOptions {
                ports: pictures.ports.clone(),
                max_redirects: pictures.redirects,
                ..usual.fetch
            },
            max_bytes: pictures.cache,
            access: Access {
                hosts: pictures.hosts.clone(),
                keys: Keys(settings.secrets.picture_keys.clone()),
                ..usual.access
            },
            own_hosts: own_hosts.map(|host| host.to_ascii_lowercase()).collect(),
            ladder: pictures.ladder.clone(),
            variants: u32::try_from(pictures.variants).unwrap_or(u32::MAX),
            ..usual
        },
        host: pictures.host.clone(),
        rate: picture_rate(pictures.rate),
    }))
}

/// weserv lets a client have 2,500 made in ten minutes, all at once if it likes: a page may be a gallery.
fn picture_rate(per_minute: usize) -> Rate {
    let per_minute = u32::try_from(per_minute).unwrap_or(u32::MAX);
    Rate {
        per_minute,
        burst: per_minute.saturating_mul(10),
    }
}

/// Looks into the index, for `/healthz` and `/metrics`.
fn probe(sources: u64, index: PathBuf) -> Probe {
    Arc::new(move || {
        // Opening would begin an empty one.
        if !index.exists() {
            return Ok(Pulse {
                sources,
                ..Pulse::default()
            });
        }
        let index = Index::open(&index)?;
        let polls = index.polls()?;
        let failing: HashSet<&str> = polls
            .iter()
            .filter(|poll| poll.failures > 0)
            .map(|poll| poll.source.as_str())
            .collect();
        let last_round = index.last_round()?.map(|round| LastRound {
            time: round.time,
            outcome: round.outcome,
        });
        let articles = index
            .counts()?
            .iter()
            .map(|(_, count)| u64::from(*count))
            .sum();
        Ok(Pulse {
            last_round,
            sources,
            failing: failing.len() as u64,
            articles,
        })
    })
}
