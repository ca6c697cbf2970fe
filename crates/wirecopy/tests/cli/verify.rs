//! A reader checks a clone of a mirror's archive with the operator's public key. The article is invented.

use std::fs;
use std::process::{Command, Stdio};

use crate::story::{Publication, Story};

const FEED: &str = "<rss version='2.0'><channel><title>The Hill</title><link>http://[HERE]/</link>\
    <item><title>Rain on the hill</title><link>/rain</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>\
    <description>It rained for the whole of the day.</description></item></channel></rss>";

/// A mirror that signed the commit of its one article, and a clone of it; none without OpenSSH.
fn mirror_and_clone() -> Option<Story> {
    let hill = Publication::with_pages(&[("/feed.xml", "application/rss+xml", FEED)]);
    let story = Story::in_an_empty_directory();
    let key = story.path("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "operator", "-f"])
        .arg(&key)
        .stdin(Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no ssh-keygen");
        return None;
    }
    let settings = format!(
        "{}\n[archive]\nsigning_key = \"{}\"\n\n[[source]]\nname = \"the-hill\"\ntext = \"feed\"\nfeed = \"{}\"\n",
        hill.allowed(),
        key.display(),
        hill.url("/feed.xml")
    );
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    git(
        &["clone", "--quiet"],
        &[&story, &story],
        &["archive/2026.git", "clone"],
    );
    Some(story)
}

fn git(arguments: &[&str], stories: &[&Story], paths: &[&str]) {
    let paths = stories
        .iter()
        .zip(paths)
        .map(|(story, path)| story.path(path));
    let done = Command::new("git")
        .args(arguments)
        .args(paths)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_clone_is_as_recorded_until_one_of_its_documents_is_changed() {
    let Some(story) = mirror_and_clone() else {
        return;
    };
    let (key, clone) = (story.path("key.pub"), story.path("clone"));
    let asked = [
        "verify",
        "--key",
        key.to_str().unwrap(),
        clone.to_str().unwrap(),
    ];
    let printed = story.prints(&asked);
    assert!(
        printed.contains("all is as recorded; key: SHA256:"),
        "{printed}"
    );
    let own = story.prints(&["verify", "--key", key.to_str().unwrap()]);
    assert!(own.contains("[MIRROR]/archive/2026.git"), "{own}");

    let seen = story.prints(&[&asked[..], &["--json"]].concat());
    fs::write(story.path("seen.json"), &seen).unwrap();
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(
        (&seen["good"], &seen["complete"]),
        (&true.into(), &true.into())
    );
    let head = seen["repositories"][0]["head"].as_str().unwrap();
    let file = story.path("seen.json");
    let since = ["--since", file.to_str().unwrap()];
    let printed = story.prints(&[&asked[..], &since].concat());
    assert!(
        printed.contains(&format!("{head} is part of the history")),
        "{printed}"
    );
    let told = story.runs(&[&asked[..], &["--since", "0123456789"]].concat());
    assert_eq!(told.code, 1);
    assert!(
        told.out
            .contains("0123456789 is no part of the history any more"),
        "{told:?}"
    );

    let day = clone.join("articles/the-hill/2026/03");
    let document = fs::read_dir(day).unwrap().next().unwrap().unwrap();
    fs::write(document.path(), "It was dry.").unwrap();
    let told = story.runs(&asked);
    assert_eq!(told.code, 1);
    let name = document.file_name().into_string().unwrap();
    assert!(
        told.out
            .contains(&format!("differs: articles/the-hill/2026/03/{name}")),
        "{told:?}"
    );
    assert!(told.out.contains("not all is as recorded"), "{told:?}");
}

#[test]
fn a_shallow_clone_ends_with_a_code_of_its_own_and_says_how_far_it_reaches() {
    let Some(story) = mirror_and_clone() else {
        return;
    };
    let key = story.path("key.pub");
    let more = [
        "commit-tree",
        "-S",
        "-m",
        "more",
        "-p",
        "HEAD",
        "HEAD^{tree}",
    ];
    let signed = Command::new("git")
        .arg("-C")
        .arg(story.path("clone"))
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@b",
            "-c",
            "gpg.format=ssh",
            "-c",
        ])
        .arg(format!("user.signingKey={}", story.path("key").display()))
        .args(more)
        .output()
        .unwrap();
    let commit = String::from_utf8(signed.stdout).unwrap().trim().to_owned();
    let update = ["update-ref", "HEAD", &commit];
    let moved = Command::new("git")
        .arg("-C")
        .arg(story.path("clone"))
        .args(update)
        .status();
    assert!(moved.unwrap().success());
    let address = format!("file://{}", story.path("clone").display());
    git(
        &["clone", "--quiet", "--depth", "1", &address],
        &[&story],
        &["shallow"],
    );
    let shallow = story.path("shallow");
    let told = story.runs(&[
        "verify",
        "--key",
        key.to_str().unwrap(),
        shallow.to_str().unwrap(),
    ]);
    assert_eq!(told.code, 4, "{told:?}");
    assert!(
        told.out.contains("what can be seen is as recorded"),
        "{told:?}"
    );
    assert!(
        told.err
            .contains(&format!("reaches back to {commit}; `git -C")),
        "{told:?}"
    );
}

#[test]
fn a_key_that_is_none_and_a_place_without_a_clone_are_refused() {
    let story = Story::with_settings("");
    fs::write(story.path("key.pub"), "ssh-rsa AAAA\n").unwrap();
    let key = story.path("key.pub");
    let told = story.runs(&["verify", "--key", key.to_str().unwrap()]);
    assert_eq!(told.code, 2, "{told:?}");
    let absent = story.runs(&["verify", "--key", "/nowhere/key.pub"]);
    assert_eq!(absent.code, 2, "{absent:?}");
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    fs::write(story.path("key.pub"), key).unwrap();
    let path = story.path("key.pub");
    let place = story.path("");
    let asked = [
        "verify",
        "--key",
        path.to_str().unwrap(),
        place.to_str().unwrap(),
    ];
    let told = story.runs(&asked);
    assert_eq!(told.code, 1);
    assert!(
        told.err.contains("there is no git repository in"),
        "{told:?}"
    );
}

#[test]
fn a_document_that_the_operator_took_out_is_listed_and_is_no_loss() {
    let Some(story) = mirror_and_clone() else {
        return;
    };
    let article = fs::read_dir(story.path("clone/articles/the-hill/2026/03")).unwrap();
    let name = article
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .next()
        .unwrap();
    let id = name.trim_end_matches(".md").rsplit('-').next().unwrap();
    let time = "2026-03-03T12:00:00Z";
    story.prints_at(
        time,
        &["withdraw", id, "--reason", "asked -- for <privacy>"],
    );
    let key = story.path("key.pub");
    let asked = ["verify", "--key", key.to_str().unwrap()];
    let printed = story.prints(&asked);
    let line = format!(
        "taken out by the operator on 2026-03-03: articles/the-hill/2026/03/{name}: asked -- for <privacy>"
    );
    assert!(printed.contains(&line), "{printed}");
    assert!(printed.contains("all is as recorded"), "{printed}");
    let seen = story.prints(&[&asked[..], &["--json"]].concat());
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    let repository = &seen["repositories"][0];
    assert_eq!(repository["documents"], 0);
    assert_eq!(repository["tombstones"][0]["time"], time);
    // One that goes without a word is a loss all the same.
    let clone = story.path("clone");
    for arguments in [
        &["rm", "-q", "-r", "articles"][..],
        &[
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x",
            "commit",
            "-q",
            "-m",
            "x",
        ],
    ] {
        let done = Command::new("git")
            .arg("-C")
            .arg(&clone)
            .args(arguments)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
    }
    let told = story.runs(&[&asked[..], &[clone.to_str().unwrap()]].concat());
    assert!(
        told.out.contains("taken out: articles/the-hill/"),
        "{told:?}"
    );
}
