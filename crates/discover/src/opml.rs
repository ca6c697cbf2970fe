//! Lists of subscriptions: OPML 1.0 to 2.0 (opml.org/spec2.opml), read with tolerance and written as 2.0. Outlines
//! that are no feeds are folders; feeds left unclosed, attributes in any case and bare ampersands are understood.

use url::Url;

use crate::xml::entities;
use crate::xml::tree::{self, Element, Tree};
use crate::{charset, html};

/// One feed of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The name given to it, or the host of the feed.
    pub title: String,
    /// The feed's address, `http` or `https`.
    pub feed: Url,
    /// The publication's page.
    pub site: Option<Url>,
    /// The folders it is in, the outermost first, at most [`MAX_FOLDERS`].
    pub folder: Vec<String>,
}

/// What was wrong with a list that could be read all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// An outline names a feed at an address that is none.
    #[error("no address of a feed: {0:?}")]
    BadAddress(String),
    /// The file is cut off or its tags do not match.
    #[error("elements that are not closed or not opened")]
    Unbalanced,
    /// A limit on size, depth or number was reached, and the rest left out.
    #[error("the limit on {0} was reached")]
    Limit(&'static str),
}

/// The bytes are no OPML.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no OPML: there is no outline in it")]
pub struct NotOpml;

/// Folders deeper than these are left out of [`Subscription::folder`]; readers show one or two.
pub const MAX_FOLDERS: usize = 8;
/// Subscriptions kept of one list: twice what one machine is to serve.
const MAX_SUBSCRIPTIONS: usize = 20_000;
/// Longer names are cut.
const MAX_NAME_CHARS: usize = 200;

/// Reads a list of subscriptions, in the list's order.
///
/// # Errors
/// When there is neither OPML's outermost element nor an outline.
pub fn read(bytes: &[u8]) -> Result<(Vec<Subscription>, Vec<Problem>), NotOpml> {
    let decoded = charset::decode(bytes, None);
    let tree = Tree::parse(&decoded.text, None);
    if !tree::walk(tree.roots(), |_| true)
        .any(|element| matches!(element.name(), "opml" | "outline"))
    {
        return Err(NotOpml);
    }
    let mut list = List::default();
    for root in tree.roots() {
        list.read(root, &mut Vec::new());
    }
    if tree.damage.unbalanced || tree.damage.cut {
        list.problems.push(Problem::Unbalanced);
    }
    if tree.damage.too_many {
        list.problems.push(Problem::Limit("outlines"));
    }
    Ok((list.subscriptions, list.problems))
}

#[derive(Default)]
struct List {
    subscriptions: Vec<Subscription>,
    problems: Vec<Problem>,
}

impl List {
    /// Reads an element and what is in it. Recursion is bounded by the tree's depth.
    fn read(&mut self, element: Element<'_, '_>, folder: &mut Vec<String>) {
        let address = element
            .attribute("xmlUrl")
            .filter(|_| element.name() == "outline");
        let name = (element.name() == "outline" && address.is_none())
            .then(|| name(element))
            .flatten();
        // What is inside a feed's outline stands beside it: the outline was not closed.
        if let Some(address) = address {
            self.subscribe(element, &address, folder);
        }
        let depth = folder.len();
        folder.extend(name);
        for child in element.elements() {
            self.read(child, folder);
        }
        folder.truncate(depth);
    }

    fn subscribe(&mut self, element: Element<'_, '_>, address: &str, folder: &[String]) {
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            if self.problems.last() != Some(&Problem::Limit("subscriptions")) {
                self.problems.push(Problem::Limit("subscriptions"));
            }
            return;
        }
        let Some(feed) = web_address(address) else {
            self.problems.push(Problem::BadAddress(
                address.chars().take(MAX_NAME_CHARS).collect(),
            ));
            return;
        };
        self.subscriptions.push(Subscription {
            title: name(element).unwrap_or_else(|| host(&feed)),
            site: element
                .attribute("htmlUrl")
                .and_then(|address| web_address(&address)),
            folder: folder.iter().take(MAX_FOLDERS).cloned().collect(),
            feed,
        });
    }
}

/// The name of an outline, on one line.
fn name(element: Element<'_, '_>) -> Option<String> {
    let name = element
        .attribute("text")
        .or_else(|| element.attribute("title"))?;
    let name = html::collapse(&name)
        .chars()
        .take(MAX_NAME_CHARS)
        .collect::<String>();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn host(feed: &Url) -> String {
    feed.host_str()
        .unwrap_or_default()
        .trim_start_matches("www.")
        .to_owned()
}

/// A web address; `feed:` before it, which browsers once understood, is undone, and a missing scheme added.
fn web_address(text: &str) -> Option<Url> {
    let text = text.trim();
    let text = match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("feed:") => text[5..].trim_start_matches('/'),
        _ => text,
    };
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
    match Url::parse(text) {
        Ok(url) => Some(url).filter(is_web),
        Err(url::ParseError::RelativeUrlWithoutBase) if text.contains('.') => {
            Url::parse(&format!("https://{}", text.trim_start_matches('/')))
                .ok()
                .filter(is_web)
        }
        Err(_) => None,
    }
}

/// Writes a list of subscriptions as OPML 2.0, in UTF-8 and in the order given; neighbours in the same folder share
/// its outline.
pub fn write(title: &str, subscriptions: &[Subscription]) -> Vec<u8> {
    let mut opml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>{}</title></head>\n<body>\n",
        escape(title)
    );
    let mut open: &[String] = &[];
    for subscription in subscriptions {
        let folder = &subscription.folder[..subscription.folder.len().min(MAX_FOLDERS)];
        change_folder(&mut opml, open, folder);
        open = folder;
        opml.push_str(&outline(subscription));
    }
    change_folder(&mut opml, open, &[]);
    opml.push_str("</body>\n</opml>\n");
    opml.into_bytes()
}

/// Closes and opens folders to get from one to another.
fn change_folder(opml: &mut String, from: &[String], to: &[String]) {
    let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    opml.push_str(&"</outline>\n".repeat(from.len() - shared));
    for name in &to[shared..] {
        opml.push_str(&format!(
            "<outline text=\"{0}\" title=\"{0}\">\n",
            escape(name)
        ));
    }
}

fn outline(subscription: &Subscription) -> String {
    let site = subscription
        .site
        .as_ref()
        .map(|site| format!(" htmlUrl=\"{}\"", escape(site.as_str())));
    format!(
        "<outline type=\"rss\" text=\"{0}\" title=\"{0}\" xmlUrl=\"{1}\"{2}/>\n",
        escape(&subscription.title),
        escape(subscription.feed.as_str()),
        site.unwrap_or_default(),
    )
}

/// A text for a double-quoted attribute, without the characters that XML forbids.
fn escape(text: &str) -> String {
    let allowed: String = text
        .chars()
        .filter(|c| !entities::is_forbidden(*c))
        .collect();
    html::escape(&html::collapse(&allowed)).replace('"', "&quot;")
}

#[cfg(test)]
mod tests;
