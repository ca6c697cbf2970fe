//! The pages of the invented publications, with all that stands around an article on the web: consent, navigation, sharing,
//! advertisements that change at every view, other articles.

use serde_json::json;
use url::Url;

use crate::demo::newsroom::feeds::{self, Issue};
use crate::demo::newsroom::moment::{Piece, address};
use crate::demo::newsroom::publication::{Charset, Direction, Template};

const SEMANTIC: &str = include_str!("semantic.html");
const SOUP: &str = include_str!("soup.html");
const FRONT: &str = include_str!("front.html");

/// Advertised by turns. Nobody sells any of it.
const ADVERTS: &[&str] = &[
    "Quill & Sons ☂",
    "Café Nube ☕",
    "Hotel Miramar ★★",
    "Bicicletas Rueda 🚲",
    "Tulip & Co. 🌷",
];

/// Text as it stands in HTML and XML, in attributes too.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The article alone: its picture and its paragraphs.
pub(crate) fn body(piece: &Piece<'_>, site: &Url) -> String {
    let figure = figure(piece, site);
    let paragraphs: Vec<String> = piece
        .paragraphs
        .iter()
        .map(|paragraph| format!("<p>{}</p>", escaped(paragraph)))
        .collect();
    format!("{figure}{}", paragraphs.join("\n"))
}

/// The page of one article of the issue.
pub(crate) fn article(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    let publication = issue.publication;
    let words = &publication.words;
    let template = match publication.template {
        Template::Semantic => SEMANTIC,
        Template::Soup => SOUP,
    };
    let advert = format!("{} · {} #{}", words.advert, advert(issue), issue.step + 1);
    let byline = format!("{} {}", words.author, piece.text.author);
    let specific = [
        ("canonical", address(issue.site, piece.text).to_string()),
        ("title", escaped(piece.title)),
        ("byline", escaped(byline.trim())),
        ("author", escaped(&piece.text.author)),
        ("published", piece.published.to_string()),
        (
            "day",
            piece.published.strftime("%Y-%m-%d %H:%M").to_string(),
        ),
        ("modified", piece.modified.to_string()),
        ("linked_data", linked_data(issue, piece)),
        ("share", escaped(&words.share)),
        ("related", escaped(&words.related)),
        ("advert", escaped(&advert)),
        ("newsletter", escaped(&words.newsletter)),
        ("body", body_with_slot(issue, piece)),
        ("others", links(issue, Some(piece))),
    ];
    fill(template, surroundings(issue).iter().chain(&specific))
}

/// The publication's front page, which tells where its feed is.
pub(crate) fn front(issue: &Issue<'_>) -> String {
    let format = issue.publication.format;
    let specific = [
        ("feed", feeds::path(format).to_owned()),
        ("feed_type", feeds::media_type(format).to_owned()),
        ("description", escaped(&issue.publication.description)),
        ("others", links(issue, None)),
    ];
    fill(FRONT, surroundings(issue).iter().chain(&specific))
}

fn surroundings(issue: &Issue<'_>) -> [(&'static str, String); 8] {
    let publication = issue.publication;
    let words = &publication.words;
    let charset = match publication.charset {
        Charset::Utf8 => "utf-8",
        Charset::Gbk => "gbk",
    };
    let direction = match publication.direction {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
    };
    let navigation: Vec<String> = words
        .navigation
        .iter()
        .map(|word| format!("<li><a href=\"/\">{}</a></li>", escaped(word)))
        .collect();
    [
        ("name", escaped(&publication.name)),
        ("language", publication.language.clone()),
        ("charset", charset.to_owned()),
        ("direction", direction.to_owned()),
        ("navigation", navigation.concat()),
        ("consent", escaped(&words.consent)),
        ("accept", escaped(&words.accept)),
        ("footer", escaped(&words.footer)),
    ]
}

/// Replaces each `{{name}}` of the template.
fn fill<'a>(template: &str, values: impl Iterator<Item = &'a (&'static str, String)>) -> String {
    values.fold(template.to_owned(), |page, (name, value)| {
        page.replace(&format!("{{{{{name}}}}}"), value)
    })
}

fn figure(piece: &Piece<'_>, site: &Url) -> String {
    let Some(caption) = &piece.text.caption else {
        return String::new();
    };
    let caption = escaped(caption);
    format!(
        "<figure><img src=\"{site}pictures/{}.png\" alt=\"{caption}\" width=\"320\" height=\"180\"><figcaption>{caption}</figcaption></figure>\n",
        piece.text.key
    )
}

/// The body as the page has it: before the third paragraph a place that a script would fill, differently at every view.
fn body_with_slot(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    let whole = body(piece, issue.site);
    let Some(third) = piece.paragraphs.get(2) else {
        return whole;
    };
    let third = format!("<p>{}</p>", escaped(third));
    let slot = format!(
        "<div class=\"ad ad-inline\" id=\"slot-{}\"><script>fillSlot({}, \"{}\")</script></div>",
        issue.step,
        issue.step,
        escaped(advert(issue)),
    );
    whole.replace(&third, &format!("{slot}\n{third}"))
}

fn links(issue: &Issue<'_>, except: Option<&Piece<'_>>) -> String {
    let others = issue
        .pieces
        .iter()
        .filter(|piece| except.is_none_or(|except| except.text.key != piece.text.key));
    others
        .map(|piece| {
            format!(
                "<li><a href=\"{}\">{}</a></li>",
                address(issue.site, piece.text).path(),
                escaped(piece.title)
            )
        })
        .collect()
}

fn advert(issue: &Issue<'_>) -> &'static str {
    ADVERTS[issue.step as usize % ADVERTS.len()]
}

/// JSON-LD as it stands in a script element, where no markup may end it early.
fn linked_data(issue: &Issue<'_>, piece: &Piece<'_>) -> String {
    let data = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "datePublished": piece.published.to_string(),
        "dateModified": piece.modified.to_string(),
        "author": { "@type": "Person", "name": piece.text.author },
        "publisher": { "@type": "Organization", "name": issue.publication.name },
    });
    data.to_string().replace('<', "\\u003c")
}
