//! Which articles an import takes: by site, by time of publication, by language.

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use url::Url;

/// What an article must be to be taken; without options every one is.
#[derive(Debug, Default, Args)]
pub(super) struct Choice {
    /// Only articles of this host and those below it; may be given several times.
    #[arg(long = "site", value_name = "HOST", value_parser = parse_host)]
    sites: Vec<String>,
    /// Only what was published at this time or later: a day in UTC, or a time as RFC 3339 writes it. An article
    /// without a time of publication is taken at that of its capture.
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<Timestamp>,
    /// Only what was published until the end of this day, or before this time.
    #[arg(long, value_name = "TIME", value_parser = parse_until)]
    until: Option<Timestamp>,
    /// Only articles in this language: `zh` also takes `zh-Hant`; may be given several times.
    #[arg(long = "language", value_name = "TAG")]
    languages: Vec<String>,
}

impl Choice {
    /// Whether an article of this page, time and language is taken.
    pub(super) fn takes(&self, url: &Url, time: Timestamp, language: Option<&str>) -> bool {
        let host = url.host_str().map(without_www).unwrap_or_default();
        let is_of = |site: &String| {
            host.strip_suffix(site.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let is_in = |wanted: &String| language.is_some_and(|language| covers(wanted, language));
        (self.sites.is_empty() || self.sites.iter().any(is_of))
            && self.since.is_none_or(|since| time >= since)
            && self.until.is_none_or(|until| time < until)
            && (self.languages.is_empty() || self.languages.iter().any(is_in))
    }
}

/// Whether a tag is the wanted one or a narrower one (RFC 4647 §3.3.1, basic filtering).
fn covers(wanted: &str, tag: &str) -> bool {
    tag.split_at_checked(wanted.len())
        .is_some_and(|(head, rest)| {
            head.eq_ignore_ascii_case(wanted) && (rest.is_empty() || rest.starts_with('-'))
        })
}

/// A host without the name that leads to the same site.
pub(super) fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").unwrap_or(host)
}

/// A host as addresses have it: in lower case and Punycode.
fn parse_host(text: &str) -> Result<String, String> {
    let url = Url::parse(&format!("https://{text}/")).ok();
    let host = url.filter(|url| url.path() == "/" && url.port().is_none());
    let host = host.and_then(|url| url.host_str().map(str::to_owned));
    let host = host.ok_or("write the host alone, as in `news.example`")?;
    Ok(without_www(&host).to_owned())
}

fn parse_since(text: &str) -> Result<Timestamp, String> {
    parse_time(text, 0)
}

fn parse_until(text: &str) -> Result<Timestamp, String> {
    parse_time(text, 1)
}

/// A time, or the beginning of a day so many days after the one that is named.
fn parse_time(text: &str, days: i64) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let day = text.parse::<Date>().ok();
    let begin = day
        .and_then(|day| day.checked_add(days.days()).ok())
        .and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    begin
        .map(|begin| begin.timestamp())
        .ok_or_else(|| "write a day as 2026-03-02 or a time as 2026-03-02T08:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        choice: Choice,
    }

    /// An article of 2 March 2026 at eight in the evening, UTC, in traditional Chinese.
    #[track_caller]
    fn check(arguments: &[&str], is_taken: bool) {
        let command = ["import"].into_iter().chain(arguments.iter().copied());
        let choice = Command::parse_from(command).choice;
        let url = Url::parse("https://www.news.hill.example/rain?site=else.example").unwrap();
        let time = "2026-03-02T20:00:00Z".parse().unwrap();
        assert_eq!(
            choice.takes(&url, time, Some("zh-Hant")),
            is_taken,
            "{arguments:?}"
        );
    }

    #[test]
    fn a_site_is_a_host_and_what_is_below_it() {
        check(&[], true);
        check(&["--site", "hill.example"], true);
        check(&["--site", "www.Hill.example"], true);
        check(
            &["--site", "else.example", "--site", "news.hill.example"],
            true,
        );
        check(&["--site", "ill.example"], false);
        check(&["--site", "else.example"], false);
        check(&["--site", "a.news.hill.example"], false);
    }

    #[test]
    fn a_day_is_whole_and_a_time_exact() {
        check(&["--since", "2026-03-02", "--until", "2026-03-02"], true);
        check(&["--since", "2026-03-03"], false);
        check(&["--until", "2026-03-01"], false);
        check(&["--since", "2026-03-02T21:00:00+01:00"], true);
        check(&["--until", "2026-03-02T20:00:00Z"], false);
    }

    #[test]
    fn a_language_takes_its_narrower_tags_alone() {
        check(&["--language", "ZH"], true);
        check(&["--language", "zh-Hant", "--language", "en"], true);
        check(&["--language", "z"], false);
        check(&["--language", "zh-Hant-TW"], false);
    }
}
