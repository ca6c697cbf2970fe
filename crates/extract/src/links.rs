//! A page that lists articles: its links by a CSS selector, and which selector that could be.
//!
//! A link is told by its address alone: its words are a title, or a teaser, or the time since ("two hours ago"), and
//! the article's own page says them better.

pub(crate) mod suggest;

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use url::Url;
use wirecopy_html::{Key, NodeId, Tag, Tree};

use crate::selector::Selector;
use crate::selector::parse::SelectorError;

/// Links kept of one page: more are an index of everything, not a list of news.
pub const MAX_LINKS: usize = 1000;

/// The longest address in bytes: a longer one is no article's.
const MAX_ADDRESS_BYTES: usize = 8192;
/// The longest `base` in bytes: it is copied into each address.
const MAX_BASE_BYTES: usize = 512;

/// A CSS selector of links, or of elements that hold a link each.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkSelector {
    written: String,
    selector: Selector,
}

impl FromStr for LinkSelector {
    type Err = SelectorError;

    fn from_str(written: &str) -> Result<LinkSelector, SelectorError> {
        Ok(LinkSelector {
            selector: written.parse()?,
            written: written.to_owned(),
        })
    }
}

impl fmt::Display for LinkSelector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.written)
    }
}

/// The addresses that a selector chooses on the page at `url`, in the page's order, each once, at most [`MAX_LINKS`].
/// Of an element that is no link the first link in it counts. Only those of the page's own host, with or without
/// `www.`, are told, and never the page itself.
pub fn links(html: &str, url: &Url, selector: &LinkSelector) -> Vec<Url> {
    let tree = Tree::parse(html);
    ListPage::new(&tree, url).chosen(selector)
}

/// A page with what its links are resolved against.
struct ListPage<'a> {
    tree: &'a Tree,
    url: &'a Url,
    base: Url,
}

impl<'a> ListPage<'a> {
    fn new(tree: &'a Tree, url: &'a Url) -> ListPage<'a> {
        let mut bases = tree.elements(NodeId::ROOT, Tag::Base);
        let named = bases.find_map(|base| tree.attribute(base, Key::Href));
        let base = named.and_then(|href| url.join(href.trim()).ok());
        let base = base.filter(|base| base.as_str().len() <= MAX_BASE_BYTES);
        ListPage {
            tree,
            url,
            base: base.unwrap_or_else(|| url.clone()),
        }
    }

    fn chosen(&self, selector: &LinkSelector) -> Vec<Url> {
        let mut seen = HashSet::new();
        let chosen = selector.selector.select(self.tree).into_iter();
        let addresses = chosen.filter_map(|node| self.address(self.link_in(node)?));
        addresses
            .filter(|address| seen.insert(address.clone()))
            .take(MAX_LINKS)
            .collect()
    }

    /// The element itself if it is a link, or else the first link in it.
    fn link_in(&self, node: NodeId) -> Option<NodeId> {
        let mut links = self.tree.elements(node, Tag::A);
        links.find(|link| self.tree.attribute(*link, Key::Href).is_some())
    }

    /// Where a link leads, without its fragment; none where that is this page, another host or nothing on the web.
    fn address(&self, link: NodeId) -> Option<Url> {
        let href = self.tree.attribute(link, Key::Href)?;
        if href.len() > MAX_ADDRESS_BYTES {
            return None;
        }
        let mut address = self.base.join(href.trim()).ok()?;
        address.set_fragment(None);
        let is_own = host(&address).is_some() && host(&address) == host(self.url);
        let is_page = address.path() == self.url.path() && address.query() == self.url.query();
        let is_web = matches!(address.scheme(), "http" | "https");
        (is_web && is_own && !is_page).then_some(address)
    }
}

fn host(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An invented list.
    const PAGE: &str = "<base href='/news/'><nav><a href=/sport>Sport</a></nav><main>\
        <div class=card><a href=rain><img src=a.jpg></a><h3><a href='rain#top'>Rain on the hill</a></h3></div>\
        <div class=card><h3><a href='https://www.hill.example/news/sun'>Sun</a></h3></div>\
        <div class=card><h3><a href='https://other.example/ad'>Buy</a></h3></div>\
        <div class=card><h3><a href='mailto:desk@hill.example'>Write</a></h3></div>\
        <div class=card><h3><a href='/list'>This list</a></h3></div></main>";

    #[track_caller]
    fn check(selector: &str, expected: &[&str]) {
        let url = "https://hill.example/list".parse().unwrap();
        let found = links(PAGE, &url, &selector.parse().unwrap());
        let found: Vec<&str> = found.iter().map(Url::as_str).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn links_of_the_own_host_are_told_in_order_and_once() {
        let expected = [
            "https://hill.example/news/rain",
            "https://www.hill.example/news/sun",
        ];
        check("main h3 a", &expected);
        check("main a", &expected);
    }

    #[test]
    fn an_element_stands_for_the_first_link_in_it() {
        check(
            ".card",
            &[
                "https://hill.example/news/rain",
                "https://www.hill.example/news/sun",
            ],
        );
    }

    #[test]
    fn a_selector_that_chooses_nothing_gives_nothing() {
        check(".teaser a", &[]);
        assert!("a:hover".parse::<LinkSelector>().is_err());
    }

    #[test]
    fn addresses_that_a_page_makes_long_are_left_out() {
        let (long, too_long) = ("a".repeat(600), "b".repeat(9000));
        let page =
            format!("<base href='/{long}/'><a href=rain>Rain</a><a href=/{too_long}>Sun</a>");
        let url = "https://hill.example/list".parse().unwrap();
        let found = links(&page, &url, &"a".parse().unwrap());
        let found: Vec<&str> = found.iter().map(Url::as_str).collect();
        assert_eq!(found, ["https://hill.example/rain"]);
    }
}
