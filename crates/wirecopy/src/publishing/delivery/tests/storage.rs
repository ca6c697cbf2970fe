//! A bucket on this machine, with a small server that keeps what is put and tells what it has. It looks whether a request
//! is signed, and not at how.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use md5::{Digest, Md5};
use url::Url;

use super::{Grounds, invented, sent};
use crate::publishing::delivery::Destination;
use crate::publishing::delivery::announce::announce;
use crate::publishing::delivery::objects::{ObjectStore, StorageKey};

/// What is kept under each path, with its media type and how long it may be kept elsewhere; and every request.
#[derive(Default)]
struct Shelf {
    objects: BTreeMap<String, (Bytes, String, String)>,
    requests: Vec<String>,
    refuses: bool,
}

type Shared = Arc<Mutex<Shelf>>;

/// Two names an answer, so that a list takes several.
const PAGE: usize = 2;

async fn answer(State(shelf): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let mut shelf = shelf.lock().unwrap();
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let path = parts.uri.path().to_owned();
    shelf.requests.push(format!(
        "{} {path} {}",
        parts.method,
        String::from_utf8_lossy(&body)
    ));
    if path == "/hub" {
        return StatusCode::NO_CONTENT.into_response();
    }
    assert!(
        query.contains_key("X-Amz-Signature"),
        "{path} is not signed"
    );
    if shelf.refuses {
        let error = "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>";
        return (StatusCode::FORBIDDEN, error).into_response();
    }
    let header = |name: &str| {
        parts
            .headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
            .to_owned()
    };
    match parts.method {
        Method::PUT => {
            let object = (body, header("content-type"), header("cache-control"));
            shelf.objects.insert(path, object);
        }
        Method::DELETE => drop(shelf.objects.remove(&path)),
        _ => return list(&shelf, &query).into_response(),
    }
    StatusCode::OK.into_response()
}

fn list(shelf: &Shelf, query: &BTreeMap<String, String>) -> String {
    let after = query.get("continuation-token").cloned().unwrap_or_default();
    let prefix = query.get("prefix").cloned().unwrap_or_default();
    let keys: Vec<(&str, &Bytes)> = shelf
        .objects
        .iter()
        .filter_map(|(path, (bytes, ..))| Some((path.strip_prefix("/bucket/")?, bytes)))
        .filter(|(key, _)| key.starts_with(&prefix) && **key > *after)
        .collect();
    let mut text =
        "<ListBucketResult xmlns=\"http://doc.s3.amazonaws.com/2006-03-01/\"><Name>bucket</Name>"
            .to_owned();
    for (key, bytes) in keys.iter().take(PAGE) {
        let sum: String = Md5::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let length = bytes.len();
        text.push_str(&format!(
            "<Contents><Key>{key}</Key><ETag>\"{sum}\"</ETag><Size>{length}</Size>\
             <LastModified>2026-11-23T00:00:00.000Z</LastModified></Contents>"
        ));
    }
    if keys.len() > PAGE {
        let last = keys[PAGE - 1].0;
        text.push_str(&format!(
            "<NextContinuationToken>{last}</NextContinuationToken>"
        ));
    }
    text + "</ListBucketResult>"
}

async fn start() -> (Shared, Url) {
    let shelf = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&shelf));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (
        shelf,
        Url::parse(&format!("http://{address}/bucket/news")).unwrap(),
    )
}

fn store(address: &Url) -> Destination {
    let key = StorageKey {
        id: "invented".to_owned(),
        secret: "invented as well".to_owned(),
    };
    let store = ObjectStore::new(address, "us-east-1", key).unwrap();
    Destination::Objects(Box::new(store))
}

#[tokio::test]
async fn bucket_gets_only_what_changed_with_its_type_and_loses_only_what_is_below_its_prefix() {
    let grounds = Grounds::with(&invented());
    grounds.write("index.html.gz", "a copy");
    let (shelf, address) = start().await;
    let other = (Bytes::from("somebody's"), String::new(), String::new());
    shelf
        .lock()
        .unwrap()
        .objects
        .insert("/bucket/newsletter.html".to_owned(), other);
    let place = store(&address);
    assert_eq!(grounds.deliver_one(&place).await, sent(4, 0));
    let requests = std::mem::take(&mut shelf.lock().unwrap().requests);
    assert!(
        requests
            .last()
            .unwrap()
            .starts_with("PUT /bucket/news/index.html"),
        "{requests:?}"
    );
    grounds.write("articles/post/2026/11/01-a.html", "corrected");
    grounds.remove("articles/post/2026/11/01-b.html");
    assert_eq!(grounds.deliver_one(&place).await, sent(1, 1));
    let shelf = shelf.lock().unwrap();
    let kept: Vec<&str> = shelf.objects.keys().map(String::as_str).collect();
    let expected = [
        "/bucket/news/articles/post/2026/11/01-a.html",
        "/bucket/news/assets/style-1.css",
        "/bucket/news/index.html",
        "/bucket/newsletter.html",
    ];
    assert_eq!(kept, expected);
    let (bytes, media_type, kept) = &shelf.objects["/bucket/news/articles/post/2026/11/01-a.html"];
    assert_eq!(
        (&bytes[..], media_type.as_str()),
        (&b"corrected"[..], "text/html; charset=utf-8")
    );
    assert_eq!(kept, "public, max-age=300");
    let (_, media_type, kept) = &shelf.objects["/bucket/news/assets/style-1.css"];
    assert_eq!(media_type, "text/css; charset=utf-8");
    assert_eq!(kept, "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn refusal_of_a_storage_is_told_with_what_to_do() {
    let grounds = Grounds::with(&invented());
    let (shelf, address) = start().await;
    shelf.lock().unwrap().refuses = true;
    let refused = grounds.deliver_one(&store(&address)).await.unwrap_err();
    assert_eq!(
        refused,
        "cannot list the bucket: the storage answered 403 AccessDenied Access Denied.; see that the key in \
         secrets.toml is right and may write there"
    );
}

#[tokio::test]
async fn hub_is_told_of_every_changed_feed_by_its_address() {
    let grounds = Grounds::with(&[]);
    let (shelf, address) = start().await;
    let hub = address.join("/hub").unwrap();
    let site = Url::parse("https://mirror.example/news/").unwrap();
    let feeds = [
        "feed.xml".to_owned(),
        "sources/虚构日报/feed.xml".to_owned(),
    ];
    assert_eq!(
        announce(&grounds.courier.fetcher, (&hub, &site), &feeds).await,
        None
    );
    let told = "POST /hub hub.mode=publish&hub.url=https%3A%2F%2Fmirror.example%2Fnews%2Ffeed.xml&\
                hub.url=https%3A%2F%2Fmirror.example%2Fnews%2Fsources%2F%25E8%2599%259A%25E6%259E%2584%25E6%2597%25A5%25E6%258A%25A5%2Ffeed.xml";
    assert_eq!(shelf.lock().unwrap().requests, [told]);
    assert_eq!(
        announce(&grounds.courier.fetcher, (&hub, &site), &[]).await,
        None
    );
    assert_eq!(
        shelf.lock().unwrap().requests.len(),
        1,
        "nothing changed, nothing is told"
    );
}
