//! Templates (HTML §13.2.6.4.4 and 18). Their content is kept beneath them; nothing shows it.

use super::{Builder, Mode, Step, document, sets};
use crate::name::Tag;
use crate::tokenizer::{StartTag, Token};

impl Builder<'_> {
    pub(super) fn begin_template(&mut self, tag: StartTag) {
        self.insert(tag);
        self.formatting.push_marker();
        self.frameset_ok = false;
        self.mode = Mode::InTemplate;
        self.template_modes.push(Mode::InTemplate);
    }

    pub(super) fn end_template(&mut self) {
        if self.stack.has(Tag::Template) {
            while self.stack.is_last_in(sets::is_implied_end_thoroughly) {
                self.stack.pop();
            }
            self.leave_template();
        }
    }

    fn leave_template(&mut self) {
        self.stack.pop_through(Tag::Template);
        self.formatting.clear_to_marker();
        self.template_modes.pop();
        self.reset_mode();
    }

    pub(super) fn in_template(&mut self, token: Token) -> Step {
        match token {
            Token::Text(_) => self.in_body(token),
            Token::Start(tag) if document::belongs_in_head(tag.tag) => self.in_head(token),
            Token::Start(tag) => {
                let mode = match tag.tag {
                    Tag::Caption | Tag::Colgroup | Tag::Tbody | Tag::Tfoot | Tag::Thead => {
                        Mode::InTable
                    }
                    Tag::Col => Mode::InColumnGroup,
                    Tag::Tr => Mode::InTableBody,
                    Tag::Td | Tag::Th => Mode::InRow,
                    _ => Mode::InBody,
                };
                self.template_modes.pop();
                self.template_modes.push(mode);
                self.again(mode, token)
            }
            Token::End(tag) if tag.tag == Tag::Template => self.in_head(token),
            Token::EndOfPage if self.stack.has(Tag::Template) => {
                self.leave_template();
                Step::Again(token)
            }
            Token::EndOfPage => Step::Stop,
            _ => Step::Done,
        }
    }
}
