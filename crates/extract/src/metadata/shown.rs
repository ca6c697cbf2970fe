//! The date that readers see at the headline, and what it says of the dates that the head states.
//!
//! Editors look at this date, and at nothing else: an article that is published again keeps its old
//! `datePublished`, templates put a print edition's day or a conversion's time into `meta` elements, and
//! many systems write UTC where the page shows the local day.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Zoned, civil};

use super::calendar;
use super::origin::{Found, Origin};
use crate::content::Content;

/// Blocks after the headline among which its date stands: subtitle, byline, share buttons, a picture.
const REACH_AFTER: usize = 8;

/// Blocks before the headline: a kicker, a line with section and date. More would reach the page's own
/// header, which shows today's date.
const REACH_BEFORE: usize = 3;

/// Longest line that is a date with its byline rather than text, in characters.
const MAX_LINE: usize = 120;

/// A block heavier than this is text, and what follows it no longer stands at the headline.
const LEAST_TEXT: u32 = 250;

/// Words that tell a change, lower case.
const CHANGED: [&str; 18] = [
    "updated",
    "modified",
    "aktualisiert",
    "geändert",
    "mis à jour",
    "modifié",
    "actualizado",
    "actualizada",
    "atualizado",
    "aggiornato",
    "bijgewerkt",
    "opdateret",
    "uppdaterad",
    "päivitetty",
    "обновлено",
    "更新",
    "last post",
    "last reply",
];

/// Words that tell the publication, lower case.
const PUBLISHED: [&str; 17] = [
    "published",
    "posted",
    "veröffentlicht",
    "erschienen",
    "publié",
    "publicado",
    "publicada",
    "pubblicato",
    "gepubliceerd",
    "publisert",
    "publicerad",
    "julkaistu",
    "опубликовано",
    "gepostet",
    "发布",
    "發佈",
    "时间：",
];

/// `meta` elements that pages fill with other days than that of publication about as often: a print
/// edition's, the page's conversion, the copyright.
const UNSURE: [&str; 8] = [
    "date",
    "dc.date",
    "dcterms.date",
    "dc.date.created",
    "dcterms.created",
    "dc.date.issued",
    "datecreated",
    "date.available",
];

/// A date at the headline.
pub(super) struct Shown {
    date: Zoned,
    tells: Tells,
}

/// What the line says that the date is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tells {
    Publication,
    Change,
    Nothing,
}

/// The dates shown around the headline, the nearest first.
pub(super) fn find(content: &Content) -> Vec<Shown> {
    let read = |line: &str| {
        let date = calendar::find(line)?;
        let tells = tells(line);
        Some(Shown { date, tells })
    };
    lines(content).into_iter().filter_map(read).collect()
}

/// The first date in lines farther before the text of which it is said that it is the publication's.
pub(super) fn find_labelled<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Zoned> {
    lines.find_map(|line| {
        let is_line = line.chars().count() <= MAX_LINE && tells(line) == Tells::Publication;
        calendar::find(line).filter(|_| is_line)
    })
}

/// The short lines after the headline, then those before it, nearest first. Without a headline, the
/// article's beginning takes its place.
fn lines(content: &Content) -> Vec<&str> {
    let blocks = &content.blocks.list;
    let headline = content
        .headline
        .and_then(|headline| blocks.iter().position(|block| block.container == headline));
    let kept = || content.kept.iter().position(|kept| *kept);
    let Some(place) = headline.or_else(kept) else {
        return Vec::new();
    };
    let after = blocks[place..].iter().skip(usize::from(headline.is_some()));
    let after = after
        .take(REACH_AFTER)
        .take_while(|block| block.weight < LEAST_TEXT);
    let before = blocks[..place].iter().rev().take(REACH_BEFORE);
    after
        .chain(before)
        .map(|block| content.blocks.text(block))
        .filter(|line| line.chars().count() <= MAX_LINE)
        .collect()
}

fn tells(line: &str) -> Tells {
    let line = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    if has(&PUBLISHED) {
        Tells::Publication
    } else if has(&CHANGED) {
        Tells::Change
    } else {
        Tells::Nothing
    }
}

/// The publication after a look at the page: the stated one, unless the shown date speaks against it.
pub(super) fn reconcile(
    stated: Option<Found<Zoned>>,
    modified: Option<&Zoned>,
    shown: &[Shown],
) -> Option<Found<Zoned>> {
    let Some(stated) = stated else {
        let labelled = shown
            .iter()
            .find(|shown| shown.tells == Tells::Publication)?;
        return Some(Found::new(labelled.date.clone(), Origin::Text));
    };
    let is_told = |shown: &Shown| shown.date.date() == stated.value.date();
    let nearest = shown.iter().find(|shown| shown.tells != Tells::Change);
    let Some(nearest) = nearest.filter(|_| !shown.iter().any(is_told)) else {
        return Some(stated);
    };
    let day = nearest.date.date();
    if let Some(local) = on_day(&stated.value, &nearest.date) {
        return Some(Found::new(local, stated.origin));
    }
    let is_dated_anew = modified.is_some_and(|modified| {
        modified.date() == day || on_day(modified, &nearest.date).is_some()
    });
    let is_unsure = match stated.origin {
        Origin::Meta(name) => UNSURE.contains(&name),
        Origin::Element(_) => nearest.tells == Tells::Publication,
        Origin::Address => true,
        _ => false,
    };
    Some(if is_dated_anew || is_unsure {
        Found::new(nearest.date.clone(), Origin::Text)
    } else {
        stated
    })
}

/// The same moment in the offset in which it falls on the shown day, where the page wrote it in UTC and
/// there is such an offset (from -12 to +14 hours). The shown clock tells it exactly.
fn on_day(stated: &Zoned, shown: &Zoned) -> Option<Zoned> {
    if stated.offset() != Offset::UTC || stated.time() == civil::Time::midnight() {
        return None;
    }
    let by_clock = shown.datetime().duration_since(stated.datetime()).as_secs();
    let minutes = (by_clock + 30).div_euclid(60);
    let is_offset = |minutes: i64| (-12 * 60..=14 * 60).contains(&minutes);
    let exact = (minutes % 15 == 0 && is_offset(minutes)).then_some(minutes * 60);
    let seconds = exact.or_else(|| smallest_offset(stated, shown.date()))?;
    let offset = Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
    let local = stated.with_time_zone(TimeZone::fixed(offset));
    (local.date() == shown.date()).then_some(local)
}

/// The offset of whole hours nearest to UTC that puts the moment on the day, in seconds.
fn smallest_offset(stated: &Zoned, day: Date) -> Option<i64> {
    let hours = (1..=12)
        .flat_map(|hours: i64| [hours, -hours])
        .chain([13, 14]);
    hours.map(|hours| hours * 3600).find(|seconds| {
        let moved = stated.datetime() + jiff::SignedDuration::from_secs(*seconds);
        moved.date() == day
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stated: (&str, Origin), modified: &str, line: &str, expected: &str) {
        let shown = Shown {
            date: calendar::find(line).unwrap(),
            tells: tells(line),
        };
        let stated = Found::new(calendar::parse(stated.0).unwrap(), stated.1);
        let found = reconcile(Some(stated), calendar::parse(modified).as_ref(), &[shown]);
        let found = found.unwrap().value;
        let written = found.timestamp().display_with_offset(found.offset());
        assert_eq!(written.to_string(), expected, "{line}");
    }

    const JSON: Origin = Origin::JsonLd("datePublished");

    #[test]
    fn a_time_in_utc_is_told_on_the_day_that_the_page_shows() {
        let stated = ("2023-12-23T03:22:07Z", JSON);
        check(
            stated,
            "",
            "Dec 22, 2023, 10:22 PM EST",
            "2023-12-22T22:22:07-05:00",
        );
        check(stated, "", "December 22, 2023", "2023-12-22T23:22:07-04:00");
        check(stated, "", "December 20, 2023", "2023-12-23T03:22:07+00:00");
    }

    #[test]
    fn an_article_dated_anew_has_its_new_date() {
        let stated = ("2019-11-25T08:00:00-05:00", JSON);
        check(
            stated,
            "2023-11-27T06:20:00-05:00",
            "November 27, 2023",
            "2023-11-27T00:00:00+00:00",
        );
        check(
            stated,
            "2023-11-29T06:20:00-05:00",
            "November 27, 2023",
            "2019-11-25T08:00:00-05:00",
        );
        check(
            stated,
            "2023-11-27T06:20:00-05:00",
            "Updated November 27, 2023",
            "2019-11-25T08:00:00-05:00",
        );
    }

    #[test]
    fn an_unsure_statement_gives_way_to_what_is_shown() {
        check(
            ("2020-04-30", Origin::Meta("date")),
            "",
            "29.04.2020, 12:01 Uhr",
            "2020-04-29T12:01:00+00:00",
        );
        check(
            ("2020-04-30", Origin::Meta("article:published_time")),
            "",
            "29.04.2020",
            "2020-04-30T00:00:00+00:00",
        );
    }
}
