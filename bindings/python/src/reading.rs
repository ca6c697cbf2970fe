//! One page read as the caller wishes, with a status that says what came of it.

use pyo3::FromPyObject;
use url::Url;
use wirecopy_extract::{Article, Page, Rejection, RejectionKind};
use wirecopy_render::{DateChoice, Fields, Form, Options, Parts, render};

/// Below this share of words that likely belong to the article, a caller who prefers precision gets nothing.
const PRECISE: f32 = 0.5;

/// What is wanted of a page. Python gives all of it.
#[derive(Clone, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Wishes {
    form: String,
    tables: bool,
    images: bool,
    links: bool,
    formatting: bool,
    metadata: bool,
    only_with_metadata: bool,
    precision: bool,
    recall: bool,
    language: Option<String>,
    original_date: bool,
    date_pattern: String,
    id: Option<String>,
    url_blacklist: Vec<String>,
    author_blacklist: Vec<String>,
    max_bytes: usize,
}

impl Wishes {
    /// Whether the form is one that there is, before any page is read.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.form().map(|_| ())
    }

    fn form(&self) -> Result<Form, String> {
        Ok(match self.form.as_str() {
            "txt" => Form::Text,
            "markdown" => Form::Markdown,
            "html" => Form::Html,
            "json" => Form::Json,
            "csv" => Form::Csv,
            "xml" => Form::Xml,
            "xmltei" => Form::Tei,
            other => {
                let known = "txt, markdown, html, json, csv, xml, xmltei";
                return Err(format!(
                    "there is no output format '{other}'; there are {known}"
                ));
            }
        })
    }

    fn options(&self) -> Options {
        let parts = Parts {
            tables: self.tables,
            images: self.images,
            links: self.links,
            formatting: self.formatting,
        };
        Options {
            parts,
            metadata: self.metadata,
        }
    }
}

/// The media type of a page that Python decoded.
pub(crate) const UNICODE: &str = "text/html; charset=utf-8";

/// A page as it was given.
pub(crate) struct Source<'a> {
    pub(crate) bytes: &'a [u8],
    /// As a server gives it; [`UNICODE`] for a decoded text, whatever the page says of its encoding.
    pub(crate) media_type: Option<&'a str>,
    pub(crate) url: Option<&'a str>,
}

/// What came of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Ok,
    NotHtml,
    NoArticle,
    Truncated,
    TooLarge,
    Panic,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::NotHtml => "not-html",
            Status::NoArticle => "no-article",
            Status::Truncated => "truncated",
            Status::TooLarge => "too-large",
            Status::Panic => "panic",
        }
    }
}

/// A page's outcome: with `Ok` the output, fields and article, else what showed that there is none.
pub(crate) struct Outcome {
    pub(crate) status: Status,
    pub(crate) evidence: Option<String>,
    pub(crate) output: Option<String>,
    pub(crate) fields: Option<Fields>,
    pub(crate) article: Option<Article>,
}

impl Outcome {
    pub(crate) fn without(status: Status, evidence: String) -> Outcome {
        Outcome {
            status,
            evidence: Some(evidence),
            output: None,
            fields: None,
            article: None,
        }
    }
}

/// Reads a page, unless it is larger than the caller wishes: the engine's work is in proportion to the bytes, so that
/// a bound on these is one on that.
pub(crate) fn read(source: &Source<'_>, wishes: &Wishes) -> Outcome {
    let (bytes, most) = (source.bytes.len(), wishes.max_bytes);
    if bytes > most {
        let words = format!("the page has {bytes} bytes, and {most} are the most that is read");
        return Outcome::without(Status::TooLarge, words);
    }
    let url = source.url.and_then(|url| Url::parse(url).ok());
    let page = Page {
        bytes: source.bytes,
        media_type: source.media_type,
        url: url.as_ref(),
    };
    let found = wirecopy_extract::extract(&page, None);
    match found.or_else(|rejection| listed(rejection, wishes)) {
        Ok(article) => written(article, url.as_ref(), wishes)
            .unwrap_or_else(|evidence| Outcome::without(Status::NoArticle, evidence)),
        Err(rejection) if rejection.kind == RejectionKind::NotHtml => {
            Outcome::without(Status::NotHtml, rejection.evidence)
        }
        Err(rejection) => Outcome::without(Status::NoArticle, rejection.to_string()),
    }
}

/// For who prefers recall, what a front page or a list tells in place of an article.
fn listed(rejection: Rejection, wishes: &Wishes) -> Result<Article, Rejection> {
    match rejection.page {
        Some(page) if wishes.recall && !page.text.is_empty() => Ok(*page),
        page => Err(Rejection { page, ..rejection }),
    }
}

/// The article as output, or why it is not what the caller wants.
fn written(mut article: Article, url: Option<&Url>, wishes: &Wishes) -> Result<Outcome, String> {
    if wishes.precision && article.confidence < PRECISE {
        return Err(format!("the confidence is {:.2}", article.confidence));
    }
    let is_wanted = |author: &String| !wishes.author_blacklist.contains(author);
    article.authors.retain(is_wanted);
    let date = DateChoice {
        original: wishes.original_date,
        pattern: wishes.date_pattern.clone(),
    };
    let mut fields = Fields::of(&article, url, &date)?;
    fields.id.clone_from(&wishes.id);
    if let Some(reason) = unwanted(&fields, wishes) {
        return Err(reason);
    }
    let output = render(wishes.form()?, &article, &fields, &wishes.options());
    Ok(Outcome {
        status: Status::Ok,
        evidence: None,
        output: Some(output),
        fields: Some(fields),
        article: Some(article),
    })
}

fn unwanted(fields: &Fields, wishes: &Wishes) -> Option<String> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    let is_other = |wanted: &&String| {
        let language = fields.language.as_deref();
        language.is_some_and(|language| primary(language) != primary(wanted))
    };
    if let Some(wanted) = wishes.language.as_ref().filter(is_other) {
        return Some(format!("the language is not {wanted}"));
    }
    let is_complete = fields.title.is_some() && fields.date.is_some() && fields.url.is_some();
    if wishes.only_with_metadata && !is_complete {
        return Some("title, date or address is missing".to_owned());
    }
    let url = fields.url.as_ref();
    url.filter(|url| wishes.url_blacklist.contains(url))
        .map(|url| format!("{url} is not wanted"))
}
