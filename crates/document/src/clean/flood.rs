//! Tags with more attributes than any page needs, cut before the tokenizer sees them: it compares
//! each attribute with all before it, so that 100,000 in one tag take seconds, a million hours.

use std::borrow::Cow;

/// Attributes of one tag; the most seen on a real page is 62.
const MAX_ATTRIBUTES: usize = 1000;

/// Elements whose content is no markup (HTML §13.2.5.2 to 4).
const RAW: &[&str] = &[
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
];

/// `html` without the attributes that are too many.
///
/// Comments and raw text are measured as well, each for itself: whether they are what they seem is
/// for the tree builder to say (a `style` in SVG holds markup), and nobody reads them.
pub fn bounded(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut kept = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut limit = bytes.len();
    // Once one has no end, it reaches to the end of all, and looking on would be quadratic.
    let mut all_end = true;
    while let Some(open) = html[at..].find('<').map(|offset| at + offset) {
        if open >= limit {
            limit = bytes.len();
        }
        if limit == bytes.len() && all_end && html[open..].starts_with("<!--") {
            limit = comment_end(html, open);
            all_end = limit < bytes.len();
        }
        let name = open + 1 + usize::from(bytes.get(open + 1) == Some(&b'/'));
        if name >= limit || !bytes[name].is_ascii_alphabetic() {
            at = open + 1;
            continue;
        }
        let tag = measure(&bytes[..limit], name);
        if let Some(excess) = tag.excess {
            kept.push_str(&html[copied..excess]);
            copied = tag.end;
        }
        at = tag.end;
        if limit == bytes.len()
            && all_end
            && let Some(end) = raw_end(html, name, at)
        {
            limit = end;
            all_end = limit < bytes.len();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    kept.push_str(&html[copied..]);
    Cow::Owned(kept)
}

/// Where a comment ends that begins at `open`.
fn comment_end(html: &str, open: usize) -> usize {
    let mut closings = html[open + 4..]
        .match_indices('>')
        .map(|(at, _)| open + 4 + at);
    let ends = |at: &usize| html[..*at].ends_with("--") || html[..*at].ends_with("--!");
    closings.find(ends).unwrap_or(html.len())
}

/// Where a tag ends (at its `>`), and where its attributes become too many.
struct Tag {
    end: usize,
    excess: Option<usize>,
}

/// Reads a tag as the tokenizer would (HTML §13.2.5.8 to 39), from its name on.
fn measure(bytes: &[u8], name: usize) -> Tag {
    let mut at = skip(bytes, name, |byte| {
        !is_space(byte) && !matches!(byte, b'/' | b'>')
    });
    let mut excess = None;
    for count in 0.. {
        at = skip(bytes, at, |byte| is_space(byte) || byte == b'/');
        if at >= bytes.len() || bytes[at] == b'>' {
            break;
        }
        if count == MAX_ATTRIBUTES {
            excess = Some(at);
        }
        at = attribute_end(bytes, at);
    }
    Tag { end: at, excess }
}

fn attribute_end(bytes: &[u8], start: usize) -> usize {
    // A name may begin with `=`, so its first byte is not looked at.
    let name = skip(bytes, start + 1, |byte| {
        !is_space(byte) && !matches!(byte, b'/' | b'>' | b'=')
    });
    let equals = skip(bytes, name, is_space);
    if bytes.get(equals) != Some(&b'=') {
        return name;
    }
    let value = skip(bytes, equals + 1, is_space);
    match bytes.get(value) {
        Some(quote @ (b'"' | b'\'')) => {
            let end = skip(bytes, value + 1, |byte| byte != *quote);
            (end + 1).min(bytes.len())
        }
        _ => skip(bytes, value, |byte| !is_space(byte) && byte != b'>'),
    }
}

fn skip(bytes: &[u8], from: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let from = from.min(bytes.len());
    bytes[from..]
        .iter()
        .position(|byte| !is_part(*byte))
        .map_or(bytes.len(), |offset| from + offset)
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// Where the text ends that follows a tag, if that is no markup.
fn raw_end(html: &str, name: usize, end: usize) -> Option<usize> {
    let starts = |at: usize, raw: &str| {
        let same = html.as_bytes().get(at..at + raw.len());
        same.is_some_and(|same| same.eq_ignore_ascii_case(raw.as_bytes()))
    };
    let raw = RAW.iter().find(|raw| starts(name, raw))?;
    let mut closings = html[end..].match_indices("</").map(|(at, _)| end + at);
    Some(
        closings
            .find(|close| starts(close + 2, raw))
            .unwrap_or(html.len()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_attributes_beyond_the_cap_and_nothing_else() {
        let flood: String = (0..5000).map(|number| format!(" a{number}='>'")).collect();
        let kept: String = (0..1000).map(|number| format!(" a{number}='>'")).collect();
        let html = format!("<p>a</p><script>a<b x</script><img{flood}>b");
        assert_eq!(
            bounded(&html),
            format!("<p>a</p><script>a<b x</script><img{kept} >b")
        );
        for hidden in [
            "<!--><img",
            "<!-- --!><img",
            "<svg><style><img",
            "<title></title x><img",
            "</p",
        ] {
            let html = format!("{hidden}{flood}>");
            assert!(bounded(&html).len() < 12_000, "{hidden}");
        }
    }

    #[test]
    fn leaves_ordinary_and_broken_markup_as_it_is() {
        for html in [
            "",
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "</a",
            "<!--",
            "<script>",
            "<a / =x ==>",
            "a < b > c",
        ] {
            assert!(
                matches!(bounded(html), Cow::Borrowed(same) if same == html),
                "{html}"
            );
        }
    }
}
