//! What articles show and the store has not: asked for now, or again later on a ladder, and in the end no more.
//!
//! `wanted.tsv` is one line for each address, written whole and renamed. It may be deleted: `reflected.json`, which
//! tells what of the archive was looked through, is then without its other half and both are made anew.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::archive::index::pictures::{PictureKey, key};
use crate::images::store::ledger::field;
use crate::images::store::write_durably;

const HOUR: u64 = 3600;

/// How long after each failure in a row a picture is asked for again. A site that is down is back within hours, one
/// that moved within weeks; after the last it is asked for no more.
const LADDER: [u64; 7] = [
    HOUR,
    6 * HOUR,
    24 * HOUR,
    3 * 24 * HOUR,
    7 * 24 * HOUR,
    14 * 24 * HOUR,
    30 * 24 * HOUR,
];

/// A picture that is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Where its origin has it.
    pub address: Url,
    /// The article that shows it.
    pub page: String,
    /// That article's source, whose proxy the request takes.
    pub source: String,
    /// When the article was published.
    pub published: Timestamp,
    /// How often it could not be had.
    pub failures: u32,
    /// When it is asked for next; never again without it.
    pub due: Option<Timestamp>,
    /// Why it could not be had.
    pub why: String,
}

/// How an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It may be there later.
    ForNow,
    /// What is there is no picture that is kept, and will not become one.
    ForGood,
    /// It was not asked for: its host wants to be left alone until then.
    NotAsked(Duration),
}

/// All of them.
pub struct Wanted {
    directory: PathBuf,
    wants: Vec<Want>,
    by_address: HashMap<PictureKey, usize>,
    /// The commit of each volume whose documents were looked through.
    pub reflected: BTreeMap<String, String>,
}

/// When a picture is asked for again, from how often it could not be had.
pub fn next_try(failures: u32, failed: Failed, now: Timestamp) -> Option<Timestamp> {
    let wait = match failed {
        Failed::ForGood => return None,
        Failed::NotAsked(wait) => wait.max(Duration::from_secs(60)),
        Failed::ForNow => {
            let step = usize::try_from(failures.saturating_sub(1)).ok()?;
            Duration::from_secs(*LADDER.get(step)?)
        }
    };
    now.checked_add(SignedDuration::try_from(wait).ok()?).ok()
}

impl Wanted {
    /// What was wanted when it was last saved.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn open(directory: &Path) -> Result<Wanted> {
        let mut wanted = Wanted {
            directory: directory.to_owned(),
            wants: Vec::new(),
            by_address: HashMap::new(),
            reflected: BTreeMap::new(),
        };
        let list = directory.join("wanted.tsv");
        if !list.exists() {
            return Ok(wanted);
        }
        let text =
            fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
        for want in text.lines().filter_map(parse) {
            wanted.add(want);
        }
        if let Ok(bytes) = fs::read(directory.join("reflected.json")) {
            wanted.reflected = serde_json::from_slice(&bytes).unwrap_or_default();
        }
        Ok(wanted)
    }

    /// Wants a picture, unless it is wanted already.
    pub fn add(&mut self, want: Want) {
        let key = key(&want.address);
        if !self.by_address.contains_key(&key) {
            self.by_address.insert(key, self.wants.len());
            self.wants.push(want);
        }
    }

    /// All that is wanted.
    pub fn all(&self) -> &[Want] {
        &self.wants
    }

    /// What is to be asked for now, that of the newest articles first.
    pub fn due(&self, now: Timestamp) -> Vec<Want> {
        let is_due = |want: &&Want| want.due.is_some_and(|due| due <= now);
        let mut due: Vec<Want> = self.wants.iter().filter(is_due).cloned().collect();
        due.sort_by(|a, b| {
            (b.published, a.address.as_str()).cmp(&(a.published, b.address.as_str()))
        });
        due
    }

    /// Notes that a picture could not be had.
    pub fn failed(&mut self, address: &Url, (failed, why): (Failed, &str), now: Timestamp) {
        let place = self.by_address.get(&key(address));
        if let Some(want) = place.map(|place| &mut self.wants[*place]) {
            want.failures += u32::from(!matches!(failed, Failed::NotAsked(_)));
            want.due = next_try(want.failures, failed, now);
            why.clone_into(&mut want.why);
        }
    }

    /// Lets go of all that is not to be wanted any more.
    pub fn retain(&mut self, mut is_wanted: impl FnMut(&Want) -> bool) {
        self.wants.retain(|want| is_wanted(want));
        let places = self.wants.iter().enumerate();
        self.by_address = places
            .map(|(place, want)| (key(&want.address), place))
            .collect();
    }

    /// Writes it all down: first what is wanted, then what it was found in.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn save(&self) -> Result<()> {
        let mut text = String::new();
        for want in &self.wants {
            text.push_str(&line(want));
        }
        write_durably(&self.directory.join("wanted.tsv"), text.as_bytes())?;
        let reflected = serde_json::to_vec(&self.reflected)?;
        write_durably(&self.directory.join("reflected.json"), &reflected)
    }
}

fn line(want: &Want) -> String {
    let due = want.due.map_or("-".to_owned(), |due| format!("{due:.0}"));
    format!(
        "{}\t{}\t{}\t{:.0}\t{}\t{due}\t{}\n",
        want.address,
        field(&want.page),
        field(&want.source),
        want.published,
        want.failures,
        field(&want.why)
    )
}

fn parse(line: &str) -> Option<Want> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [address, page, source, published, failures, due, why, ..] = fields[..] else {
        return None;
    };
    Some(Want {
        address: Url::parse(address).ok()?,
        page: page.to_owned(),
        source: source.to_owned(),
        published: published.parse().ok()?,
        failures: failures.parse().ok()?,
        due: match due {
            "-" => None,
            due => Some(due.parse().ok()?),
        },
        why: why.to_owned(),
    })
}
