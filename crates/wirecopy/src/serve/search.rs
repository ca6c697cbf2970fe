//! `/search`: the site's index asked on the reader's behalf, as a page or as JSON.
//!
//! The page is the published search page with the results filled in, so that it needs no script here. What is asked is
//! bounded by the length of an address, and read from the disk off the server's threads.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Json, http::Uri};
use url::form_urlencoded;
use wirecopy_publish::paths;
use wirecopy_publish::search::bookmark::Bookmark;
use wirecopy_publish::search::query::Filter;
use wirecopy_publish::search::results::{Asked, filled};

use crate::publishing::finder::{self, Answer, Question};
use crate::serve::refusal::Refusal;
use crate::serve::{ServerState, site};

/// Results on a page, and the most that JSON gives at once.
const PAGE: usize = 10;
const MOST: usize = 100;

/// Answers a query; the search page itself where there is none.
pub(crate) async fn search(State(state): State<ServerState>, request: Request) -> Response {
    let (question, json) = asked(request.uri(), request.headers());
    let Filter { source, from, to } = &question.filter;
    let asks = [source, from, to].iter().any(|part| part.is_some());
    if question.query.is_empty() && !asks && !json {
        return site::page(&state, paths::SEARCH, request).await;
    }
    let site = state.options.site.clone();
    let answered = tokio::task::spawn_blocking(move || answer(&site, &question, json)).await;
    match answered {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            tracing::debug!("a search was refused: {error:#}");
            let message = "this site has no search index";
            Refusal::new(StatusCode::NOT_FOUND, "no_index", message).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a search failed");
            Refusal::internal().into_response()
        }
    }
}

fn answer(site: &std::path::Path, question: &Question, json: bool) -> anyhow::Result<Response> {
    let found = finder::find(site, question)?;
    if json {
        return Ok(Json(Answer::from(found)).into_response());
    }
    let page = std::fs::read_to_string(site.join(paths::SEARCH))?;
    let next = found.next.map(|from| next(question, from));
    let asked = Asked {
        query: &question.query,
        filter: &question.filter,
        next: next.as_deref(),
    };
    Ok(Html(filled(&page, asked, &found)).into_response())
}

/// What the address asks for, and whether as JSON.
fn asked(address: &Uri, headers: &HeaderMap) -> (Question, bool) {
    let mut question = Question {
        take: PAGE,
        ..Question::default()
    };
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let mut json = accept.is_some_and(|accept| accept.starts_with("application/json"));
    for (name, value) in form_urlencoded::parse(address.query().unwrap_or_default().as_bytes()) {
        let text = || Some(value.trim().to_owned()).filter(|text| !text.is_empty());
        match name.as_ref() {
            "q" => question.query = value.trim().to_owned(),
            "source" => question.filter.source = text(),
            "from" => question.filter.from = text(),
            "to" => question.filter.to = text(),
            // One that is none begins anew, as a link that was cut off should.
            "after" => question.from = value.parse().unwrap_or_default(),
            "limit" => question.take = value.parse::<usize>().unwrap_or_default().clamp(1, MOST),
            "format" => json = value == "json",
            _ => {}
        }
    }
    (question, json)
}

/// The address of the results after these, relative to this one.
fn next(question: &Question, bookmark: Bookmark) -> String {
    let Filter { source, from, to } = &question.filter;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", &question.query);
    for (name, value) in [("source", source), ("from", from), ("to", to)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.append_pair("after", &bookmark.to_string());
    format!("search?{}", query.finish())
}
