//! What relative references are relative to: `xml:base`, or the feed's own address, or the publication's when a
//! service republishes its feed under an address of its own.

use url::Url;

use crate::xml::tree::Element;

/// Longer references are no addresses.
const MAX_REFERENCE_BYTES: usize = 8192;

/// From longer addresses the query is dropped before they become a base, since it would be repeated in every link.
const MAX_BASE_BYTES: usize = 512;

/// The bases where no `xml:base` is given.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// For references in the feed's own words.
    base: Option<Url>,
    /// For links inside the texts.
    text_base: Option<Url>,
}

impl Scope {
    /// For a feed fetched from `feed` that calls `site` its publication's page. The site wins where the two are on
    /// different hosts: `/a` in a feed on a redistributor's host is meant for the publication's.
    pub(super) fn new(feed: Option<Url>, site: Option<Url>) -> Scope {
        let mut base = match (feed, site) {
            (Some(feed), Some(site)) if host(&feed) != host(&site) => Some(site),
            (feed, site) => feed.or(site),
        };
        if let Some(base) = base
            .as_mut()
            .filter(|base| base.as_str().len() > MAX_BASE_BYTES)
        {
            base.set_query(None);
        }
        Scope {
            text_base: base.clone(),
            base,
        }
    }

    /// For an entry about `page`, in whose texts links are relative to that page if it is the publication's own: RSS
    /// does not say, and its writers copy from the page.
    pub(super) fn of_entry(&self, page: Option<Url>) -> Scope {
        let own = page.filter(|page| {
            self.base
                .as_ref()
                .is_none_or(|base| host(base) == host(page))
        });
        Scope {
            base: self.base.clone(),
            text_base: own.or_else(|| self.base.clone()),
        }
    }

    /// The base of links inside the text that an element holds.
    pub(super) fn text_base_of<'s>(&'s self, element: Element<'s, '_>) -> Option<&'s Url> {
        if element.has_own_base() {
            element.base()
        } else {
            self.text_base.as_ref()
        }
    }

    /// The base that rules in an element.
    pub(super) fn base_of<'s>(&'s self, element: Element<'s, '_>) -> Option<&'s Url> {
        if element.has_own_base() {
            element.base()
        } else {
            self.base.as_ref()
        }
    }

    /// The address that a reference in an element means.
    pub(super) fn resolve(&self, element: Element<'_, '_>, reference: &str) -> Option<Url> {
        join(self.base_of(element), reference)
    }

    /// The reference made absolute; as it was written, where it is that already or has no base.
    pub(super) fn absolute(&self, element: Element<'_, '_>, reference: String) -> String {
        match Url::parse(&reference) {
            Ok(_) => reference,
            Err(_) => self
                .resolve(element, &reference)
                .map_or(reference, String::from),
        }
    }
}

/// The absolute address that a reference means. One without a host has no base to be found on.
pub(super) fn join(base: Option<&Url>, reference: &str) -> Option<Url> {
    let reference = reference.trim();
    if reference.is_empty() || reference.len() > MAX_REFERENCE_BYTES {
        return None;
    }
    match (Url::parse(reference), base) {
        (Ok(url), _) => Some(url),
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(reference).ok(),
        (Err(url::ParseError::RelativeUrlWithoutBase), None) if reference.starts_with("//") => {
            Url::parse(&format!("https:{reference}")).ok()
        }
        _ => None,
    }
}

fn host(url: &Url) -> Option<&str> {
    url.host_str()
        .map(|host| host.strip_prefix("www.").unwrap_or(host))
}
