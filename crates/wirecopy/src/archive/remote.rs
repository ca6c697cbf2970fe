//! Remotes: where a mirror's volumes are pushed to, and what went wrong in an operator's words.
//!
//! A remote is an address in any form that git takes, except those that would run a command. With `{volume}` in it
//! every volume has a repository of its own, on the branch `main`. Without, all share one repository: each volume
//! is a branch of its name, and the newest is `main` too, which is what a git host shows.

use crate::archive::git::BRANCH;
use crate::archive::volume::VolumeName;
use anyhow::bail;
use std::fmt;
use url::Url;

/// Where the volume's name goes.
const PLACE: &str = "{volume}";

/// An address of one or many repositories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    template: String,
}

impl Remote {
    /// # Errors
    ///
    /// When git would take the text as an option or as a command to run.
    pub fn new(template: &str) -> anyhow::Result<Remote> {
        let text = template.trim();
        if text.is_empty()
            || text.starts_with('-')
            || text.contains("::")
            || text.contains(char::is_control)
        {
            bail!("`{}` is no address of a git remote", text.escape_debug());
        }
        Ok(Remote {
            template: text.to_owned(),
        })
    }

    /// The address as it was given, for a repository of no volume.
    pub(crate) fn template(&self) -> &str {
        &self.template
    }

    /// Whether each volume has a repository of its own.
    pub(crate) fn is_divided(&self) -> bool {
        self.template.contains(PLACE)
    }

    /// The address of the repository that holds a volume.
    pub(crate) fn address(&self, volume: VolumeName) -> String {
        self.template.replace(PLACE, &volume.to_string())
    }

    /// The branch there that holds it.
    pub(crate) fn branch(&self, volume: VolumeName) -> String {
        if self.is_divided() {
            BRANCH.to_owned()
        } else {
            format!("refs/heads/{volume}")
        }
    }

    /// `text` without the passwords that the address carries.
    pub(crate) fn hide_secrets(&self, text: &str) -> String {
        let Ok(url) = Url::parse(&self.template.replace(PLACE, "volume")) else {
            return text.to_owned();
        };
        let (user, password) = (
            url.username().to_owned(),
            url.password().unwrap_or_default().to_owned(),
        );
        let in_user = matches!(url.scheme(), "http" | "https");
        let mut hidden = text.to_owned();
        for secret in [password.as_str(), if in_user { user.as_str() } else { "" }] {
            if !secret.is_empty() {
                hidden = hidden
                    .replace(&format!(":{secret}@"), "@")
                    .replace(&format!("{secret}@"), "");
            }
        }
        hidden
    }
}

/// Without the passwords in it.
impl fmt::Display for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.hide_secrets(&self.template))
    }
}

/// Why a remote did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It knows us not, or forbids it.
    Authentication,
    /// There is no such repository.
    Missing,
    /// It has commits that the mirror has not.
    Diverged,
    /// It takes no more, or nothing so large.
    TooLarge,
    /// The archive here lacks the history that an empty repository wants.
    Shallow,
    /// It could not be reached.
    Network,
    /// It took longer than it was given.
    TimedOut,
    /// Anything else; git's own words tell.
    Other,
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Cause::Authentication => "the remote does not accept our credentials, or forbids us to write",
            Cause::Missing => "there is no such repository; create an empty one there",
            Cause::Diverged => {
                "the remote has commits that this mirror does not have; does another mirror push to it? \
                 Nothing was overwritten"
            }
            Cause::TooLarge => "the remote refuses it for its size; a smaller size limit for volumes helps",
            Cause::Shallow => "the archive here was fetched without its history, which an empty remote needs",
            Cause::Network => "the remote cannot be reached",
            Cause::TimedOut => "the remote took too long",
            Cause::Other => "the remote refused",
        })
    }
}

/// A refusal: its cause and git's words for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause} ({detail})")]
pub struct Refusal {
    /// The kind of thing that went wrong.
    pub cause: Cause,
    /// What git said last.
    pub detail: String,
}

/// Words of git (in the C locale), ssh, curl and the common hosts, in lower case; the first that occurs decides, so
/// the particular stand before the general.
const WORDS: [(&str, Cause); 36] = [
    ("shallow update not allowed", Cause::Shallow),
    ("non-fast-forward", Cause::Diverged),
    ("fetch first", Cause::Diverged),
    ("stale info", Cause::Diverged),
    ("exceeds", Cause::TooLarge),
    ("too large", Cause::TooLarge),
    ("error: 413", Cause::TooLarge),
    ("http 413", Cause::TooLarge),
    ("quota", Cause::TooLarge),
    ("no space left", Cause::TooLarge),
    ("authentication failed", Cause::Authentication),
    ("permission denied", Cause::Authentication),
    ("permission to", Cause::Authentication),
    ("access denied", Cause::Authentication),
    ("could not read username", Cause::Authentication),
    ("could not read password", Cause::Authentication),
    ("terminal prompts disabled", Cause::Authentication),
    ("host key verification failed", Cause::Authentication),
    ("error: 401", Cause::Authentication),
    ("error: 403", Cause::Authentication),
    ("not authorized", Cause::Authentication),
    ("protected branch", Cause::Authentication),
    ("error: 404", Cause::Missing),
    ("not found", Cause::Missing),
    ("does not exist", Cause::Missing),
    ("does not appear to be a git repository", Cause::Missing),
    ("no such file or directory", Cause::Missing),
    ("could not resolve host", Cause::Network),
    ("couldn't connect", Cause::Network),
    ("failed to connect", Cause::Network),
    ("connection refused", Cause::Network),
    ("connection timed out", Cause::Network),
    ("network is unreachable", Cause::Network),
    ("unable to access", Cause::Network),
    ("hung up", Cause::Network),
    ("could not read from remote", Cause::Network),
];

/// What git's output tells of a failure.
pub(crate) fn refusal(remote: &Remote, output: &str) -> Refusal {
    let lower = output.to_lowercase();
    let found = WORDS.iter().find(|(words, _)| lower.contains(words));
    let cause = found.map_or(Cause::Other, |(_, cause)| *cause);
    // The line that decided says most; git's last one is often advice.
    let telling = |line: &&str| found.is_some_and(|(words, _)| line.to_lowercase().contains(words));
    let line = output
        .lines()
        .find(telling)
        .or_else(|| output.lines().rfind(|line| !line.trim().is_empty()));
    let detail = line
        .unwrap_or("git gave no reason")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Refusal {
        cause,
        detail: remote.hide_secrets(&detail),
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, Remote, refusal};

    #[test]
    fn refuses_addresses_that_run_something() {
        for address in [
            "",
            "-oProxyCommand=x",
            "--upload-pack=x",
            "ext::sh -c x",
            "a\nb",
            " -x",
        ] {
            assert!(Remote::new(address).is_err(), "{address:?}");
        }
        for address in [
            "git@host.example:news/{volume}.git",
            "https://host.example/{volume}",
            "/srv/news.git",
            "file:///srv",
        ] {
            Remote::new(address).unwrap();
        }
    }

    #[test]
    fn tells_no_password() {
        let shown = |address: &str| Remote::new(address).unwrap().to_string();
        assert_eq!(
            shown("https://me:s3cret@host.example/{volume}"),
            "https://host.example/{volume}"
        );
        assert_eq!(
            shown("https://t0ken@host.example/{volume}"),
            "https://host.example/{volume}"
        );
        assert_eq!(
            shown("ssh://git@host.example/{volume}"),
            "ssh://git@host.example/{volume}"
        );
        assert_eq!(
            shown("git@host.example:{volume}"),
            "git@host.example:{volume}"
        );
        let remote = Remote::new("https://me:s3cret@host.example/{volume}").unwrap();
        let told = refusal(
            &remote,
            "fatal: unable to access 'https://me:s3cret@host.example/2026/': The requested URL returned error: 403",
        );
        assert_eq!(told.cause, Cause::Authentication);
        assert!(!told.detail.contains("s3cret"), "{}", told.detail);
    }

    #[track_caller]
    fn check(output: &str, expected: Cause) {
        assert_eq!(
            refusal(&Remote::new("x").unwrap(), output).cause,
            expected,
            "{output}"
        );
    }

    #[test]
    fn knows_causes_by_their_words() {
        check(
            "fatal: Authentication failed for 'https://host.example/x'",
            Cause::Authentication,
        );
        check(
            "git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.",
            Cause::Authentication,
        );
        check(
            "remote: Repository not found.\nfatal: repository 'https://host.example/x/' not found",
            Cause::Missing,
        );
        check(
            "fatal: '/srv/x' does not appear to be a git repository\nfatal: Could not read from remote repository.",
            Cause::Missing,
        );
        check(
            "fatal: unable to access 'https://h.example/': Could not resolve host: h.example",
            Cause::Network,
        );
        check(
            "!\trefs/heads/main:refs/heads/main\t[rejected] (fetch first)\nDone",
            Cause::Diverged,
        );
        check(
            "remote: fatal: pack exceeds maximum allowed size",
            Cause::TooLarge,
        );
        check(
            "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413",
            Cause::TooLarge,
        );
        check(
            "!\trefs/heads/main:refs/heads/main\t[remote rejected] (pre-receive hook declined)",
            Cause::Other,
        );
        check("", Cause::Other);
    }
}
