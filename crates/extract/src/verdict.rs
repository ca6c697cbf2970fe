//! Whether what was found is an article at all, and if not, what the page is.
//!
//! The rule is to refuse only what has hardly any prose: a page that holds text is worth more to a
//! reader than a label, and a label is worth more than navigation passed off as text.

pub(crate) mod likeness;
pub(crate) mod signs;

use url::Url;
use wirecopy_html::{Key, NodeId, Tag, Tree};

use crate::content::Content;
use crate::metadata::Metadata;
use crate::reject::RejectionKind;
use signs::View;

/// Prose under this weight, some three sentences, does not make an article.
pub(crate) const LEAST_PROSE: u32 = 250;

/// A text withheld from readers is no more than a teaser below this weight, some 80 words. Short news
/// is often declared as not free and given whole, so the mark is low.
const LEAST_WHOLE: u32 = 400;

/// Words in titles of pages that stand in for another, lower case.
const ERROR_TITLES: [&str; 26] = [
    "404",
    "403",
    "500",
    "502",
    "503",
    "not found",
    "page not found",
    "access denied",
    "forbidden",
    "just a moment",
    "attention required",
    "are you a robot",
    "robot check",
    "captcha",
    "error",
    "service unavailable",
    "seite nicht gefunden",
    "fehler",
    "page introuvable",
    "página no encontrada",
    "pagina non trovata",
    "页面不存在",
    "页面未找到",
    "找不到",
    "ページが見つかりません",
    "страница не найдена",
];

const LOGIN_TITLES: [&str; 12] = [
    "log in",
    "login",
    "sign in",
    "signin",
    "anmelden",
    "einloggen",
    "connexion",
    "se connecter",
    "iniciar sesión",
    "登录",
    "登入",
    "ログイン",
];

const CONSENT_WORDS: [&str; 12] = [
    "before you continue",
    "cookie",
    "consent",
    "your privacy",
    "privacy choices",
    "einwilligung",
    "zustimmung",
    "datenschutz",
    "consentement",
    "consentimiento",
    "gdpr",
    "dsgvo",
];

/// What a page is, and the evidence.
type Verdict = (RejectionKind, String);

/// What the page is, if it holds no article.
pub(crate) fn against(
    tree: &Tree,
    metadata: &Metadata,
    content: &Content,
    url: Option<&Url>,
) -> Option<Verdict> {
    let weight = content.kept_weight();
    let title = metadata.title.to_lowercase();
    if weight == 0 {
        return Some((
            RejectionKind::Empty,
            format!("no text among {} blocks", content.blocks.list.len()),
        ));
    }
    if metadata.is_withheld && weight < LEAST_WHOLE {
        return Some((
            RejectionKind::Paywall,
            format!("declared as not free, and only {weight} characters are given"),
        ));
    }
    let view = View {
        metadata,
        content,
        url,
    };
    let list = list(&view);
    if list.is_some() || content.kept_prose() >= LEAST_PROSE {
        return list;
    }
    if let Some(word) = ERROR_TITLES.iter().find(|word| begins_or_is(&title, word)) {
        return Some((RejectionKind::Error, format!("the title says {word:?}")));
    }
    let calls_itself_login = LOGIN_TITLES.iter().any(|word| title.contains(word));
    if (calls_itself_login || (weight < LEAST_PROSE && !metadata.is_article))
        && has_password_field(tree)
    {
        return Some((
            RejectionKind::Login,
            "a field for a password, and hardly any text".to_owned(),
        ));
    }
    let opening: String = content
        .kept_text()
        .to_lowercase()
        .chars()
        .take(600)
        .collect();
    if content.blocks.list.len() < 40
        && CONSENT_WORDS
            .iter()
            .filter(|word| opening.contains(**word))
            .count()
            >= 2
    {
        return Some((
            RejectionKind::Consent,
            "a short text about consent".to_owned(),
        ));
    }
    None
}

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

fn begins_or_is(title: &str, word: &str) -> bool {
    title.starts_with(word)
        && !title[word.len()..].starts_with(char::is_alphanumeric)
        && title.chars().count() <= 60
}

fn has_password_field(tree: &Tree) -> bool {
    let kind = Key::Type;
    tree.elements(NodeId::ROOT, Tag::Input).any(|input| {
        tree.attribute(input, kind)
            .is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
    })
}
