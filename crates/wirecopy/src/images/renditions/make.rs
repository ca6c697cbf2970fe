//! The making of renditions: of every kept picture what its settings want and the record has not, the fallback of all
//! pictures first, so that pages have something to show before the slow formats are done.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use wirecopy_picture::rendition::{Form, Renditions as Files};

use crate::images::metrics::Metrics;
use crate::images::renditions::{RenditionSettings, Renditions, parcel};
use crate::images::store::{Original, Store};
use crate::images::trouble::Trouble;
use crate::images::workers::{WorkerOptions, Workers};

/// How renditions are made.
#[derive(Clone, Debug)]
pub struct MakingOptions {
    /// The mirror.
    pub mirror: PathBuf,
    /// What is made.
    pub settings: RenditionSettings,
    /// The most time that it takes; what is left waits for the next time. None when there is no end.
    pub time: Option<Duration>,
    /// The processes that do it.
    pub workers: WorkerOptions,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MakingReport {
    /// Forms of pictures that were made.
    pub made: usize,
    /// Their files.
    pub files: usize,
    /// Bytes of these.
    pub bytes: u64,
    /// Forms that are still to be made.
    pub waiting: usize,
    /// Pictures whose renditions were taken out, because they are not kept any more.
    pub gone: usize,
    /// Why some could not be made, in words.
    pub failures: Vec<String>,
}

impl MakingReport {
    /// Whether pages have something else to show than before.
    pub fn is_news(&self) -> bool {
        self.made + self.gone > 0
    }
}

impl fmt::Display for MakingReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let MakingReport {
            made,
            files,
            bytes,
            waiting,
            ..
        } = self;
        let kilobytes = bytes / 1000;
        write!(
            out,
            "renditions: {made} made ({files} files, {kilobytes} kB), {waiting} waiting"
        )
    }
}

/// Failures that a report tells of in words.
const TOLD: usize = 20;

/// Told how many forms of pictures are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// Makes what is wanting, as long as there is time.
///
/// # Errors
/// When store or record cannot be read, or the disk cannot be written. What was made until then is kept.
pub async fn make(options: &MakingOptions, progress: Progress<'_>) -> Result<MakingReport> {
    let end = options.time.map(|time| Instant::now() + time);
    let store = Store::open(&options.mirror)?;
    let mut renditions = Renditions::open(&options.mirror, &options.settings)?;
    renditions.tidy()?;
    let mut report = MakingReport {
        gone: forget_strangers(&store, &mut renditions)?,
        ..MakingReport::default()
    };
    let wanting = wanting(&store, &renditions, &options.settings);
    let total = wanting.len() as u64;
    let workers = Workers::new(options.workers.clone(), Metrics::default());
    let making = wanting
        .iter()
        .take_while(|_| end.is_none_or(|end| Instant::now() < end))
        .map(|(original, form)| {
            let recipe = options.settings.recipe(*form);
            let (workers, store) = (&workers, &store);
            async move {
                let question = parcel::ask(&recipe);
                let made = one(workers, store, (original, &question)).await;
                (*original, *form, made)
            }
        });
    let mut making = stream::iter(making).buffer_unordered(options.workers.count.max(1));
    let mut done = 0;
    while let Some((original, form, made)) = making.next().await {
        done += 1;
        progress(done, total);
        let files = match made {
            Ok(files) => files,
            Err(failure) => {
                report.tell(original, &failure);
                let Failure::ForGood(_) = failure else {
                    continue;
                };
                // Nothing can be made of it: not tried again with these settings.
                nothing()
            }
        };
        let files = worth_it(&renditions, (original, form), files);
        report.made += 1;
        report.files += files.files.len();
        report.bytes += files
            .files
            .iter()
            .map(|file| file.bytes.len() as u64)
            .sum::<u64>();
        renditions.keep(original.hash, form, &files)?;
    }
    drop(making);
    report.waiting = self::wanting(&store, &renditions, &options.settings).len();
    report.failures.sort();
    Ok(report)
}

/// Why there is no rendition.
enum Failure {
    /// The picture is to blame.
    ForGood(String),
    /// The disk or a worker is.
    ForNow(String),
}

impl MakingReport {
    fn tell(&mut self, original: &Original, failure: &Failure) {
        let (Failure::ForGood(why) | Failure::ForNow(why)) = failure;
        if self.failures.len() < TOLD {
            self.failures.push(format!("{}: {why}", original.path()));
        }
    }
}

async fn one(
    workers: &Workers,
    store: &Store,
    (original, question): (&Original, &str),
) -> Result<Files, Failure> {
    let file = store
        .read(original)
        .map_err(|error| Failure::ForNow(format!("{error:#}")))?;
    let made = workers
        .make(question, &file)
        .await
        .map_err(|trouble| match trouble {
            Trouble::Picture(_) => Failure::ForGood(trouble.to_string()),
            _ => Failure::ForNow(trouble.to_string()),
        })?;
    parcel::unpack(&made.bytes, &made.media_type)
        .ok_or_else(|| Failure::ForNow("a worker gave no renditions".to_owned()))
}

fn nothing() -> Files {
    Files {
        colours: [[0; 3]; 3],
        media_type: "image/jpeg",
        files: Vec::new(),
    }
}

/// A better form that is not smaller than the fallback is left out.
fn worth_it(renditions: &Renditions, (original, form): (&Original, Form), made: Files) -> Files {
    let known = renditions.find(original.hash);
    let fallback = known.and_then(|made| made.forms.get(&Form::Fallback));
    let Some(fallback) = fallback.filter(|_| form != Form::Fallback) else {
        return made;
    };
    let before: u64 = fallback.files.iter().map(|file| file.bytes).sum();
    let after: u64 = made.files.iter().map(|file| file.bytes.len() as u64).sum();
    match after < before {
        true => made,
        false => Files {
            files: Vec::new(),
            ..made
        },
    }
}

/// What is to be made: the fallback of all, then the others, the newest pictures first.
fn wanting<'a>(
    store: &'a Store,
    renditions: &Renditions,
    settings: &RenditionSettings,
) -> Vec<(&'a Original, Form)> {
    let mut newest: Vec<&Original> = store.originals().collect();
    newest.sort_by_key(|original| (std::cmp::Reverse(original.kept), *original.hash.as_bytes()));
    let mut forms: Vec<Form> = settings.all_forms().collect();
    forms.reverse();
    let all = forms
        .into_iter()
        .flat_map(|form| newest.iter().map(move |original| (*original, form)));
    all.filter(|(original, form)| renditions.lacks(original.hash, *form))
        .collect()
}

/// Lets go of what was made of pictures that are not kept any more.
fn forget_strangers(store: &Store, renditions: &mut Renditions) -> Result<usize> {
    let mut strangers: Vec<blake3::Hash> = renditions
        .pictures()
        .map(|(hash, _)| hash)
        .filter(|hash| store.by_hash(*hash).is_none())
        .collect();
    strangers.sort_unstable_by_key(|hash| *hash.as_bytes());
    for stranger in &strangers {
        renditions.forget(*stranger)?;
    }
    Ok(strangers.len())
}
