//! What the words of a feed may stand in, as far as it tells which end tags were forgotten.

use crate::xml::namespace::Namespace;

/// What an element is to the words inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Holds entries.
    Container,
    /// An entry, which only stands in a container.
    Entry,
    /// Holds words, as an entry does, but no entries.
    Group,
    /// A word that holds text, in which other elements may stand.
    Text,
    /// A word that holds no other word.
    Word,
    /// Any other element.
    Other,
}

const TEXTS: &[&str] = &[
    "description",
    "summary",
    "content",
    "body",
    "fullitem",
    "tagline",
    "subtitle",
];
const WORDS: &[&str] = &[
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "published",
    "updated",
    "issued",
    "modified",
    "author",
    "category",
    "comments",
    "enclosure",
];

impl Kind {
    /// The kind of an element, by its vocabulary and its name in lower case.
    pub(super) fn of(space: Namespace, name: &str) -> Kind {
        match (space, name) {
            (Namespace::Content, "encoded") => Kind::Text,
            (Namespace::DublinCore, _) => Kind::Word,
            (Namespace::Rdf, "rdf") => Kind::Container,
            (Namespace::Feed, "rss" | "rdf" | "feed" | "channel" | "items") => Kind::Container,
            (Namespace::Feed, "item" | "entry") => Kind::Entry,
            (Namespace::Feed, "image" | "textinput" | "source") => Kind::Group,
            (Namespace::Feed, name) if TEXTS.contains(&name) => Kind::Text,
            (Namespace::Feed, name) if WORDS.contains(&name) => Kind::Word,
            _ => Kind::Other,
        }
    }
}

/// How many of the open elements stay open when an element of this kind begins. An entry ends all up to its
/// container, a word all up to its entry, unless it stands inside the markup of a text.
pub(super) fn still_open(
    open: impl DoubleEndedIterator<Item = Kind> + ExactSizeIterator,
    next: Kind,
) -> usize {
    let depth = open.len();
    let holds = |kind: Kind| match next {
        Kind::Entry => kind == Kind::Container,
        Kind::Text | Kind::Word => matches!(kind, Kind::Container | Kind::Entry | Kind::Group),
        Kind::Container | Kind::Group | Kind::Other => true,
    };
    for (above, kind) in open.rev().enumerate() {
        if holds(kind) {
            return depth - above;
        }
        if kind == Kind::Text && above > 0 && next != Kind::Entry {
            return depth;
        }
    }
    depth
}
