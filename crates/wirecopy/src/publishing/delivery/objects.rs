//! A site in a bucket of an S3-compatible storage: objects that differ are put, with their media types and how long
//! they may be kept, and those that the site no longer has are deleted last.
//!
//! What is there is asked of the storage itself, by lists of names, lengths and MD5 sums (`ETag` of an object that was
//! put whole). Storages that encrypt, or list no sums, are asked for the one that each object was put with. Only what
//! stands below the prefix is looked at or touched. Requests carry a signature that is good for
//! some minutes (AWS Signature Version 4, in the query).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use futures_util::{StreamExt, stream};
use md5::{Digest, Md5};
use rusty_s3::actions::{DeleteObject, HeadObject, ListObjectsV2, PutObject, S3Action};
use rusty_s3::{Bucket, Credentials, UrlStyle};
use url::Url;

use crate::fetch::Fetcher;
use crate::fetch::delivery::{Delivery, DeliveryAnswer, DeliveryMethod};
use crate::publishing::delivery::Sent;
use crate::publishing::media::media_type;
use crate::publishing::walk;

/// How long a signature is good.
const SIGNED_FOR: Duration = Duration::from_secs(600);
/// The object's MD5 sum in hexadecimal digits, as metadata of the object.
const SUM: &str = "x-amz-meta-md5";
/// Requests under way at once; storages take far more, and this machine has other work.
const AT_ONCE: usize = 8;
/// Names of assets change with their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The time between two rounds is of this order.
const SHORTLY: &str = "public, max-age=300";

/// A bucket, or what is below a prefix in it, and how to write there.
#[derive(Clone)]
pub struct ObjectStore {
    bucket: Bucket,
    /// Empty or ending in `/`.
    prefix: String,
    credentials: Credentials,
    shown: String,
}

/// Name and password at an object storage.
#[derive(Clone)]
pub struct StorageKey {
    /// The access key's name.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// What the storage has under a name.
struct Object {
    length: u64,
    /// MD5 in hexadecimal digits, for objects put whole and not encrypted there.
    sum: String,
}

impl ObjectStore {
    /// # Errors
    ///
    /// When the address is not that of a bucket: `https://host/bucket`, with a prefix after it or without.
    pub fn new(address: &Url, region: &str, key: StorageKey) -> Result<ObjectStore> {
        let path = address.path().trim_matches('/');
        let (name, prefix) = path.split_once('/').unwrap_or((path, ""));
        if name.is_empty() {
            bail!(
                "`{address}` names no bucket; write `https://host/bucket` or `https://host/bucket/prefix`"
            );
        }
        let mut endpoint = address.clone();
        endpoint.set_path("/");
        let bucket = Bucket::new(endpoint, UrlStyle::Path, name.to_owned(), region.to_owned())
            .with_context(|| format!("`{address}` is no bucket"))?;
        Ok(ObjectStore {
            bucket,
            prefix: if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}/")
            },
            credentials: Credentials::new(key.id, key.secret),
            shown: address.to_string(),
        })
    }
}

/// Without the key.
impl fmt::Display for ObjectStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for ObjectStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("ObjectStore")
            .field(&self.shown)
            .finish()
    }
}

pub(super) async fn deliver(site: &Path, store: &ObjectStore, fetcher: &Fetcher) -> Result<Sent> {
    let place = Place { store, fetcher };
    let there = place.list().await?;
    // Compressed copies are for servers that choose between files.
    let mut files = walk::files(site)?;
    files.retain(|path| !path.ends_with(".gz") && !path.ends_with(".br"));
    let mut sent = Sent::default();
    for group in files.chunk_by(|one, other| walk::rank(one) == walk::rank(other)) {
        let mut puts = stream::iter(group.to_vec())
            .map(|path| place.put_if_changed(site, path, &there))
            .buffer_unordered(AT_ONCE);
        while let Some(put) = puts.next().await {
            sent.written += usize::from(put?);
        }
    }
    let kept: BTreeSet<String> = files.iter().map(|path| place.key(path)).collect();
    let gone = there.into_keys().filter(|key| !kept.contains(key));
    let mut deletions = stream::iter(gone)
        .map(|key| place.delete(key))
        .buffer_unordered(AT_ONCE);
    while let Some(deletion) = deletions.next().await {
        deletion?;
        sent.removed += 1;
    }
    Ok(sent)
}

/// A storage and the way to it.
#[derive(Clone, Copy)]
struct Place<'a> {
    store: &'a ObjectStore,
    fetcher: &'a Fetcher,
}

impl Place<'_> {
    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.store.prefix)
    }

    /// What is there, by name: a thousand names an answer.
    async fn list(&self) -> Result<BTreeMap<String, Object>> {
        let ObjectStore {
            bucket,
            prefix,
            credentials,
            ..
        } = self.store;
        let mut objects = BTreeMap::new();
        let mut token: Option<String> = None;
        loop {
            let mut action = ListObjectsV2::new(bucket, Some(credentials));
            action.with_prefix(prefix.as_str());
            if let Some(token) = token {
                action.with_continuation_token(token);
            }
            let answer = self
                .send(bare(DeliveryMethod::Get, action.sign(SIGNED_FOR)))
                .await;
            let answer = answer.context("cannot list the bucket")?;
            let list = ListObjectsV2::parse_response(&in_namespace(&answer.text))
                .map_err(|error| anyhow!("the storage's list cannot be read: {error}"))?;
            objects.extend(list.contents.into_iter().map(|object| {
                let sum = object.etag.unwrap_or_default().trim_matches('"').to_owned();
                (
                    object.key,
                    Object {
                        length: object.size.unwrap_or(0),
                        sum,
                    },
                )
            }));
            token = list.next_continuation_token;
            if token.is_none() {
                return Ok(objects);
            }
        }
    }

    /// Whether the file differed from what is there.
    async fn put_if_changed(
        &self,
        site: &Path,
        path: String,
        there: &BTreeMap<String, Object>,
    ) -> Result<bool> {
        let file = site.join(&path);
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let key = self.key(&path);
        let sum = sum(&bytes);
        let length = bytes.len() as u64;
        if let Some(object) = there.get(&key).filter(|object| object.length == length)
            && (object.sum == sum || self.was_put_with(&key, &sum).await)
        {
            return Ok(false);
        }
        let kept = if path.starts_with("assets/") {
            FOR_EVER
        } else {
            SHORTLY
        };
        let headers = vec![
            ("cache-control", kept.to_owned()),
            ("content-type", media_type(Path::new(&path)).to_owned()),
            (SUM, sum),
        ];
        let ObjectStore {
            bucket,
            credentials,
            ..
        } = self.store;
        let mut action = PutObject::new(bucket, Some(credentials), &key);
        for (name, value) in &headers {
            action.headers_mut().insert(*name, value.clone());
        }
        let delivery = Delivery {
            method: DeliveryMethod::Put,
            url: action.sign(SIGNED_FOR),
            headers,
            body: bytes,
        };
        let sent = self.send(delivery).await;
        sent.with_context(|| format!("cannot put {key}"))?;
        Ok(true)
    }

    /// An object that cannot be asked is put again.
    async fn was_put_with(&self, key: &str, sum: &str) -> bool {
        let ObjectStore {
            bucket,
            credentials,
            ..
        } = self.store;
        let action = HeadObject::new(bucket, Some(credentials), key);
        let answer = self
            .send(bare(DeliveryMethod::Head, action.sign(SIGNED_FOR)))
            .await;
        answer.is_ok_and(|answer| answer.header(SUM) == Some(sum))
    }

    async fn delete(&self, key: String) -> Result<()> {
        let ObjectStore {
            bucket,
            credentials,
            ..
        } = self.store;
        let action = DeleteObject::new(bucket, Some(credentials), &key);
        let sent = self
            .send(bare(DeliveryMethod::Delete, action.sign(SIGNED_FOR)))
            .await;
        sent.with_context(|| format!("cannot delete {key}"))?;
        Ok(())
    }

    async fn send(&self, delivery: Delivery) -> Result<DeliveryAnswer> {
        let answer = self.fetcher.deliver(delivery).await?;
        if !answer.is_success() {
            bail!("{}", refusal(&answer));
        }
        Ok(answer)
    }
}

fn bare(method: DeliveryMethod, url: Url) -> Delivery {
    Delivery {
        method,
        url,
        headers: Vec::new(),
        body: Vec::new(),
    }
}

fn sum(bytes: &[u8]) -> String {
    Md5::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The list in the namespace that the parser knows; some storages write an older one, or none.
fn in_namespace(list: &str) -> String {
    const ROOT: &str = "<ListBucketResult";
    let Some((before, (_, after))) = list
        .split_once(ROOT)
        .and_then(|(before, rest)| Some((before, rest.split_once('>')?)))
    else {
        return list.to_owned();
    };
    format!("{before}{ROOT} xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{after}")
}

/// The storage's own code and words, where it gave some.
fn refusal(answer: &DeliveryAnswer) -> String {
    let told = |name: &str| {
        let (_, rest) = answer.text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.trim().to_owned())
    };
    let code = told("Code").unwrap_or_default();
    let advice = match code.as_str() {
        "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "AccessDenied" => {
            "; see that the key in secrets.toml is right and may write there"
        }
        "NoSuchBucket" => "; create the bucket there",
        "RequestTimeTooSkewed" => "; this machine's clock is wrong",
        _ => "",
    };
    let words = told("Message").unwrap_or_default();
    format!(
        "the storage answered {} {code} {words}{advice}",
        answer.status
    )
}
