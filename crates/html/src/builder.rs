//! Tree construction (HTML §13.2.6), scripting off.
//!
//! Each insertion mode is a function from a token to what comes next. The stack of open elements and
//! the list of formatting elements are capped, see [`MAX_DEPTH`] and `formatting`.

mod body;
mod body_end;
mod document;
mod foreign;
mod formatting;
mod insert;
mod sets;
mod stack;
mod table;
mod template;

use crate::name::Tag;
use crate::store::{Parts, Span, Store};
use crate::tokenizer::{Mode as Reading, StartTag, Token, Tokenizer};
use crate::tree::NodeId;
use formatting::Formatting;
use stack::Stack;

/// How many elements may be open at once; deeper ones that can hold others are left out, and what
/// they would hold belongs to the one above. Blink's limit (`kMaximumHTMLParserDOMTreeDepth`).
pub const MAX_DEPTH: usize = 512;

/// The insertion modes (§13.2.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Initial,
    BeforeHtml,
    BeforeHead,
    InHead,
    InHeadNoscript,
    AfterHead,
    InBody,
    Text,
    InTable,
    InTableText,
    InCaption,
    InColumnGroup,
    InTableBody,
    InRow,
    InCell,
    InTemplate,
    AfterBody,
    InFrameset,
    AfterFrameset,
    AfterAfterBody,
    AfterAfterFrameset,
}

/// What comes of a token.
enum Step {
    Done,
    /// The token, or what is left of it, is to be read in the mode that is set now.
    Again(Token),
    /// The page is at its end.
    Stop,
}

/// Builds the tree of a page whose line ends are `\n`.
pub(crate) fn build(page: &str) -> Parts {
    let mut builder = Builder::new(Store::of_page(page));
    builder.run();
    builder.store.parts
}

/// Builds the tree of the content of a body (§13.4).
pub(crate) fn build_fragment(html: &str) -> Parts {
    let mut builder = Builder::new(Store::of_part(html));
    builder.is_fragment = true;
    builder.insert_implied(Tag::Html);
    builder.mode = Mode::InBody;
    builder.run();
    builder.store.parts
}

struct Builder<'p> {
    store: Store<'p>,
    tokenizer: Tokenizer<'p>,
    mode: Mode,
    /// The mode to go back to after text.
    original: Mode,
    stack: Stack,
    formatting: Formatting,
    template_modes: Vec<Mode>,
    /// Text in a table, until it is known where it belongs.
    pending: Vec<Span>,
    head: Option<NodeId>,
    form: Option<NodeId>,
    quirks: bool,
    frameset_ok: bool,
    /// A line break that comes next is not text.
    skips_newline: bool,
    /// What does not belong into a table goes before it.
    fosters: bool,
    /// The page is the content of a body that is not there.
    is_fragment: bool,
}

impl<'p> Builder<'p> {
    fn new(store: Store<'p>) -> Builder<'p> {
        Builder {
            tokenizer: Tokenizer::new(store.page),
            store,
            mode: Mode::Initial,
            original: Mode::Initial,
            stack: Stack::default(),
            formatting: Formatting::default(),
            template_modes: Vec::new(),
            pending: Vec::new(),
            head: None,
            form: None,
            quirks: false,
            frameset_ok: true,
            skips_newline: false,
            fosters: false,
            is_fragment: false,
        }
    }

    fn run(&mut self) {
        while !self.store.is_full() {
            let is_foreign = self.stack.is_foreign();
            let token = self.tokenizer.next(&mut self.store, is_foreign);
            if !self.process(token) {
                break;
            }
        }
    }

    /// Processes a token; whether there is more to read.
    fn process(&mut self, token: Token) -> bool {
        let Some(mut token) = self.without_newline(token) else {
            return true;
        };
        if let Token::Start(tag) = token
            && !self.admits(tag.tag)
        {
            self.store.forget(tag.tag, tag.attributes);
            return true;
        }
        loop {
            let step = if self.is_for_foreign(&token) {
                self.in_foreign(token)
            } else {
                self.step(self.mode, token)
            };
            match step {
                Step::Done => return true,
                Step::Again(rest) => token = rest,
                Step::Stop => return false,
            }
        }
    }

    /// Whether an element may be opened: so deep, only those that hold no others.
    fn admits(&self, tag: Tag) -> bool {
        self.stack.len() < MAX_DEPTH || sets::is_leaf(tag)
    }

    /// A token without the line break that opens preformatted text; a comment before it would be
    /// what opens the text.
    fn without_newline(&mut self, token: Token) -> Option<Token> {
        let skips = std::mem::take(&mut self.skips_newline) && !self.tokenizer.after_comment;
        match token {
            Token::Text(text) if skips && self.store.str(text).starts_with('\n') => {
                let (_, rest) = text.split(1);
                (!rest.is_empty()).then_some(Token::Text(rest))
            }
            token => Some(token),
        }
    }

    fn step(&mut self, mode: Mode, token: Token) -> Step {
        match mode {
            Mode::Initial => self.initial(token),
            Mode::BeforeHtml => self.before_html(token),
            Mode::BeforeHead => self.before_head(token),
            Mode::InHead => self.in_head(token),
            Mode::InHeadNoscript => self.in_head_noscript(token),
            Mode::AfterHead => self.after_head(token),
            Mode::InBody => self.in_body(token),
            Mode::Text => self.in_text(token),
            Mode::InTable => self.in_table(token),
            Mode::InTableText => self.in_table_text(token),
            Mode::InCaption => self.in_caption(token),
            Mode::InColumnGroup => self.in_column_group(token),
            Mode::InTableBody => self.in_table_body(token),
            Mode::InRow => self.in_row(token),
            Mode::InCell => self.in_cell(token),
            Mode::InTemplate => self.in_template(token),
            Mode::AfterBody => self.after_body(token),
            Mode::InFrameset => self.in_frameset(token),
            Mode::AfterFrameset => self.after_frameset(token),
            Mode::AfterAfterBody => self.after_after_body(token),
            Mode::AfterAfterFrameset => self.after_after_frameset(token),
        }
    }

    fn again(&mut self, mode: Mode, token: Token) -> Step {
        self.mode = mode;
        Step::Again(token)
    }

    /// The white space that a text begins with, and the rest of it.
    fn split_space(&self, text: Span) -> (Span, Option<Token>) {
        let shown = self.store.str(text);
        let space = shown.len() - shown.trim_start_matches(is_space).len();
        let (space, rest) = text.split(space);
        (space, (!rest.is_empty()).then_some(Token::Text(rest)))
    }

    /// Inserts an element whose content is text alone (§13.2.6.2).
    fn insert_raw(&mut self, tag: StartTag, reading: Reading) -> Step {
        self.insert(tag);
        self.tokenizer.mode = reading;
        self.original = self.mode;
        self.mode = Mode::Text;
        Step::Done
    }

    fn in_text(&mut self, token: Token) -> Step {
        match token {
            Token::Text(text) => self.insert_text(text),
            Token::EndOfPage => {
                self.stack.pop();
                return self.again(self.original, token);
            }
            _ => {
                self.stack.pop();
                self.mode = self.original;
            }
        }
        Step::Done
    }

    /// Resets the insertion mode (§13.2.4.1).
    fn reset_mode(&mut self) {
        let (head, is_fragment) = (self.head, self.is_fragment);
        let template = self.template_modes.last().copied();
        let found = self.stack.html_tags_down().find_map(|tag| match tag {
            Tag::Td | Tag::Th => Some(Mode::InCell),
            Tag::Tr => Some(Mode::InRow),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => Some(Mode::InTableBody),
            Tag::Caption => Some(Mode::InCaption),
            Tag::Colgroup => Some(Mode::InColumnGroup),
            Tag::Table => Some(Mode::InTable),
            Tag::Template => template,
            Tag::Head => Some(Mode::InHead),
            Tag::Body => Some(Mode::InBody),
            Tag::Frameset => Some(Mode::InFrameset),
            Tag::Html if is_fragment => Some(Mode::InBody),
            Tag::Html if head.is_none() => Some(Mode::BeforeHead),
            Tag::Html => Some(Mode::AfterHead),
            _ => None,
        });
        self.mode = found.unwrap_or(Mode::InBody);
    }
}

/// White space as the insertion modes of the standard list it (§13.2.6.4). A carriage return gets here by reference
/// only: those of the page itself have become line feeds.
fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\x0c' | '\r')
}
