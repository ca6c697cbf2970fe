//! Every word of the interface, in each language it is offered in, and dates as that language writes them.
//!
//! One table per language and one struct for all: a string that is missing in a language does not compile.
//! Placeholders in braces are filled by [`fill`]. Counts are written as `label: number`, so that no language needs
//! plural rules.

mod arabic;
mod chinese;
mod english;
mod french;
mod japanese;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// BCP 47 tag, as it stands in `lang`.
    pub tag: &'static str,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
    /// How dates are written.
    pub calendar: Calendar,
    /// Navigation and labels of lists.
    pub navigation: Navigation,
    /// What surrounds an article.
    pub article: ArticleWords,
    /// The page on the mirror itself.
    pub about: AboutWords,
    /// What the optional script shows.
    pub keys: KeyWords,
    /// The search page.
    pub search: SearchWords,
    /// Books.
    pub books: BookWords,
    /// What is shown without a line.
    pub offline: OfflineWords,
    /// What is shown of an article that the operator took out.
    pub removed: RemovedWords,
}

/// Names and patterns of dates; patterns hold `{weekday}`, `{day}`, `{month}` and `{year}`.
#[derive(Debug)]
pub struct Calendar {
    /// January first.
    pub months: [&'static str; 12],
    /// Monday first (ISO 8601).
    pub weekdays: [&'static str; 7],
    /// How the first day of a month is written; `1` but in French.
    pub first_day: &'static str,
    /// A heading over one day.
    pub long: &'static str,
    /// A date in running text.
    pub short: &'static str,
    /// A date in a narrow column: without the year.
    pub narrow: &'static str,
    /// A month.
    pub month: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct Navigation {
    pub skip: &'static str,
    pub site: &'static str,
    pub front: &'static str,
    pub sources: &'static str,
    pub about: &'static str,
    pub search: &'static str,
    pub feed: &'static str,
    pub newest: &'static str,
    pub articles: &'static str,
    pub newest_article: &'static str,
    pub last_archived: &'static str,
    pub pages: &'static str,
    pub pages_note: &'static str,
    /// Holds `{number}`.
    pub page: &'static str,
    pub previous_page: &'static str,
    pub next_page: &'static str,
    pub archive: &'static str,
    pub tags: &'static str,
    pub authors: &'static str,
    pub subjects_note: &'static str,
    /// Holds `{count}`.
    pub all_of_day: &'static str,
    /// Of the ways to Chinese in each script.
    pub scripts: &'static str,
    /// Chinese as it was written.
    pub original: &'static str,
    pub text_edition: &'static str,
    pub full_edition: &'static str,
    pub nothing_yet: &'static str,
    pub not_found: &'static str,
    pub not_found_text: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct ArticleWords {
    /// Holds `{names}`.
    pub by: &'static str,
    /// Stands between two names.
    pub and: &'static str,
    pub updated: &'static str,
    pub withdrawn: &'static str,
    pub origin: &'static str,
    pub document: &'static str,
    pub revisions: &'static str,
    pub history: &'static str,
    pub versions_note: &'static str,
    pub first_version: &'static str,
    pub archived: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub neighbours: &'static str,
    pub record: &'static str,
    pub picture: &'static str,
    pub same_story: &'static str,
    pub audio: &'static str,
    pub video: &'static str,
    pub empty: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct AboutWords {
    pub title: &'static str,
    pub introduction: &'static str,
    pub mirrored: &'static str,
    pub source: &'static str,
    pub origin: &'static str,
    pub follow: &'static str,
    pub follow_text: &'static str,
    pub all_sources: &'static str,
    pub opml: &'static str,
    /// The same where this mirror's own address is not known.
    pub opml_origins: &'static str,
    pub addresses: &'static str,
    pub verify: &'static str,
    pub verify_origin: &'static str,
    pub verify_git: &'static str,
    pub copy: &'static str,
    /// Holds `{version}`.
    pub program_text: &'static str,
    pub copy_text: &'static str,
    pub contact: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct KeyWords {
    pub theme: &'static str,
    pub title: &'static str,
    pub next: &'static str,
    pub previous: &'static str,
    pub open: &'static str,
    pub front: &'static str,
    pub help: &'static str,
    pub follow_system: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub smaller: &'static str,
    pub larger: &'static str,
    pub search: &'static str,
    pub turn: &'static str,
    pub close: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct SearchWords {
    pub title: &'static str,
    pub label: &'static str,
    pub button: &'static str,
    pub source: &'static str,
    pub all_sources: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub hint: &'static str,
    pub no_script: &'static str,
    pub searching: &'static str,
    /// Holds `{count}`.
    pub found: &'static str,
    pub nothing: &'static str,
    /// Stands over results that hold the parts of a word and not the word.
    pub parts: &'static str,
    pub more: &'static str,
    pub failed: &'static str,
    /// What the searches of the operator's are called together.
    pub saved: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct BookWords {
    pub books: &'static str,
    pub introduction: &'static str,
    pub catalogue: &'static str,
    pub contents: &'static str,
    pub cover: &'static str,
    /// Holds `{week}` and `{year}`.
    pub week: &'static str,
    pub days: &'static str,
    pub weeks: &'static str,
    pub newest_of: &'static str,
    pub epub: &'static str,
    pub single: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct OfflineWords {
    pub title: &'static str,
    pub text: &'static str,
}

#[derive(Debug, serde::Serialize)]
#[expect(
    missing_docs,
    reason = "each field is named after the English text it holds"
)]
pub struct RemovedWords {
    pub title: &'static str,
    pub text: &'static str,
    pub reason: &'static str,
}

/// The interface for a language tag: the nearest that is offered, English where none is near.
///
/// `zh` with a region is mapped to the script that region writes; unknown scripts of Chinese read as Simplified.
#[must_use]
pub fn choose(tag: &str) -> &'static Words {
    let tag = crate::display::language_tag(tag).unwrap_or_default();
    match tag.split('-').next().unwrap_or_default() {
        "zh" if tag.starts_with("zh-Hant") => &chinese::TRADITIONAL,
        "zh" => &chinese::SIMPLIFIED,
        "ja" => &japanese::WORDS,
        "fr" => &french::WORDS,
        "ar" => &arabic::WORDS,
        _ => &english::WORDS,
    }
}

/// Replaces `{name}` in a pattern, once.
#[must_use]
pub fn fill(pattern: &str, name: &str, value: &str) -> String {
    pattern.replacen(&format!("{{{name}}}"), value, 1)
}

impl Calendar {
    /// A date as a heading over one day, with its weekday.
    #[must_use]
    pub fn long(&self, date: Date) -> String {
        self.write(self.long, date)
    }

    /// A month with its year.
    #[must_use]
    pub fn month(&self, date: Date) -> String {
        self.write(self.month, date)
    }

    /// A date without its year.
    #[must_use]
    pub fn narrow(&self, date: Date) -> String {
        self.write(self.narrow, date)
    }

    /// Date, time and zone in running text.
    #[must_use]
    pub fn moment(&self, time: Timestamp, zone: &TimeZone) -> String {
        let zoned = time.to_zoned(zone.clone());
        format!(
            "{} {}",
            self.write(self.short, zoned.date()),
            zoned.strftime("%H:%M %Z")
        )
    }

    fn write(&self, pattern: &str, date: Date) -> String {
        let day = if date.day() == 1 {
            self.first_day.to_owned()
        } else {
            date.day().to_string()
        };
        let month = self.months[usize::from(date.month().unsigned_abs()) - 1];
        let weekday = self.weekdays[weekday_index(date.weekday())];
        let dated = fill(&fill(pattern, "weekday", weekday), "month", month);
        fill(&fill(&dated, "day", &day), "year", &date.year().to_string())
    }
}

fn weekday_index(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: &str, time: &str, long: &str, moment: &str) {
        let time: Timestamp = time.parse().unwrap();
        let calendar = &choose(language).calendar;
        assert_eq!(calendar.long(time.to_zoned(TimeZone::UTC).date()), long);
        assert_eq!(calendar.moment(time, &TimeZone::UTC), moment);
    }

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        let time = "2026-12-01T09:05:00Z";
        check(
            "en",
            time,
            "Tuesday, 1 December 2026",
            "1 December 2026, 09:05 UTC",
        );
        check(
            "zh-CN",
            time,
            "2026年12月1日 星期二",
            "2026年12月1日 09:05 UTC",
        );
        check(
            "zh-TW",
            time,
            "2026年12月1日 星期二",
            "2026年12月1日 09:05 UTC",
        );
        check(
            "ja",
            time,
            "2026年12月1日 火曜日",
            "2026年12月1日 09:05 UTC",
        );
        check(
            "fr",
            time,
            "mardi 1er décembre 2026",
            "1er décembre 2026 à 09:05 UTC",
        );
        check(
            "ar",
            time,
            "الثلاثاء، 1 ديسمبر 2026",
            "1 ديسمبر 2026، 09:05 UTC",
        );
    }

    #[test]
    fn language_falls_back_to_the_nearest_offered() {
        for (tag, expected) in [
            ("en-GB", "en"),
            ("zh", "zh-Hans"),
            ("zh-HK", "zh-Hant"),
            ("zh-hant-mo", "zh-Hant"),
            ("fr-CA", "fr"),
            ("xx", "en"),
            ("", "en"),
        ] {
            assert_eq!(choose(tag).tag, expected, "{tag}");
        }
    }
}
