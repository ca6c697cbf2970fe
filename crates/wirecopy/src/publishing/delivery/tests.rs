//! An invented site delivered to places on this machine: what stands there after changes, refusals and strangers.

mod branch;
mod real_storage;
mod storage;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::archive::commit::Signature;
use crate::fetch::{FetchOptions, Fetcher};
use crate::publishing::delivery::{Courier, Delivered, Deliveries, Destination, Sent, deliver};
use crate::publishing::walk;

/// A site and places beside it.
struct Grounds {
    directory: tempfile::TempDir,
    courier: Courier,
}

impl Grounds {
    fn with(files: &[(&str, &str)]) -> Grounds {
        let directory = tempfile::tempdir().unwrap();
        let fetcher = Fetcher::new(FetchOptions {
            allow: vec!["127.0.0.1".to_owned()],
            ..FetchOptions::default()
        });
        let courier = Courier {
            fetcher: fetcher.unwrap(),
            repository: directory.path().join("pages.git"),
            author: Signature::new("The mirror", "mirror@example.org"),
            limit: Duration::from_secs(60),
        };
        let grounds = Grounds { directory, courier };
        for (path, text) in files {
            grounds.write(path, text);
        }
        grounds
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path("site").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.path("site").join(path)).unwrap();
    }

    async fn deliver(&self, destinations: &[Destination]) -> Vec<Delivered> {
        deliver(&self.path("site"), destinations, &self.courier).await
    }

    /// What came of one place.
    async fn deliver_one(&self, destination: &Destination) -> Result<Sent, String> {
        let mut delivered = self.deliver(std::slice::from_ref(destination)).await;
        delivered.remove(0).result
    }

    fn git(&self, repository: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command
            .arg("--git-dir")
            .arg(self.path(repository))
            .args(arguments);
        let done = command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        String::from_utf8(done.stdout).unwrap()
    }
}

fn invented() -> [(&'static str, &'static str); 4] {
    [
        ("index.html", "front"),
        ("articles/post/2026/11/01-a.html", "one"),
        ("articles/post/2026/11/01-b.html", "two"),
        ("assets/style-1.css", "style"),
    ]
}

fn sent(written: usize, removed: usize) -> Result<Sent, String> {
    Ok(Sent { written, removed })
}

fn tree(directory: &Path) -> BTreeMap<String, String> {
    let files = walk::files(directory).unwrap();
    let read = |path: String| {
        let text = fs::read_to_string(directory.join(&path)).unwrap();
        (path, text)
    };
    files
        .into_iter()
        .filter(|path| path != ".wirecopy-site")
        .map(read)
        .collect()
}

#[test]
fn pages_come_before_the_lists_that_name_them() {
    let grounds = Grounds::with(&[
        ("index.html", ""),
        ("feed.xml", ""),
        ("articles/a.html", ""),
        ("assets/b.css", ""),
        ("archive/index.html", ""),
    ]);
    let expected = [
        "assets/b.css",
        "articles/a.html",
        "archive/index.html",
        "feed.xml",
        "index.html",
    ];
    assert_eq!(walk::files(&grounds.path("site")).unwrap(), expected);
}

#[tokio::test]
async fn directory_gets_what_changed_and_loses_what_is_gone() {
    let grounds = Grounds::with(&invented());
    let place = Destination::Directory(grounds.path("www/news"));
    assert_eq!(grounds.deliver_one(&place).await, sent(4, 0));
    grounds.write("index.html", "newer");
    grounds.remove("articles/post/2026/11/01-b.html");
    assert_eq!(grounds.deliver_one(&place).await, sent(1, 1));
    assert_eq!(tree(&grounds.path("www/news")), tree(&grounds.path("site")));
    assert_eq!(grounds.deliver_one(&place).await, sent(0, 0));
}

#[tokio::test]
async fn place_of_somebody_else_is_left_alone_and_stops_no_other() {
    let grounds = Grounds::with(&invented());
    fs::create_dir(grounds.path("home")).unwrap();
    fs::write(grounds.path("home/letter.txt"), "mine").unwrap();
    let places = [
        Destination::Directory(grounds.path("home")),
        Destination::Directory(grounds.path("www")),
    ];
    let delivered = grounds.deliver(&places).await;
    let refused = delivered[0].result.clone().unwrap_err();
    assert!(
        refused.contains("name a directory that is empty or absent"),
        "{refused}"
    );
    assert_eq!(delivered[1].result, sent(4, 0));
    assert_eq!(fs::read_dir(grounds.path("home")).unwrap().count(), 1);
}

#[tokio::test]
async fn round_delivers_only_what_a_place_has_not_got() {
    let grounds = Grounds::with(&invented());
    let state = |text: &str| fs::write(grounds.path("site.json"), text).unwrap();
    state("first");
    let deliveries = Deliveries {
        destinations: vec![
            Destination::Directory(grounds.path("www")),
            Destination::Directory(grounds.path("pages.git/nowhere")),
        ],
        hub: None,
        courier: grounds.courier.clone(),
        ledger: grounds.path("delivered.json"),
    };
    fs::write(
        grounds.path("pages.git"),
        "a file where a directory is wanted",
    )
    .unwrap();
    let site = grounds.path("site");
    let count = |delivered: Vec<Delivered>| {
        let done = delivered
            .iter()
            .filter(|place| place.result.is_ok())
            .count();
        (delivered.len(), done)
    };
    assert_eq!(count(deliveries.deliver_changed(&site).await), (2, 1));
    assert_eq!(count(deliveries.deliver_changed(&site).await), (1, 0));
    state("second");
    assert_eq!(count(deliveries.deliver_changed(&site).await), (2, 1));
}

#[tokio::test]
async fn rsync_that_is_missing_or_fails_is_told_in_a_sentence() {
    let grounds = Grounds::with(&invented());
    let place = Destination::Rsync(grounds.path("www").display().to_string() + "/");
    match grounds.deliver_one(&place).await {
        Ok(Sent { written, .. }) => {
            assert_eq!(written, 4);
            assert_eq!(tree(&grounds.path("www")), tree(&grounds.path("site")));
        }
        Err(refused) => assert!(
            refused.starts_with("rsync is not installed here; install it"),
            "{refused}"
        ),
    }
}
