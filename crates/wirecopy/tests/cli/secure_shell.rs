//! A site delivered by rsync to a real ssh server: OpenSSH's own, with keys of the test's own, which ssh itself starts
//! for each connection on a pipe, so that nothing is left running.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::story::Story;

/// Where systems keep the server, which is seldom in a user's path.
const SERVERS: [&str; 2] = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"];

/// The command by which rsync reaches the machine `mirror`; `None` with a word on standard error where there is no such
/// server, or it cannot start here.
fn shell(story: &Story) -> Option<String> {
    let server = SERVERS.into_iter().find(|path| Path::new(path).exists());
    let missing = |name: &&str| Command::new(name).arg("--version").output().is_err();
    let Some(server) = server.filter(|_| !["rsync", "ssh", "ssh-keygen"].iter().any(missing))
    else {
        eprintln!("skipped: there is no OpenSSH server, or no rsync, to deliver to");
        return None;
    };
    for name in ["host", "key", "other"] {
        make_key(&story.path(name));
    }
    let at = |name: &str| story.path(name).display().to_string();
    fs::copy(at("key.pub"), at("authorized")).unwrap();
    let settings = format!(
        "HostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\nPasswordAuthentication no\n\
         KbdInteractiveAuthentication no\n",
        at("host"),
        at("authorized"),
    );
    fs::write(at("sshd_config"), settings).unwrap();
    let tried = Command::new(server)
        .args(["-t", "-f", &at("sshd_config")])
        .output()
        .unwrap();
    if !tried.status.success() {
        let told = String::from_utf8_lossy(&tried.stderr);
        eprintln!("skipped: {server} cannot start here: {told}");
        return None;
    }
    fs::write(at("known"), format!("mirror {}", story.read("host.pub"))).unwrap();
    let user = Command::new("id").arg("-un").output().unwrap().stdout;
    let client = format!(
        "Host mirror\nUser {}\nIdentityFile {}\nIdentitiesOnly yes\nUserKnownHostsFile {}\nStrictHostKeyChecking yes\n\
         GlobalKnownHostsFile /dev/null\nProxyCommand {server} -i -f {}\n",
        String::from_utf8(user).unwrap().trim(),
        at("key"),
        at("known"),
        at("sshd_config"),
    );
    fs::write(at("ssh_config"), client).unwrap();
    Some(format!("ssh -F {} -oBatchMode=yes", at("ssh_config")))
}

fn make_key(path: &Path) {
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path);
    assert!(command.stdin(Stdio::null()).status().unwrap().success());
}

#[test]
fn rsync_brings_the_site_to_another_machine_over_ssh_and_a_refusal_is_told() {
    let story = Story::in_an_empty_directory();
    let Some(shell) = shell(&story) else { return };
    let there = story.path("there");
    fs::create_dir(&there).unwrap();
    fs::write(there.join("stranger.html"), "of an earlier site").unwrap();
    let settings = format!(
        "format = 1\n\n[[target]]\nrsync = \"mirror:{}/\"\n",
        there.display()
    );
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    let told = story.runs_with(("RSYNC_RSH", &shell), &["publish"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(
        fs::read(there.join("index.html")).unwrap(),
        fs::read(story.path("site/index.html")).unwrap()
    );
    assert!(!there.join("stranger.html").exists());
    fs::copy(story.path("other.pub"), story.path("authorized")).unwrap();
    let told = story.runs_with(("RSYNC_RSH", &shell), &["publish"]);
    assert_eq!(told.code, 1, "{told:?}");
    let line = told.out.lines().next().unwrap();
    assert!(
        line.contains("rsync failed: ") && line.contains("Permission denied (publickey)"),
        "{told:?}"
    );
    assert!(there.join("index.html").exists());
}
