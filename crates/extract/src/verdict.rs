//! Whether what was found is an article at all, and if not, what the page is.
//!
//! The rule is to refuse only what has hardly any prose: a page that holds text is worth more to a
//! reader than a label, and a label is worth more than navigation passed off as text.

use url::Url;
use wirecopy_html::{Key, NodeId, Tag, Tree};

use crate::content::Content;
use crate::metadata::Metadata;
use crate::reject::RejectionKind;

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

/// What the page is, if it holds no article, with the evidence.
pub(crate) fn against(
    tree: &Tree,
    metadata: &Metadata,
    content: &Content,
    url: Option<&Url>,
) -> Option<(RejectionKind, String)> {
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
    if content.kept_prose() >= LEAST_PROSE {
        return None;
    }
    if let Some(word) = ERROR_TITLES.iter().find(|word| begins_or_is(&title, word)) {
        return Some((RejectionKind::Error, format!("the title says {word:?}")));
    }
    if has_password_field(tree)
        && (LOGIN_TITLES.iter().any(|word| title.contains(word)) || weight < LEAST_PROSE)
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
    list(content, metadata, url)
}

/// A list or front page: many links, little prose, and no claim to be an article.
fn list(
    content: &Content,
    metadata: &Metadata,
    url: Option<&Url>,
) -> Option<(RejectionKind, String)> {
    let (blocks, links) = (content.blocks.list.len(), content.link_share());
    if metadata.is_article || blocks < 40 || links < 0.6 {
        return None;
    }
    let evidence = format!(
        "{:.0} % of the text in {blocks} blocks is links, and {} characters are prose",
        links * 100.0,
        content.kept_prose()
    );
    let address = metadata.canonical_url.as_ref().or(url);
    let at_root = address.is_some_and(|url| url.path().trim_matches('/').is_empty());
    Some((
        if at_root {
            RejectionKind::FrontPage
        } else {
            RejectionKind::List
        },
        evidence,
    ))
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
