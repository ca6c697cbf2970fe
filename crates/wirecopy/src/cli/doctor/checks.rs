//! The checks of `wirecopy doctor`, one function each.

use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Finding, Verdict, remotes};
use crate::archive::index::Index;
use crate::archive::index::polls::Poll;
use crate::archive::index::rebuild::{Freshness, NO_INDEX};
use crate::archive::{Access, Archive, ArchiveOptions};
use crate::cli::options;
use crate::config::Settings;
use crate::config::human::size_text;
use crate::lock::{self, InUse};
use crate::pipeline::schedule;

/// Below this a mirror soon cannot write, in bytes: a large round with its site takes some tens of megabytes.
const SCARCE_DISK: u64 = 1_000_000_000;

/// Below this the next round may fail, in bytes.
const NO_DISK: u64 = 100_000_000;

/// When this was written; no clock is before it.
const WRITTEN: Timestamp = Timestamp::constant(1_795_392_000, 0);

/// Everything, in the order in which one thing rests on another.
pub(super) fn all(mirror: &Path) -> Vec<Finding> {
    let mut findings = vec![git(), disk(mirror), clock(mirror)];
    match Settings::load(mirror) {
        Err(error) => findings.push(bad("settings", error.to_string())),
        Ok(settings) => {
            let followed = match settings.sources.len() {
                1 => "1 source".to_owned(),
                count => format!("{count} sources"),
            };
            findings.push(good("settings", followed));
            findings.push(contact(&settings));
            findings.extend(address(&settings));
            findings.extend(archive(mirror, &settings));
            findings.extend(feeds(mirror, &settings));
            let volume = Timestamp::now().to_zoned(TimeZone::UTC).year().to_string();
            findings.extend(
                settings
                    .archive
                    .remotes
                    .iter()
                    .map(|remote| remotes::check(remote, &volume)),
            );
        }
    }
    findings
}

fn good(subject: &'static str, detail: String) -> Finding {
    Finding {
        subject,
        verdict: Verdict::Good,
        detail,
    }
}

fn doubtful(subject: &'static str, detail: String) -> Finding {
    Finding {
        subject,
        verdict: Verdict::Doubtful,
        detail,
    }
}

fn bad(subject: &'static str, detail: String) -> Finding {
    Finding {
        subject,
        verdict: Verdict::Bad,
        detail,
    }
}

fn git() -> Finding {
    match Command::new("git")
        .arg("--version")
        .stdin(Stdio::null())
        .output()
    {
        Ok(output) if output.status.success() => good(
            "git",
            String::from_utf8_lossy(&output.stdout)
                .trim()
                .trim_start_matches("git version ")
                .to_owned(),
        ),
        Ok(output) => bad(
            "git",
            format!(
                "`git --version` ended with {}; install git again",
                output.status
            ),
        ),
        Err(error) => bad("git", format!("cannot be started ({error}); install git")),
    }
}

fn disk(mirror: &Path) -> Finding {
    match fs4::available_space(mirror) {
        Ok(bytes) if bytes < NO_DISK => {
            bad("disk", format!("{} free; make room", size_text(bytes)))
        }
        Ok(bytes) if bytes < SCARCE_DISK => {
            doubtful("disk", format!("{} free; make room soon", size_text(bytes)))
        }
        Ok(bytes) => good("disk", format!("{} free", size_text(bytes))),
        Err(error) => bad(
            "disk",
            format!("cannot look at {}: {error}", mirror.display()),
        ),
    }
}

/// A clock that is behind gives every article and commit a wrong time.
fn clock(mirror: &Path) -> Finding {
    let now = Timestamp::now();
    let polls = Some(mirror.join("index.sqlite"))
        .filter(|path| path.exists())
        .map(|path| Index::open(&path)?.polls());
    let last = polls
        .and_then(Result::ok)
        .and_then(|polls| polls.into_iter().filter_map(|poll| poll.polled).max());
    match last {
        Some(last) if now < last => bad(
            "clock",
            format!("{now:.0} is before the last poll at {last:.0}; set it"),
        ),
        _ if now < WRITTEN => bad("clock", format!("{now:.0} is in the past; set it")),
        _ => good("clock", format!("{now:.0}")),
    }
}

/// Feeds that are given up for dead; nothing where none was polled.
fn feeds(mirror: &Path, settings: &Settings) -> Option<Finding> {
    let path = Some(mirror.join("index.sqlite")).filter(|path| path.exists())?;
    // One that cannot be read is told of as the index.
    let polls = Index::open(&path).and_then(|index| index.polls()).ok()?;
    let followed = |poll: &&Poll| {
        let source = settings.source(&poll.source);
        source.is_some_and(|source| !source.paused && source.feeds.contains(&poll.feed))
    };
    let polls: Vec<&Poll> = polls.iter().filter(followed).collect();
    let dead: Vec<&&Poll> = polls
        .iter()
        .filter(|poll| schedule::is_dead(poll.failures))
        .collect();
    let Some(first) = dead.first() else {
        return Some(good("feeds", format!("{} polled, none dead", polls.len())));
    };
    let cause = first.failure.as_deref().unwrap_or("the cause is not known");
    Some(doubtful(
        "feeds",
        format!(
            "{} of {} have failed for two weeks, the first is of `{}`: {cause}; `wirecopy status` names them: find \
             where each went (`wirecopy add`), or `wirecopy remove` its source",
            dead.len(),
            polls.len(),
            first.source
        ),
    ))
}

fn contact(settings: &Settings) -> Finding {
    match &settings.mirror.contact {
        Some(contact) => good("contact", contact.clone()),
        None => doubtful(
            "contact",
            "none; set `contact` in [mirror], so that a publication can write to you before it blocks you".to_owned(),
        ),
    }
}

/// Without its own address a site is whole, but some of its files are less than they could be.
fn address(settings: &Settings) -> Option<Finding> {
    if !settings.publish.site {
        return None;
    }
    Some(match &settings.mirror.base_url {
        Some(address) => good("address", address.to_string()),
        None => doubtful(
            "address",
            "none; once the site has one, set `base_url` in [mirror]: until then feeds.opml lists the publications' \
             own feeds, and there is no sitemap"
                .to_owned(),
        ),
    })
}

/// The archive and, when no other instance is at work, its index.
fn archive(mirror: &Path, settings: &Settings) -> Vec<Finding> {
    let directory = mirror.join("archive");
    if !directory.exists() {
        return vec![doubtful(
            "archive",
            "none yet; `wirecopy update` begins it".to_owned(),
        )];
    }
    let options = ArchiveOptions {
        access: Access::Read,
        ..options::archive_options(settings)
    };
    let archive = match Archive::open(&directory, options) {
        Ok(archive) => archive,
        Err(error) => return vec![bad("archive", format!("{error:#}"))],
    };
    let names: Vec<String> = archive
        .volumes()
        .iter()
        .map(|volume| volume.name.to_string())
        .collect();
    let found = if names.is_empty() {
        "no volume yet".to_owned()
    } else {
        format!("volumes {}", names.join(", "))
    };
    let mut findings = vec![good("archive", found)];
    match lock::acquire(mirror) {
        Ok(_lock) => findings.push(index(mirror, &archive)),
        Err(error) if error.is::<InUse>() => findings.push(good("lock", format!("{error:#}"))),
        Err(error) => findings.push(bad("lock", format!("{error:#}"))),
    }
    findings
}

fn index(mirror: &Path, archive: &Archive) -> Finding {
    let checked = Index::open_current(&mirror.join("index.sqlite"), archive, &mut |_| {})
        .and_then(|(index, freshness)| Ok((freshness, index.counts()?, index.unread()?)));
    match checked {
        Err(error) => bad("index", format!("{error:#}")),
        Ok((Freshness::Rebuilt(reason), _, _)) if reason != NO_INDEX => {
            doubtful("index", format!("made anew from the archive: {reason}"))
        }
        Ok((_, _, unread)) if !unread.is_empty() => {
            let first = &unread[0];
            let (number, path, problem) = (unread.len(), &first.path, &first.problem);
            doubtful(
                "index",
                format!("{number} documents cannot be read, the first is {path}: {problem}"),
            )
        }
        Ok((_, counts, _)) => {
            let documents: u64 = counts.iter().map(|(_, count)| u64::from(*count)).sum();
            good(
                "index",
                format!("{documents} documents, as the archive has them"),
            )
        }
    }
}
