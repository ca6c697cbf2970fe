//! A page that loads nothing from elsewhere: what a line would bring is told in its place, as in an edition without
//! pictures. Links stay: they are for when there is a line again.
//!
//! Works on pages of this program's templates, in which attribute values stand in double quotes. What else is found,
//! such as a script of an operator's template, goes through as it is.

use std::borrow::Cow;

use crate::edition::Edition;
use crate::pictures::{Tag, is_absolute, name, tag_length, write_description};
use crate::words::{ArticleWords, choose};

/// The page without the pictures, sounds and films of other hosts; the same where it has none.
#[must_use]
pub fn contained<'h>(html: &'h str, edition: &Edition) -> Cow<'h, str> {
    let words = &choose(&edition.language).article;
    let mut contained = String::new();
    let mut kept = 0;
    let mut place = 0;
    while let Some(start) = html[place..].find('<').map(|start| place + start) {
        place = start + tag_length(&html[start..]);
        if let Some(instead) = instead(&html[start..place], words) {
            contained.push_str(&html[kept..start]);
            contained.push_str(&instead);
            kept = place;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(html);
    }
    contained.push_str(&html[kept..]);
    Cow::Owned(contained)
}

/// What stands in a tag's place; `None` where the tag may stay.
fn instead(tag: &str, words: &ArticleWords) -> Option<String> {
    let kind = name(tag);
    if !matches!(
        kind.trim_start_matches('/'),
        "img" | "audio" | "video" | "source" | "track"
    ) {
        return None;
    }
    let parsed = Tag::parse(tag);
    let source = parsed.value("src").filter(|source| is_absolute(source));
    let mut text = String::new();
    match (kind, source) {
        ("img", None) => return None,
        ("img", Some(_)) => write_description(&mut text, &parsed, (words.picture, "")),
        // The players in the list of what is attached have a name, and their link beside them.
        ("audio" | "video" | "source", Some(source)) if parsed.value("aria-label").is_none() => {
            let word = if kind == "audio" {
                words.audio
            } else {
                words.video
            };
            text = format!("<a href=\"{source}\" rel=\"noopener noreferrer external\">{word}</a>");
        }
        _ => {}
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::contained;
    use crate::edition::Edition;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(contained(html, &Edition::default()), expected);
    }

    #[test]
    fn what_other_hosts_would_send_is_told() {
        check(
            "<p>a<img src=\"https://x.example/1.png\" alt=\"A <quay> & more\">b</p>",
            "<p>a<span class=\"picture\">A &lt;quay> & more</span>b</p>",
        );
        check(
            "<img alt=\"\" src=\"http://x.example/1.png\">",
            "<span class=\"picture\">Picture left out</span>",
        );
        check(
            "<video controls poster=\"https://x.example/p.png\"><source src=\"https://x.example/f.mp4\"></video>",
            "<a href=\"https://x.example/f.mp4\" rel=\"noopener noreferrer external\">Video</a>",
        );
        check(
            "<li><audio src=\"https://x.example/s.mp3\" aria-label=\"Audio\"></audio> <a href=\"https://x.example/s.mp3\">",
            "<li> <a href=\"https://x.example/s.mp3\">",
        );
    }

    #[test]
    fn what_the_site_has_itself_stays() {
        for html in [
            "<!doctype html><img src=\"../../images/ab.jpg\" alt=\"A quay\"><a href=\"https://x.example/\">x</a>",
            "<script>if (1 < 2) document.write('<img src=\"https://x.example/\">\")</script>",
            "an end that is none <",
            "",
        ] {
            check(html, html);
        }
    }
}
