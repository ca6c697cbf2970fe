//! The layout of the first mirrors in git, to compare with: all articles of a source in one directory, and after each
//! hour the lists of the newest.

use super::copies::{Copies, Copy, Post};
use super::month::{HOURS, arrivals};
use super::{bytes, one_volume, repack_by_hand, round};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;
use std::path::Path;
use wirecopy::archive::Archive;
use wirecopy::archive::commit::Change;
use wirecopy_document::forms::lists::{Item, List};

/// Documents in one commit of what was there before the month.
const DOCUMENTS_PER_COMMIT: usize = 5_000;

/// Lines of a list.
const LISTED: usize = 300;

pub(super) fn measure(directory: &Path, copies: &Copies, documents: usize) -> anyhow::Result<()> {
    let mut archive = Archive::open(directory, one_volume())?;
    let mut time: Timestamp = "2026-11-01T00:00:00Z".parse()?;
    for first in (0..documents).step_by(DOCUMENTS_PER_COMMIT) {
        let last = documents.min(first + DOCUMENTS_PER_COMMIT);
        let posts = (first..last).map(|number| file(copies.post(number, documents)));
        archive.commit(&round(time, posts.collect()))?;
        time = time.checked_add(1.minute())?;
    }
    repack_by_hand(directory)?;
    let before = bytes(&archive)?;
    println!(
        "flat: {documents} documents in {:.1} MB, {:.2} kB each",
        before as f64 / 1e6,
        before as f64 / 1e3 / documents as f64
    );
    let mut lists = Lists::default();
    for hour in 0..HOURS {
        let new = arrivals(copies, hour)?;
        let mut changes = lists.with(&new.copies, new.first);
        let posts = new.copies.iter().enumerate();
        changes.extend(posts.map(|(place, copy)| file(copy.post(new.first + place))));
        archive.commit(&round(new.time, changes))?;
    }
    repack_by_hand(directory)?;
    println!(
        "flat: a month of hourly commits adds {:.1} MB after git repack -a -d",
        (bytes(&archive)? - before) as f64 / 1e6
    );
    Ok(())
}

fn file(post: Post) -> Change {
    Change {
        volume: None,
        path: post.path,
        content: Some(post.text.into_bytes()),
    }
}

/// The newest articles of each source, newest first.
#[derive(Default)]
struct Lists {
    items: BTreeMap<String, Vec<Item>>,
}

impl Lists {
    /// The lists that new articles change.
    fn with(&mut self, new: &[Copy], first: usize) -> Vec<Change> {
        for (place, copy) in new.iter().enumerate() {
            let day = copy.published.to_zoned(jiff::tz::TimeZone::UTC).date();
            let items = self.items.entry(copy.source.to_owned()).or_default();
            let item = Item {
                date: (day.month().unsigned_abs(), day.day().unsigned_abs()),
                title: copy.title.clone(),
                path: format!("/{}", copy.post(first + place).path),
            };
            items.insert(0, item);
            items.truncate(LISTED);
        }
        let touched = self.items.iter();
        let touched = touched.filter(|(source, _)| new.iter().any(|copy| copy.source == **source));
        let list = |(source, items): (&String, &Vec<Item>)| Change {
            volume: None,
            path: format!("lists/{source}.md"),
            content: Some(
                List {
                    name: source.clone(),
                    items: items.clone(),
                }
                .write()
                .into_bytes(),
            ),
        };
        touched.map(list).collect()
    }
}
