//! `/search` over an invented site of two articles.

use std::fs;
use std::path::Path;

use serde_json::Value;
use wirecopy_publish::edition::{Edition, ImagePolicy, OutputFile, SourceInfo};
use wirecopy_publish::search::build::Builder;
use wirecopy_publish::search::entries::{Entry, FORMAT, Manifest, chunk};
use wirecopy_publish::search::level::Level;
use wirecopy_publish::search::terms::terms;
use wirecopy_publish::site::Site;
use wirecopy_publish::site::templates::Templates;

use super::{Server, body, get, header, start, status};

const ARTICLES: [(&str, &str); 2] = [
    ("臺灣選舉 <b>", "投票率创新高，<i>选举</i>委员会"),
    ("天气", "今天下雨"),
];

async fn searchable() -> Server {
    let server = start(|_| ()).await;
    let mut files = vec![page()];
    let mut builder = Builder::new(Level::Recent, 2);
    let mut entries = Vec::new();
    for (number, (title, text)) in ARTICLES.iter().enumerate() {
        let path = format!("articles/post/{number}.html");
        let body = text.replace('<', "&lt;");
        let html = format!(
            "<article><div class=\"text\"><p>{body}</p></div>\n<footer></footer></article>"
        );
        builder.add(terms("post", title, text), 20_000);
        entries.push(Entry::new(&path, (*title).to_owned(), 20_000, None));
        files.push(OutputFile {
            path,
            bytes: html.into_bytes(),
        });
    }
    let mut keep = |file| -> anyhow::Result<()> {
        files.push(file);
        Ok(())
    };
    builder.finish(Vec::new(), &mut keep).unwrap();
    files.push(chunk(0, &entries));
    let sources = vec![("post".to_owned(), "The Invented Post".to_owned())];
    let manifest = Manifest {
        format: FORMAT,
        count: 2,
        newest: 20_000,
        sources,
    };
    files.push(manifest.file());
    for file in files {
        write(
            &server.mirror.path().join("generations/1").join(file.path),
            &file.bytes,
        );
    }
    server
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The search page as it is published.
fn page() -> OutputFile {
    let source = SourceInfo {
        slug: "post".into(),
        name: "The Invented Post".into(),
        site: None,
        feed: None,
        language: None,
    };
    let edition = Edition {
        title: "Invented".into(),
        sources: vec![source],
        images: ImagePolicy::None,
        search: true,
        ..Edition::default()
    };
    Site::new(&edition, Templates::built_in()).search().unwrap()
}

#[tokio::test]
async fn results_are_written_into_the_page_with_everything_escaped() {
    let server = searchable().await;
    // 台湾, typed in the other script, and a source as the form sends it.
    let answer = get(
        &server,
        "/search?q=%E5%8F%B0%E6%B9%BE&source=post&from=&to=2030",
        "",
    )
    .await;
    assert_eq!(status(&answer), 200);
    let page = body(&answer);
    for part in [
        "<p id=\"status\" role=\"status\">Articles: 1</p>",
        "<a href=\"articles/post/0.html\"><mark>臺灣</mark>選舉 &lt;b&gt;</a>",
        "name=\"q\" value=\"台湾\"",
        "<option value=\"post\" selected>",
        "name=\"to\" value=\"2030\"",
        "&lt;i&gt;选举&lt;/i&gt;",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("<noscript>"));
    let hostile = get(&server, "/search.html?q=%22%3E%3Cscript%3Ealert(1)", "").await;
    assert!(body(&hostile).contains("value=\"&quot;&gt;&lt;script&gt;alert(1)\""));
    assert!(body(&hostile).contains("Nothing was found."));
}

#[tokio::test]
async fn programs_get_json() {
    let server = searchable().await;
    for (target, headers) in [
        ("/search?q=%E9%80%89%E4%B8%BE&format=json", ""),
        (
            "/search?q=%E9%80%89%E4%B8%BE",
            "Accept: application/json\r\n",
        ),
    ] {
        let answer = get(&server, target, headers).await;
        assert_eq!(header(&answer, "content-type"), Some("application/json"));
        let answer: Value = serde_json::from_str(body(&answer)).unwrap();
        assert_eq!(
            (&answer["count"], &answer["exact"]),
            (&1.into(), &true.into())
        );
        let found = &answer["results"][0];
        assert_eq!(found["page"], "articles/post/0.html");
        assert_eq!(found["date"], "2024-10-04");
        assert_eq!(
            found["excerpt"],
            "投票率创新高，<i>\u{e000}选举\u{e001}</i>委员会"
        );
    }
}

#[tokio::test]
async fn the_page_itself_comes_without_a_question_and_nothing_without_an_index() {
    let server = searchable().await;
    for target in ["/search", "/search.html", "/search?q="] {
        let answer = get(&server, target, "").await;
        assert!(body(&answer).contains("<noscript>"), "{target}");
    }
    let bare = start(|_| ()).await;
    assert_eq!(status(&get(&bare, "/search?q=a", "").await), 404);
    assert_eq!(status(&get(&bare, "/search", "").await), 404);
}
