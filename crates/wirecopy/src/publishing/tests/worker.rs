//! The service worker of a published site, run without a browser: what a reader sees with a line and without.

use std::process::Command;

use super::newsroom::Newsroom;

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn what_was_read_can_be_read_without_a_line_and_nothing_else_is_fetched() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: there is no node to run the worker");
        return;
    }
    let mut newsroom = Newsroom::with(6);
    newsroom.publish().unwrap();
    let harness = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/publishing/tests/run_worker.cjs"
    );
    let output = Command::new("node")
        .arg(harness)
        .arg(newsroom.site())
        .output()
        .unwrap();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{failed}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first: Vec<&str> = told["first"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|path| path.as_str())
        .collect();
    assert_eq!(
        first.len(),
        4,
        "style, script, icon and the page for what was not read: {first:?}"
    );
    assert!(first.contains(&"offline.html"), "{first:?}");
    let expected = serde_json::json!({
        "stores": ["site-VERSION"],
        "first": first,
        "online": true,
        "missing": "404",
        "search": "left to the browser",
        "book": "left to the browser",
        "sent": "left to the browser",
        "offline": true,
        "with_query": true,
        "unread": "led to offline.html",
        "unread_missing": "led to offline.html",
        "offline_page": true,
        "style": true,
        "most": 400,
        "oldest": "led to offline.html",
    });
    assert_eq!(told, expected);
}
