//! Files of the published site: the newest generation behind its symbolic link, and nothing outside it.
//!
//! A path is decoded once and every segment checked before the file system sees it; what the file system makes of it
//! (links included) must still lie within the generation. Conditional and range requests are RFC 9110, by `tower-http`.
//! Text without a compressed copy beside it is compressed on its way, for slow lines.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::compression::Compression;
use tower_http::services::ServeFile;

use wirecopy_publish::paths;
use wirecopy_publish::site::removed::RemovedList;

use crate::publishing::media::media_type;
use crate::serve::ServerState;
use crate::serve::refusal::Refusal;

/// The page that a site publishes for addresses it does not have.
const NOT_FOUND_PAGE: &str = "404.html";

/// Letters of an identity.
const ID_LETTERS: usize = 16;

/// The policy of a page that is whole in itself.
const WHOLE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                            frame-ancestors 'none'";

/// What a request's path comes to.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    File(PathBuf),
    /// A page of an article that the operator took out: the status, and the page that says so.
    Removed(StatusCode, PathBuf),
    /// A directory asked for without its final slash, where relative links would go astray.
    Directory,
    Nothing,
}

/// Answers with the file that the request's path names, the site's own page for what is not there, or 405.
pub(crate) async fn site(State(state): State<ServerState>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Refusal::method().into_response();
    }
    let root = state.options.site.clone();
    let path = request.uri().path().to_owned();
    let found = tokio::task::spawn_blocking(move || find(&root, &path)).await;
    match found {
        Ok(Found::File(file)) => send(&file, request).await,
        Ok(Found::Removed(status, page)) => instead(status, &page, request).await,
        Ok(Found::Directory) => redirect_to_directory(request.uri().path()),
        Ok(Found::Nothing) => not_found(&state.options.site, request).await,
        Err(error) => {
            tracing::error!(%error, "looking up a page failed");
            Refusal::internal().into_response()
        }
    }
}

/// Answers with one file of the site.
pub(crate) async fn page(state: &ServerState, path: &str, request: Request) -> Response {
    let file = state.options.site.join(path);
    if file.is_file() {
        send(&file, request).await
    } else {
        not_found(&state.options.site, request).await
    }
}

/// Looks `path` (as it stands in the request) up beneath `root`; blocking.
fn find(root: &Path, path: &str) -> Found {
    let Some(segments) = segments(path) else {
        return Found::Nothing;
    };
    // Resolved anew for each request: the link moves to another generation when the site is rebuilt.
    let Ok(root) = root.canonicalize() else {
        return Found::Nothing;
    };
    if let Some((status, page)) = removed(&root, &segments) {
        return Found::Removed(status, page);
    }
    let Ok(target) = root
        .join(segments.iter().collect::<PathBuf>())
        .canonicalize()
    else {
        return Found::Nothing;
    };
    if !target.starts_with(&root) {
        return Found::Nothing;
    }
    match (target.is_dir(), path.ends_with('/')) {
        (true, true) => index_of(&root, &target),
        (true, false) => Found::Directory,
        (false, false) if target.is_file() => Found::File(target),
        (false, _) => Found::Nothing,
    }
}

/// What is answered where an article was that the operator took out, in whatever form and script its page was: the name
/// ends with the identity.
fn removed(root: &Path, segments: &[String]) -> Option<(StatusCode, PathBuf)> {
    let (stem, _) = segments.last()?.split_once('.')?;
    let id = stem
        .rsplit('-')
        .next()
        .filter(|id| id.len() == ID_LETTERS)?;
    let list = std::fs::read(root.join(paths::REMOVED)).ok()?;
    let list: RemovedList = serde_json::from_slice(&list).ok()?;
    let line = list.0.get(id)?;
    Some((
        StatusCode::from_u16(line.status).ok()?,
        root.join(&line.page),
    ))
}

fn index_of(root: &Path, directory: &Path) -> Found {
    match directory.join("index.html").canonicalize() {
        Ok(index) if index.is_file() && index.starts_with(root) => Found::File(index),
        _ => Found::Nothing,
    }
}

/// The decoded segments of a request path, or `None` where one is not a plain name: `.`, `..`, hidden files, separators
/// of any system, control characters, a drive letter's colon, or bytes that are no UTF-8.
fn segments(path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    if path == "/" {
        return Some(segments);
    }
    let inner = path.strip_prefix('/')?;
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    for raw in inner.split('/') {
        let segment = percent_decoded(raw)?;
        let plain = !segment.is_empty()
            && !segment.starts_with('.')
            && !segment.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_control());
        if !plain {
            return None;
        }
        segments.push(segment);
    }
    Some(segments)
}

/// Decodes percent escapes (RFC 3986 §2.1) once; `None` for a broken escape or for what is not UTF-8 afterwards.
fn percent_decoded(raw: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

async fn send(file: &Path, mut request: Request) -> Response {
    // The file may have changed since the part that the client holds; without a way to compare, the whole is always
    // right.
    if request.headers().contains_key(header::IF_RANGE) {
        request.headers_mut().remove(header::RANGE);
    }
    let service = ServeFile::new(file)
        .precompressed_br()
        .precompressed_gzip()
        .ignore_multi_range_requests(true);
    let media_type = media_type(file);
    let service = Compression::new(service).gzip(is_text(media_type));
    let mut response = match service.oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    let described = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    if described {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        weaken(response.headers_mut());
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if is_whole(file) {
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(WHOLE_POLICY),
            );
        }
    }
    response
}

/// Whether files of a media type are text, in whatever markup.
fn is_text(media_type: &str) -> bool {
    let marks = ["text/", "json", "xml", "javascript", "manifest"];
    marks.iter().any(|mark| media_type.contains(mark))
}

/// Tells that a compressed body is only as good as the file's, not the same bytes (RFC 9110 §8.8.1).
fn weaken(headers: &mut HeaderMap) {
    if !headers.contains_key(header::CONTENT_ENCODING) {
        return;
    }
    let strong = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let weak = strong
        .filter(|tag| tag.starts_with('"'))
        .map(|tag| format!("W/{tag}"));
    if let Some(weak) = weak.and_then(|tag| HeaderValue::try_from(tag).ok()) {
        headers.insert(header::ETAG, weak);
    }
}

/// Whether a page holds its own style and asks for nothing: a day in one file.
fn is_whole(file: &Path) -> bool {
    let is_page = file
        .extension()
        .is_some_and(|extension| extension == "html");
    let within = file
        .parent()
        .and_then(Path::parent)
        .and_then(Path::file_name);
    is_page && within.is_some_and(|directory| directory == "books")
}

/// `path` was found beneath the site, so it begins with one slash and holds only plain segments: it cannot lead to
/// another host.
fn redirect_to_directory(path: &str) -> Response {
    match HeaderValue::try_from(format!("{path}/")) {
        Ok(location) => (
            StatusCode::PERMANENT_REDIRECT,
            [(header::LOCATION, location)],
        )
            .into_response(),
        Err(_) => Refusal::not_found().into_response(),
    }
}

/// The site's own page with status 404, whatever the request's conditions and ranges were about.
async fn not_found(root: &Path, request: Request) -> Response {
    instead(StatusCode::NOT_FOUND, &root.join(NOT_FOUND_PAGE), request).await
}

/// A page of the site's own in the place of what was asked for, with a status that says why.
async fn instead(status: StatusCode, page: &Path, request: Request) -> Response {
    let Ok(bytes) = tokio::fs::read(page).await else {
        return Refusal::not_found().into_response();
    };
    let body = if request.method() == Method::HEAD {
        Body::empty()
    } else {
        Body::from(bytes)
    };
    (status, [(header::CONTENT_TYPE, media_type(page))], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<&[&str]>) {
        let expected = expected.map(|names| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        });
        assert_eq!(segments(path), expected, "{path}");
    }

    #[test]
    fn takes_plain_names_in_any_script() {
        check("/", Some(&[]));
        check("/a/b.html", Some(&["a", "b.html"]));
        check("/a/", Some(&["a"]));
        check("/%E6%96%B0%E9%97%BB/x", Some(&["新闻", "x"]));
    }

    #[test]
    fn refuses_whatever_is_no_plain_name() {
        for path in [
            "",
            "a",
            "//",
            "//etc/passwd",
            "/..",
            "/../x",
            "/a/../b",
            "/%2e%2e/x",
            "/.%2e/x",
            "/%2E%2E%2Fx",
            "/..%2fx",
            "/a%2fb",
            "/a\\b",
            "/%5c..%5cx",
            "/a%00.html",
            "/a%0a",
            "/.git/config",
            "/a/.hidden",
            "/c:/x",
            "/%c0%ae%c0%ae/x",
            "/%zz",
            "/%2",
            "/a%",
            "/./a",
            "/%252e%252e%2f",
        ] {
            check(path, None);
        }
    }

    #[test]
    fn decodes_once_only() {
        check("/%252e%252e", Some(&["%2e%2e"]));
    }
}
