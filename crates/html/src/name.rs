//! The names of elements and attributes that anybody asks for, as small closed sets: one comparison
//! each. They are found by a table that is made while compiling.

/// No known name is longer, in bytes.
const LONGEST: usize = 16;

/// Slots of a table: several times the names, so that most searches end at the first.
const SLOTS: usize = 1024;

/// Adds up the letters, upper case as lower.
const fn slot_of(name: &[u8]) -> usize {
    let mut sum = name.len();
    let mut at = 0;
    while at < name.len() {
        sum = sum
            .wrapping_mul(31)
            .wrapping_add((name[at] | 0x20) as usize);
        at += 1;
    }
    (sum ^ (sum >> 10)) % SLOTS
}

/// An open-addressed table: one more than each name's place, 0 where there is none.
const fn table(names: &[&str]) -> [u8; SLOTS] {
    let mut slots = [0; SLOTS];
    let mut place = 0;
    while place < names.len() {
        assert!(names[place].len() <= LONGEST && place < 254);
        let mut slot = slot_of(names[place].as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = place as u8 + 1;
        place += 1;
    }
    slots
}

/// The place of `name` among `names`, whatever its case.
fn find(slots: &[u8; SLOTS], names: &[&str], name: &[u8]) -> Option<usize> {
    if name.len() > LONGEST {
        return None;
    }
    let mut slot = slot_of(name);
    loop {
        let place = usize::from(slots[slot].checked_sub(1)?);
        if names[place].as_bytes().eq_ignore_ascii_case(name) {
            return Some(place);
        }
        slot = (slot + 1) % SLOTS;
    }
}

macro_rules! names {
    ($(#[$about:meta])* $set:ident; $($variant:ident $name:literal,)* ; $($(#[$other_about:meta])* $other:ident,)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $set {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
            $($(#[$other_about])* $other,)*
        }

        impl $set {
            const NAMES: &[&str] = &[$($name),*];
            const ALL: &[$set] = &[$($set::$variant),*];
            const SLOTS: [u8; SLOTS] = table($set::NAMES);

            /// The one that is so named, in whatever case.
            pub fn of(name: &str) -> $set {
                $set::of_bytes(name.as_bytes())
            }

            pub(crate) fn of_bytes(name: &[u8]) -> $set {
                static TABLE: [u8; SLOTS] = $set::SLOTS;
                find(&TABLE, $set::NAMES, name).map_or($set::Other, |place| $set::ALL[place])
            }

            /// The name in lower case; nothing for those that have many.
            pub(crate) fn name(self) -> &'static str {
                $set::NAMES.get(self as usize).copied().unwrap_or_default()
            }
        }
    };
}

names! {
    /// An element's name.
    Tag;
    A "a", Abbr "abbr", Address "address", AnnotationXml "annotation-xml", Applet "applet", Area "area",
    Article "article", Aside "aside", Audio "audio", B "b", Base "base", Basefont "basefont", Bgsound "bgsound",
    Big "big", Blockquote "blockquote", Body "body", Br "br", Button "button", Caption "caption", Center "center",
    Cite "cite", Code "code", Col "col", Colgroup "colgroup", Dd "dd", Del "del", Desc "desc", Details "details",
    Dialog "dialog", Dir "dir", Div "div", Dl "dl", Dt "dt", Em "em", Embed "embed", Fieldset "fieldset",
    Figcaption "figcaption", Figure "figure", Font "font", Footer "footer", ForeignObject "foreignobject",
    Form "form", Frame "frame", Frameset "frameset", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6",
    Head "head", Header "header", Hgroup "hgroup", Hr "hr", Html "html", I "i", Iframe "iframe", Image "image",
    Img "img", Input "input", Ins "ins", Keygen "keygen", Label "label", Legend "legend", Li "li", Link "link",
    Listing "listing", Main "main", Malignmark "malignmark", Mark "mark", Marquee "marquee", Math "math",
    Menu "menu", Meta "meta", Mglyph "mglyph", Mi "mi", Mn "mn", Mo "mo", Ms "ms", Mtext "mtext", Nav "nav",
    Nobr "nobr", Noembed "noembed", Noframes "noframes", Noscript "noscript", Object "object", Ol "ol",
    Optgroup "optgroup", Option "option", P "p", Param "param", Picture "picture", Plaintext "plaintext",
    Pre "pre", Q "q", Rb "rb", Rp "rp", Rt "rt", Rtc "rtc", Ruby "ruby", S "s", Script "script",
    Search "search", Section "section", Select "select", Small "small", Source "source", Span "span",
    Strike "strike", Strong "strong", Style "style", Sub "sub", Summary "summary", Sup "sup", Svg "svg",
    Table "table", Tbody "tbody", Td "td", Template "template", Textarea "textarea", Tfoot "tfoot", Th "th",
    Thead "thead", Time "time", Title "title", Tr "tr", Track "track", Tt "tt", U "u", Ul "ul", Var "var",
    Video "video", Wbr "wbr", Xmp "xmp",
    ;
    /// Any other element, custom ones included.
    Other,
    /// An element of SVG or MathML.
    Foreign,
}

names! {
    /// An attribute's name.
    Key;
    Abbr "abbr", Alt "alt", AriaHidden "aria-hidden", Charset "charset", Cite "cite", Class "class", Color "color",
    Colspan "colspan", Content "content", Data "data", Datetime "datetime", Dir "dir", Encoding "encoding",
    Face "face", Height "height", Hidden "hidden", Href "href", Hreflang "hreflang", HttpEquiv "http-equiv",
    Id "id", Itemprop "itemprop", Itemscope "itemscope", Itemtype "itemtype", Lang "lang", Media "media",
    Name "name", Property "property", Rel "rel", Reversed "reversed", Role "role", Rowspan "rowspan", Size "size",
    Sizes "sizes", Src "src", Srcset "srcset", Start "start", Style "style", Target "target", Title "title",
    Type "type", Value "value", Width "width", XmlLang "xml:lang",
    ;
    /// Any other attribute.
    Other,
}

/// Names of SVG that have capitals in them.
const CAPITALS: [&str; 37] = [
    "altGlyph",
    "altGlyphDef",
    "altGlyphItem",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "clipPath",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "foreignObject",
    "glyphRef",
    "linearGradient",
    "radialGradient",
    "textPath",
];

/// The name of an element of SVG, given in lower case, where it has capitals.
pub(crate) fn with_capitals(lower: &str) -> Option<&'static str> {
    let mut names = CAPITALS.iter();
    names.find(|name| name.eq_ignore_ascii_case(lower)).copied()
}

/// How many tags there are.
pub(crate) const TAGS: usize = Tag::Foreign as usize + 1;

/// A set of tags, asked in one step.
#[derive(Clone, Debug)]
pub struct TagSet([bool; TAGS]);

impl TagSet {
    /// The set of these.
    #[must_use]
    pub const fn of(tags: &[Tag]) -> TagSet {
        let mut set = [false; TAGS];
        let mut place = 0;
        while place < tags.len() {
            set[tags[place] as usize] = true;
            place += 1;
        }
        TagSet(set)
    }

    /// Whether a tag is one of them.
    #[must_use]
    pub fn contains(&self, tag: Tag) -> bool {
        self.0[tag as usize]
    }
}

impl Tag {
    /// Whether the element has neither content nor end tag (HTML §13.1.2).
    pub fn is_void(self) -> bool {
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
    pub fn is_never_text(self) -> bool {
        matches!(
            self,
            Tag::Script | Tag::Style | Tag::Template | Tag::Head | Tag::Foreign
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_in_any_case_and_no_other() {
        for (name, tag) in Tag::NAMES.iter().zip(Tag::ALL) {
            assert_eq!(Tag::of(name), *tag);
            assert_eq!(Tag::of(&name.to_ascii_uppercase()), *tag);
            assert_eq!(tag.name(), *name);
        }
        for (name, key) in Key::NAMES.iter().zip(Key::ALL) {
            assert_eq!((Key::of(name), key.name()), (*key, *name));
        }
        for other in ["", "divv", "x-card", "averylongnamethatnothinghas", "h7"] {
            assert_eq!((Tag::of(other), Key::of(other)), (Tag::Other, Key::Other));
        }
        assert_eq!((Tag::Other.name(), Tag::Foreign.name()), ("", ""));
    }
}
