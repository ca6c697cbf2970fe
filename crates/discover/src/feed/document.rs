//! A feed in XML: finds the feed among whatever surrounds it, tells its form, and reads the feed's own words and its
//! entries, which may be inside the channel (RSS 2.0) or beside it (RDF).

use std::time::Duration;

use jiff::civil::Weekday;
use url::Url;

use super::record::{self, Rank, Ranked, Record};
use super::scope::{Scope, join};
use super::{
    Context, Entry, Feed, MAX_ENTRIES, NotAFeed, Person, Problem, Version, extensions, links,
    sitemap,
};
use crate::xml::namespace::Namespace;
use crate::xml::tree::{self, Damage, Element, Tree};

/// Persons that each entry takes over from its feed.
const MAX_INHERITED: usize = 8;

/// Reads the feed in a document.
pub(super) fn read(
    text: &str,
    encoding: &str,
    context: &Context,
) -> Result<(Feed, Vec<Problem>), NotAFeed> {
    let tree = Tree::parse(text, context.url.as_ref());
    if let Some(root) = sitemap::root(&tree, context.url.as_ref())? {
        let mut problems = problems(tree.damage);
        let mut read = feed(Record::default(), root, Version::Sitemap, encoding);
        read.entries = sitemap::entries(root, context.url.as_ref(), &mut problems);
        return Ok((read, problems));
    }
    let root = root(&tree).ok_or_else(|| refusal(&tree))?;
    let channel = channel(root);
    let own = context.url.clone().or_else(|| linked(channel, "self"));
    let scope = Scope::new(own, linked(channel, "alternate"));
    let mut problems = problems(tree.damage);
    let entries = entries(root, &mut problems);
    let mut record = record::read(channel, &scope);
    beside_channel(&mut record, root, channel, &scope);
    problems.append(&mut record.problems);
    record.language = record
        .language
        .or_else(|| channel.language())
        .or_else(|| root.language());
    let mut feed = feed(record, channel, version(root, text), encoding);
    for element in entries {
        let scope = if feed.version.is_atom() {
            scope.clone()
        } else {
            scope.of_entry(linked(element, "alternate"))
        };
        let mut record = record::read(element, &scope);
        problems.append(&mut record.problems);
        if record.authors.is_empty() && feed.version.is_atom() {
            record.authors = inherited_authors(element, &feed, &scope);
        }
        feed.entries.push(entry(record, element, &feed));
    }
    Ok((feed, problems))
}

/// The feed's outermost element, before or inside anything else that a broken server has sent.
fn root<'t, 'a>(tree: &'t Tree<'a>) -> Option<Element<'t, 'a>> {
    let is_feed = |element: Element<'_, '_>| {
        matches!(element.name(), "rss" | "rdf" | "feed") && !is_markup(element)
    };
    let is_bare = |element: Element<'_, '_>| {
        element.namespace() == Namespace::Feed
            && matches!(element.name(), "channel" | "entry" | "item")
    };
    tree::walk(tree.roots(), |element| !is_feed(element))
        .find(|element| is_feed(*element))
        .or_else(|| tree.roots().find(|e| is_bare(*e)))
}

fn is_markup(element: Element<'_, '_>) -> bool {
    matches!(element.namespace(), Namespace::Xhtml | Namespace::Other)
}

fn refusal(tree: &Tree<'_>) -> NotAFeed {
    let is_html = tree
        .roots()
        .any(|root| matches!(root.name(), "html" | "head" | "body"));
    if is_html {
        NotAFeed::Html
    } else {
        NotAFeed::Unknown
    }
}

/// The element that holds the feed's own words.
fn channel<'t, 'a>(root: Element<'t, 'a>) -> Element<'t, 'a> {
    root.child("channel").unwrap_or(root)
}

/// The address of the channel's first link with this relation, if it is absolute.
fn linked(channel: Element<'_, '_>, relation: &str) -> Option<Url> {
    let mut links = channel
        .elements()
        .filter(|child| child.is(Namespace::Feed, "link"));
    links.find_map(|link| {
        let is_related = link.attribute("rel").as_deref().unwrap_or("alternate") == relation;
        let reference = link
            .attribute("href")
            .or_else(|| link.text())
            .filter(|_| is_related)?;
        let url = join(link.base().filter(|_| link.has_own_base()), &reference)?;
        matches!(url.scheme(), "http" | "https").then_some(url)
    })
}

/// Words that RDF and some broken RSS put beside the channel.
fn beside_channel(
    record: &mut Record,
    root: Element<'_, '_>,
    channel: Element<'_, '_>,
    scope: &Scope,
) {
    if root.name() == channel.name() {
        return;
    }
    for element in root.elements() {
        match element.namespace() {
            Namespace::Feed if element.name() == "image" => {
                // The channel holds only the picture's name, which need not be its address.
                if let Some(url) = element
                    .child("url")
                    .and_then(|_| links::image(element, scope))
                {
                    record.image = Ranked::of(Rank::Own, url);
                }
            }
            Namespace::Feed => {}
            _ => extensions::word(record, element, scope),
        }
    }
}

/// The entries, wherever they are, but for one that the end of the document cut off.
fn entries<'t, 'a>(root: Element<'t, 'a>, problems: &mut Vec<Problem>) -> Vec<Element<'t, 'a>> {
    let is_entry = |element: Element<'_, '_>| matches!(element.name(), "item" | "entry");
    let enters =
        |element: Element<'_, '_>| element.namespace() == Namespace::Feed && !is_entry(element);
    let words = tree::walk(std::iter::once(root), |element| {
        element.name() == root.name() || enters(element)
    });
    let entries =
        words.filter(|element| element.namespace() == Namespace::Feed && is_entry(*element));
    let mut entries: Vec<_> = entries.collect();
    if entries.len() > MAX_ENTRIES {
        entries.truncate(MAX_ENTRIES);
        problems.push(Problem::Limit("entries"));
    }
    if entries.len() > 1 && entries.last().is_some_and(|last| last.is_cut()) {
        entries.pop();
        problems.retain(|problem| !matches!(problem, Problem::Truncated { .. }));
        problems.push(Problem::Truncated {
            entry_dropped: true,
        });
    }
    entries
}

fn problems(damage: Damage) -> Vec<Problem> {
    let found = [
        (damage.stray_text, Problem::StrayText),
        (damage.unbalanced, Problem::UnbalancedTags),
        (
            damage.cut,
            Problem::Truncated {
                entry_dropped: false,
            },
        ),
        (damage.entities, Problem::EntityDeclarations),
        (damage.too_deep, Problem::Limit("nesting")),
        (damage.too_many, Problem::Limit("elements")),
    ];
    found
        .into_iter()
        .filter(|(happened, _)| *happened)
        .map(|(_, problem)| problem)
        .collect()
}

/// The form, by the outermost element's name, version and namespace.
fn version(root: Element<'_, '_>, text: &str) -> Version {
    let version = root.attribute("version").unwrap_or_default();
    let namespaces: Vec<String> = root
        .raw_attributes()
        .iter()
        .filter(|attribute| attribute.name.to_ascii_lowercase().starts_with("xmlns"))
        .map(|attribute| attribute.value.to_ascii_lowercase())
        .collect();
    let declares = |part: &str| namespaces.iter().any(|uri| uri.contains(part));
    match (root.name(), version.as_str()) {
        ("feed" | "entry", _) if declares("w3.org/2005/atom") => Version::Atom10,
        ("feed" | "entry", "0.3") => Version::Atom03,
        ("feed" | "entry", _) if declares("purl.org/atom/ns") => Version::Atom03,
        ("feed" | "entry", _) => Version::Atom,
        ("rdf", _) if declares("rdf/simple/0.9") => Version::Rss090,
        ("rdf", _) => Version::Rss10,
        ("channel", _) => Version::Cdf,
        (_, "0.91") if text.contains("netscape.com/publish/formats/rss-0.91.dtd") => {
            Version::Rss091Netscape
        }
        (_, "0.91") => Version::Rss091,
        (_, "0.92") => Version::Rss092,
        (_, "0.93") => Version::Rss093,
        (_, "0.94") => Version::Rss094,
        (_, version) if version.starts_with('2') => Version::Rss20,
        _ => Version::Rss,
    }
}

fn feed(mut record: Record, channel: Element<'_, '_>, version: Version, encoding: &str) -> Feed {
    let minutes = number(channel.child("ttl")).filter(|minutes| *minutes > 0);
    Feed {
        version,
        encoding: encoding.to_owned(),
        title: record.title.take(),
        link: links::page(&record.links),
        self_link: links::related(&record.links, "self"),
        hubs: hubs(&record),
        id: record.id,
        description: record.summary.take(),
        language: record.language,
        updated: record.updated.or(record.date),
        published: record.published.or(record.created).or(record.date),
        authors: record.authors,
        rights: record.rights,
        generator: record.generator,
        image: record.image.take(),
        icon: record.icon,
        categories: record.categories,
        next: links::related(&record.links, "next"),
        previous_archive: links::related(&record.links, "prev-archive"),
        links: record.links,
        ttl: minutes
            .map(|minutes| Duration::from_secs(minutes * 60))
            .or_else(|| update_period(channel)),
        skip_hours: skip_hours(channel),
        skip_days: skip_days(channel),
        entries: Vec::new(),
    }
}

fn hubs(record: &Record) -> Vec<Url> {
    let hubs = record
        .links
        .iter()
        .filter(|link| links::relation(link) == "hub");
    hubs.filter_map(|link| Url::parse(&link.href).ok())
        .collect()
}

/// A whole number of at most a year's minutes.
fn number(element: Option<Element<'_, '_>>) -> Option<u64> {
    element?
        .text()?
        .parse()
        .ok()
        .filter(|number| *number <= 366 * 24 * 60)
}

/// The syndication module's period, divided by its frequency.
fn update_period(channel: Element<'_, '_>) -> Option<Duration> {
    let word = |name| {
        channel
            .elements()
            .find(|child| child.is(Namespace::Syndication, name))
    };
    let hours = match word("updateperiod")?.text()?.to_ascii_lowercase().as_str() {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 7 * 24,
        "monthly" => 30 * 24,
        "yearly" => 365 * 24,
        _ => return None,
    };
    let frequency = number(word("updatefrequency")).unwrap_or(1).max(1);
    Some(Duration::from_secs(hours * 3600 / frequency))
}

fn skip_hours(channel: Element<'_, '_>) -> Vec<u8> {
    let hours = channel
        .child("skiphours")
        .into_iter()
        .flat_map(Element::elements);
    let mut hours: Vec<u8> = hours
        .filter_map(|hour| hour.text()?.parse().ok())
        .filter(|hour| *hour <= 24)
        .collect();
    // RSS 0.91 counts from 1 to 24.
    hours.iter_mut().for_each(|hour| *hour %= 24);
    hours.sort_unstable();
    hours.dedup();
    hours
}

fn skip_days(channel: Element<'_, '_>) -> Vec<Weekday> {
    let days = channel
        .child("skipdays")
        .into_iter()
        .flat_map(Element::elements);
    let mut days: Vec<Weekday> = days.filter_map(|day| weekday(&day.text()?)).collect();
    days.sort_unstable_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    days
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.get(..3)?.to_ascii_lowercase().as_str() {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// The authors of an Atom entry that names none (RFC 4287 §4.2.1): those of the feed it was taken from, else the
/// feed's.
fn inherited_authors(entry: Element<'_, '_>, feed: &Feed, scope: &Scope) -> Vec<Person> {
    let source = entry
        .child("source")
        .map(|source| record::read(source, scope).authors);
    let authors = source
        .filter(|authors| !authors.is_empty())
        .unwrap_or_else(|| feed.authors.clone());
    authors.into_iter().take(MAX_INHERITED).collect()
}

fn entry(mut record: Record, element: Element<'_, '_>, feed: &Feed) -> Entry {
    let permalink = record
        .id
        .as_deref()
        .filter(|_| record.id_is_permalink || record.links.is_empty());
    let permalink = permalink
        .and_then(|id| Url::parse(id).ok())
        .filter(links::is_web);
    Entry {
        title: record.title.take(),
        link: record
            .original_link
            .filter(links::is_web)
            .or_else(|| links::page(&record.links))
            .or(permalink)
            .or_else(|| links::related(&record.links, "content")),
        id: record.id,
        id_is_permalink: record.id_is_permalink,
        summary: record.summary.take(),
        content: record.content.take(),
        published: record.published.or(record.created).or(record.date),
        updated: record.updated.or(record.date),
        authors: record.authors,
        categories: record.categories,
        enclosures: record.enclosures,
        image: record.image.take(),
        comments: record.comments,
        language: record
            .language
            .or(record.text_language)
            .or_else(|| element.language())
            .or_else(|| feed.language.clone()),
        rights: record.rights,
        links: record.links,
    }
}
