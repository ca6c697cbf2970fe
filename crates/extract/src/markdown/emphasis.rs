//! Emphasis by marks where CommonMark reads them as such, by elements where it does not.
//!
//! A run of `*` opens or closes only beside the right characters (CommonMark §6.2, left- and
//! right-flanking). Western text parts words by spaces and always has them; in Chinese and Japanese,
//! `**港口。**重新开放` has a full stop inside and a letter outside, and the closing marks would be shown
//! as asterisks. A space would mend it, and be one too many; an element is exact.

use super::escape;
use super::line::{Context, Piece};

/// Rounds in which marks may turn out not to be read; one that turns into an element changes what its
/// neighbours stand beside. Then all become elements.
const MAX_ROUNDS: usize = 4;

/// One stretch of emphasis.
#[derive(Debug)]
pub(super) struct Mark {
    element: &'static str,
    mark: &'static str,
    is_element: bool,
}

impl Mark {
    pub(super) fn new(element: &'static str) -> Mark {
        let mark = match element {
            "strong" => "**",
            "del" => "~~",
            _ => "*",
        };
        Mark {
            element,
            mark,
            is_element: false,
        }
    }
}

/// A run of marks in the finished line.
struct Run {
    mark: usize,
    start: usize,
    end: usize,
    opens: bool,
}

/// The line as Markdown.
pub(super) fn write(pieces: &[Piece], marks: &mut [Mark], context: Context) -> String {
    // Beside strong emphasis the other star would run into it.
    for pair in pieces.windows(2) {
        if let [Piece::Open(first), Piece::Open(second)]
        | [Piece::Close(first), Piece::Close(second)] = pair
        {
            for index in [*first, *second] {
                if marks[index].mark == "*" {
                    marks[index].mark = "_";
                }
            }
        }
    }
    for _ in 0..MAX_ROUNDS {
        let Written { text, runs } = render(pieces, marks, context);
        let misread: Vec<usize> = runs
            .iter()
            .filter(|run| !is_read(&text, run))
            .map(|run| run.mark)
            .collect();
        if misread.is_empty() {
            return text;
        }
        for mark in misread {
            marks[mark].is_element = true;
        }
    }
    marks.iter_mut().for_each(|mark| mark.is_element = true);
    render(pieces, marks, context).text
}

/// A line as far as it is written.
#[derive(Default)]
struct Written {
    text: String,
    runs: Vec<Run>,
}

fn render(pieces: &[Piece], marks: &[Mark], context: Context) -> Written {
    let mut written = Written::default();
    for piece in pieces {
        let text = &mut written.text;
        match piece {
            Piece::Text(words) => escape::text(words, context, text),
            Piece::Verbatim(markup) => text.push_str(markup),
            Piece::Code(code) => text.push_str(&escape::code_span(code, context)),
            Piece::Space => text.push(' '),
            Piece::Break => text.push_str(match context {
                Context::Paragraph => "\\\n",
                Context::Heading => " ",
                Context::Cell => "<br>",
            }),
            Piece::Open(mark) => written.push_run(*mark, &marks[*mark], true),
            Piece::Close(mark) => written.push_run(*mark, &marks[*mark], false),
            Piece::LinkOpen => {
                // An exclamation mark before a link would make it a picture.
                if text.ends_with('!') {
                    text.insert(text.len() - 1, '\\');
                }
                text.push('[');
            }
            Piece::LinkClose(destination) => text.push_str(&format!("]({destination})")),
        }
    }
    written
}

impl Written {
    fn push_run(&mut self, index: usize, mark: &Mark, opens: bool) {
        if mark.is_element {
            let slash = if opens { "" } else { "/" };
            return self.text.push_str(&format!("<{slash}{}>", mark.element));
        }
        let start = self.text.len();
        self.text.push_str(mark.mark);
        self.runs.push(Run {
            mark: index,
            start,
            end: self.text.len(),
            opens,
        });
    }
}

/// Whether CommonMark reads the run as what it is meant for.
fn is_read(text: &str, run: &Run) -> bool {
    let (mut before, mut after) = (
        text[..run.start].chars().next_back(),
        text[run.end..].chars().next(),
    );
    let own = text[run.start..].chars().next();
    // Two runs side by side would be one; the first of them stays.
    if before == own {
        return false;
    }
    if !run.opens {
        std::mem::swap(&mut before, &mut after);
    }
    // Seen from outside: what the run touches, and what it is parted from.
    let (outside, inside) = (before, after);
    let is_apart = is_space(outside) || outside.is_some_and(is_surely_punctuation);
    let flanks = !is_space(inside) && (!may_be_punctuation(inside) || is_apart);
    // Within a word `_` marks nothing.
    flanks && (own != Some('_') || is_apart)
}

fn is_space(character: Option<char>) -> bool {
    character.is_none_or(char::is_whitespace)
}

/// Whether it may be of Unicode's punctuation and symbols (general categories P and S): what is neither letter, digit
/// nor white space. Marks that join a letter and characters that do not show are counted in, which only makes an
/// element where a mark would do.
fn may_be_punctuation(character: Option<char>) -> bool {
    character.is_some_and(|character| !character.is_alphanumeric() && !character.is_whitespace())
}

/// Whether every reader takes it for punctuation: of ASCII, of Latin, general, of Chinese and Japanese, full-width.
/// Symbols are left out, since CommonMark counts them from 0.31 on.
fn is_surely_punctuation(character: char) -> bool {
    character.is_ascii_punctuation()
        || matches!(character, '¡' | '§' | '«' | '¶' | '·' | '»' | '¿')
        || matches!(character, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}' | '\u{2045}'..='\u{2051}')
        || matches!(character, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}')
        || matches!(character, '！'..='＃' | '％'..='＊' | '，'..='／' | '：' | '；' | '？' | '＠')
        || matches!(character, '［'..='］' | '＿' | '｛' | '｝' | '｟'..='･')
}
