//! A branch of an invented git host: one commit, and nothing of others overwritten, whatever is lost on either side.

use std::fs;

use super::{Grounds, invented, sent};
use crate::archive::remote::Remote;
use crate::publishing::delivery::Destination;

/// A host's repository, empty, and the branch of it that the site goes to.
fn host(grounds: &Grounds) -> Destination {
    let host = grounds.path("host.git");
    grounds.git(
        "host.git",
        &["init", "--quiet", "--bare", &host.to_string_lossy()],
    );
    Destination::Branch {
        remote: Remote::new(&host.to_string_lossy()).unwrap(),
        branch: "pages".to_owned(),
    }
}

/// The commit that somebody else makes the branch.
fn push_as_ada(grounds: &Grounds) -> String {
    let tree = grounds.git("host.git", &["mktree"]);
    let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let commit = [
        &identity[..],
        &["commit-tree", "-m", "Ada's pages", tree.trim()],
    ]
    .concat();
    let commit = grounds.git("host.git", &commit);
    grounds.git(
        "host.git",
        &["update-ref", "refs/heads/pages", commit.trim()],
    );
    commit
}

#[tokio::test]
async fn branch_has_one_commit_however_often_it_is_delivered() {
    let grounds = Grounds::with(&invented());
    let place = host(&grounds);
    // One more than the site has: what tells hosts to serve the files as they are.
    assert_eq!(grounds.deliver_one(&place).await, sent(5, 0));
    grounds.write("index.html", "newer");
    grounds.remove("articles/post/2026/11/01-b.html");
    assert_eq!(grounds.deliver_one(&place).await, sent(1, 1));
    assert_eq!(
        grounds.git("host.git", &["rev-list", "--count", "pages"]),
        "1\n"
    );
    assert_eq!(
        grounds.git("host.git", &["show", "pages:index.html"]),
        "newer"
    );
    assert_eq!(grounds.deliver_one(&place).await, sent(0, 0));
    let files = grounds.git("host.git", &["ls-tree", "-r", "--name-only", "pages"]);
    assert_eq!(files.lines().count(), 4, "{files}");
}

#[tokio::test]
async fn branch_of_somebody_else_is_not_overwritten() {
    let grounds = Grounds::with(&invented());
    let place = host(&grounds);
    let commit = push_as_ada(&grounds);
    let refused = grounds.deliver_one(&place).await.unwrap_err();
    assert!(refused.contains("nothing was overwritten"), "{refused}");
    assert_eq!(grounds.git("host.git", &["rev-parse", "pages"]), commit);
    assert!(
        refused.contains("does not remember to have pushed it"),
        "{refused}"
    );
}

#[tokio::test]
async fn branch_that_others_moved_since_is_told_from_one_whose_memory_is_lost() {
    let grounds = Grounds::with(&invented());
    let place = host(&grounds);
    assert_eq!(grounds.deliver_one(&place).await, sent(5, 0));
    let pushed = grounds.git("host.git", &["rev-parse", "pages"]);
    fs::rename(grounds.path("pages.git"), grounds.path("kept.git")).unwrap();
    let refused = grounds.deliver_one(&place).await.unwrap_err();
    assert!(
        refused.contains("`pages.git` in its directory is new"),
        "{refused}"
    );
    assert_eq!(grounds.git("host.git", &["rev-parse", "pages"]), pushed);
    fs::remove_dir_all(grounds.path("pages.git")).unwrap();
    fs::rename(grounds.path("kept.git"), grounds.path("pages.git")).unwrap();
    push_as_ada(&grounds);
    let refused = grounds.deliver_one(&place).await.unwrap_err();
    assert!(
        refused.starts_with("somebody else has pushed to the branch pages since this mirror did"),
        "{refused}"
    );
}

#[tokio::test]
async fn branch_that_is_gone_is_sent_whole_and_a_repository_that_is_gone_is_told() {
    let grounds = Grounds::with(&invented());
    let place = host(&grounds);
    assert_eq!(grounds.deliver_one(&place).await, sent(5, 0));
    grounds.git("host.git", &["update-ref", "-d", "refs/heads/pages"]);
    assert_eq!(grounds.deliver_one(&place).await, sent(5, 0));
    fs::remove_dir_all(grounds.path("host.git")).unwrap();
    let refused = grounds.deliver_one(&place).await.unwrap_err();
    assert!(
        refused.contains("there is no such repository; create an empty one there"),
        "{refused}"
    );
}

#[tokio::test]
async fn damaged_repository_of_our_own_says_what_to_delete() {
    let grounds = Grounds::with(&invented());
    let place = host(&grounds);
    assert_eq!(grounds.deliver_one(&place).await, sent(5, 0));
    fs::write(grounds.path("pages.git/index"), "no index").unwrap();
    grounds.write("index.html", "newer");
    let refused = grounds.deliver_one(&place).await.unwrap_err();
    assert!(
        refused.contains("delete that directory, and it is made again"),
        "{refused}"
    );
}
