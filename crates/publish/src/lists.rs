//! The lists inside the archive, in Markdown, so that it can be read on any git host: the front page, the newest of
//! each source, and each month of a source.
//!
//! Made so that hourly commits cost little. The list of a month is written once the month is over, and again only for
//! a late entry or a new title. The list of the newest grows from commit to commit, and is cut back at once instead of
//! dropping a line for each that comes: git looks for likeness among files of like size, and finds the list of the
//! hour before only while the lists of a source have sizes of their own.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::display::{one_line, title};
use crate::edition::{Edition, Listing, OutputFile, SourceInfo};
use crate::paths;
use crate::site::SourceSummary;
use crate::words::{Navigation, choose};

/// How many articles the list of a source holds at least: what the first mirrors' lists held.
const NEWEST: usize = 300;
/// How many articles the front page holds.
pub const FRONT: usize = 30;

/// How many articles the list of a source holds when the archive has `recorded` of it: from 300, until there are 600
/// and it is cut back to 300.
#[must_use]
pub fn newest_count(recorded: usize) -> usize {
    recorded.min(NEWEST + recorded % NEWEST)
}

/// Where the list of a source's newest articles stands: a git host shows it with the directory.
#[must_use]
pub fn newest_path(slug: &str) -> String {
    format!("lists/{slug}/README.md")
}

/// Where the list of a month of a source stands.
#[must_use]
pub fn month_path(slug: &str, month: Date) -> String {
    format!("lists/{slug}/{}.md", month.strftime("%Y-%m"))
}

/// The lists of one volume of the archive: relative links lead only to documents of that volume.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// Whose titles, sources and language they show.
    pub edition: &'a Edition,
    /// The volume that they are written to.
    pub volume: &'a str,
}

impl Lists<'_> {
    /// The archive's front page: its sources with their counts, and the newest articles of all.
    #[must_use]
    pub fn readme(&self, summaries: &[SourceSummary<'_>], newest: &[Listing]) -> OutputFile {
        let path = "README.md";
        let words = choose(&self.edition.language);
        let Navigation {
            articles,
            newest_article,
            newest: newest_heading,
            ..
        } = words.navigation;
        let mut text = heading(&self.edition.title);
        if !self.edition.description.is_empty() {
            text.push_str(&format!("{}\n\n", escaped(&self.edition.description)));
        }
        text.push_str(&format!(
            "| {} | {articles} | {newest_article} |\n|---|---:|---|\n",
            words.about.source
        ));
        for summary in summaries {
            let SourceSummary {
                source,
                articles,
                newest,
                ..
            } = summary;
            let link = paths::link(path, &newest_path(&source.slug));
            let day = newest.map(|time| self.day(time)).unwrap_or_default();
            text.push_str(&format!(
                "| [{}]({link}) | {articles} | {day} |\n",
                escaped(&source.name)
            ));
        }
        text.push_str(&format!("\n## {newest_heading}\n\n"));
        for listing in newest {
            let line = self.line(path, listing);
            text.push_str(&format!(
                "{line} · {}\n",
                escaped(self.edition.source_name(&listing.source))
            ));
        }
        OutputFile {
            path: path.to_owned(),
            bytes: text.into_bytes(),
        }
    }

    /// The newest articles of a source, newest first, and the months that have lists of their own, newest first.
    #[must_use]
    pub fn source(&self, source: &SourceInfo, newest: &[Listing], months: &[Date]) -> OutputFile {
        let path = newest_path(&source.slug);
        let mut text = heading(&source.name);
        self.push_lines(&mut text, &path, newest);
        if !months.is_empty() {
            text.push_str(&format!(
                "\n## {}\n\n",
                choose(&self.edition.language).navigation.pages
            ));
        }
        for month in months {
            let link = paths::link(&path, &month_path(&source.slug, *month));
            text.push_str(&format!("- [{}]({link})\n", month.strftime("%Y-%m")));
        }
        OutputFile {
            path,
            bytes: text.into_bytes(),
        }
    }

    /// The articles that a source published in a month, newest first.
    #[must_use]
    pub fn month(&self, source: &SourceInfo, month: Date, listings: &[Listing]) -> OutputFile {
        let path = month_path(&source.slug, month);
        let mut text = heading(&format!("{} {}", source.name, month.strftime("%Y-%m")));
        self.push_lines(&mut text, &path, listings);
        OutputFile {
            path,
            bytes: text.into_bytes(),
        }
    }

    fn push_lines(&self, text: &mut String, path: &str, listings: &[Listing]) {
        for listing in listings {
            text.push_str(&self.line(path, listing));
            text.push('\n');
        }
    }

    /// Articles of another volume are linked where the edition tells how.
    fn line(&self, path: &str, listing: &Listing) -> String {
        let day = self.day(listing.published);
        let title = escaped(&title(&listing.title, &listing.url));
        let link = if listing.volume == self.volume {
            Some(paths::link(path, &listing.path))
        } else {
            paths::in_git(self.edition.document_url.as_deref(), listing)
        };
        let mut line = link.map_or_else(
            || format!("- {day} {title}"),
            |link| format!("- {day} [{title}]({link})"),
        );
        if listing.withdrawn.is_some() {
            let word = choose(&self.edition.language).article.withdrawn;
            line.push_str(&format!(" *{}*", escaped(word)));
        }
        line
    }

    fn day(&self, time: Timestamp) -> String {
        time.to_zoned(self.edition.time_zone.clone())
            .strftime("%Y-%m-%d")
            .to_string()
    }
}

fn heading(name: &str) -> String {
    format!("# {}\n\n", escaped(name))
}

/// Text on one line in which nothing is Markdown or HTML (CommonMark section 2.4: every ASCII punctuation may be
/// escaped; only what has a meaning inside a line is, so that the source stays readable).
fn escaped(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len() + 8);
    for letter in line.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '@' | '$' => {
                escaped.extend(['\\', letter])
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(letter),
        }
    }
    escaped
}
