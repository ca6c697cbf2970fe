//! Imports and exports at their border, on invented articles in real directories and repositories.

use super::{ImportOptions, ImportReport, import_archive};
use crate::archive::commit::Signature;
use crate::archive::export::{ExportOptions, ExportReport, Layout, export_archive};
use crate::archive::index::Index;
use crate::archive::{Archive, ArchiveOptions};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use wirecopy_document::document::Document;
use wirecopy_document::forms::repair::Repair;

const A: &str = "<!--1600000000000-->\n[A [x] &quot;q&quot;](https://n.example/a)\n------\n\n<div><i>Sun, 13 Sep 2020 12:26:40 GMT</i></div><p>First text of A.</p>\n";
const B: &str = "<!--1600000001000-->\n[B](https://n.example/b)\n------\n\n<p>Text of B.</p><script>x</script>\n";

/// A mirror and an archive to import, in a directory that goes with it.
struct Stage {
    directory: TempDir,
    archive: Archive,
    index: Index,
}

impl Stage {
    fn new() -> Stage {
        let directory = tempfile::tempdir().unwrap();
        let archive =
            Archive::open(&directory.path().join("archive"), ArchiveOptions::default()).unwrap();
        let index = Index::open(&directory.path().join("index.sqlite")).unwrap();
        Stage {
            directory,
            archive,
            index,
        }
    }

    fn from(&self) -> PathBuf {
        self.directory.path().join("from")
    }

    fn put(&self, path: &str, text: &str) {
        put(&self.from(), path, text);
    }

    fn import(&mut self) -> ImportReport {
        let options = ImportOptions {
            from: self.from(),
            time: "2026-01-02T03:04:05Z".parse().unwrap(),
            author: Signature::new("Mirror", "mirror@n.example"),
            sources: BTreeMap::from([("Daily".to_owned(), "day".to_owned())]),
        };
        import_archive(&mut self.archive, &mut self.index, &options, &mut |_, _| ()).unwrap()
    }

    fn export(&self, name: &str, layout: Layout, repaired: bool) -> (ExportReport, PathBuf) {
        let to = self.directory.path().join(name);
        let options = ExportOptions {
            to: to.clone(),
            layout,
            repaired,
        };
        let report = export_archive(&self.archive, &self.index, &options, &mut |_, _| ()).unwrap();
        (report, to)
    }

    /// The revisions of the only document of that title, oldest first.
    fn revisions(&self, title: &str) -> Vec<String> {
        let rows = self.index.newest(None, 100).unwrap();
        let row = rows.iter().find(|row| row.title == title).unwrap();
        let mut reader = self.archive.reader();
        let revisions = self.archive.revisions(&row.volume, &row.path).unwrap();
        let text = revisions.iter().rev().map(|revision| {
            let bytes = reader
                .read_at(&row.volume, &revision.commit, &row.path)
                .unwrap();
            String::from_utf8(bytes.unwrap()).unwrap()
        });
        text.collect()
    }
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn what_came_is_the_first_revision_and_its_repair_the_next() {
    let mut stage = Stage::new();
    stage.put("articles/voa/1048574.md", A);
    stage.put("articles/Daily/1048574.md", B);
    stage.put(
        "lists/voa.md",
        "美国之音\n------\n\n9-13 [A](/articles/voa/1048574.md)\n",
    );
    stage.put("README.md", "News\n------\n");
    let report = stage.import();
    assert_eq!(
        (report.files, report.new, report.lists, report.others),
        (4, 2, 1, 1)
    );
    assert_eq!((report.revisions, report.commits), (4, 2));
    let revisions = stage.revisions("A [x] \"q\"");
    assert_eq!(revisions[0], A);
    let (document, problems) = Document::parse(revisions[1].as_bytes()).unwrap();
    assert_eq!(problems, []);
    assert_eq!(document.body.as_str(), "<p>First text of A.</p>");
    assert_eq!(document.trailer.source.as_deref(), Some("voa"));
    assert_eq!(
        stage.index.counts().unwrap(),
        [("day".to_owned(), 1), ("voa".to_owned(), 1)]
    );
}

#[test]
fn importing_again_adds_nothing() {
    let mut stage = Stage::new();
    stage.put("articles/voa/1.md", A);
    stage.put("articles/voa/2.md", B);
    stage.import();
    let before = stage.archive.volumes()[0].head.clone();
    let report = stage.import();
    assert_eq!(
        (report.unchanged, report.revisions, report.commits),
        (2, 0, 0)
    );
    assert_eq!(stage.archive.volumes()[0].head, before);
}

#[test]
fn files_of_one_address_are_revisions_in_order_of_their_epoch_and_equal_ones_collapse() {
    let mut stage = Stage::new();
    let edited = A
        .replace("First", "Second")
        .replace("1600000000000", "1600000000500");
    let again = A
        .replace("[A", "[Again A")
        .replace("1600000000000", "1600000000900");
    stage.put("articles/voa/1.md", &edited);
    stage.put("articles/voa/2.md", A);
    stage.put("articles/voa/3.md", &again);
    let report = stage.import();
    assert_eq!((report.new, report.revisions), (1, 3));
    let revisions = stage.revisions("A [x] \"q\"");
    assert_eq!(revisions[..2], [A.to_owned(), edited]);
    assert!(revisions[2].contains("<p>Second text of A.</p>"));
    let counts: Vec<_> = report
        .repairs
        .iter()
        .map(|repair| (repair.kind.as_str(), repair.count))
        .collect();
    assert!(
        counts.contains(&("same address, same body", 1)),
        "{counts:?}"
    );
    assert!(
        counts.contains(&("same address, another body: kept as a revision", 1)),
        "{counts:?}"
    );
}

#[test]
fn an_interrupted_import_goes_on_where_it_stood() {
    let mut whole = Stage::new();
    let mut broken = Stage::new();
    let post = "---\ntitle: \"P\"\ndate: 2020-09-13T12:26:43.000Z\nfrom: https://n.example/p\ntags: [ Daily ]\n---\n<p>Text of P.</p>\n";
    for stage in [&whole, &broken] {
        stage.put("articles/voa/1.md", A);
        stage.put("_posts/2020-09-13-P.md", post);
    }
    whole.import();
    broken.import();
    // The state after the first of the two commits, as a kill between them leaves it.
    let volume = broken.archive.volumes()[0].clone();
    let git = |arguments: &[&str]| {
        assert!(
            Command::new("git")
                .arg("--git-dir")
                .arg(&volume.repository)
                .args(arguments)
                .status()
                .unwrap()
                .success()
        );
    };
    git(&["update-ref", "refs/heads/main", "refs/heads/main~1"]);
    broken.archive = Archive::open(
        &broken.directory.path().join("archive"),
        ArchiveOptions::default(),
    )
    .unwrap();
    let path = broken.directory.path().join("again.sqlite");
    broken.index = Index::rebuild(&path, &broken.archive, &mut |_| ()).unwrap();
    let report = broken.import();
    assert_eq!((report.revised, report.revisions), (2, 2));
    assert_eq!(
        broken.archive.volumes()[0].head,
        whole.archive.volumes()[0].head
    );
}

#[test]
fn a_repositorys_history_gives_the_revisions_and_what_was_overwritten() {
    let mut stage = Stage::new();
    let from = stage.from();
    fs::create_dir_all(&from).unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&from)
            .args(["-c", "user.name=n", "-c", "user.email=e@n.example"]);
        assert!(
            command
                .args(arguments)
                .stdout(std::process::Stdio::null())
                .status()
                .unwrap()
                .success()
        );
    };
    git(&["init", "--quiet"]);
    let edited = A.replace("First", "Second");
    for text in [edited.as_str(), A, B] {
        put(&from, "articles/voa/1.md", text);
        git(&["add", "."]);
        git(&["commit", "--quiet", "-m", "x"]);
    }
    git(&["mv", "articles/voa/1.md", "articles/voa/2.md"]);
    git(&["commit", "--quiet", "-m", "moved"]);
    let report = stage.import();
    assert_eq!((report.files, report.new, report.revisions), (3, 2, 5));
    assert_eq!(stage.revisions("A [x] \"q\"")[..2], [edited, A.to_owned()]);
}

#[test]
fn an_imported_seed_is_exported_as_the_same_bytes() {
    let mut stage = Stage::new();
    stage.put("articles/voa/1048574.md", A);
    stage.put("articles/voa/1048573.md", B);
    stage.import();
    let (report, to) = stage.export("seed", Layout::Seed, false);
    assert_eq!(
        (report.documents, report.as_they_came, report.lists),
        (2, 2, 2)
    );
    assert_eq!(
        fs::read_to_string(to.join("articles/voa/1048574.md")).unwrap(),
        A
    );
    assert_eq!(
        fs::read_to_string(to.join("articles/voa/1048573.md")).unwrap(),
        B
    );
    let list = fs::read_to_string(to.join("lists/voa.md")).unwrap();
    assert_eq!(
        list,
        "voa\n------\n\n9-13 [B](/articles/voa/1048573.md)\n\n9-13 [A [x] \"q\"](/articles/voa/1048574.md)\n\n"
    );
    let (report, to) = stage.export("repaired", Layout::Seed, true);
    assert_eq!(report.as_they_came, 0);
    let repaired = "<!--1600000000000-->\n[A [x] \"q\"](https://n.example/a)\n------\n\n<p>First text of A.</p>\n";
    assert_eq!(
        fs::read_to_string(to.join("articles/voa/1048574.md")).unwrap(),
        repaired
    );
    let (report, to) = stage.export("posts", Layout::Jekyll, false);
    assert_eq!((report.documents, report.as_they_came), (2, 0));
    assert!(
        fs::read_to_string(to.join("_posts/2020-09-13-B.md"))
            .unwrap()
            .starts_with("---\nlayout: post\ntitle: \"B\"\ndate: 2020-09-13T12:26:41.000Z\n")
    );
}

#[test]
fn an_export_refuses_a_directory_that_holds_something() {
    let stage = Stage::new();
    stage.put("x.md", "x");
    let options = ExportOptions {
        to: stage.from(),
        layout: Layout::Seed,
        repaired: false,
    };
    let error = export_archive(&stage.archive, &stage.index, &options, &mut |_, _| ()).unwrap_err();
    assert!(error.to_string().contains("is not empty"), "{error}");
}

/// Two thousand real posts; told by `WIRECOPY_TEST_DATA` where they are, and passed over without it.
#[test]
fn real_posts_are_imported_once_and_exported_as_they_came() {
    let Some(data) = std::env::var_os("WIRECOPY_TEST_DATA") else {
        return;
    };
    let mut stage = Stage::new();
    let from = stage.from();
    fs::create_dir_all(&from).unwrap();
    let posts = Path::new(&data).join("archive-sample/posts.tar.xz");
    let mut tar = Command::new("tar");
    assert!(
        tar.arg("-xJf")
            .arg(posts)
            .arg("-C")
            .arg(&from)
            .status()
            .unwrap()
            .success()
    );
    let report = stage.import();
    assert_eq!(report.files, 2000);
    let count = |kind: Repair| {
        let found = report
            .repairs
            .iter()
            .find(|repair| repair.kind == kind.to_string());
        found.map_or(0, |repair| repair.count)
    };
    let revised = count(Repair::SameUrlOtherBody);
    assert_eq!(report.new + count(Repair::SameUrlSameBody) + revised, 2000);
    assert_eq!(report.revisions, 2 * report.new + revised);
    let again = stage.import();
    assert_eq!((again.unchanged, again.revisions), (report.new, 0));
    let (exported, _) = stage.export("posts", Layout::Jekyll, false);
    assert_eq!(exported.documents, report.new);
    assert_eq!(exported.as_they_came, report.new);
}
