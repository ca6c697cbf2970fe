//! Chinese in both of its scripts: whole articles as OpenCC's dictionaries turn the one into the other, by words where
//! a character alone has several forms.
//!
//! Only text is converted, and of attributes only those that readers are shown; addresses, slugs and markup stay. What
//! stands in the wanted script already stays as its author wrote it, whatever language it claims: `zh` alone tells no
//! script, and conversion to the script of a text would change 台灣 to 臺灣.

mod edition;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use wirecopy_document::clean::clean;
use wirecopy_document::document::{Document, Trailer};

use crate::pictures::tag_length;
use crate::search::fold::{is_simplified, is_traditional};

/// A script that Chinese is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// 简体, ISO 15924 `Hans`.
    Simplified,
    /// 繁體, ISO 15924 `Hant`.
    Traditional,
}

static TO_SIMPLIFIED: LazyLock<OpenCC> = LazyLock::new(|| converter(BuiltinConfig::T2s));
static TO_TRADITIONAL: LazyLock<OpenCC> = LazyLock::new(|| converter(BuiltinConfig::S2t));

fn converter(config: BuiltinConfig) -> OpenCC {
    OpenCC::from_config(config).expect("the dictionaries are part of the program")
}

impl Script {
    /// Both.
    pub const ALL: [Script; 2] = [Script::Simplified, Script::Traditional];

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Script::Simplified => "zh-Hans",
            Script::Traditional => "zh-Hant",
        }
    }

    /// What it calls itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Script::Simplified => "简体",
            Script::Traditional => "繁體",
        }
    }

    /// Where what stands at `path` stands in this script.
    #[must_use]
    pub fn place(self, path: &str) -> String {
        match self {
            Script::Simplified => format!("hans/{path}"),
            Script::Traditional => format!("hant/{path}"),
        }
    }

    /// Chinese text in this script.
    pub(crate) fn text(self, text: &str) -> Cow<'_, str> {
        if self.is_wanting(text) {
            Cow::Owned(self.convert(text))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// Sanitised HTML in Chinese with its text in this script.
    pub(crate) fn html(self, html: &str) -> Cow<'_, str> {
        if !self.is_wanting(html) {
            return Cow::Borrowed(html);
        }
        let mut converted = String::with_capacity(html.len());
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            converted.push_str(&self.convert(&rest[..start]));
            let (tag, after) = rest[start..].split_at(tag_length(&rest[start..]));
            self.tag_into(&mut converted, tag);
            rest = after;
        }
        converted.push_str(&self.convert(rest));
        Cow::Owned(converted)
    }

    /// A Chinese article in this script.
    pub(crate) fn document(self, document: &Document) -> Document {
        let all = |names: &[String]| names.iter().map(|name| self.text(name).into()).collect();
        let Trailer {
            authors,
            tags,
            summary,
            ..
        } = &document.trailer;
        Document {
            title: self.text(&document.title).into_owned(),
            body: clean(&self.html(document.body.as_str()), Some(&document.url)),
            trailer: Trailer {
                language: Some(self.tag().to_owned()),
                authors: all(authors),
                tags: all(tags),
                summary: summary.as_deref().map(|text| self.text(text).into()),
                ..document.trailer.clone()
            },
            ..document.clone()
        }
    }

    /// Whether a text is written in the other script: more of its characters are of that one alone than of this one.
    fn is_wanting(self, text: &str) -> bool {
        let (mut simplified, mut traditional) = (0_usize, 0_usize);
        for letter in text.chars() {
            simplified += usize::from(is_simplified(letter));
            traditional += usize::from(is_traditional(letter));
        }
        match self {
            Script::Simplified => traditional > simplified,
            Script::Traditional => simplified > traditional,
        }
    }

    fn convert(self, text: &str) -> String {
        match self {
            Script::Simplified => TO_SIMPLIFIED.convert(text),
            Script::Traditional => TO_TRADITIONAL.convert(text),
        }
    }

    /// A tag with what its `alt` and `title` say converted.
    fn tag_into(self, converted: &mut String, tag: &str) {
        let mut rest = tag;
        while let Some((before, value, after)) = next_words(rest) {
            converted.push_str(before);
            converted.push_str(&self.convert(value));
            rest = after;
        }
        converted.push_str(rest);
    }
}

/// The next value of an `alt` or `title` in a tag, and what stands before and after it. Values are walked one by one,
/// since one may hold what looks like an attribute.
fn next_words(tag: &str) -> Option<(&str, &str, &str)> {
    let mut place = 0;
    loop {
        let quote = place + tag[place..].find("=\"")? + 2;
        let end = quote + tag[quote..].find('"')?;
        let key = tag[place..quote - 2].rsplit(' ').next();
        if matches!(key, Some("alt" | "title")) {
            return Some((&tag[..quote], &tag[quote..end], &tag[end..]));
        }
        place = end + 1;
    }
}
