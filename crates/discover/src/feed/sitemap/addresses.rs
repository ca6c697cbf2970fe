//! A sitemap as plain text: one address a line and nothing else (sitemaps.org, "Text file").

use url::Url;

use super::super::{Entry, Feed, Problem};
use super::{NEWEST, both_ends, empty, entry_at};

/// Reads a sitemap in plain text; none where any line is something else than an address. It tells no times, and
/// nothing says at which of its ends the newest addresses stand.
pub(in super::super) fn read(text: &str, encoding: &str) -> Option<(Feed, Vec<Problem>)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let addresses: Vec<Url> = lines.map(address).collect::<Option<_>>()?;
    let mut problems = Vec::new();
    if addresses.len() > NEWEST {
        problems.push(Problem::Limit("addresses"));
    }
    let kept = both_ends(addresses, NEWEST);
    let mut feed = empty(encoding);
    feed.entries = kept.into_iter().map(entry_at).collect::<Vec<Entry>>();
    (!feed.entries.is_empty()).then_some((feed, problems))
}

fn address(line: &str) -> Option<Url> {
    let is_web = line.starts_with("http://") || line.starts_with("https://");
    Url::parse(line)
        .ok()
        .filter(|_| is_web && !line.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::super::super::{Context, NotAFeed, Problem, Version, parse};
    use super::NEWEST;

    #[test]
    fn addresses_line_by_line_are_a_sitemap() {
        let text = "\u{feff}https://hill.example/rain\r\n\r\nhttps://hill.example/sun?a=1 \n";
        let (feed, _) = parse(text.as_bytes(), &Context::default()).unwrap();
        assert_eq!(feed.version, Version::Sitemap);
        let links = feed.entries.iter().filter_map(|entry| entry.link.as_ref());
        let paths: Vec<_> = links.map(|link| link.path()).collect();
        assert_eq!(paths, ["/rain", "/sun"]);
    }

    #[test]
    fn text_that_holds_anything_else_is_none() {
        for text in [
            "https://hill.example/rain\nIt rained.",
            "https://hill.example/rain is wet",
            "mailto:desk@hill.example",
        ] {
            let read = parse(text.as_bytes(), &Context::default());
            assert_eq!(read, Err(NotAFeed::Unknown), "{text}");
        }
    }

    #[test]
    fn of_a_long_list_both_ends_are_kept() {
        let lines: String = (0..NEWEST + 10)
            .map(|number| format!("https://hill.example/{number}\n"))
            .collect();
        let (feed, problems) = parse(lines.as_bytes(), &Context::default()).unwrap();
        assert_eq!(feed.entries.len(), NEWEST);
        let last = feed.entries.last().and_then(|entry| entry.link.clone());
        let expected = format!("https://hill.example/{}", NEWEST + 9);
        assert_eq!(last.map(String::from), Some(expected));
        assert!(problems.contains(&Problem::Limit("addresses")));
    }
}
