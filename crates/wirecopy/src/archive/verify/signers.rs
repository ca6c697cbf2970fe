//! Whose signatures count: a public key as `ssh-keygen` writes it, or a file in git's allowed-signers format
//! (ssh-keygen(1), "ALLOWED SIGNERS"), where `valid-after` and `valid-before` tell one key's time from the next one's.
//!
//! Read here are Ed25519 keys, which are what a mirror signs with. What this cannot judge (certificates, other keys,
//! an option that it does not know) is refused with a sentence and never passed over: a line that was left out would
//! be a key more or a limit less than the reader meant.

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// The kind of key that is read, as SSH names it (RFC 8709 §4).
pub(super) const KIND: &str = "ssh-ed25519";

/// What git signs for (gitformat-signature).
pub(super) const NAMESPACE: &str = "git";

/// The keys that a reader trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers {
    signers: Vec<Signer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Signer {
    /// The key in SSH's encoding, as signatures carry it.
    key: Vec<u8>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Signers {
    /// Reads a public key, several of them, or allowed signers: one a line, `#` before a remark.
    ///
    /// # Errors
    ///
    /// When there is none, or a line cannot be judged.
    pub fn parse(text: &str) -> anyhow::Result<Signers> {
        let mut signers = Vec::new();
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let signer = signer(line).with_context(|| format!("line {}", index + 1))?;
            signers.extend(signer);
        }
        if signers.is_empty() {
            bail!("there is no key in it that signs for git");
        }
        Ok(Signers { signers })
    }

    /// The keys' fingerprints, as `ssh-keygen -l` shows them.
    pub fn fingerprints(&self) -> Vec<String> {
        let keys = self.signers.iter();
        keys.map(|signer| fingerprint(&signer.key)).collect()
    }

    /// Whether the key in SSH's encoding is trusted for what was signed at that time.
    pub(super) fn trust(&self, key: &[u8], time: Timestamp) -> bool {
        self.signers.iter().any(|signer| {
            signer.key == key
                && signer.from.is_none_or(|from| from <= time)
                && signer.until.is_none_or(|until| time < until)
        })
    }
}

/// A key in SSH's encoding as `ssh-keygen -l` shows it.
pub(super) fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key)))
}

/// The signer of one line; none where it does not sign for git.
fn signer(line: &str) -> anyhow::Result<Option<Signer>> {
    let mut words = line.split_ascii_whitespace().peekable();
    // A line of an allowed-signers file begins with principals and may go on with options; a key's with its kind.
    if words.peek() != Some(&KIND) {
        words.next();
    }
    let mut signer = Signer {
        key: Vec::new(),
        from: None,
        until: None,
    };
    let mut signs_for_git = true;
    while let Some(word) = words.next() {
        if word == KIND {
            let key = words.next().context("the key is missing")?;
            signer.key = key_of(key)?;
            return Ok(signs_for_git.then_some(signer));
        }
        for option in word
            .split_inclusive("\",")
            .map(|part| part.trim_end_matches(','))
        {
            match option.split_once('=') {
                Some(("namespaces", names)) => signs_for_git = names_git(names),
                Some(("valid-after", time)) => signer.from = Some(moment(time)?),
                Some(("valid-before", time)) => signer.until = Some(moment(time)?),
                _ => bail!(
                    "`{option}` cannot be judged here: only {KIND} keys and the options namespaces, valid-after and \
                     valid-before; `git log --show-signature` judges the others"
                ),
            }
        }
    }
    bail!("there is no {KIND} key in it")
}

fn key_of(text: &str) -> anyhow::Result<Vec<u8>> {
    let key = STANDARD.decode(text).context("the key is no base64")?;
    super::signature::raw_key(&key).context("the key is none")?;
    Ok(key)
}

/// Whether the patterns in quotes name git's namespace; patterns with `*` other than `*` itself do not occur.
fn names_git(names: &str) -> bool {
    let mut names = names.trim_matches('"').split(',');
    names.any(|name| name == NAMESPACE || name == "*")
}

/// `YYYYMMDD[HHMM[SS]]Z`. Without the Z it would mean another time on each reader's machine.
fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let plain = text.trim_matches('"');
    let digits = plain.strip_suffix('Z').with_context(|| {
        format!("`{plain}` is no time in UTC; write 20260101Z or 202601011200Z")
    })?;
    let whole = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        _ => digits.to_owned(),
    };
    let time = DateTime::strptime("%Y%m%d%H%M%S", &whole)
        .with_context(|| format!("`{plain}` is no time; write 20260101Z or 202601011200Z"))?;
    Ok(time.to_zoned(TimeZone::UTC)?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An invented key: the bytes 0 to 31 in SSH's encoding.
    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f operator";

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn a_public_key_and_a_line_of_allowed_signers_are_the_same_signer() {
        let plain = Signers::parse(KEY).unwrap();
        for line in [
            format!("mirror@example.org {KEY}"),
            format!("# the operator\n\n* namespaces=\"git\" {KEY}\n"),
            format!("a,b namespaces=\"file,git\" {KEY}"),
        ] {
            assert_eq!(Signers::parse(&line).unwrap(), plain, "{line}");
        }
    }

    #[test]
    fn a_key_counts_within_its_time_alone() {
        let line = format!("a valid-after=\"20260101Z\",valid-before=\"202607011200Z\" {KEY}");
        let signers = Signers::parse(&line).unwrap();
        let key = STANDARD.decode(KEY.split(' ').nth(1).unwrap()).unwrap();
        for (time, trusted) in [
            ("2025-12-31T23:59:59Z", false),
            ("2026-01-01T00:00:00Z", true),
            ("2026-07-01T11:59:59Z", true),
            ("2026-07-01T12:00:00Z", false),
        ] {
            assert_eq!(signers.trust(&key, at(time)), trusted, "{time}");
        }
    }

    #[test]
    fn what_cannot_be_judged_is_refused() {
        for (line, words) in [
            (String::new(), "no key"),
            (
                "a ssh-rsa AAAAB3NzaC1yc2E=".to_owned(),
                "`ssh-rsa` cannot be judged",
            ),
            (
                format!("a cert-authority {KEY}"),
                "`cert-authority` cannot be judged",
            ),
            (
                format!("a namespaces=\"file\" {KEY}"),
                "no key in it that signs for git",
            ),
            (
                format!("a valid-before=\"20260101\" {KEY}"),
                "no time in UTC",
            ),
            ("ssh-ed25519 AAAA".to_owned(), "the key is none"),
        ] {
            let told = format!("{:#}", Signers::parse(&line).unwrap_err());
            assert!(told.contains(words), "{line}: {told}");
        }
    }
}
