//! What surrounds every page: head, masthead, navigation, foot.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;

use crate::display::one_line;
use crate::edition::{Edition, ImagePolicy};
use crate::paths;
use crate::pictures::is_absolute;
use crate::script::Script;
use crate::site::assets::Assets;
use crate::site::templates::write_attribute;
use crate::site::{Form, Site};
use crate::theme::Link;
use crate::words::{KeyWords, Words};

/// What a page of the text edition may load: its icon, for which browsers ask anyway. The hash is that of the one rule
/// in `text_base.html`, which names the browser's own colours: without it, tools that measure contrast take the ground
/// of a dark page for white.
const TEXT_POLICY: &str = "default-src 'none'; img-src 'self'; \
                           style-src 'sha256-Ay0Pe8q/AIX9e8nR+MsqFrtPGLJMfYSx8/ChIc+g/aU='; \
                           base-uri 'none'; form-action 'none'";

/// What is the same on all pages of an edition.
pub(crate) struct Shared {
    site_title: String,
    policy: String,
    search_policy: String,
    /// [`crate::words::Navigation`], made ready for templates once and not for each page.
    navigation: Value,
    /// [`crate::words::ArticleWords`] in the same way.
    pub(crate) article: Value,
    /// Safe: what the script is told, as attributes.
    keys: Value,
    pub(crate) assets: Assets,
}

impl Shared {
    pub(crate) fn new(edition: &Edition, words: &Words) -> Shared {
        let policy = content_security_policy(&edition.images);
        Shared {
            site_title: one_line(&edition.title).into_owned(),
            search_policy: policy.replace(
                "form-action 'none'",
                "form-action 'self'; connect-src 'self'",
            ),
            policy,
            navigation: Value::from(Serde(&words.navigation)),
            article: Value::from(Serde(&words.article)),
            keys: Value::from_safe_string(key_attributes(&words.keys)),
            assets: Assets::of(&edition.theme),
        }
    }
}

/// What `base.html` needs.
#[derive(Serialize)]
pub(crate) struct Frame<'a> {
    pub(crate) language: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) title: String,
    pub(crate) site_title: &'a str,
    pub(crate) description: String,
    pub(crate) policy: Cow<'a, str>,
    pub(crate) noindex: bool,
    /// Whether the reader's browser keeps what was read.
    pub(crate) offline: bool,
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) logo: Option<String>,
    /// The logo, else the program's own sign.
    pub(crate) icon: String,
    /// The operator's, at the end of the navigation.
    pub(crate) links: &'a [Link],
    pub(crate) front: String,
    pub(crate) sources: String,
    pub(crate) archive: String,
    pub(crate) about: String,
    /// The search page, where there is one.
    pub(crate) search: Option<String>,
    /// The page of books and their catalogue, where there are any.
    pub(crate) books: Option<BooksLink>,
    /// The page's own kind, for `aria-current` in the navigation.
    pub(crate) place: Place,
    pub(crate) feeds: Vec<FeedLink>,
    /// The page in the other form: of the text edition, where there is one, or from there the full one.
    pub(crate) other: Option<String>,
    /// The page as it was written and in each script; none where it has one form alone.
    pub(crate) scripts: Vec<ScriptLink>,
    /// [`crate::words::Navigation`]
    pub(crate) words: Value,
    /// Safe: the script's words, as attributes.
    pub(crate) keys: Value,
}

/// Where in the navigation a page stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    Front,
    Sources,
    Archive,
    Search,
    About,
    Elsewhere,
}

/// The way to the books.
#[derive(Serialize)]
pub(crate) struct BooksLink {
    title: &'static str,
    href: String,
    catalogue: String,
    catalogue_2: String,
}

/// The page in a script, or as it was written.
#[derive(Serialize)]
pub(crate) struct ScriptLink {
    /// The script's tag; none for what was written.
    tag: Option<&'static str>,
    name: &'static str,
    href: String,
    /// Whether it is the page itself.
    current: bool,
}

/// A feed that a page announces.
#[derive(Serialize)]
pub(crate) struct FeedLink {
    pub(crate) title: String,
    pub(crate) atom: String,
    pub(crate) json: String,
}

impl Site<'_> {
    /// The frame of the page at `path`; `source` announces that source's feed before the edition's own.
    pub(crate) fn frame(&self, path: &str, title: &str, source: Option<&str>) -> Frame<'_> {
        let other = match self.form {
            Form::Full if self.edition.text => Some(paths::nearest_in_text(path)),
            Form::Full => None,
            Form::Text => Some(path.to_owned()),
        };
        let link = |to: &str| match to {
            paths::SEARCH => self.link_out(path, to),
            _ if to.starts_with("assets/") || to.starts_with("books/") => self.link_out(path, to),
            _ => paths::link(path, to),
        };
        Frame {
            other: other.map(|to| self.link_out(path, &self.edition.place(&to))),
            scripts: self.scripts(path),
            ..self.frame_linking(title, source, &link)
        }
    }

    /// The ways to the page as it was written and in each script.
    fn scripts(&self, path: &str) -> Vec<ScriptLink> {
        if self.edition.scripts.is_empty() || !paths::has_scripts(path) {
            return Vec::new();
        }
        let written = match self.form {
            Form::Full => path.to_owned(),
            Form::Text => paths::in_text(path),
        };
        let scripts = self.edition.scripts.iter().copied().map(Some);
        let forms = std::iter::once(None)
            .chain(scripts)
            .map(|script| ScriptLink {
                tag: script.map(Script::tag),
                name: script.map_or(self.words.navigation.original, Script::name),
                href: self.link_out(
                    path,
                    &script.map_or(written.clone(), |script| script.place(&written)),
                ),
                current: script == self.edition.script,
            });
        forms.collect()
    }

    /// What the window of a page shows: its title and the mirror's.
    fn title(&self, title: &str) -> String {
        let title = one_line(title);
        let site_title = &self.shared.site_title;
        if title == *site_title {
            title.into_owned()
        } else {
            format!("{title} · {site_title}")
        }
    }

    /// The feeds that a page announces: its source's, where it has one, then the edition's own.
    fn feeds(&self, source: Option<&str>, link: &dyn Fn(&str) -> String) -> Vec<FeedLink> {
        let site_title = &self.shared.site_title;
        let feed = |slug: Option<&str>| FeedLink {
            title: slug.map_or(site_title.clone(), |slug| {
                one_line(self.edition.source_name(slug)).into_owned()
            }),
            atom: link(&paths::atom(slug)),
            json: link(&paths::json_feed(slug)),
        };
        let slugs = source.map(Some).into_iter().chain([None]);
        slugs.map(feed).collect()
    }

    /// The frame of a page whose own place is not known, such as the one shown for an address that does not exist.
    pub(crate) fn frame_linking(
        &self,
        title: &str,
        source: Option<&str>,
        link: &dyn Fn(&str) -> String,
    ) -> Frame<'_> {
        let Words { tag, direction, .. } = self.words;
        let Shared {
            site_title,
            policy,
            navigation,
            keys,
            assets,
            ..
        } = &self.shared;
        Frame {
            language: tag,
            direction,
            title: self.title(title),
            site_title,
            description: one_line(&self.edition.description).into_owned(),
            policy: match self.form {
                Form::Full => policy,
                Form::Text => TEXT_POLICY,
            }
            .into(),
            noindex: self.edition.noindex,
            offline: self.edition.offline,
            style: link(&assets.style.path),
            script: link(&assets.script.path),
            logo: assets.logo.as_ref().map(|logo| link(&logo.path)),
            icon: link(&assets.logo.as_ref().unwrap_or(&assets.icon).path),
            links: &self.edition.theme.links,
            front: link(paths::FRONT),
            sources: link(paths::SOURCES),
            archive: link(paths::ARCHIVE),
            about: link(paths::ABOUT),
            search: self.edition.search.then(|| link(paths::SEARCH)),
            books: (!self.edition.books.is_empty()).then(|| BooksLink {
                title: self.words.books.books,
                href: link(paths::BOOKS),
                catalogue: link(paths::CATALOGUE),
                catalogue_2: link(paths::CATALOGUE_2),
            }),
            place: Place::Elsewhere,
            feeds: self.feeds(source, link),
            other: None,
            scripts: Vec::new(),
            words: navigation.clone(),
            keys: keys.clone(),
        }
    }
}

impl Frame<'_> {
    /// Lets the page have this style of its own (CSP 3 section 6.7.3.3, by its hash).
    pub(crate) fn allow_style(&mut self, style: &str) {
        let hash = STANDARD.encode(Sha256::digest(style));
        let with_hash = format!("style-src 'self' 'sha256-{hash}'");
        self.policy = self.policy.replace("style-src 'self'", &with_hash).into();
    }
}

impl Shared {
    /// The policy of the search page, which sends a form to the site and reads its pages.
    pub(crate) fn search_policy(&self) -> &str {
        &self.search_policy
    }

    /// The path of the search page's script.
    pub(crate) fn search_script(&self) -> &str {
        &self.assets.search.path
    }
}

fn key_attributes(keys: &KeyWords) -> String {
    let words = [
        ("theme", keys.theme),
        ("follow-system", keys.follow_system),
        ("light", keys.light),
        ("dark", keys.dark),
        ("smaller", keys.smaller),
        ("larger", keys.larger),
        ("title", keys.title),
        ("next", keys.next),
        ("previous", keys.previous),
        ("open", keys.open),
        ("turn", keys.turn),
        ("front", keys.front),
        ("search", keys.search),
        ("help", keys.help),
        ("close", keys.close),
    ];
    let mut attributes = String::new();
    for (name, word) in words {
        write_attribute(&mut attributes, &format!("data-{name}"), word);
    }
    attributes
}

/// Nothing but the site's own style, script and pictures, and what the picture policy asks for. Films and sounds are
/// only loaded when a reader starts them.
fn content_security_policy(images: &ImagePolicy) -> String {
    let (pictures, media) = match images {
        ImagePolicy::Link => ("'self' http: https:".to_owned(), "http: https:"),
        ImagePolicy::None => ("'self'".to_owned(), "'none'"),
        ImagePolicy::Store => ("'self'".to_owned(), "http: https:"),
        ImagePolicy::Proxy { template } if is_absolute(template) => {
            let origin = Url::parse(template).map(|url| url.origin().ascii_serialization());
            (
                format!("'self' {}", origin.unwrap_or_default()),
                "http: https:",
            )
        }
        ImagePolicy::Proxy { .. } => ("'self'".to_owned(), "http: https:"),
    };
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src {pictures}; media-src {media}; \
         manifest-src 'self'; base-uri 'none'; form-action 'none'"
    )
}
