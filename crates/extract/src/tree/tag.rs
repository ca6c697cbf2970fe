//! The element names that extraction distinguishes, as a small closed set: one comparison each.

use html5ever::{LocalName, local_name};

macro_rules! tags {
    ($($tag:ident $name:tt,)*) => {
        /// An HTML element's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Tag {
            $(#[doc = $name] $tag,)*
            /// Any other element, custom ones included.
            Other,
            /// An element of SVG or MathML.
            Foreign,
        }

        impl Tag {
            /// The tag of an HTML element name.
            pub(super) fn of(name: &LocalName) -> Tag {
                match *name {
                    $(local_name!($name) => Tag::$tag,)*
                    _ => Tag::Other,
                }
            }
        }
    };
}

tags! {
    A "a", Abbr "abbr", Address "address", Article "article", Aside "aside", Audio "audio", B "b", Base "base",
    Blockquote "blockquote", Body "body", Br "br", Button "button", Caption "caption", Center "center", Cite "cite",
    Code "code", Dd "dd", Del "del", Details "details", Dialog "dialog", Div "div", Dl "dl", Dt "dt", Em "em",
    Embed "embed", Fieldset "fieldset", Figcaption "figcaption", Figure "figure", Font "font", Footer "footer",
    Form "form", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6", Head "head", Header "header", Hr "hr",
    Html "html", I "i", Iframe "iframe", Img "img", Input "input", Ins "ins", Label "label", Legend "legend", Li "li",
    Link "link", Main "main", Mark "mark", Menu "menu", Meta "meta", Nav "nav", Noscript "noscript", Object "object",
    Ol "ol", Option "option", P "p", Picture "picture", Pre "pre", Q "q", Rp "rp", Rt "rt", Ruby "ruby", S "s",
    Script "script", Section "section", Select "select", Small "small", Source "source", Span "span", Strong "strong",
    Style "style", Sub "sub", Summary "summary", Sup "sup", Table "table", Tbody "tbody", Td "td", Template "template",
    Textarea "textarea", Tfoot "tfoot", Th "th", Thead "thead", Time "time", Title "title", Tr "tr", U "u", Ul "ul",
    Video "video", Wbr "wbr",
}

impl Tag {
    /// Whether the element has neither content nor end tag (HTML §13.1.2).
    pub(crate) fn is_void(self) -> bool {
        matches!(
            self,
            Tag::Base
                | Tag::Br
                | Tag::Embed
                | Tag::Hr
                | Tag::Img
                | Tag::Input
                | Tag::Link
                | Tag::Meta
                | Tag::Source
                | Tag::Wbr
        )
    }

    /// Whether nothing beneath is shown as text.
    pub(crate) fn is_never_text(self) -> bool {
        matches!(
            self,
            Tag::Script | Tag::Style | Tag::Template | Tag::Head | Tag::Foreign
        )
    }
}
