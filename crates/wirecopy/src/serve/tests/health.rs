//! What the server tells of itself: its health, its metrics, and to whom.

use std::sync::Arc;
use std::time::Duration;

use super::{TOKEN, body, get, raw, start, status};

#[tokio::test]
async fn health_is_one_line_of_json() {
    let server = start(|_| ()).await;
    let answer = get(&server, "/healthz", "").await;
    assert_eq!(status(&answer), 200);
    let health: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!(
        (
            &health["status"],
            &health["last_round_outcome"],
            &health["failing_sources"]
        ),
        (&"ok".into(), &"3 new".into(), &2.into())
    );
    assert_eq!(body(&answer).lines().count(), 1);
}

#[tokio::test]
async fn an_unreadable_archive_is_503_without_telling_paths() {
    let server = start(|options| {
        options.probe = Arc::new(|| anyhow::bail!("/home/me/archive: permission denied"))
    })
    .await;
    let answer = get(&server, "/healthz", "").await;
    assert_eq!(status(&answer), 503);
    assert!(
        body(&answer).contains("unreadable") && !body(&answer).contains("/home"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_mirror_that_stopped_mirroring_is_503() {
    let server = start(|options| options.max_round_age = Duration::ZERO).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(status(&get(&server, "/healthz", "").await), 503);
}

#[tokio::test]
async fn metrics_count_requests_and_tell_the_archive_state() {
    let server = start(|_| ()).await;
    get(&server, "/nothing", "").await;
    let answer = get(&server, "/metrics", "").await;
    for line in [
        "wirecopy_http_requests_total{route=\"site\",status=\"404\"} 1",
        "wirecopy_sources_failing 2",
        "wirecopy_fetch_requests_total 0",
        "wirecopy_articles 41",
        "wirecopy_archive_readable 1",
        "# EOF",
    ] {
        assert!(
            body(&answer).lines().any(|found| found == line),
            "{line} is missing from {answer}"
        );
    }
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_with_the_token() {
    let server = start(|_| ()).await;
    let address = server.address;
    let ask = async |target: &str, host: &str, more: &str| {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n");
        status(&raw(address, request.as_bytes()).await)
    };
    assert_eq!(ask("/metrics", "localhost:80", "").await, 200);
    assert_eq!(ask("/metrics", "[::1]:80", "").await, 200);
    assert_eq!(
        ask("/metrics", "mirror.example", "").await,
        401,
        "a name that resolves to us is not us"
    );
    assert_eq!(
        ask("/metrics", "127.0.0.1", "X-Forwarded-For: 127.0.0.1\r\n").await,
        401,
        "a header gives nothing"
    );
    assert_eq!(
        ask(
            "/metrics",
            "mirror.example",
            &format!("Authorization: Bearer {TOKEN}\r\n")
        )
        .await,
        200
    );
    assert_eq!(
        ask(&format!("/metrics?token={TOKEN}"), "mirror.example", "").await,
        200
    );
    assert_eq!(ask("/metrics?token=wrong", "mirror.example", "").await, 401);
}
