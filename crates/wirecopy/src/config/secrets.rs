//! `secrets.toml`: what the settings need and nobody else may read. It is never committed and never printed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use url::Url;

use crate::config::Settings;
use crate::config::problem::SettingsError;
use crate::config::values;

/// Name of the file in a mirror's directory.
pub const SECRETS_FILE: &str = "secrets.toml";

/// Tokens shorter than this can be guessed at the permitted rate of requests.
const SHORTEST_TOKEN: usize = 16;

/// What `secrets.toml` holds. Every field may be absent, and so may the file.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Secrets {
    /// What a client of `/feed` and `/extract` must present: at least 16 ASCII letters, digits and signs. Default:
    /// none.
    #[serde(deserialize_with = "token")]
    pub token: Option<String>,
    /// Keys that sign addresses of pictures, at least 16 characters each; the first is the newest, all of them open.
    /// See `docs/pictures.md`. Default: none.
    #[serde(deserialize_with = "picture_keys")]
    pub picture_keys: Vec<String>,
    /// Proxies with a password, by the source's name; they take the place of the source's `proxy`. Default: none.
    #[serde(deserialize_with = "proxies")]
    pub proxies: BTreeMap<String, Url>,
    /// Keys of object storages: `[storage."https://host/bucket"]`, as the target's `s3` is written, with `id` and
    /// `secret`. Default: none.
    pub storage: BTreeMap<String, StorageSecret>,
}

/// Name and password at an object storage.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSecret {
    /// The access key's name.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Secrets {
    /// Reads the secrets of the mirror in `directory`; none where the file is absent.
    pub(super) fn load(directory: &Path) -> Result<Secrets, SettingsError> {
        let path = directory.join(SECRETS_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Secrets::default()),
            Err(error) => return Err(SettingsError::unreadable(&path, &error)),
        };
        check_mode(&path)?;
        toml::from_str(&text).map_err(|error| SettingsError::in_file(&path, &text, &error))
    }

    /// A proxy must be for a source that exists, and what fetches for strangers needs the token.
    pub(super) fn check_against(
        &self,
        settings: &Settings,
        directory: &Path,
    ) -> Result<(), SettingsError> {
        let refuse = |message| {
            Err(SettingsError::whole_file(
                &directory.join(SECRETS_FILE),
                message,
            ))
        };
        if let Some(name) = self
            .proxies
            .keys()
            .find(|name| settings.source(name).is_none())
        {
            return refuse(format!(
                "there is a proxy for `{name}`, but no source of that name"
            ));
        }
        let keyless = |address: &&Url| !self.storage.contains_key(address.as_str());
        if let Some(address) = settings
            .targets
            .iter()
            .filter_map(|target| target.s3.as_ref())
            .find(keyless)
        {
            return refuse(format!(
                "a [[target]] is `{address}`, and its key is missing here; add `[storage.\"{address}\"]` with `id` and \
                 `secret`"
            ));
        }
        if settings.serve.services && self.token.is_none() {
            return refuse(
                "`[serve]` switches on services that fetch what a stranger names; \
                 add `token = \"…\"` here"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SettingsError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|error| SettingsError::unreadable(path, &error))?;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let message = format!(
        "other users of this machine can read it; run `chmod 600 {}`",
        path.display()
    );
    Err(SettingsError::whole_file(path, message))
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), SettingsError> {
    Ok(())
}

fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() < SHORTEST_TOKEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::custom(format!(
            "write a token of at least {SHORTEST_TOKEN} ASCII letters, digits and signs, without spaces"
        )));
    }
    Ok(Some(text))
}

fn picture_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let keys = Vec::<String>::deserialize(deserializer)?;
    match keys.iter().all(|key| key.len() >= SHORTEST_TOKEN) {
        true => Ok(keys),
        false => Err(Error::custom(format!(
            "write keys of at least {SHORTEST_TOKEN} characters"
        ))),
    }
}

fn proxies<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Url>, D::Error> {
    let texts = BTreeMap::<String, String>::deserialize(deserializer)?;
    texts
        .into_iter()
        .map(|(name, text)| Ok((name, values::proxy_address(&text)?)))
        .collect()
}
