//! `/extract?url=`: the article of one page, as JSON.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use url::Url;
use wirecopy_extract::{Article, Rejection, SiteRules};

use crate::fetch::{self, Purpose};
use crate::pipeline::gather::article_of;
use crate::serve::ServerState;
use crate::serve::refusal::Refusal;
use crate::serve::services::{self, Services};

/// The answer. Its fields are part of the HTTP API: new ones may come, none goes or changes its meaning.
#[derive(Serialize)]
struct Extracted<'a> {
    /// Where the page was in the end.
    url: &'a str,
    canonical_url: Option<&'a str>,
    title: &'a str,
    authors: &'a [String],
    /// RFC 3339.
    published: Option<String>,
    /// RFC 3339.
    modified: Option<String>,
    /// BCP 47.
    language: Option<&'a str>,
    site_name: Option<&'a str>,
    image: Option<&'a str>,
    summary: Option<&'a str>,
    tags: &'a [String],
    /// Sanitised, one block a line.
    html: &'a str,
    /// The same without markup.
    text: String,
}

/// Answers with the article, or says why there is none.
pub(crate) async fn extract(
    State(state): State<ServerState>,
    request: Request,
) -> Result<Response, Refusal> {
    let (request, _) = request.into_parts();
    let (services, url) = services::admit(&state, &request)?;
    let deadline = services.options.deadline;
    let make = async {
        match tokio::time::timeout(deadline, extracted(&services, &url)).await {
            Ok(answer) => answer,
            Err(_) => Err(services::too_slow()),
        }
    };
    let bytes = services.articles.get_or_make(url.as_str(), make).await?;
    Ok(services::answer(
        bytes,
        "application/json",
        &request.headers,
        services.options.keep,
    ))
}

async fn extracted(services: &Services, url: &Url) -> Result<Arc<[u8]>, Refusal> {
    let response = services.fetch(url, Purpose::Page).await?;
    // On a thread of its own: other clients' answers must not wait for it.
    let rules = services.options.rules.clone();
    match tokio::task::spawn_blocking(move || read(&response, &rules)).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%url, %error, "extraction ended abnormally");
            Err(Refusal::internal())
        }
    }
}

fn read(response: &fetch::Response, rules: &SiteRules) -> Result<Arc<[u8]>, Refusal> {
    let article = article_of(response, rules).map_err(|rejection| no_article(&rejection))?;
    let json = serde_json::to_vec(&described(&article, &response.url))
        .expect("strings and lists of strings are JSON");
    Ok(json.into())
}

fn described<'a>(article: &'a Article, url: &'a Url) -> Extracted<'a> {
    Extracted {
        url: url.as_str(),
        canonical_url: article.canonical_url.as_ref().map(Url::as_str),
        title: &article.title,
        authors: &article.authors,
        published: article.published.map(|time| time.to_string()),
        modified: article.modified.map(|time| time.to_string()),
        language: article.language.as_deref(),
        site_name: article.site_name.as_deref(),
        image: article
            .lead_image
            .as_ref()
            .map(|picture| picture.url.as_str()),
        summary: article.summary.as_deref(),
        tags: &article.tags,
        html: article.body.as_str(),
        text: article.body.text(),
    }
}

fn no_article(rejection: &Rejection) -> Refusal {
    Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "no_article",
        format!("there is no article on this page: {rejection}"),
    )
}
