//! The Markdown of submitted pages to HTML: what a page-to-Markdown converter writes, no more.
//!
//! Headings, quotes, lists of one level, fences, rules, paragraphs; images, links, emphasis, code,
//! escapes. Anything else stays as it is written. The result is sanitised like all foreign HTML.

/// Emphasis and the like within emphasis.
const MAX_DEPTH: usize = 8;

/// Markdown as HTML, one block a line.
pub(super) fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut paragraph: Vec<&str> = Vec::new();
    let mut fence = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            flush(&mut paragraph, &mut html);
            html.push_str(if fence { "</pre>\n" } else { "<pre>" });
            fence = !fence;
        } else if fence {
            html.push_str(&escaped(line));
            html.push('\n');
        } else if let Some((tag, inner)) = single(trimmed) {
            flush(&mut paragraph, &mut html);
            wrap(&mut html, tag, inner);
        } else if trimmed.is_empty() {
            flush(&mut paragraph, &mut html);
        } else {
            paragraph.push(line);
        }
    }
    flush(&mut paragraph, &mut html);
    html.push_str(if fence { "</pre>" } else { "" });
    html
}

/// A block that is one line: its element and its text.
fn single(line: &str) -> Option<(&'static str, &str)> {
    const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    if let Some(tag) = level.checked_sub(1).and_then(|index| HEADINGS.get(index))
        && let Some(text) = line[level..].strip_prefix(' ')
    {
        return Some((tag, text.trim_end_matches('#').trim()));
    }
    let is_rule =
        |mark: u8| line.len() >= 3 && line.bytes().all(|byte| byte == mark || byte == b' ');
    [b'-', b'*', b'_']
        .into_iter()
        .any(is_rule)
        .then_some(("hr", ""))
}

/// Writes the lines of a paragraph, a quote or a list.
fn flush(paragraph: &mut Vec<&str>, html: &mut String) {
    let lines = std::mem::take(paragraph);
    let Some(first) = lines.first() else { return };
    if first.trim_start().starts_with('>') {
        let inner: Vec<_> = lines
            .iter()
            .map(|line| line.trim_start().trim_start_matches('>').trim())
            .collect();
        wrap(html, "blockquote", &inner.join("\n"));
    } else if let Some((tag, _)) = item(first) {
        html.push_str(&format!("<{tag}>"));
        for line in &lines {
            wrap(html, "li", item(line).map_or(line.trim(), |(_, text)| text));
        }
        html.push_str(&format!("</{tag}>\n"));
    } else {
        wrap(html, "p", &lines.join("\n"));
    }
}

/// A list's element and the text of its item.
fn item(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    if let Some(text) = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
    {
        return Some(("ul", text));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let text = line[digits..]
        .strip_prefix(". ")
        .filter(|_| (1..=9).contains(&digits))?;
    Some(("ol", text))
}

fn wrap(html: &mut String, tag: &str, text: &str) {
    html.push_str(&format!("<{tag}>"));
    if tag != "hr" {
        inline(html, text, 0);
        html.push_str(&format!("</{tag}>"));
    }
    html.push('\n');
}

/// Writes the spans of a block. HTML within is passed on, for the sanitiser to judge.
fn inline(html: &mut String, text: &str, depth: usize) {
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let span = if depth < MAX_DEPTH {
            span(html, rest, depth)
        } else {
            None
        };
        rest = match span {
            Some(behind) => behind,
            None => {
                html.push(letter);
                &rest[letter.len_utf8()..]
            }
        };
    }
}

/// Writes the span at the start of `text`, if there is one, and gives what is behind it.
fn span<'a>(html: &mut String, text: &'a str, depth: usize) -> Option<&'a str> {
    match text.as_bytes()[0] {
        b'\\' => {
            let escaped = text[1..]
                .chars()
                .next()
                .filter(char::is_ascii_punctuation)?;
            html.push_str(&self::escaped(escaped.encode_utf8(&mut [0; 4])));
            Some(&text[2..])
        }
        b'`' => {
            let (code, behind) = text[1..].split_once('`')?;
            html.push_str(&format!("<code>{}</code>", escaped(code)));
            Some(behind)
        }
        b'*' | b'_' => emphasis(html, text, depth),
        b'!' => {
            let (label, address, behind) = link(text[1..].strip_prefix('[')?)?;
            html.push_str(&format!(
                "<img src=\"{}\" alt=\"{}\">",
                escaped(address),
                escaped(label)
            ));
            Some(behind)
        }
        b'[' => {
            let (label, address, behind) = link(&text[1..])?;
            html.push_str(&format!("<a href=\"{}\">", escaped(address)));
            inline(html, label, depth + 1);
            html.push_str("</a>");
            Some(behind)
        }
        b' ' => {
            let behind = text
                .trim_start_matches(' ')
                .strip_prefix('\n')
                .filter(|_| text.starts_with("  "))?;
            html.push_str("<br>");
            Some(behind)
        }
        _ => None,
    }
}

fn emphasis<'a>(html: &mut String, text: &'a str, depth: usize) -> Option<&'a str> {
    let strong = text.starts_with("**") || text.starts_with("__");
    let (mark, tag) = if strong {
        (&text[..2], "strong")
    } else {
        (&text[..1], "em")
    };
    let (inner, behind) = text[mark.len()..].split_once(mark)?;
    let tight = !inner.is_empty() && !inner.starts_with(' ') && !inner.ends_with(' ');
    // Within a word an underscore is a letter.
    let apart = mark.starts_with('*') || !behind.starts_with(char::is_alphanumeric);
    (tight && apart).then(|| {
        html.push_str(&format!("<{tag}>"));
        inline(html, inner, depth + 1);
        html.push_str(&format!("</{tag}>"));
        behind
    })
}

/// The label and the address of `label](address "title")`, and what is behind.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    // An image as the label has brackets of its own.
    let mut open = 0_i32;
    let close = text.char_indices().find(|(_, letter)| {
        open += match letter {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        open < 0
    })?;
    let target = text[close.0 + 1..].strip_prefix('(')?;
    let mut open = 0_i32;
    let end = target.char_indices().take(4000).find(|(_, letter)| {
        open += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open < 0
    })?;
    let address = target[..end.0].trim();
    let address = address
        .split_once([' ', '\n'])
        .map_or(address, |(address, _)| address);
    let address = address.trim_start_matches('<').trim_end_matches('>');
    Some((&text[..close.0], address, &target[end.0 + 1..]))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
