//! Whose pictures are served: what the mirror's documents show, hosts that the operator lists, and addresses that one
//! of our keys has signed.

use std::path::PathBuf;

use jiff::Timestamp;
use url::Url;
use wirecopy_picture::request::Request;

use crate::archive::index::Index;
use crate::images::signature::{self, Keys, Signed};
use crate::images::trouble::Trouble;

/// The three ways to open the proxy, side by side.
#[derive(Clone, Default)]
pub struct Access {
    /// The index of the archive, whose documents' pictures are served.
    pub index: Option<PathBuf>,
    /// Hosts whose pictures are all served; `*.example.org` stands for all below it.
    pub hosts: Vec<String>,
    /// Keys that sign addresses.
    pub keys: Keys,
}

impl Access {
    /// Whether this picture is served to whoever sends this query.
    pub(super) async fn admit(
        &self,
        url: &Url,
        request: &Request,
        query: &str,
    ) -> Result<(), Trouble> {
        if let Some(sent) = signature::sent(query) {
            let is_ours = self
                .keys
                .verify(&sent, &Signed { url, request }, Timestamp::now());
            return is_ours.then_some(()).ok_or(Trouble::Signature);
        }
        let host = url.host_str().unwrap_or_default();
        if self.hosts.iter().any(|pattern| matches(pattern, host)) || self.shows(url).await? {
            return Ok(());
        }
        Err(Trouble::Closed)
    }

    async fn shows(&self, url: &Url) -> Result<bool, Trouble> {
        // Opening would begin an empty one.
        let Some(path) = self.index.clone().filter(|path| path.exists()) else {
            return Ok(false);
        };
        let url = url.clone();
        let look = move || Index::open(&path)?.shows_picture(&url);
        let shows = tokio::task::spawn_blocking(look).await;
        shows
            .map_err(anyhow::Error::from)
            .flatten()
            .map_err(|error| Trouble::internal(&error))
    }
}

fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(above) => host
            .strip_suffix(above)
            .is_some_and(|below| below.ends_with('.')),
        None => pattern.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_what_is_below_it_and_for_nothing_that_ends_alike() {
        assert!(matches("i.example", "i.example"));
        assert!(matches("*.i.example", "a.b.i.example"));
        assert!(!matches("*.i.example", "i.example"));
        assert!(!matches("*.i.example", "evili.example"));
        assert!(!matches("i.example", "a.i.example"));
    }
}
