//! Between tokens and tree: drops what would make a page cost more than its size.
//!
//! Tree construction walks its stack of open elements for many tags and reopens formatting elements
//! for each paragraph, so unbounded nesting makes it quadratic. Browsers cap nesting at 512; so do we.

use html5ever::TokenizerResult;
use html5ever::interface::TreeSink;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use wirecopy_document::clean::flood;

use super::Tree;
use super::sink::{ArenaSink, Handle};

/// Greatest depth of an element; deeper start tags are ignored. Blink's limit (kMaximumHTMLParserDOMTreeDepth).
pub(crate) const MAX_DEPTH: u32 = 512;

/// Nodes a page may have however small it is, before its size counts.
const FREE_NODES: usize = 10_000;

struct Guard {
    builder: TreeBuilder<Handle, ArenaSink>,
    max_nodes: usize,
}

impl Guard {
    fn refuses(&self, tag: &Tag) -> bool {
        let sink = &self.builder.sink;
        tag.kind == TagKind::StartTag
            && (sink.depth() >= MAX_DEPTH || sink.node_count() >= self.max_nodes)
    }
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        match &token {
            Token::TagToken(tag) if self.refuses(tag) => TokenSinkResult::Continue,
            Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

pub(super) fn parse(html: &str) -> Tree {
    let html = &*flood::bounded(html);
    let sink = ArenaSink::new(html.len() / 40 + 16);
    let options = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let guard = Guard {
        builder: TreeBuilder::new(sink, options),
        max_nodes: FREE_NODES + html.len() / 3,
    };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}
