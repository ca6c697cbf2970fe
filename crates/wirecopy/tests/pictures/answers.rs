//! What a client is sent: pictures, headers, parts, errors.

use wirecopy_picture::{Format, Header};

use crate::origin::picture;
use crate::scene::{OWN_HOST, Scene};

#[tokio::test]
async fn a_picture_is_made_anew_typed_by_its_bytes_and_harmless() {
    let scene = Scene::open().await;
    let reply = scene.picture("/a", "&w=4&maxage=1w&filename=test").await;
    assert_eq!(reply.status, 200, "{}", reply.head);
    let header = Header::read(&reply.body).unwrap();
    assert_eq!(
        (header.format, header.width, header.height),
        (Format::Png, 4, 3)
    );
    assert!(picture().ends_with(b"</script>"));
    assert!(!reply.body.windows(8).any(|bytes| bytes == b"<script>"));
    for (name, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=604800"),
        ("content-disposition", "inline; filename=test.png"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("timing-allow-origin", "*"),
        ("x-images-api", "5"),
        ("x-cache-status", "MISS"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }
    assert_eq!(
        reply.header("x-upstream-response-length"),
        picture().len().to_string()
    );
    let canonical = format!("<{}>; rel=\"canonical\"", scene.origin.url("/a"));
    assert_eq!(reply.header("link"), canonical);
    assert!(reply.header("expires").ends_with(" GMT"));
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so_and_one_that_wants_a_part_gets_it() {
    let scene = Scene::open().await;
    let whole = scene.picture("/a", "").await;
    let etag = whole.header("etag").to_owned();
    let target = format!("/image?url={}", scene.origin.url("/a"));
    let known = scene
        .get(&target, &format!("If-None-Match: \"x\", {etag}\r\n"))
        .await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    assert_eq!(known.header("etag"), etag);
    let part = scene.get(&target, "Range: bytes=1-3\r\n").await;
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, b"PNG".as_slice())
    );
    assert_eq!(
        part.header("content-range"),
        format!("bytes 1-3/{}", whole.body.len())
    );
    let changed = scene
        .get(&target, "Range: bytes=1-3\r\nIf-Range: \"x\"\r\n")
        .await;
    assert_eq!(changed.status, 200);
    assert_eq!(
        scene.get(&target, "Range: bytes=99999-\r\n").await.status,
        416
    );
    let head = scene.ask("HEAD", &target, "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), whole.body.len().to_string());
    assert_eq!(scene.ask("POST", &target, "").await.status, 405);
}

#[tokio::test]
async fn what_a_client_accepts_changes_nothing() {
    let scene = Scene::open().await;
    let target = format!("/image?w=4&url={}", scene.origin.url("/a"));
    let first = scene
        .get(&target, "Accept: image/avif,image/webp,*/*\r\n")
        .await;
    assert_eq!(
        (first.header("content-type"), first.header("vary")),
        ("image/png", "")
    );
    let second = scene.get(&target, "Accept: text/html\r\n").await;
    assert_eq!(second.header("x-cache-status"), "HIT");
    assert_eq!(second.header("etag"), first.header("etag"));
}

#[tokio::test]
async fn the_proxys_own_host_answers_at_every_path() {
    let scene = Scene::open().await;
    let host = format!("Host: {OWN_HOST}:8080\r\n");
    for path in ["/", "/any/thing", "/healthz"] {
        let target = format!("{path}?w=4&url={}", scene.origin.url("/a"));
        assert_eq!(scene.get(&target, &host).await.status, 200, "{path}");
    }
    assert_eq!(scene.get("/", &host).await.status, 404);
    let elsewhere = format!("/any?url={}", scene.origin.url("/a"));
    assert_eq!(scene.get(&elsewhere, "").await.status, 404);
}

#[tokio::test]
async fn as_many_redirects_are_followed_as_the_operator_allows() {
    let scene = Scene::with(|options| options.fetch.max_redirects = 10).await;
    let reply = scene.picture("/1", "").await;
    assert_eq!(reply.status, 404);
    assert_eq!(reply.message(), "Will not follow more than 10 redirects");
    // From /3 to /11, and on to a picture: ten.
    assert_eq!(scene.picture("/picture-in-ten", "").await.status, 200);
}

#[tokio::test]
async fn errors_are_told_as_weserv_tells_them() {
    let scene = Scene::open().await;
    let check = async |path: &str, status: u16, message: &str| {
        let reply = scene.picture(path, "").await;
        assert_eq!(reply.status, status, "{path}");
        assert!(
            reply.message().starts_with(message),
            "{path}: {}",
            reply.message()
        );
        assert_eq!(reply.header("cache-control"), "", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    };
    check("/missing", 404, "The requested URL returned error: 404").await;
    check("/text", 404, "Invalid or unsupported image format").await;
    check("/svg", 404, "Invalid or unsupported image format").await;
    check("/loop", 404, "Will not follow a redirection to itself").await;
    check("/1", 404, "Will not follow more than 5 redirects").await;
    check(
        "/large",
        404,
        "The image is too large to be downloaded. Max image size: 20971520 bytes",
    )
    .await;
    check("/inside", 400, "IP address blocked by policy").await;
    let unparsable = scene.get("/image?url=http:%5C%5Cfoobar", "").await;
    assert_eq!(
        (unparsable.status, unparsable.message().as_str()),
        (400, "Unable to parse URI")
    );
    assert_eq!(scene.get("/image?w=5", "").await.status, 404);
}

#[tokio::test]
async fn a_reader_is_sent_elsewhere_where_that_is_asked_for() {
    let scene = Scene::open().await;
    let other = scene
        .picture("/missing", "&default=https://example.org")
        .await;
    assert_eq!(
        (other.status, other.header("location")),
        (302, "https://example.org/")
    );
    assert_eq!(other.message(), "The requested URL returned error: 404");
    let source = scene.picture("/missing", "&default=1").await;
    assert_eq!(source.header("location"), scene.origin.url("/missing"));
    assert_eq!(
        scene
            .picture("/a", "&default=https://example.org")
            .await
            .status,
        200
    );
    let script = scene
        .picture("/missing", "&default=javascript:alert(1)")
        .await;
    assert_eq!(script.status, 404);
}

#[tokio::test]
async fn a_picture_can_be_had_as_an_address_and_as_what_is_known_of_it() {
    let scene = Scene::open().await;
    let text = scene.picture("/a", "&encoding=base64").await;
    assert_eq!(text.header("content-type"), "text/plain");
    assert_eq!(text.header("content-disposition"), "");
    assert!(text.body.starts_with(b"data:image/png;base64,"));
    let json = scene.picture("/a", "&output=json").await;
    assert_eq!(json.header("content-type"), "application/json");
    let told: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    assert_eq!(
        (&told["format"], &told["width"]),
        (&"png".into(), &8.into())
    );
}

/// weserv's cases that need a server, but for the number of redirects that are followed: here it is five.
#[expect(
    clippy::print_stdout,
    reason = "what is skipped and how many passed is what one runs it for"
)]
#[tokio::test]
async fn cases_of_weserv_over_http_are_answered_as_it_answers() {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA") else {
        println!("skipped: WIRECOPY_TEST_DATA is not set");
        return;
    };
    let path = std::path::Path::new(&data).join("imgproxy/cases.dev.jsonl");
    let cases = std::fs::read_to_string(path).unwrap();
    let scene = Scene::open().await;
    let (mut asked, mut different) = (0, Vec::new());
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(query) = case["raw_query"].as_str() else {
            continue;
        };
        asked += 1;
        let query = query
            .replace("{O}", &scene.origin.url(""))
            .replace('\\', "%5C");
        let reply = scene.get(&format!("/image?{query}"), "").await;
        let expect = &case["expect"];
        let text = |key: &str| expect[key].as_str().unwrap_or_default();
        let is_same = expect["status"] == reply.status
            && (text("message").is_empty() || reply.message().starts_with(text("message")))
            && reply
                .header("cache-control")
                .contains(text("cache_control"))
            && reply
                .header("content-disposition")
                .contains(text("disposition"))
            && reply.header("location").contains(text("location"));
        if !is_same {
            different.push(case["id"].as_str().unwrap().to_owned());
        }
    }
    println!(
        "{} of {asked} passed; not: {different:?}",
        asked - different.len()
    );
    assert!(asked >= 6);
    assert_eq!(different, ["http/max-redirects"]);
}
