//! A reader of sanitised markup, which is so regular that no parser is needed: tags hold no stray
//! `<` or `>`, attributes are quoted, and five entities are in use.

/// A piece of sanitised markup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// A tag's name, a slash before it in an end tag, and its attributes.
    Tag {
        name: &'a str,
        attributes: &'a str,
        whole: &'a str,
    },
    /// Text, still escaped.
    Text(&'a str),
}

/// The pieces of sanitised markup in order.
pub(super) fn pieces(markup: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = markup;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let is_tag = rest.starts_with('<');
        let end = if is_tag {
            rest.find('>').map(|at| at + 1)
        } else {
            rest.find('<')
        };
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(if is_tag {
            tag(piece)
        } else {
            Piece::Text(piece)
        })
    })
}

fn tag(whole: &str) -> Piece<'_> {
    let inner = whole.trim_start_matches('<').trim_end_matches('>');
    let (name, attributes) = inner.split_once(' ').unwrap_or((inner, ""));
    Piece::Tag {
        name,
        attributes,
        whole,
    }
}

/// Whether any table of sanitised markup has fewer than two cells.
pub(super) fn holds_frame(markup: &str) -> bool {
    let mut cells = Vec::new();
    markup.contains("<table")
        && pieces(markup).any(|piece| {
            match (piece, cells.last_mut()) {
                (Piece::Tag { name: "table", .. }, _) => cells.push(0),
                (Piece::Tag { name: "/table", .. }, _) => {
                    return cells.pop().is_some_and(|count| count < 2);
                }
                (
                    Piece::Tag {
                        name: "td" | "th", ..
                    },
                    Some(count),
                ) => *count += 1,
                _ => {}
            }
            false
        })
}

/// The value of an attribute, unescaped.
pub(super) fn value(attributes: &str, key: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        // A flag may stand before the name.
        if name.rsplit(' ').next() == Some(key) {
            return Some(unescape(value));
        }
        rest = after.trim_start();
    }
}

/// Undoes the entities of sanitised markup.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    text.replace("&#10;", "\n").replace("&amp;", "&")
}

/// What the end of an element is in plain text.
pub(super) fn separator(name: &str) -> Option<char> {
    match name {
        "br" | "/blockquote" | "/caption" | "/dd" | "/dt" | "/figcaption" | "/figure" | "/h1"
        | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" | "/li" | "/p" | "/pre" | "/summary" | "/tr" => {
            Some('\n')
        }
        "/td" | "/th" => Some('\t'),
        _ => None,
    }
}
