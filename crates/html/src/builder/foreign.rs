//! SVG and MathML within HTML (HTML §13.2.6.5). Their attributes keep their names in lower case:
//! nothing asks for them.

use super::{Builder, Step};
use crate::name::{Key, Tag, with_capitals};
use crate::store::Namespace;
use crate::tokenizer::{EndTag, StartTag, Token};

impl Builder<'_> {
    /// Whether a token is to be read by the rules of SVG and MathML.
    pub(super) fn is_for_foreign(&self, token: &Token) -> bool {
        let Some(open) = self.stack.last() else {
            return false;
        };
        let start = match token {
            Token::EndOfPage => return false,
            Token::Start(tag) => Some(tag.tag),
            _ => None,
        };
        let is_text = matches!(token, Token::Text(_) | Token::Null);
        match open.namespace {
            Namespace::Html => false,
            Namespace::MathMl if open.is_integration_point() => {
                !is_text && start.is_none_or(|tag| matches!(tag, Tag::Mglyph | Tag::Malignmark))
            }
            Namespace::MathMl if open.tag == Tag::AnnotationXml => {
                start != Some(Tag::Svg)
                    && !((is_text || start.is_some()) && self.holds_html(open.id))
            }
            Namespace::Svg if open.is_integration_point() => !is_text && start.is_none(),
            _ => true,
        }
    }

    /// Whether an `annotation-xml` says that it holds HTML.
    fn holds_html(&self, id: crate::tree::NodeId) -> bool {
        let mut pairs = self.store.pairs(self.element(id).attributes());
        pairs.any(|(key, _, value)| {
            key == Key::Encoding
                && (value.eq_ignore_ascii_case("text/html")
                    || value.eq_ignore_ascii_case("application/xhtml+xml"))
        })
    }

    /// Begins SVG or MathML.
    pub(super) fn enter_foreign(&mut self, tag: StartTag, namespace: Namespace) {
        if tag.self_closing {
            self.insert_closed_in(tag, namespace);
        } else {
            self.insert_in(tag, namespace);
        }
    }

    pub(super) fn in_foreign(&mut self, token: Token) -> Step {
        match token {
            Token::Null => {
                let replacement = self.store.write("\u{fffd}");
                self.insert_text(replacement);
            }
            Token::Text(text) => {
                self.note_text(text);
                self.insert_text(text);
            }
            Token::Start(tag) if self.breaks_out(&tag) => return self.break_out(token),
            Token::Start(tag) => self.foreign_start(tag),
            Token::End(tag) if matches!(tag.tag, Tag::Br | Tag::P) => return self.break_out(token),
            Token::End(tag) => return self.foreign_end(tag),
            Token::Doctype { .. } | Token::EndOfPage => {}
        }
        Step::Done
    }

    /// Goes back to HTML.
    fn break_out(&mut self, token: Token) -> Step {
        while let Some(open) = self.stack.last()
            && open.namespace != Namespace::Html
            && !open.is_integration_point()
        {
            self.stack.pop();
        }
        self.step(self.mode, token)
    }

    fn foreign_start(&mut self, tag: StartTag) {
        let namespace = self
            .stack
            .last()
            .map_or(Namespace::Html, |open| open.namespace);
        if namespace == Namespace::Svg && tag.tag == Tag::Other {
            self.write_capitals(&tag);
        }
        self.enter_foreign(tag, namespace);
    }

    /// Gives an unknown element of SVG its capitals.
    fn write_capitals(&mut self, tag: &StartTag) {
        if let Some(name) = with_capitals(self.store.str(tag.name)) {
            let name = self.store.write(name);
            self.store.rename(tag.attributes, name);
        }
    }

    fn foreign_end(&mut self, tag: EndTag) -> Step {
        let mut found = None;
        for (index, open) in self.stack.down() {
            let is_current = index + 1 == self.stack.len();
            if index == 0 {
                return Step::Done;
            }
            if !is_current && open.namespace == Namespace::Html {
                break;
            }
            if open.tag == tag.tag && self.has_name(open.id, &tag) {
                found = Some(index);
                break;
            }
        }
        match found {
            Some(index) => {
                self.stack.truncate(index);
                Step::Done
            }
            None => self.step(self.mode, Token::End(tag)),
        }
    }

    /// Whether an element with the tag of `tag` has its name too.
    pub(super) fn has_name(&self, id: crate::tree::NodeId, tag: &EndTag) -> bool {
        tag.tag != Tag::Other || {
            let name = self.store.parts.name(self.store.page, &self.element(id));
            name.eq_ignore_ascii_case(self.store.str(tag.name))
        }
    }

    /// Whether a start tag ends SVG and MathML.
    fn breaks_out(&self, tag: &StartTag) -> bool {
        if tag.tag == Tag::Font {
            let mut pairs = self.store.pairs(tag.attributes);
            return pairs.any(|(key, _, _)| matches!(key, Key::Color | Key::Face | Key::Size));
        }
        matches!(
            tag.tag,
            Tag::B
                | Tag::Big
                | Tag::Blockquote
                | Tag::Body
                | Tag::Br
                | Tag::Center
                | Tag::Code
                | Tag::Dd
                | Tag::Div
                | Tag::Dl
                | Tag::Dt
                | Tag::Em
                | Tag::Embed
                | Tag::H1
                | Tag::H2
                | Tag::H3
                | Tag::H4
                | Tag::H5
                | Tag::H6
                | Tag::Head
                | Tag::Hr
                | Tag::I
                | Tag::Img
                | Tag::Li
                | Tag::Listing
                | Tag::Menu
                | Tag::Meta
                | Tag::Nobr
                | Tag::Ol
                | Tag::P
                | Tag::Pre
                | Tag::Ruby
                | Tag::S
                | Tag::Small
                | Tag::Span
                | Tag::Strong
                | Tag::Strike
                | Tag::Sub
                | Tag::Sup
                | Tag::Table
                | Tag::Tt
                | Tag::U
                | Tag::Ul
                | Tag::Var
        )
    }
}
