//! Names of new sources, and whether a feed is followed already.

use url::Url;
use wirecopy_document::identity;
use wirecopy_document::path::slug;

use crate::config::SourceSettings;

/// The source that follows a feed, whatever the scheme or the tracking parameters of its address.
pub(super) fn source_of_feed<'a>(
    sources: &'a [SourceSettings],
    feed: &Url,
) -> Option<&'a SourceSettings> {
    let key = identity::key(feed);
    sources
        .iter()
        .find(|source| source.feeds.iter().any(|known| identity::key(known) == key))
}

/// A short name made from a title that no source has: `news`, `news-2`, `news-3`.
pub(super) fn free_name(title: &str, sources: &[SourceSettings]) -> String {
    let is_free = |name: &String| sources.iter().all(|source| source.name != *name);
    let base = slug(title);
    let numbered =
        (2_usize..).map(|number| slug(&format!("{} {number}", shortened(&base, number))));
    [base.clone()]
        .into_iter()
        .chain(numbered)
        .find(is_free)
        .expect("there are more numbers than sources")
}

/// The name without what would push the number over the limit of a slug.
fn shortened(base: &str, number: usize) -> &str {
    const ROOM: usize = 60;
    let most = ROOM.saturating_sub(number.to_string().len() + 1);
    let end = (0..=most.min(base.len()))
        .rev()
        .find(|end| base.is_char_boundary(*end))
        .unwrap_or(0);
    &base[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(names: &[&str]) -> Vec<SourceSettings> {
        let feed = |name: &str| Url::parse(&format!("https://{name}.example/feed")).unwrap();
        names
            .iter()
            .map(|name| SourceSettings::new(name, feed(name)))
            .collect()
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(free_name("The Hill", &sources(&[])), "the-hill");
        assert_eq!(free_name("The Hill", &sources(&["the-hill"])), "the-hill-2");
        assert_eq!(
            free_name("The Hill", &sources(&["the-hill", "the-hill-2"])),
            "the-hill-3"
        );
    }

    #[test]
    fn a_long_taken_name_stays_a_valid_one() {
        let title = "美".repeat(40);
        let first = free_name(&title, &[]);
        let second = free_name(
            &title,
            &sources(&["hill"])
                .into_iter()
                .map(|s| SourceSettings {
                    name: first.clone(),
                    ..s
                })
                .collect::<Vec<_>>(),
        );
        assert_ne!(first, second);
        assert_eq!(slug(&second), second);
    }

    #[test]
    fn the_same_feed_is_known_by_another_scheme() {
        let sources = sources(&["hill"]);
        let feed = Url::parse("http://www.hill.example/feed").unwrap();
        assert_eq!(
            source_of_feed(&sources, &feed).map(|source| source.name.as_str()),
            Some("hill")
        );
    }
}
