//! What of a body is written: tables, pictures, links and formatting can be left out.

use wirecopy_document::clean::{CleanHtml, clean};
use wirecopy_extract::{Article, markdown};

/// The parts of a body that are kept beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Tables with their text.
    pub tables: bool,
    /// Pictures with their captions.
    pub images: bool,
    /// Addresses of links; their text always stays.
    pub links: bool,
    /// Emphasis and the like; their text always stays.
    pub formatting: bool,
}

impl Default for Parts {
    /// Everything.
    fn default() -> Parts {
        Parts {
            tables: true,
            images: true,
            links: true,
            formatting: true,
        }
    }
}

/// What is formatting, and no more than that: without it a sentence says the same.
const FORMATTING: [&str; 10] = [
    "b", "del", "em", "i", "ins", "mark", "s", "small", "strong", "u",
];

impl Parts {
    /// The body without what is not wanted.
    pub(crate) fn of(self, html: &CleanHtml) -> CleanHtml {
        if self == Parts::default() {
            return html.clone();
        }
        let mut pared = String::with_capacity(html.as_str().len());
        // The element that is left out with all that it holds, and how many of its name are open.
        let mut left_out: Option<(&str, usize)> = None;
        for piece in pieces(html.as_str()) {
            let name = name(piece);
            let bare = name.trim_start_matches('/');
            if let Some((outer, open)) = &mut left_out {
                if bare == *outer {
                    *open = if name.starts_with('/') {
                        *open - 1
                    } else {
                        *open + 1
                    };
                }
                left_out = left_out.filter(|(_, open)| *open > 0);
            } else if self.drops_whole(name) {
                left_out = Some((name, 1));
            } else if !self.drops_tag(bare) {
                pared.push_str(piece);
            }
        }
        clean(&pared, None)
    }

    /// Whether an element goes with all that it holds.
    fn drops_whole(self, name: &str) -> bool {
        (!self.tables && name == "table") || (!self.images && name == "figcaption")
    }

    /// Whether an element goes, and what it holds stays.
    fn drops_tag(self, name: &str) -> bool {
        (!self.links && name == "a")
            || (!self.images && name == "img")
            || (!self.formatting && FORMATTING.contains(&name))
    }

    /// The text of an article of which `body` was kept: Markdown where there is anything to mark.
    pub(crate) fn text(self, article: &Article, body: &CleanHtml) -> String {
        if self.links || self.formatting || self.images {
            markdown(body)
        } else if self.tables {
            article.text.clone()
        } else {
            body.text()
        }
    }
}

/// Tags and texts in turn. The sanitiser puts every attribute's value in double quotes.
fn pieces(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(end_of_piece(rest));
        rest = after;
        Some(piece)
    })
}

fn end_of_piece(html: &str) -> usize {
    if !html.starts_with('<') {
        return html.find('<').unwrap_or(html.len());
    }
    let mut is_quoted = false;
    let end = html.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    end.map_or(html.len(), |end| end + 1)
}

/// The name in a tag, an end tag's with its `/`; empty for a text.
fn name(piece: &str) -> &str {
    let Some(tag) = piece.strip_prefix('<') else {
        return "";
    };
    tag.split([' ', '>', '\n']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented.
    const BODY: &str = "<p>The <em>old</em> harbour of <a href=\"https://e.example/?a=>\">Exampleton</a></p>\
        <figure><img src=\"https://e.example/1.jpg\" alt=\"Boats\"><figcaption>Boats <b>at</b> dawn</figcaption></figure>\
        <table><tr><th>quay</th><th>cost</th></tr><tr><td>one</td><td>two</td></tr></table><p>reopened</p>";

    #[track_caller]
    fn check(parts: Parts, has: &[&str], lacks: &[&str]) {
        let body = parts.of(&clean(BODY, None));
        for wanted in has {
            assert!(
                body.as_str().contains(wanted),
                "{wanted} in {}",
                body.as_str()
            );
        }
        for unwanted in lacks {
            assert!(
                !body.as_str().contains(unwanted),
                "{unwanted} in {}",
                body.as_str()
            );
        }
    }

    #[test]
    fn each_part_is_left_out_alone_and_the_text_around_it_stays() {
        let all = Parts::default();
        let tail = "<p>reopened</p>";
        check(
            Parts {
                tables: false,
                ..all
            },
            &["<em>", "<img", tail],
            &["table", "one", "two"],
        );
        check(
            Parts {
                images: false,
                ..all
            },
            &["<em>", "two", tail],
            &["<img", "Boats", "dawn"],
        );
        check(
            Parts {
                links: false,
                ..all
            },
            &["of Exampleton", "<img", tail],
            &["href"],
        );
        check(
            Parts {
                formatting: false,
                ..all
            },
            &["The old harbour", "Boats at dawn", tail],
            &["<em>", "<b>"],
        );
    }
}
