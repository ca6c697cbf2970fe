//! The sets of elements that the standard's algorithms name.

use crate::name::{Tag, TagSet};

/// Special elements (§13.2.4.2), which end what is not closed in them.
static SPECIAL: TagSet = TagSet::of(&[
    Tag::Address,
    Tag::Applet,
    Tag::Area,
    Tag::Article,
    Tag::Aside,
    Tag::Base,
    Tag::Basefont,
    Tag::Bgsound,
    Tag::Blockquote,
    Tag::Body,
    Tag::Br,
    Tag::Button,
    Tag::Caption,
    Tag::Center,
    Tag::Col,
    Tag::Colgroup,
    Tag::Dd,
    Tag::Details,
    Tag::Dir,
    Tag::Div,
    Tag::Dl,
    Tag::Dt,
    Tag::Embed,
    Tag::Fieldset,
    Tag::Figcaption,
    Tag::Figure,
    Tag::Footer,
    Tag::Form,
    Tag::Frame,
    Tag::Frameset,
    Tag::H1,
    Tag::H2,
    Tag::H3,
    Tag::H4,
    Tag::H5,
    Tag::H6,
    Tag::Head,
    Tag::Header,
    Tag::Hgroup,
    Tag::Hr,
    Tag::Html,
    Tag::Iframe,
    Tag::Img,
    Tag::Input,
    Tag::Li,
    Tag::Link,
    Tag::Listing,
    Tag::Main,
    Tag::Marquee,
    Tag::Menu,
    Tag::Meta,
    Tag::Nav,
    Tag::Noembed,
    Tag::Noframes,
    Tag::Noscript,
    Tag::Object,
    Tag::Ol,
    Tag::P,
    Tag::Param,
    Tag::Plaintext,
    Tag::Pre,
    Tag::Script,
    Tag::Section,
    Tag::Select,
    Tag::Source,
    Tag::Style,
    Tag::Summary,
    Tag::Table,
    Tag::Tbody,
    Tag::Td,
    Tag::Template,
    Tag::Textarea,
    Tag::Tfoot,
    Tag::Th,
    Tag::Thead,
    Tag::Title,
    Tag::Tr,
    Tag::Track,
    Tag::Ul,
    Tag::Wbr,
    Tag::Xmp,
]);

pub(super) fn is_special(tag: Tag) -> bool {
    SPECIAL.contains(tag)
}

/// Blocks that hold any content, with no more rules than that they end an open paragraph.
static PLAIN_BLOCK: TagSet = TagSet::of(&[
    Tag::Address,
    Tag::Article,
    Tag::Aside,
    Tag::Blockquote,
    Tag::Center,
    Tag::Details,
    Tag::Dialog,
    Tag::Dir,
    Tag::Div,
    Tag::Dl,
    Tag::Fieldset,
    Tag::Figcaption,
    Tag::Figure,
    Tag::Footer,
    Tag::Header,
    Tag::Hgroup,
    Tag::Main,
    Tag::Menu,
    Tag::Nav,
    Tag::Ol,
    Tag::Search,
    Tag::Section,
    Tag::Summary,
    Tag::Ul,
]);

pub(super) fn is_plain_block(tag: Tag) -> bool {
    PLAIN_BLOCK.contains(tag)
}

/// What a scope ends at (§13.2.4.2), of HTML's elements.
pub(super) fn ends_scope(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Applet
            | Tag::Caption
            | Tag::Html
            | Tag::Marquee
            | Tag::Object
            | Tag::Select
            | Tag::Table
            | Tag::Td
            | Tag::Template
            | Tag::Th
    )
}

/// What a scope ends at, of SVG's and MathML's elements.
pub(super) fn is_integration_point(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Mi
            | Tag::Mo
            | Tag::Mn
            | Tag::Ms
            | Tag::Mtext
            | Tag::ForeignObject
            | Tag::Desc
            | Tag::Title
    )
}

/// Elements whose end may go without saying (§13.2.6.3).
pub(super) fn is_implied_end(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Dd
            | Tag::Dt
            | Tag::Li
            | Tag::Optgroup
            | Tag::Option
            | Tag::P
            | Tag::Rb
            | Tag::Rp
            | Tag::Rt
            | Tag::Rtc
    )
}

/// The same at the end of a template.
pub(super) fn is_implied_end_thoroughly(tag: Tag) -> bool {
    is_implied_end(tag)
        || matches!(
            tag,
            Tag::Caption
                | Tag::Colgroup
                | Tag::Tbody
                | Tag::Td
                | Tag::Tfoot
                | Tag::Th
                | Tag::Thead
                | Tag::Tr
        )
}

/// Elements that hold no others: their content is text, or there is none.
pub(super) fn is_leaf(tag: Tag) -> bool {
    tag.is_void()
        || matches!(
            tag,
            Tag::Area
                | Tag::Iframe
                | Tag::Noembed
                | Tag::Noframes
                | Tag::Script
                | Tag::Style
                | Tag::Textarea
                | Tag::Title
                | Tag::Track
                | Tag::Xmp
        )
}

pub(super) fn is_heading(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6
    )
}

/// Elements that hold nothing but cells and rows: what else is in them goes before their table.
pub(super) fn is_table_part(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Table | Tag::Tbody | Tag::Tfoot | Tag::Thead | Tag::Tr
    )
}
