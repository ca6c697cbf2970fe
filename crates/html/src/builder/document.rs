//! What surrounds the body: the insertion modes from "initial" to "after head" (HTML §13.2.6.4.1 to
//! 6), and from "after body" on (§13.2.6.4.19 to 23).

use super::{Builder, Mode, Step, is_space};
use crate::name::Tag;
use crate::store::Span;
use crate::tokenizer::{Mode as Reading, StartTag, Token};
use crate::tree::NodeId;

impl Builder<'_> {
    pub(super) fn initial(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { quirks } => {
                self.quirks = quirks;
                self.mode = Mode::BeforeHtml;
                Step::Done
            }
            Token::Text(text) => match self.split_space(text).1 {
                Some(rest) => self.without_doctype(rest),
                None => Step::Done,
            },
            token => self.without_doctype(token),
        }
    }

    fn without_doctype(&mut self, token: Token) -> Step {
        self.quirks = true;
        self.again(Mode::BeforeHtml, token)
    }

    pub(super) fn before_html(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => match self.split_space(text).1 {
                Some(rest) => self.with_root(StartTag::implied(Tag::Html), Some(rest)),
                None => Step::Done,
            },
            Token::Start(tag) if tag.tag == Tag::Html => self.with_root(tag, None),
            Token::End(tag) if !may_begin_body(tag.tag) => Step::Done,
            token => self.with_root(StartTag::implied(Tag::Html), Some(token)),
        }
    }

    fn with_root(&mut self, tag: StartTag, rest: Option<Token>) -> Step {
        self.insert(tag);
        self.mode = Mode::BeforeHead;
        rest.map_or(Step::Done, Step::Again)
    }

    pub(super) fn before_head(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => match self.split_space(text).1 {
                Some(rest) => self.with_head(rest),
                None => Step::Done,
            },
            Token::Start(tag) if tag.tag == Tag::Html => self.in_body(token),
            Token::Start(tag) if tag.tag == Tag::Head => {
                self.head = Some(self.insert(tag));
                self.mode = Mode::InHead;
                Step::Done
            }
            Token::End(tag) if !may_begin_body(tag.tag) => Step::Done,
            token => self.with_head(token),
        }
    }

    fn with_head(&mut self, token: Token) -> Step {
        self.head = Some(self.insert_implied(Tag::Head));
        self.again(Mode::InHead, token)
    }

    pub(super) fn in_head(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => self.space_then(text, Builder::leave_head),
            Token::Start(tag) => self.in_head_start(tag),
            Token::End(tag) => match tag.tag {
                Tag::Head => {
                    self.stack.pop();
                    self.mode = Mode::AfterHead;
                    Step::Done
                }
                Tag::Template => {
                    self.end_template();
                    Step::Done
                }
                Tag::Body | Tag::Html | Tag::Br => self.leave_head(token),
                _ => Step::Done,
            },
            token => self.leave_head(token),
        }
    }

    fn in_head_start(&mut self, tag: StartTag) -> Step {
        match tag.tag {
            Tag::Html => return self.in_body(Token::Start(tag)),
            Tag::Base | Tag::Basefont | Tag::Bgsound | Tag::Link | Tag::Meta => {
                self.insert_closed(tag);
            }
            Tag::Title => return self.insert_raw(tag, Reading::Rcdata(Tag::Title)),
            Tag::Noframes | Tag::Style => return self.insert_raw(tag, Reading::RawText(tag.tag)),
            Tag::Script => return self.insert_raw(tag, Reading::Script),
            Tag::Noscript => {
                self.insert(tag);
                self.mode = Mode::InHeadNoscript;
            }
            Tag::Template => self.begin_template(tag),
            Tag::Head => {}
            _ => return self.leave_head(Token::Start(tag)),
        }
        Step::Done
    }

    fn leave_head(&mut self, token: Token) -> Step {
        self.stack.pop();
        self.again(Mode::AfterHead, token)
    }

    /// Keeps the white space that a text begins with; the rest of it goes on.
    pub(super) fn space_then(&mut self, text: Span, then: fn(&mut Self, Token) -> Step) -> Step {
        let (space, rest) = self.split_space(text);
        if !space.is_empty() {
            self.insert_text(space);
        }
        match rest {
            Some(rest) => then(self, rest),
            None => Step::Done,
        }
    }

    pub(super) fn in_head_noscript(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => self.space_then(text, Builder::leave_noscript),
            Token::Start(tag) => match tag.tag {
                Tag::Html => self.in_body(token),
                Tag::Basefont
                | Tag::Bgsound
                | Tag::Link
                | Tag::Meta
                | Tag::Noframes
                | Tag::Style => self.in_head(token),
                Tag::Head | Tag::Noscript => Step::Done,
                _ => self.leave_noscript(token),
            },
            Token::End(tag) if tag.tag == Tag::Noscript => {
                self.stack.pop();
                self.mode = Mode::InHead;
                Step::Done
            }
            Token::End(tag) if tag.tag != Tag::Br => Step::Done,
            token => self.leave_noscript(token),
        }
    }

    fn leave_noscript(&mut self, token: Token) -> Step {
        self.stack.pop();
        self.again(Mode::InHead, token)
    }

    pub(super) fn after_head(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => self.space_then(text, Builder::with_body),
            Token::Start(tag) => self.after_head_start(tag),
            Token::End(tag) if tag.tag == Tag::Template => self.in_head(token),
            Token::End(tag) if !matches!(tag.tag, Tag::Body | Tag::Html | Tag::Br) => Step::Done,
            token => self.with_body(token),
        }
    }

    fn after_head_start(&mut self, tag: StartTag) -> Step {
        match tag.tag {
            Tag::Html => self.in_body(Token::Start(tag)),
            Tag::Body => {
                self.insert(tag);
                self.frameset_ok = false;
                self.mode = Mode::InBody;
                Step::Done
            }
            Tag::Frameset => {
                self.insert(tag);
                self.mode = Mode::InFrameset;
                Step::Done
            }
            Tag::Head => Step::Done,
            other if belongs_in_head(other) => self.late_for_head(tag),
            _ => self.with_body(Token::Start(tag)),
        }
    }

    /// Puts into the head what stands behind it.
    fn late_for_head(&mut self, tag: StartTag) -> Step {
        let Some(head) = self.head else {
            return Step::Done;
        };
        self.stack.push(super::stack::Open {
            id: head,
            tag: Tag::Head,
            namespace: crate::store::Namespace::Html,
        });
        let step = self.in_head(Token::Start(tag));
        self.stack.remove_node(head);
        step
    }

    fn with_body(&mut self, token: Token) -> Step {
        self.insert_implied(Tag::Body);
        self.again(Mode::InBody, token)
    }

    pub(super) fn after_body(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => self.after_body_text(text),
            Token::Start(tag) if tag.tag == Tag::Html => self.in_body(token),
            Token::End(tag) if tag.tag == Tag::Html => {
                self.mode = Mode::AfterAfterBody;
                Step::Done
            }
            Token::EndOfPage => Step::Stop,
            token => self.again(Mode::InBody, token),
        }
    }

    fn after_body_text(&mut self, text: Span) -> Step {
        let (space, rest) = self.split_space(text);
        if !space.is_empty() {
            self.in_body(Token::Text(space));
        }
        match rest {
            Some(rest) => self.again(Mode::InBody, rest),
            None => Step::Done,
        }
    }

    pub(super) fn after_after_body(&mut self, token: Token) -> Step {
        match token {
            Token::Doctype { .. } => Step::Done,
            Token::Text(text) => self.after_body_text(text),
            Token::Start(tag) if tag.tag == Tag::Html => self.in_body(token),
            Token::EndOfPage => Step::Stop,
            token => self.again(Mode::InBody, token),
        }
    }

    pub(super) fn in_frameset(&mut self, token: Token) -> Step {
        match token {
            Token::Text(text) => self.keep_spaces(text),
            Token::Start(tag) => match tag.tag {
                Tag::Html => return self.in_body(token),
                Tag::Frameset => {
                    self.insert(tag);
                }
                Tag::Frame => {
                    self.insert_closed(tag);
                }
                Tag::Noframes => return self.in_head(token),
                _ => {}
            },
            Token::End(tag) if tag.tag == Tag::Frameset && self.stack.len() > 1 => {
                self.stack.pop();
                if !self.stack.is_last(Tag::Frameset) {
                    self.mode = Mode::AfterFrameset;
                }
            }
            Token::EndOfPage => return Step::Stop,
            _ => {}
        }
        Step::Done
    }

    pub(super) fn after_frameset(&mut self, token: Token) -> Step {
        match token {
            Token::Text(text) => self.keep_spaces(text),
            Token::Start(tag) if tag.tag == Tag::Html => return self.in_body(token),
            Token::Start(tag) if tag.tag == Tag::Noframes => return self.in_head(token),
            Token::End(tag) if tag.tag == Tag::Html => self.mode = Mode::AfterAfterFrameset,
            Token::EndOfPage => return Step::Stop,
            _ => {}
        }
        Step::Done
    }

    pub(super) fn after_after_frameset(&mut self, token: Token) -> Step {
        match token {
            Token::Text(text) => {
                for space in self.spaces(text) {
                    self.in_body(Token::Text(space));
                }
            }
            Token::Start(tag) if tag.tag == Tag::Html => return self.in_body(token),
            Token::Start(tag) if tag.tag == Tag::Noframes => return self.in_head(token),
            Token::EndOfPage => return Step::Stop,
            _ => {}
        }
        Step::Done
    }

    /// Inserts the white space of a text, and nothing else of it.
    pub(super) fn keep_spaces(&mut self, text: Span) {
        for space in self.spaces(text) {
            self.insert_text(space);
        }
    }

    fn spaces(&self, text: Span) -> Vec<Span> {
        let shown = self.store.str(text);
        let spaces = shown.match_indices(is_space);
        spaces
            .map(|(at, space)| text.split(at).1.split(space.len()).0)
            .collect()
    }

    /// The root element.
    pub(super) fn root(&self) -> Option<NodeId> {
        self.stack.get(0).map(|root| root.id)
    }
}

/// End tags that, where there is no body yet, make one.
fn may_begin_body(tag: Tag) -> bool {
    matches!(tag, Tag::Head | Tag::Body | Tag::Html | Tag::Br)
}

/// Start tags that are read as in the head wherever they stand.
pub(super) fn belongs_in_head(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Base
            | Tag::Basefont
            | Tag::Bgsound
            | Tag::Link
            | Tag::Meta
            | Tag::Noframes
            | Tag::Script
            | Tag::Style
            | Tag::Template
            | Tag::Title
    )
}
