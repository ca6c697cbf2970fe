//! Whether what was found is an article at all, and if not, what the page is.
//!
//! The rule is to refuse only what has hardly any prose: a page that holds text is worth more to a
//! reader than a label, and a label is worth more than navigation passed off as text.

pub(crate) mod likeness;
pub(crate) mod signs;
mod words;

use url::Url;
use wirecopy_html::{Key, NodeId, Tag, Tree};

use crate::content::Content;
use crate::metadata::Metadata;
use crate::reject::RejectionKind;
use signs::View;
use words::WORDS;

/// Prose under this weight, some three sentences, does not make an article.
pub(crate) const LEAST_PROSE: u32 = 250;

/// A text withheld from readers is no more than a teaser below this weight, some 80 words. Short news
/// is often declared as not free and given whole, so the mark is low.
const LEAST_WHOLE: u32 = 400;

/// Characters of a text in which words about consent are looked for.
const CONSENT_OPENING: usize = 600;

/// Pages of so many blocks hold more than a question for consent.
const CONSENT_BLOCKS: usize = 40;

/// What a page is, and the evidence.
type Verdict = (RejectionKind, String);

/// What the page is, if it holds no article. A text without a page around it is none that lists others.
pub(crate) fn against(
    tree: &Tree,
    metadata: &Metadata,
    content: &Content,
    url: Option<&Url>,
) -> Option<Verdict> {
    let view = View {
        tree,
        metadata,
        content,
        url,
    };
    let told = empty(&view).or_else(|| withheld(&view));
    let told = told.or_else(|| list(&view).filter(|_| !content.is_fragment));
    if told.is_some() || content.kept_prose() >= LEAST_PROSE {
        return told;
    }
    error(&view)
        .or_else(|| login(&view, tree))
        .or_else(|| consent(&view))
        .or_else(|| walled(&view))
}

/// A page without text.
fn empty(view: &View<'_>) -> Option<Verdict> {
    let content = view.content;
    (content.kept_weight() == 0).then(|| {
        let evidence = format!("no text among {} blocks", content.blocks.list.len());
        (RejectionKind::Empty, evidence)
    })
}

/// The teaser of a text that is not free.
fn withheld(view: &View<'_>) -> Option<Verdict> {
    let weight = view.content.kept_weight();
    (view.metadata.is_withheld && weight < LEAST_WHOLE).then(|| {
        let evidence = format!("declared as not free, and only {weight} characters are given");
        (RejectionKind::Paywall, evidence)
    })
}

/// A page in place of the one asked for, by its title: its beginning, or the part before or after the site's name;
/// or an error anywhere in what begins with an excuse.
fn error(view: &View<'_>) -> Option<Verdict> {
    let title = folded(&view.metadata.title);
    let names =
        |word: &&&str| begins_or_is(&title, word) || parts(&title).any(|part| part == **word);
    let is_excuse = |part: &&str| WORDS.excuses.iter().any(|word| begins_or_is(part, word));
    let word = WORDS.errors.iter().find(names).or_else(|| {
        let excuse = parts(&title).find(is_excuse)?;
        WORDS.errors.iter().find(|word| excuse.contains(**word))
    })?;
    Some((RejectionKind::Error, format!("the title says {word:?}")))
}

/// A form to sign in, by its title or for want of a text.
fn login(view: &View<'_>, tree: &Tree) -> Option<Verdict> {
    let title = folded(&view.metadata.title);
    let calls_itself_login = WORDS
        .logins
        .iter()
        .any(|word| parts(&title).any(|part| begins_or_is(part, word) || ends_with(part, word)));
    let is_bare = view.content.kept_weight() < LEAST_PROSE && !view.metadata.is_article;
    ((calls_itself_login || is_bare) && has_password_field(tree)).then(|| {
        let evidence = "a field for a password, and hardly any text".to_owned();
        (RejectionKind::Login, evidence)
    })
}

/// A question for consent in place of the page, by its words.
fn consent(view: &View<'_>) -> Option<Verdict> {
    let opening = view.content.kept_text().to_lowercase();
    let opening: String = opening.chars().take(CONSENT_OPENING).collect();
    let words = WORDS
        .consents
        .iter()
        .filter(|word| opening.contains(**word));
    (view.content.blocks.list.len() < CONSENT_BLOCKS && words.count() >= 2).then(|| {
        let evidence = "a short text about consent".to_owned();
        (RejectionKind::Consent, evidence)
    })
}

/// The beginning of a text that only subscribers may read, by what stands within it or at its end. What a page says of
/// subscriptions elsewhere, it says beside every article.
fn walled(view: &View<'_>) -> Option<Verdict> {
    let mut lines = view
        .content
        .extent()
        .filter(|line| line.len() <= WALL_BYTES);
    let word = lines.find_map(|line| {
        let line = folded(line);
        WORDS.walls.iter().find(|word| line.contains(**word))
    })?;
    let evidence = format!("hardly any text, and a line that says {word:?}");
    Some((RejectionKind::Paywall, evidence))
}

/// In lower case, with the apostrophe that is typed.
fn folded(text: &str) -> String {
    text.to_lowercase().replace('\u{2019}', "'")
}

/// The parts of a title: what the page is called, and the site.
fn parts(title: &str) -> impl Iterator<Item = &str> {
    title.split(TITLE_MARKS).map(str::trim)
}

/// Longer lines speak of paywalls rather than being one.
const WALL_BYTES: usize = 400;

/// Marks between a page's title and its site's name.
const TITLE_MARKS: [char; 8] = ['|', '-', '–', '—', ':', '·', '•', '_'];

/// A list or front page: by its headlines, which are links at the site's root, or because it is more like
/// lists than like articles; less so is enough where links are most of the text and hardly any is prose.
fn list(view: &View<'_>) -> Option<Verdict> {
    let (content, kind) = (view.content, list_kind(view));
    if content.blocks.list.len() < LIST_BLOCKS {
        return None;
    }
    let headlines = content.linked_headlines;
    if kind == RejectionKind::FrontPage && headlines >= FRONT_HEADLINES && !view.metadata.is_article
    {
        let evidence = format!("{headlines} headlines are links, at the site's root");
        return Some((kind, evidence));
    }
    let likeness = likeness::of(&signs::of(view));
    let is_bare = content.link_share() >= 0.6 && content.kept_prose() < LEAST_PROSE;
    let enough = if is_bare {
        likeness::IS_BARE_LIST
    } else {
        likeness::IS_LIST
    };
    (likeness.probability >= enough).then(|| (kind, likeness.to_string()))
}

/// Pages of fewer blocks are no list.
const LIST_BLOCKS: usize = 40;

/// Headlines that are links, from which on a page at a site's root is its front page.
const FRONT_HEADLINES: usize = 8;

/// A front page at the site's root; a list elsewhere.
fn list_kind(view: &View<'_>) -> RejectionKind {
    if view.is_root() {
        RejectionKind::FrontPage
    } else {
        RejectionKind::List
    }
}

/// Whether a title begins with a word, and is no sentence.
fn begins_or_is(title: &str, word: &str) -> bool {
    title.starts_with(word)
        && !title[word.len()..].starts_with(char::is_alphanumeric)
        && title.chars().count() <= 60
}

fn ends_with(title: &str, word: &str) -> bool {
    let before = title.strip_suffix(word);
    before.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

fn has_password_field(tree: &Tree) -> bool {
    let kind = Key::Type;
    tree.elements(NodeId::ROOT, Tag::Input).any(|input| {
        tree.attribute(input, kind)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    })
}
