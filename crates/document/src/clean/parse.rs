//! HTML text to a tree, by the standard's own algorithm (HTML §13.2) under caps.
//!
//! The standard's tree construction is quadratic in nesting and unbounded in size, so start tags
//! beyond the caps never reach it: what they would hold becomes content of the element above.

use std::cell::Cell;

use html5ever::interface::{TreeSink, create_element};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{QualName, TokenizerResult, local_name, ns};

use super::flood;
use super::tree::{Handle, Nodes, Tree};

/// Nesting at which browsers stop as well (Chromium's `kMaximumHTMLParserDOMTreeDepth`).
const MAX_DEPTH: usize = 512;

/// Elements and texts; the longest real article seen has under 20,000.
const MAX_NODES: usize = 400_000;

/// Bytes of input that are looked at; the largest real file in 128,801 has 465 kB.
pub(crate) const MAX_INPUT: usize = 16 << 20;

/// Parses `html` as the content of a `body`, scripting off, so that `noscript` is markup.
pub(crate) fn parse(html: &str) -> Nodes {
    let html = flood::bounded(&html[..html.floor_char_boundary(MAX_INPUT)]);
    let tree = Tree::new();
    let body = QualName::new(None, ns!(html), local_name!("body"));
    let context = create_element(&tree, body, Vec::new());
    let options = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let builder = TreeBuilder::new_for_fragment(tree, context, None, options);
    let capped = Capped {
        builder,
        dropped: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(capped, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(&*html));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

/// The tree builder behind the caps.
struct Capped {
    builder: TreeBuilder<Handle, Tree>,
    /// Start tags withheld whose end tags are still to come.
    dropped: Cell<usize>,
}

impl Capped {
    fn withholds(&self, token: &Token) -> bool {
        let Token::TagToken(tag) = token else {
            return false;
        };
        if is_raw_text(&tag.name) || is_void(&tag.name) {
            return tag.kind == TagKind::StartTag && self.builder.sink.len() >= 2 * MAX_NODES;
        }
        let dropped = self.dropped.get();
        match tag.kind {
            TagKind::StartTag => {
                let tree = &self.builder.sink;
                let withheld = tree.depth() >= MAX_DEPTH || tree.len() >= MAX_NODES;
                self.dropped
                    .set(dropped + usize::from(withheld && !tag.self_closing));
                withheld
            }
            TagKind::EndTag => {
                self.dropped.set(dropped.saturating_sub(1));
                dropped > 0
            }
        }
    }
}

impl TokenSink for Capped {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        if matches!(token, Token::CommentToken(_)) || self.withholds(&token) {
            return TokenSinkResult::Continue;
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Elements whose start tag switches the tokenizer: withheld, their text would show.
fn is_raw_text(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes"
    )
}

/// Elements that hold nothing (HTML §13.1.2).
pub(crate) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}
