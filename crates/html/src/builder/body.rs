//! The insertion mode "in body" (HTML §13.2.6.4.7): text and start tags.

use super::stack::Scope;
use super::{Builder, Mode, Step, document, is_space, sets};
use crate::name::{Key, Tag};
use crate::store::{Namespace, Span};
use crate::tokenizer::{Mode as Reading, StartTag, Token};

impl Builder<'_> {
    pub(super) fn in_body(&mut self, token: Token) -> Step {
        match token {
            Token::Null | Token::Doctype { .. } => {}
            Token::Text(text) => {
                self.reconstruct_formatting();
                self.note_text(text);
                self.insert_text(text);
            }
            Token::Start(tag) => return self.in_body_start(tag),
            Token::End(tag) => return self.in_body_end(tag),
            Token::EndOfPage if self.template_modes.is_empty() => return Step::Stop,
            Token::EndOfPage => return self.in_template(token),
        }
        Step::Done
    }

    /// Text that is more than white space makes a page of frames impossible.
    pub(super) fn note_text(&mut self, text: Span) {
        if self.frameset_ok {
            self.frameset_ok = self.store.str(text).chars().all(is_space);
        }
    }

    fn in_body_start(&mut self, tag: StartTag) -> Step {
        match tag.tag {
            plain if sets::is_plain_block(plain) => self.block(tag),
            Tag::P => self.block(tag),
            Tag::A => {
                self.close_outer_link();
                self.formatted(tag);
            }
            Tag::B
            | Tag::Big
            | Tag::Code
            | Tag::Em
            | Tag::Font
            | Tag::I
            | Tag::S
            | Tag::Small
            | Tag::Strike
            | Tag::Strong
            | Tag::Tt
            | Tag::U => self.formatted(tag),
            Tag::Li | Tag::Dd | Tag::Dt => self.list_item(tag),
            Tag::Area | Tag::Br | Tag::Embed | Tag::Img | Tag::Keygen | Tag::Wbr => self.void(tag),
            other if document::belongs_in_head(other) => return self.in_head(Token::Start(tag)),
            _ => return self.in_body_rare_start(tag),
        }
        Step::Done
    }

    fn in_body_rare_start(&mut self, tag: StartTag) -> Step {
        match tag.tag {
            Tag::Html => self.more_of_html(tag),
            Tag::Body => self.more_of_body(tag),
            Tag::Frameset => self.frameset(tag),
            heading if sets::is_heading(heading) => {
                self.close_paragraph();
                if self.stack.is_last_in(sets::is_heading) {
                    self.stack.pop();
                }
                self.insert(tag);
            }
            Tag::Pre | Tag::Listing => {
                self.block(tag);
                self.skips_newline = true;
                self.frameset_ok = false;
            }
            Tag::Form => self.form(tag),
            Tag::Plaintext => {
                self.block(tag);
                self.tokenizer.mode = Reading::PlainText;
            }
            Tag::Table => {
                if !self.quirks {
                    self.close_paragraph();
                }
                self.insert(tag);
                self.frameset_ok = false;
                self.mode = Mode::InTable;
            }
            Tag::Textarea | Tag::Xmp | Tag::Iframe | Tag::Noembed => return self.raw_element(tag),
            Tag::Math => {
                self.reconstruct_formatting();
                self.enter_foreign(tag, Namespace::MathMl);
            }
            Tag::Svg => {
                self.reconstruct_formatting();
                self.enter_foreign(tag, Namespace::Svg);
            }
            Tag::Caption
            | Tag::Col
            | Tag::Colgroup
            | Tag::Frame
            | Tag::Head
            | Tag::Tbody
            | Tag::Td
            | Tag::Tfoot
            | Tag::Th
            | Tag::Thead
            | Tag::Tr => {}
            _ => self.inline(tag),
        }
        Step::Done
    }

    /// Elements of lines: controls, objects, ruby, and everything that has no rule of its own.
    fn inline(&mut self, tag: StartTag) {
        match tag.tag {
            Tag::Button => {
                if self.stack.has_in_scope(Scope::Default, Tag::Button) {
                    self.stack.end_implied(None);
                    self.stack.pop_through(Tag::Button);
                }
                self.ordinary(tag);
                self.frameset_ok = false;
            }
            Tag::Nobr => {
                self.reconstruct_formatting();
                if self.stack.has_in_scope(Scope::Default, Tag::Nobr) {
                    self.adopt(Tag::Nobr);
                }
                self.formatted(tag);
            }
            Tag::Applet | Tag::Marquee | Tag::Object => {
                self.ordinary(tag);
                self.formatting.push_marker();
                self.frameset_ok = false;
            }
            Tag::Input => self.input(tag),
            Tag::Param | Tag::Source | Tag::Track => {
                self.insert_closed(tag);
            }
            Tag::Hr => self.rule(tag),
            Tag::Image => self.void(StartTag {
                tag: Tag::Img,
                ..tag
            }),
            Tag::Select => self.select(tag),
            Tag::Option | Tag::Optgroup => self.option(tag),
            Tag::Rb | Tag::Rtc | Tag::Rp | Tag::Rt => {
                let except = matches!(tag.tag, Tag::Rp | Tag::Rt).then_some(Tag::Rtc);
                if self.stack.has_in_scope(Scope::Default, Tag::Ruby) {
                    self.stack.end_implied(except);
                }
                self.insert(tag);
            }
            _ => self.ordinary(tag),
        }
    }

    pub(super) fn close_paragraph(&mut self) {
        if self.stack.has_in_scope(Scope::Button, Tag::P) {
            self.stack.close(Tag::P);
        }
    }

    fn block(&mut self, tag: StartTag) {
        self.close_paragraph();
        self.insert(tag);
    }

    fn ordinary(&mut self, tag: StartTag) {
        self.reconstruct_formatting();
        self.insert(tag);
    }

    fn formatted(&mut self, tag: StartTag) {
        self.reconstruct_formatting();
        self.insert_formatting(tag);
    }

    pub(super) fn void(&mut self, tag: StartTag) {
        self.reconstruct_formatting();
        self.insert_closed(tag);
        self.frameset_ok = false;
    }

    /// The attributes of a second `html` are the first one's too.
    fn more_of_html(&mut self, tag: StartTag) {
        if let Some(root) = self.root().filter(|_| !self.stack.has(Tag::Template)) {
            self.add_missing(root, tag.attributes);
        }
    }

    fn more_of_body(&mut self, tag: StartTag) {
        let body = self.stack.get(1).filter(|open| open.is(Tag::Body));
        if let Some(body) = body.filter(|_| !self.stack.has(Tag::Template)) {
            self.frameset_ok = false;
            self.add_missing(body.id, tag.attributes);
        }
    }

    fn frameset(&mut self, tag: StartTag) {
        let body = self.stack.get(1).filter(|open| open.is(Tag::Body));
        if let Some(body) = body.filter(|_| self.frameset_ok) {
            self.store.unlink(body.id);
            self.stack.truncate(1);
            self.insert(tag);
            self.mode = Mode::InFrameset;
        }
    }

    fn form(&mut self, tag: StartTag) {
        let in_template = self.stack.has(Tag::Template);
        if self.form.is_some() && !in_template {
            return;
        }
        self.close_paragraph();
        let form = self.insert(tag);
        if !in_template {
            self.form = Some(form);
        }
    }

    fn list_item(&mut self, tag: StartTag) {
        self.frameset_ok = false;
        let ends = |other: Tag| match tag.tag {
            Tag::Li => other == Tag::Li,
            _ => matches!(other, Tag::Dd | Tag::Dt),
        };
        let stops = |other: Tag| {
            sets::is_special(other) && !matches!(other, Tag::Address | Tag::Div | Tag::P)
        };
        let mut open = self.stack.html_tags_down();
        let found = open.find(|other| ends(*other) || stops(*other));
        drop(open);
        if let Some(item) = found.filter(|other| ends(*other)) {
            self.stack.close(item);
        }
        self.block(tag);
    }

    /// An element whose content is no markup. A frame that closes itself before the end of `noscript` is
    /// empty, other than the standard has it: browsers run scripts and never read it, so nobody notices that
    /// it has no end, and it would take the rest of the page for its content (2 of 2,212 real pages).
    fn raw_element(&mut self, tag: StartTag) -> Step {
        if tag.tag == Tag::Iframe
            && tag.self_closing
            && self.tokenizer.is_before_end_of(Tag::Noscript)
        {
            self.insert_closed(tag);
            return Step::Done;
        }
        let reading = match tag.tag {
            Tag::Textarea => {
                self.skips_newline = true;
                Reading::Rcdata(tag.tag)
            }
            _ => Reading::RawText(tag.tag),
        };
        if tag.tag == Tag::Xmp {
            self.close_paragraph();
            self.reconstruct_formatting();
        }
        if tag.tag != Tag::Noembed {
            self.frameset_ok = false;
        }
        self.insert_raw(tag, reading)
    }

    fn input(&mut self, tag: StartTag) {
        if self.stack.has_in_scope(Scope::Default, Tag::Select) {
            self.stack.pop_through(Tag::Select);
        }
        self.reconstruct_formatting();
        self.insert_closed(tag);
        if !self.is_hidden(&tag) {
            self.frameset_ok = false;
        }
    }

    /// Whether an `input` is not shown.
    pub(super) fn is_hidden(&self, tag: &StartTag) -> bool {
        let mut pairs = self.store.pairs(tag.attributes);
        pairs.any(|(key, _, value)| key == Key::Type && value.eq_ignore_ascii_case("hidden"))
    }

    fn rule(&mut self, tag: StartTag) {
        self.close_paragraph();
        if self.stack.has_in_scope(Scope::Default, Tag::Select) {
            self.stack.end_implied(None);
        }
        self.insert_closed(tag);
        self.frameset_ok = false;
    }

    fn select(&mut self, tag: StartTag) {
        if self.stack.has_in_scope(Scope::Default, Tag::Select) {
            self.stack.pop_through(Tag::Select);
            return;
        }
        self.ordinary(tag);
        self.frameset_ok = false;
    }

    fn option(&mut self, tag: StartTag) {
        if self.stack.has_in_scope(Scope::Default, Tag::Select) {
            let except = (tag.tag == Tag::Option).then_some(Tag::Optgroup);
            self.stack.end_implied(except);
        } else if self.stack.is_last(Tag::Option) {
            self.stack.pop();
        }
        self.ordinary(tag);
    }
}

#[cfg(test)]
mod tests {
    use crate::name::Tag;
    use crate::tree::{NodeId, Tree};

    #[track_caller]
    fn check(html: &str, paragraphs: usize) {
        let tree = Tree::parse(html);
        assert_eq!(
            tree.elements(NodeId::ROOT, Tag::P).count(),
            paragraphs,
            "{html}"
        );
    }

    #[test]
    fn a_frame_that_closes_itself_is_empty_where_no_browser_reads_it() {
        check("<noscript><iframe src=x /></noscript><p>a<p>b", 2);
        check("<body>c<noscript><iframe src='x'/> </noscript><p>a<p>b", 2);
        check("<iframe src=x /><p>a<p>b", 0);
        check(
            "<body><noscript><iframe src=x></noscript><p>a</iframe><p>b",
            1,
        );
    }
}
