//! The settings whose values are more than a number or a word, and the checks that TOML's types cannot express.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, Error};
use url::Url;
use wirecopy_document::path::slug;
use wirecopy_extract::LinkSelector;
use wirecopy_publish::search::query::{Filter, Query};

use crate::config::human;

/// Where the text of an article comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextChoice {
    /// The better of feed and page.
    #[default]
    Auto,
    /// What the feed carries; no page is fetched.
    Feed,
    /// What the page holds.
    Page,
}

/// A kind of book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BookChoice {
    /// An EPUB for each day.
    Day,
    /// An EPUB for each week.
    Week,
    /// An EPUB of the newest of each source.
    Source,
    /// One HTML file for each day.
    Page,
}

/// A script of Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScriptChoice {
    /// Simplified.
    Hans,
    /// Traditional.
    Hant,
}

/// The mirror's own proxy.
pub(crate) const OWN_PROXY: &str = "/image?url={url}";

/// What happens to the pictures of an article when it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Images {
    /// They stay where the publication has them.
    Link,
    /// They are left out.
    None,
    /// They are kept, and published with the site.
    Store,
    /// They go through a proxy: its address, with `{url}` where the picture's goes.
    Proxy(String),
}

impl<'de> Deserialize<'de> for Images {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Images, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "link" => Ok(Images::Link),
            "none" => Ok(Images::None),
            "store" => Ok(Images::Store),
            "proxy" => Ok(Images::Proxy(OWN_PROXY.to_owned())),
            template if is_address_with(template, &["{url}"]) || is_path_with_url(template) => {
                Ok(Images::Proxy(text))
            }
            _ => Err(Error::custom(format!(
                "`{text}` is no choice for pictures; write \"link\", \"proxy\", \"store\", \"none\", or a proxy's address with {{url}} in it"
            ))),
        }
    }
}

/// Saved searches by name. Each looks for something, and has a directory of its own.
pub(super) fn searches<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let searches = BTreeMap::<String, String>::deserialize(deserializer)?;
    let mut directories = BTreeMap::new();
    for (name, query) in &searches {
        if Query::parse(query, &Filter::default()).is_empty() {
            return Err(Error::custom(format!(
                "the search `{name}` looks for nothing; write words, as in \"river OR 河\""
            )));
        }
        if let Some(other) = directories.insert(slug(name), name) {
            return Err(Error::custom(format!(
                "the searches `{other}` and `{name}` would have the same address; rename one"
            )));
        }
    }
    Ok(searches)
}

/// A proxy on the site's own host, such as `/image?url={url}`.
fn is_path_with_url(template: &str) -> bool {
    template.starts_with('/') && !template.starts_with("//") && template.contains("{url}")
}

pub(super) fn default_max_articles() -> usize {
    200
}

/// A zone of the IANA database.
pub(super) fn time_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeZone, D::Error> {
    let name = String::deserialize(deserializer)?;
    TimeZone::get(&name).map_err(|_| {
        Error::custom(format!(
            "`{name}` is no time zone; write one like \"Europe/Berlin\""
        ))
    })
}

/// An address of this machine and a port.
pub(super) fn socket_address<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<std::net::SocketAddr, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| {
        Error::custom(format!(
            "`{text}` is no address and port of this machine; write one like \"127.0.0.1:8080\" or \"[::]:80\""
        ))
    })
}

/// Any number of web addresses.
pub(super) fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Url>, D::Error> {
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(|text| web_address(text))
        .collect()
}

/// One web address or a list of at least one.
pub(super) fn one_or_more_addresses<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Url>, D::Error> {
    let texts = one_or_more(deserializer, "a web address, or a list of them")?;
    if texts.is_empty() {
        return Err(Error::custom(
            "the list is empty; `wirecopy add <address>` finds the feed of a page",
        ));
    }
    texts.iter().map(|text| web_address(text)).collect()
}

/// One web address.
pub(super) fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    web_address(&String::deserialize(deserializer)?)
}

/// A web address where the setting may also be absent.
pub(super) fn optional_address<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Url>, D::Error> {
    web_address(&String::deserialize(deserializer)?).map(Some)
}

/// The address of a directory: a missing `/` at its end is added, so that relative links join below it.
pub(super) fn base_url<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Url>, D::Error> {
    let mut url: Url = web_address(&String::deserialize(deserializer)?)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::custom(format!(
            "`{url}` is no directory; leave out what follows `?` or `#`"
        )));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(Some(url))
}

/// A CSS selector of links.
pub(super) fn link_selector<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<LinkSelector>, D::Error> {
    let selector = String::deserialize(deserializer)?.parse();
    selector.map(Some).map_err(Error::custom)
}

/// An HTTP or SOCKS proxy without a password.
pub(super) fn proxy<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let url = proxy_address(&String::deserialize(deserializer)?)?;
    if url.password().is_some() {
        return Err(Error::custom(
            "this file is kept in the archive, where a password would be published; \
             move the proxy to `[proxies]` in secrets.toml",
        ));
    }
    Ok(Some(url))
}

/// An HTTP or SOCKS proxy.
pub(crate) fn proxy_address<E: Error>(text: &str) -> Result<Url, E> {
    let url = Url::parse(text).ok().filter(|url| url.has_host());
    url.filter(|url| matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h"))
        .ok_or_else(|| {
            E::custom(format!(
                "`{text}` is no proxy; write \"http://host:port\" or \"socks5h://host:port\""
            ))
        })
}

/// Git remotes: not an option of git's command line, not one of its helper protocols, without a password.
pub(super) fn remotes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let remotes = Vec::<String>::deserialize(deserializer)?;
    remotes.iter().try_for_each(|remote| check_remote(remote))?;
    Ok(remotes)
}

/// A git repository's address, as [`remotes`] wants each.
pub(super) fn check_remote<E: Error>(remote: &str) -> Result<(), E> {
    if remote.is_empty() || remote.starts_with('-') || remote.contains("::") {
        return Err(E::custom(format!(
            "`{remote}` is no address of a git repository"
        )));
    }
    if Url::parse(remote).is_ok_and(|url| url.password().is_some()) {
        return Err(E::custom(
            "this file is kept in the archive, where a password would be published; \
             leave it out and let git's credential helper answer",
        ));
    }
    Ok(())
}

/// `Name <address>`, as git wants it.
pub(super) fn author<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parts = text
        .strip_suffix('>')
        .and_then(|rest| rest.split_once(" <"));
    let valid = parts.is_some_and(|(name, mail)| {
        !name.trim().is_empty() && !(name.to_owned() + mail).contains(['<', '>', '\n', '\0'])
    });
    if valid {
        Ok(text)
    } else {
        Err(Error::custom(format!(
            "`{text}` is no author; write \"Name <mail@host>\""
        )))
    }
}

/// A key's file. It is named in full, since it does not belong into the mirror's directory.
pub(super) fn signing_key<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PathBuf>, D::Error> {
    let path = PathBuf::deserialize(deserializer)?;
    if path.is_absolute() {
        return Ok(Some(path));
    }
    Err(Error::custom(format!(
        "`{}` is no absolute path; write where the key lies from `/` on",
        path.display()
    )))
}

/// An address with `{path}` in it (and usually `{volume}`).
pub(super) fn document_url<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_address_with(&text, &["{path}"]) {
        return Ok(Some(text));
    }
    Err(Error::custom(format!(
        "`{text}` is no address with {{path}} in it, where the document's path goes"
    )))
}

/// An address with `{url}` in it.
pub(super) fn picture_archive<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_address_with(&text, &["{url}"]) {
        return Ok(Some(text));
    }
    Err(Error::custom(format!(
        "`{text}` is no address with {{url}} in it, where the picture's goes"
    )))
}

/// Points of a metric that ends at 100.
pub(super) fn picture_score<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let score = human::count::<D, 10, 90>(deserializer)?;
    u8::try_from(score).map_err(Error::custom)
}

/// Widths in pixels, ascending, each once.
pub(super) fn picture_widths<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<u32>, D::Error> {
    let mut widths = Vec::<u32>::deserialize(deserializer)?;
    widths.sort_unstable();
    widths.dedup();
    let is_ladder = !widths.is_empty() && widths.iter().all(|width| (16..=4096).contains(width));
    match is_ladder {
        true => Ok(widths),
        false => Err(Error::custom(
            "widths are one or several numbers of pixels from 16 to 4096, as in [480, 800, 1280]",
        )),
    }
}

/// A web address (http or https).
fn web_address<E: Error>(text: &str) -> Result<Url, E> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| {
            E::custom(format!(
                "`{text}` is no web address; write one that begins with https://"
            ))
        })
}

fn is_address_with(template: &str, placeholders: &[&str]) -> bool {
    let is_web = web_address::<serde::de::value::Error>(template).is_ok();
    is_web
        && placeholders
            .iter()
            .all(|placeholder| template.contains(placeholder))
}

/// A text or a list of texts; `expected` completes the message for anything else.
fn one_or_more<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<Vec<String>, D::Error> {
    struct OneOrMore(&'static str);
    impl<'de> serde::de::Visitor<'de> for OneOrMore {
        type Value = Vec<String>;
        fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
            formatter.write_str(self.0)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(
            self,
            mut list: A,
        ) -> Result<Vec<String>, A::Error> {
            let mut texts = Vec::new();
            while let Some(text) = list.next_element()? {
                texts.push(text);
            }
            Ok(texts)
        }
    }
    deserializer.deserialize_any(OneOrMore(expected))
}
