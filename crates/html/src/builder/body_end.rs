//! The insertion mode "in body" (HTML §13.2.6.4.7): end tags.

use super::stack::Scope;
use super::{Builder, Mode, Step, sets};
use crate::name::Tag;
use crate::store::Namespace;
use crate::tokenizer::{EndTag, StartTag, Token};

impl Builder<'_> {
    pub(super) fn in_body_end(&mut self, tag: EndTag) -> Step {
        match tag.tag {
            Tag::Template => return self.in_head(Token::End(tag)),
            Tag::Body | Tag::Html => return self.end_body(tag),
            plain if sets::is_plain_block(plain) => self.end_block(plain),
            Tag::Button | Tag::Listing | Tag::Pre | Tag::Select => self.end_block(tag.tag),
            Tag::A
            | Tag::B
            | Tag::Big
            | Tag::Code
            | Tag::Em
            | Tag::Font
            | Tag::I
            | Tag::Nobr
            | Tag::S
            | Tag::Small
            | Tag::Strike
            | Tag::Strong
            | Tag::Tt
            | Tag::U => self.adopt(tag.tag),
            Tag::P => self.end_paragraph(),
            Tag::Li | Tag::Dd | Tag::Dt => self.end_item(tag.tag),
            _ => self.rare_end(tag),
        }
        Step::Done
    }

    fn rare_end(&mut self, tag: EndTag) {
        match tag.tag {
            heading if sets::is_heading(heading) => {
                let is_heading = |open: &super::stack::Open| open.is_in(sets::is_heading);
                if self.stack.finds_in_scope(Scope::Default, is_heading) {
                    self.stack.end_implied(None);
                    self.stack.pop_through_any(sets::is_heading);
                }
            }
            Tag::Form => self.end_form(),
            Tag::Applet | Tag::Marquee | Tag::Object => {
                if self.stack.has_in_scope(Scope::Default, tag.tag) {
                    self.stack.end_implied(None);
                    self.stack.pop_through(tag.tag);
                    self.formatting.clear_to_marker();
                }
            }
            Tag::Br => self.void(StartTag::implied(Tag::Br)),
            _ => self.any_other_end_tag(tag),
        }
    }

    fn end_body(&mut self, tag: EndTag) -> Step {
        if !self.stack.has_in_scope(Scope::Default, Tag::Body) {
            return Step::Done;
        }
        self.mode = Mode::AfterBody;
        match tag.tag {
            Tag::Html => Step::Again(Token::End(tag)),
            _ => Step::Done,
        }
    }

    fn end_block(&mut self, tag: Tag) {
        if self.stack.has_in_scope(Scope::Default, tag) {
            self.stack.end_implied(None);
            self.stack.pop_through(tag);
        }
    }

    /// An end tag without paragraph is an empty paragraph.
    fn end_paragraph(&mut self) {
        if !self.stack.has_in_scope(Scope::Button, Tag::P) {
            self.insert_implied(Tag::P);
        }
        self.stack.close(Tag::P);
    }

    fn end_item(&mut self, tag: Tag) {
        let scope = match tag {
            Tag::Li => Scope::ListItem,
            _ => Scope::Default,
        };
        if self.stack.has_in_scope(scope, tag) {
            self.stack.close(tag);
        }
    }

    fn end_form(&mut self) {
        if self.stack.has(Tag::Template) {
            self.end_block(Tag::Form);
            return;
        }
        let Some(form) = self.form.take() else {
            return;
        };
        if self
            .stack
            .finds_in_scope(Scope::Default, |open| open.id == form)
        {
            self.stack.end_implied(None);
            self.stack.remove_node(form);
        }
    }

    /// Ends the nearest element of that name, unless a special one stands between.
    pub(super) fn any_other_end_tag(&mut self, tag: EndTag) {
        let is_named = |open: &super::stack::Open| open.is(tag.tag) && self.has_name(open.id, &tag);
        let is_special = |open: &super::stack::Open| {
            open.namespace == Namespace::Html && sets::is_special(open.tag)
        };
        let found = self
            .stack
            .down()
            .find(|(_, open)| is_named(open) || is_special(open))
            .filter(|(_, open)| is_named(open))
            .map(|(index, _)| index);
        // Ends that go without saying are those of elements in it: they go with it.
        if let Some(index) = found {
            self.stack.truncate(index);
        }
    }
}
