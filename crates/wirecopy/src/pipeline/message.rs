//! What a commit says: what came in this round, by source, and what changed in what was there.

use std::collections::BTreeMap;
use std::fmt::Write;

/// One document's part in a commit.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) source: String,
    pub(crate) title: String,
    pub(crate) kind: ArrivalKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ArrivalKind {
    New,
    /// An edit, with what it changed in words for people.
    Revised(String),
    Withdrawn,
    /// The operator took it out, for this reason; its title is not told.
    Removed(String),
}

/// New articles named in the body of a message; a back-fill of thousands is counted, not listed.
const NAMED: usize = 50;

/// The message of a round's commit: a subject of at most about 72 letters, and a line for each article.
pub(crate) fn message(arrivals: &[Arrival]) -> String {
    let mut text = subject(arrivals);
    text.push_str("\n\n");
    for (count, arrival) in arrivals.iter().enumerate() {
        if count == NAMED {
            let _ = writeln!(text, "… and {} more", arrivals.len() - NAMED);
            break;
        }
        let title = one_line(&arrival.title);
        let _ = match &arrival.kind {
            ArrivalKind::New => writeln!(text, "+ {}: {title}", arrival.source),
            ArrivalKind::Revised(changes) => {
                writeln!(text, "~ {}: {title} ({changes})", arrival.source)
            }
            ArrivalKind::Removed(reason) => {
                writeln!(text, "x {}: {title} (taken out: {reason})", arrival.source)
            }
            ArrivalKind::Withdrawn => writeln!(
                text,
                "- {}: {title} (withdrawn by its source, kept here)",
                arrival.source
            ),
        };
    }
    text
}

fn subject(arrivals: &[Arrival]) -> String {
    let count = |wanted: fn(&ArrivalKind) -> bool| {
        arrivals
            .iter()
            .filter(|arrival| wanted(&arrival.kind))
            .count()
    };
    let parts: Vec<String> = [
        (count(|kind| *kind == ArrivalKind::New), "new"),
        (
            count(|kind| matches!(kind, ArrivalKind::Revised(_))),
            "revised",
        ),
        (count(|kind| *kind == ArrivalKind::Withdrawn), "withdrawn"),
        (
            count(|kind| matches!(kind, ArrivalKind::Removed(_))),
            "taken out",
        ),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if parts.is_empty() {
        return "lists and state".to_owned();
    }
    format!("{}: {}", parts.join(", "), sources(arrivals))
}

/// The sources by what they gave, most first; those for which there is no room are counted.
fn sources(arrivals: &[Arrival]) -> String {
    const NAMED_SOURCES: usize = 4;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for arrival in arrivals {
        *counts.entry(&arrival.source).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(source, count)| (std::cmp::Reverse(*count), *source));
    let named: Vec<String> = counts
        .iter()
        .take(NAMED_SOURCES)
        .map(|(source, count)| format!("{source} {count}"))
        .collect();
    let others = counts.len().saturating_sub(NAMED_SOURCES);
    let rest = if others > 0 {
        format!(", {others} other sources")
    } else {
        String::new()
    };
    format!("{}{rest}", named.join(", "))
}

/// A title cannot add lines to a message.
fn one_line(title: &str) -> String {
    title
        .split(|c: char| c.is_control())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(source: &str, title: &str, kind: ArrivalKind) -> Arrival {
        Arrival {
            source: source.to_owned(),
            title: title.to_owned(),
            kind,
        }
    }

    #[test]
    fn a_message_says_what_came_and_what_changed() {
        let arrivals = [
            arrival("lindquay", "Harbour reopens", ArrivalKind::New),
            arrival(
                "lindquay",
                "Ferry late",
                ArrivalKind::Revised("title; 3 words in, 1 out".into()),
            ),
            arrival("gang-bao", "港口重开", ArrivalKind::Withdrawn),
        ];
        assert_eq!(
            message(&arrivals),
            "1 new, 1 revised, 1 withdrawn: lindquay 2, gang-bao 1\n\n\
             + lindquay: Harbour reopens\n\
             ~ lindquay: Ferry late (title; 3 words in, 1 out)\n\
             - gang-bao: 港口重开 (withdrawn by its source, kept here)\n"
        );
    }

    #[test]
    fn a_title_cannot_add_lines() {
        let text = message(&[arrival("a", "one\nSigned-off-by: two", ArrivalKind::New)]);
        assert_eq!(text.lines().count(), 3);
    }

    #[test]
    fn thousands_are_counted_and_not_listed() {
        let many = vec![arrival("a", "t", ArrivalKind::New); 5000];
        assert!(message(&many).ends_with("… and 4950 more\n"));
    }
}
