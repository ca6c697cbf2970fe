//! Tables (HTML §13.2.6.4.9 to 15).

use super::stack::Scope;
use super::{Builder, Mode, Step, is_space, sets};
use crate::name::Tag;
use crate::tokenizer::{EndTag, StartTag, Token};

/// Tags that begin or end parts of a table.
fn is_part_start(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Caption
            | Tag::Col
            | Tag::Colgroup
            | Tag::Tbody
            | Tag::Td
            | Tag::Tfoot
            | Tag::Th
            | Tag::Thead
            | Tag::Tr
    )
}

fn is_body_part(tag: Tag) -> bool {
    matches!(tag, Tag::Tbody | Tag::Tfoot | Tag::Thead)
}

fn is_table_context(tag: Tag) -> bool {
    matches!(tag, Tag::Table | Tag::Template | Tag::Html)
}

fn is_body_context(tag: Tag) -> bool {
    is_body_part(tag) || matches!(tag, Tag::Template | Tag::Html)
}

fn is_row_context(tag: Tag) -> bool {
    matches!(tag, Tag::Tr | Tag::Template | Tag::Html)
}

/// End tags that mean nothing in a table, whatever part of it.
fn is_stray_end(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Body | Tag::Caption | Tag::Col | Tag::Colgroup | Tag::Html
    )
}

impl Builder<'_> {
    pub(super) fn in_table(&mut self, token: Token) -> Step {
        match token {
            Token::Text(_) | Token::Null => {
                if self.stack.is_last_in(sets::is_table_part) {
                    self.original = self.mode;
                    return self.again(Mode::InTableText, token);
                }
                self.before_table(token)
            }
            Token::Doctype { .. } => Step::Done,
            Token::Start(tag) => self.in_table_start(tag),
            Token::End(tag) => self.in_table_end(tag),
            Token::EndOfPage => self.in_body(token),
        }
    }

    /// Reads a token as in the body, and puts what comes of it before the table.
    fn before_table(&mut self, token: Token) -> Step {
        self.fosters = true;
        let step = self.in_body(token);
        self.fosters = false;
        step
    }

    fn in_table_start(&mut self, tag: StartTag) -> Step {
        let token = Token::Start(tag);
        if is_part_start(tag.tag) {
            self.stack.pop_to(is_table_context);
        }
        match tag.tag {
            Tag::Caption => {
                self.formatting.push_marker();
                self.insert(tag);
                self.mode = Mode::InCaption;
            }
            Tag::Colgroup => {
                self.insert(tag);
                self.mode = Mode::InColumnGroup;
            }
            Tag::Col => {
                self.insert_implied(Tag::Colgroup);
                return self.again(Mode::InColumnGroup, token);
            }
            Tag::Tbody | Tag::Tfoot | Tag::Thead => {
                self.insert(tag);
                self.mode = Mode::InTableBody;
            }
            Tag::Td | Tag::Th | Tag::Tr => {
                self.insert_implied(Tag::Tbody);
                return self.again(Mode::InTableBody, token);
            }
            Tag::Table => {
                if self.stack.has_in_scope(Scope::Table, Tag::Table) {
                    self.end_table();
                    return Step::Again(token);
                }
            }
            Tag::Style | Tag::Script | Tag::Template => return self.in_head(token),
            Tag::Input if self.is_hidden(&tag) => {
                self.insert_closed(tag);
            }
            Tag::Form => {
                if self.form.is_none() && !self.stack.has(Tag::Template) {
                    self.form = Some(self.insert_closed(tag));
                }
            }
            _ => return self.before_table(token),
        }
        Step::Done
    }

    fn in_table_end(&mut self, tag: EndTag) -> Step {
        match tag.tag {
            Tag::Table => {
                if self.stack.has_in_scope(Scope::Table, Tag::Table) {
                    self.end_table();
                }
                Step::Done
            }
            Tag::Template => self.in_head(Token::End(tag)),
            other if is_stray_end(other) || is_part_start(other) => Step::Done,
            _ => self.before_table(Token::End(tag)),
        }
    }

    fn end_table(&mut self) {
        self.stack.pop_through(Tag::Table);
        self.reset_mode();
    }

    /// Collects text until its end is known: white space stays in the table, other text does not.
    pub(super) fn in_table_text(&mut self, token: Token) -> Step {
        // A comment ends a text, though it is not kept.
        let goes_on = self.pending.is_empty() || !self.tokenizer.after_comment;
        match token {
            Token::Null if goes_on => return Step::Done,
            Token::Text(text) if goes_on => {
                self.pending.push(text);
                return Step::Done;
            }
            _ => {}
        }
        let pending = std::mem::take(&mut self.pending);
        let shows = |text: &crate::store::Span| !self.store.str(*text).chars().all(is_space);
        if pending.iter().any(shows) {
            for text in pending {
                self.before_table(Token::Text(text));
            }
        } else {
            for text in pending {
                self.insert_text(text);
            }
        }
        self.again(self.original, token)
    }

    pub(super) fn in_caption(&mut self, token: Token) -> Step {
        let ends = match token {
            Token::Start(tag) => is_part_start(tag.tag),
            Token::End(tag) if matches!(tag.tag, Tag::Table | Tag::Caption) => true,
            Token::End(tag) if is_stray_end(tag.tag) || is_part_start(tag.tag) => {
                return Step::Done;
            }
            _ => false,
        };
        if !ends {
            return self.in_body(token);
        }
        if !self.stack.has_in_scope(Scope::Table, Tag::Caption) {
            return Step::Done;
        }
        self.stack.end_implied(None);
        self.stack.pop_through(Tag::Caption);
        self.formatting.clear_to_marker();
        self.mode = Mode::InTable;
        match token {
            Token::End(tag) if tag.tag == Tag::Caption => Step::Done,
            token => Step::Again(token),
        }
    }

    pub(super) fn in_column_group(&mut self, token: Token) -> Step {
        match token {
            Token::Text(text) => self.space_then(text, Builder::leave_column_group),
            Token::Doctype { .. } => Step::Done,
            Token::Start(tag) => match tag.tag {
                Tag::Html => self.in_body(token),
                Tag::Col => {
                    self.insert_closed(tag);
                    Step::Done
                }
                Tag::Template => self.in_head(token),
                _ => self.leave_column_group(token),
            },
            Token::End(tag) => match tag.tag {
                Tag::Colgroup if self.stack.is_last(Tag::Colgroup) => {
                    self.stack.pop();
                    self.mode = Mode::InTable;
                    Step::Done
                }
                Tag::Colgroup | Tag::Col => Step::Done,
                Tag::Template => self.in_head(token),
                _ => self.leave_column_group(token),
            },
            Token::EndOfPage => self.in_body(token),
            Token::Null => self.leave_column_group(token),
        }
    }

    fn leave_column_group(&mut self, token: Token) -> Step {
        if !self.stack.is_last(Tag::Colgroup) {
            // Each character counts by itself: those between two spaces are left out, not the spaces.
            if let Token::Text(text) = token {
                self.keep_spaces(text);
            }
            return Step::Done;
        }
        self.stack.pop();
        self.again(Mode::InTable, token)
    }

    pub(super) fn in_table_body(&mut self, token: Token) -> Step {
        match token {
            Token::Start(tag) => match tag.tag {
                Tag::Tr => {
                    self.stack.pop_to(is_body_context);
                    self.insert(tag);
                    self.mode = Mode::InRow;
                    Step::Done
                }
                Tag::Td | Tag::Th => {
                    self.stack.pop_to(is_body_context);
                    self.insert_implied(Tag::Tr);
                    self.again(Mode::InRow, token)
                }
                other if is_part_start(other) => self.leave_table_body(token),
                _ => self.in_table(token),
            },
            Token::End(tag) => match tag.tag {
                part if is_body_part(part) => {
                    if self.stack.has_in_scope(Scope::Table, part) {
                        self.stack.pop_to(is_body_context);
                        self.stack.pop();
                        self.mode = Mode::InTable;
                    }
                    Step::Done
                }
                Tag::Table => self.leave_table_body(token),
                other if is_stray_end(other) || is_part_start(other) => Step::Done,
                _ => self.in_table(token),
            },
            _ => self.in_table(token),
        }
    }

    fn leave_table_body(&mut self, token: Token) -> Step {
        let is_table =
            |open: &super::stack::Open| open.is_in(|tag| tag == Tag::Table || is_body_part(tag));
        if !self.stack.finds_in_scope(Scope::Table, is_table) {
            return Step::Done;
        }
        self.stack.pop_to(is_body_context);
        self.stack.pop();
        self.again(Mode::InTable, token)
    }

    pub(super) fn in_row(&mut self, token: Token) -> Step {
        match token {
            Token::Start(tag) => match tag.tag {
                Tag::Td | Tag::Th => {
                    self.stack.pop_to(is_row_context);
                    self.insert(tag);
                    self.mode = Mode::InCell;
                    self.formatting.push_marker();
                    Step::Done
                }
                other if is_part_start(other) => self.leave_row(Some(token)),
                _ => self.in_table(token),
            },
            Token::End(tag) => match tag.tag {
                Tag::Tr => self.leave_row(None),
                Tag::Table => self.leave_row(Some(token)),
                part if is_body_part(part) => {
                    if self.stack.has_in_scope(Scope::Table, part) {
                        self.leave_row(Some(token))
                    } else {
                        Step::Done
                    }
                }
                other if is_stray_end(other) || is_part_start(other) => Step::Done,
                _ => self.in_table(token),
            },
            _ => self.in_table(token),
        }
    }

    /// Ends the row, if there is one; the token that ended it goes on.
    fn leave_row(&mut self, token: Option<Token>) -> Step {
        if !self.stack.has_in_scope(Scope::Table, Tag::Tr) {
            return Step::Done;
        }
        self.stack.pop_to(is_row_context);
        self.stack.pop();
        self.mode = Mode::InTableBody;
        token.map_or(Step::Done, Step::Again)
    }

    pub(super) fn in_cell(&mut self, token: Token) -> Step {
        match token {
            Token::Start(tag) if is_part_start(tag.tag) => {
                let is_cell = |tag| matches!(tag, Tag::Td | Tag::Th);
                if self
                    .stack
                    .finds_in_scope(Scope::Table, |open| open.is_in(is_cell))
                {
                    self.leave_cell(token)
                } else {
                    Step::Done
                }
            }
            Token::End(tag) => match tag.tag {
                Tag::Td | Tag::Th => {
                    if self.stack.has_in_scope(Scope::Table, tag.tag) {
                        self.stack.end_implied(None);
                        self.stack.pop_through(tag.tag);
                        self.formatting.clear_to_marker();
                        self.mode = Mode::InRow;
                    }
                    Step::Done
                }
                other if is_stray_end(other) => Step::Done,
                other if sets::is_table_part(other) => {
                    if self.stack.has_in_scope(Scope::Table, other) {
                        self.leave_cell(token)
                    } else {
                        Step::Done
                    }
                }
                _ => self.in_body(token),
            },
            _ => self.in_body(token),
        }
    }

    fn leave_cell(&mut self, token: Token) -> Step {
        self.stack.end_implied(None);
        self.stack
            .pop_through_any(|tag| matches!(tag, Tag::Td | Tag::Th));
        self.formatting.clear_to_marker();
        self.again(Mode::InRow, token)
    }
}
