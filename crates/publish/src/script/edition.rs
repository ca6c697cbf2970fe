//! An edition in one script: a tree of pages beside those of the site, `hans/` or `hant/`, with every Chinese article.
//!
//! An article in another language has no page there; the lists lead to the one that it has. The search, the books and
//! what a page is made of are the site's own, too.

use std::borrow::Cow;

use wirecopy_document::document::Document;

use crate::display::language_tag;
use crate::edition::{Edition, Listing, SourceInfo};
use crate::script::Script;
use crate::words::choose;

impl Edition {
    /// The same edition with its Chinese in a script.
    #[must_use]
    pub fn in_script(&self, script: Script) -> Edition {
        let sources = self.sources.iter().map(|source| source.in_script(script));
        let language = match is_chinese(choose(&self.language).tag) {
            true => script.tag().to_owned(),
            false => self.language.clone(),
        };
        Edition {
            title: name(script, &self.title).into_owned(),
            description: name(script, &self.description).into_owned(),
            language,
            sources: sources.collect(),
            script: Some(script),
            ..self.clone()
        }
    }

    /// Where a page or feed of this edition stands in the site, from where it stands as it was written.
    #[must_use]
    pub fn place(&self, path: &str) -> String {
        match self.script {
            Some(script) => script.place(path),
            None => path.to_owned(),
        }
    }

    /// Whether an article has a page in this edition's tree.
    #[must_use]
    pub fn has_page(&self, listing: &Listing) -> bool {
        self.script.is_none() || self.script_of(listing).is_some()
    }

    /// The script that an article is shown in; absent where it is as it was written.
    pub(crate) fn script_of(&self, listing: &Listing) -> Option<Script> {
        self.script.filter(|_| self.is_chinese(listing))
    }

    /// Whether an article is written in Chinese: by its title where neither it nor its source tells a language, as in
    /// the archives of earlier mirrors.
    pub(crate) fn is_chinese(&self, listing: &Listing) -> bool {
        match self.written_language(listing) {
            Some(language) => is_chinese(&language),
            None => listing.title.contains(is_han) && !listing.title.contains(is_other),
        }
    }

    /// Text of an article as this edition shows it.
    pub(crate) fn text_of<'t>(&self, listing: &Listing, text: &'t str) -> Cow<'t, str> {
        match self.script_of(listing) {
            Some(script) => script.text(text),
            None => Cow::Borrowed(text),
        }
    }

    /// An article as this edition shows it.
    pub(crate) fn document<'d>(
        &self,
        listing: &Listing,
        document: &'d Document,
    ) -> Cow<'d, Document> {
        match self.script_of(listing) {
            Some(script) => Cow::Owned(script.document(document)),
            None => Cow::Borrowed(document),
        }
    }

    /// The name of a tag or an author, which tells no language, as this edition shows it.
    pub(crate) fn name<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.script {
            Some(script) => name(script, text),
            None => Cow::Borrowed(text),
        }
    }
}

impl SourceInfo {
    /// A source whose language is another keeps its name: what is written in Han characters may be Japanese.
    fn in_script(&self, script: Script) -> SourceInfo {
        let language = self.language.as_deref().and_then(language_tag);
        match language.as_deref().map(is_chinese) {
            Some(false) => self.clone(),
            told => SourceInfo {
                name: name(script, &self.name).into_owned(),
                language: told.map(|_| script.tag().to_owned()),
                ..self.clone()
            },
        }
    }
}

/// Text that tells no language is taken for Chinese, unless it holds Kana or Hangul.
fn name(script: Script, text: &str) -> Cow<'_, str> {
    if text.contains(is_other) {
        Cow::Borrowed(text)
    } else {
        script.text(text)
    }
}

/// A Han character of the Basic Multilingual Plane, which every Chinese title has.
fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}')
}

/// Kana and Hangul, which no Chinese has.
fn is_other(letter: char) -> bool {
    matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}') && letter != '・'
}

/// Of a tag that [`language_tag`] has brought to its usual form.
fn is_chinese(tag: &str) -> bool {
    tag.starts_with("zh-")
}
