//! The signature of a commit, by git's signature format (gitformat-signature) and OpenSSH's (PROTOCOL.sshsig).
//!
//! It is checked here and not by git: git starts ssh-keygen twice for each commit, which takes minutes for a year's
//! rounds, and believes what the configuration of the very clone that is judged says of the program to start.

use std::borrow::Cow;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256, Sha512};

use crate::archive::verify::signers::{KIND, NAMESPACE};

/// What a commit says of itself.
#[derive(Debug)]
pub(super) struct Commit {
    /// The commits before it.
    pub(super) parents: Vec<String>,
    /// Its committer's time.
    pub(super) time: Timestamp,
    /// What was signed, and by what; absent in a commit without a signature.
    signed: Option<(Vec<u8>, String)>,
}

/// Reads a commit object.
///
/// # Errors
///
/// When it is none.
pub(super) fn commit(bytes: &[u8]) -> anyhow::Result<Commit> {
    let end = bytes
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .context("a commit without a message")?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let field = |name: &str| {
        let values = head.lines().filter_map(move |line| line.strip_prefix(name));
        values.map(str::to_owned).collect::<Vec<_>>()
    };
    let committer = field("committer ").pop().context("a commit of nobody")?;
    let seconds = committer
        .rsplit(' ')
        .nth(1)
        .context("a commit of no time")?;
    Ok(Commit {
        parents: field("parent "),
        time: Timestamp::from_second(seconds.parse().context("a commit of no time")?)?,
        signed: signed(bytes, end)?,
    })
}

/// The commit without its signature, and the signature.
fn signed(bytes: &[u8], end: usize) -> anyhow::Result<Option<(Vec<u8>, String)>> {
    let mut payload = Vec::with_capacity(bytes.len());
    let mut signature = String::new();
    let mut inside = false;
    for line in bytes[..=end].split_inclusive(|byte| *byte == b'\n') {
        inside = match line {
            [b' ', ..] => inside,
            _ => line.starts_with(b"gpgsig"),
        };
        if inside {
            let text = String::from_utf8_lossy(line);
            let opens = text.strip_prefix("gpgsig ");
            ensure!(
                opens.is_some() == signature.is_empty(),
                "it bears more than one signature"
            );
            signature.push_str(opens.unwrap_or(&text[1..]));
        } else {
            payload.extend_from_slice(line);
        }
    }
    payload.extend_from_slice(&bytes[end + 1..]);
    Ok((!signature.is_empty()).then_some((payload, signature)))
}

impl Commit {
    /// The key, in SSH's encoding, that made the signature; absent in a commit without one.
    ///
    /// # Errors
    ///
    /// When the signature is not what the key makes of this commit, or of a kind that is not read here.
    pub(super) fn signer(&self) -> anyhow::Result<Option<Vec<u8>>> {
        match &self.signed {
            Some((payload, armour)) => check(payload, armour).map(Some),
            None => Ok(None),
        }
    }
}

/// The signature's key, if the signature is good.
fn check(payload: &[u8], armour: &str) -> anyhow::Result<Vec<u8>> {
    let inner = armour
        .trim()
        .strip_prefix("-----BEGIN SSH SIGNATURE-----")
        .and_then(|rest| rest.strip_suffix("-----END SSH SIGNATURE-----"));
    let Some(inner) = inner else {
        bail!("its signature is none of SSH");
    };
    let base64: String = inner.split_ascii_whitespace().collect();
    let bytes = STANDARD
        .decode(base64)
        .context("its signature is damaged")?;
    let parts = Parts::read(&bytes).context("its signature is damaged")?;
    ensure!(
        parts.namespace == NAMESPACE.as_bytes(),
        "its signature was made for `{}` and not for git",
        text(parts.namespace)
    );
    let key = raw_key(parts.key)?;
    UnparsedPublicKey::new(&ED25519, key)
        .verify(&parts.message(payload)?, parts.raw_signature()?)
        .map_err(|_| anyhow::anyhow!("its signature does not fit it"))?;
    Ok(parts.key.to_owned())
}

/// An SSH signature's fields.
struct Parts<'a> {
    key: &'a [u8],
    namespace: &'a [u8],
    reserved: &'a [u8],
    hash: &'a [u8],
    signature: &'a [u8],
}

/// What signature and signed message begin with.
const PREAMBLE: &[u8] = b"SSHSIG";

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Option<Parts<'a>> {
        let mut rest = bytes.strip_prefix(PREAMBLE)?.strip_prefix(&[0, 0, 0, 1])?;
        let parts = Parts {
            key: string(&mut rest)?,
            namespace: string(&mut rest)?,
            reserved: string(&mut rest)?,
            hash: string(&mut rest)?,
            signature: string(&mut rest)?,
        };
        rest.is_empty().then_some(parts)
    }

    /// What the key signed: the fields, and a hash of the payload.
    fn message(&self, payload: &[u8]) -> anyhow::Result<Vec<u8>> {
        let hash = match self.hash {
            b"sha512" => Sha512::digest(payload).to_vec(),
            b"sha256" => Sha256::digest(payload).to_vec(),
            other => bail!("its signature is over a `{}`", text(other)),
        };
        let mut message = PREAMBLE.to_vec();
        for field in [self.namespace, self.reserved, self.hash, &hash] {
            let length = u32::try_from(field.len()).context("its signature is too long")?;
            message.extend_from_slice(&length.to_be_bytes());
            message.extend_from_slice(field);
        }
        Ok(message)
    }

    fn raw_signature(&self) -> anyhow::Result<&'a [u8]> {
        of_kind(self.signature)
    }
}

/// The 32 bytes of an Ed25519 key in SSH's encoding.
pub(super) fn raw_key(key: &[u8]) -> anyhow::Result<&[u8]> {
    let raw = of_kind(key)?;
    ensure!(raw.len() == 32, "a key of {} bytes", raw.len());
    Ok(raw)
}

/// What follows the name of the kind.
fn of_kind(mut bytes: &[u8]) -> anyhow::Result<&[u8]> {
    let kind = string(&mut bytes).context("it has no kind")?;
    ensure!(
        kind == KIND.as_bytes(),
        "it is signed by a key of kind `{}`, and only {KIND} is read here",
        text(kind)
    );
    let value = string(&mut bytes).context("it ends early")?;
    ensure!(bytes.is_empty(), "more follows it");
    Ok(value)
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Takes a string in SSH's encoding (RFC 4251 §5): its length, and that many bytes.
fn string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (value, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some(value)
}
