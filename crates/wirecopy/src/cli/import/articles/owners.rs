//! Whose an article is: the source that its operator names, the one that follows its site, or one named as its host.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::bail;
use url::Url;
use wirecopy_document::path::slug;

use crate::cli::import::articles::choice::without_www;
use crate::cli::options;
use crate::config::{Settings, SourceSettings};
use crate::pipeline::compose::same_site;
use crate::pipeline::source::Source;

/// The sources that there are.
pub(super) struct Owners {
    settings: Settings,
    /// The one that all articles are of, where the operator names it.
    only: Option<String>,
    /// Those that articles were found to be of, by host.
    by_host: HashMap<String, Arc<Source>>,
}

impl Owners {
    pub(super) fn of(settings: &Settings, only: Option<&str>) -> Owners {
        Owners {
            settings: settings.clone(),
            only: only.map(str::to_owned),
            by_host: HashMap::new(),
        }
    }

    /// The source of the article of a page.
    ///
    /// # Errors
    /// Several sources follow its site.
    pub(super) fn of_page(&mut self, url: &Url) -> anyhow::Result<Arc<Source>> {
        let host = url.host_str().unwrap_or_default();
        if let Some(known) = self.by_host.get(host) {
            return Ok(known.clone());
        }
        let name = match &self.only {
            Some(name) => name.clone(),
            None => self
                .follower(url)?
                .unwrap_or_else(|| slug(without_www(host))),
        };
        let source = Arc::new(self.named(&name, url));
        self.by_host.insert(host.to_owned(), source.clone());
        Ok(source)
    }

    /// The name of the one source that follows a page's site.
    fn follower(&self, url: &Url) -> anyhow::Result<Option<String>> {
        let follows = |source: &&SourceSettings| {
            let mut addresses = source.site.iter().chain(&source.feeds);
            addresses.any(|address| same_site(address, url))
        };
        let followers: Vec<&str> = self
            .settings
            .sources
            .iter()
            .filter(follows)
            .map(|source| source.name.as_str())
            .collect();
        match followers.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some((*only).to_owned())),
            several => bail!(
                "{url} may be of {}: name one with `--source`",
                several.join(", ")
            ),
        }
    }

    /// The source of that name; one that is not followed is no more than its name.
    fn named(&self, name: &str, url: &Url) -> Source {
        let mut sources = self.settings.sources.iter();
        match sources.find(|source| source.name == name) {
            Some(followed) => options::source_of(&self.settings, followed),
            None => options::source_of(&self.settings, &SourceSettings::new(name, url.clone())),
        }
    }
}

/// A name that a source can have.
pub(super) fn parse_name(text: &str) -> Result<String, String> {
    let slug = slug(text);
    if slug == text {
        Ok(slug)
    } else {
        Err(format!(
            "`{text}` cannot be a source's name; write `{slug}`"
        ))
    }
}
