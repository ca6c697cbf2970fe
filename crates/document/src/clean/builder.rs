//! The sanitised markup under construction: open blocks, open inline elements, and the run of text
//! and pictures that will be a paragraph.
//!
//! Everything opens late: an element is written when it gets its first content, so that empty ones
//! never are. Inline elements end with their paragraph and are opened again in the next.

use std::fmt::Write;
use std::ops::Range;

use super::allow::{Block, Content, implicit_blocks};
use super::markup::{Direction, attribute, escape, is_space, is_visible, is_written};
use super::parts;
use super::run::Run;
use super::tree::MAX_INPUT;

/// Blocks within blocks; deeper ones dissolve. Together with [`MAX_INLINES`] well under the nesting
/// that a parser allows, so that what is written is read again as it was.
const MAX_FRAMES: usize = 64;

/// Inline elements within inline elements.
const MAX_INLINES: usize = 32;

/// Bytes after which nothing more is written: inline elements that are opened again in every
/// paragraph would otherwise multiply a hostile page.
const MAX_OUTPUT: usize = MAX_INPUT;

pub(super) struct Builder {
    out: String,
    frames: Vec<Frame>,
    inlines: Vec<Inline>,
    inherited: Vec<Inherited>,
    anchors: Vec<String>,
    run: Run,
}

/// A block that is open in the source.
struct Frame {
    block: Block,
    attributes: String,
    written: bool,
    /// Something was written into it.
    filled: bool,
    /// A thematic break waits for what follows it.
    rule: bool,
    /// Runs written, and where the first stands that has no paragraph of its own.
    runs: usize,
    bare: Option<Range<usize>>,
    /// Empty cells of a row that is not yet written.
    cells: String,
    /// Made by us around what may not stand there.
    implicit: bool,
}

struct Inline {
    tag: &'static str,
    attributes: String,
}

/// Direction and language of a dissolved block, for the blocks in it.
struct Inherited {
    level: usize,
    attributes: Direction,
}

impl Frame {
    fn new(block: Block, attributes: String, implicit: bool) -> Frame {
        Frame {
            block,
            attributes,
            written: false,
            filled: false,
            rule: false,
            runs: 0,
            bare: None,
            cells: String::new(),
            implicit,
        }
    }

    fn implicit(block: Block) -> Frame {
        Frame::new(block, String::new(), true)
    }
}

impl Builder {
    pub(super) fn new() -> Builder {
        let root = Block {
            tag: "",
            content: Content::Flow,
            parents: &[],
        };
        let root = Frame {
            written: true,
            ..Frame::new(root, String::new(), false)
        };
        Builder {
            out: String::new(),
            frames: vec![root],
            inlines: Vec::new(),
            inherited: Vec::new(),
            anchors: Vec::new(),
            run: Run::default(),
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.close_run();
        self.out
    }

    /// Adds text, white space collapsed save in preformatted blocks.
    pub(super) fn text(&mut self, text: &str) {
        if self.is_full() {
            return;
        }
        if self.top().block.content == Content::Preformatted {
            return self.preformatted(text);
        }
        let is_caption = self.top().block.tag == "figcaption";
        self.run.space |=
            is_caption && self.run.breaks == 0 && parts::follows(&self.run.text, text);
        for (place, word) in text.split(is_space).enumerate() {
            self.run.space |= place > 0;
            if word.chars().any(is_written) {
                self.begin();
                self.run.visible |= word.chars().any(is_visible);
                escape(&mut self.run.text, word);
            }
        }
    }

    fn preformatted(&mut self, text: &str) {
        for line in text.split_inclusive(is_space) {
            let word = line.trim_end_matches(is_space);
            if word.chars().any(is_written) {
                self.begin();
                self.run.visible |= word.chars().any(is_visible);
                escape(&mut self.run.text, word);
            }
            let white = line[word.len()..].chars();
            self.run.white.extend(white.map(|space| match space {
                ' ' | '\t' => space,
                _ => '\n',
            }));
        }
    }

    /// Adds a picture's finished tag.
    pub(super) fn picture(&mut self, tag: &str) {
        if !self.is_full() {
            self.begin();
            self.run.pictures = true;
            self.run.text.push_str(tag);
        }
    }

    /// Adds a line break; two of them part paragraphs.
    pub(super) fn line_break(&mut self) {
        match self.top().block.content {
            Content::Preformatted => self.run.white.push('\n'),
            _ => self.run.breaks += 1,
        }
    }

    /// Adds a thematic break, which shows only between two things.
    pub(super) fn rule(&mut self) {
        self.boundary();
        let frame = self.top_mut();
        frame.rule = frame.block.content == Content::Flow;
    }

    /// Makes the next content the target of links to `id`.
    pub(super) fn anchor(&mut self, id: String) {
        self.anchors.push(id);
    }

    /// Sets what follows apart from what came before.
    pub(super) fn boundary(&mut self) {
        match self.top().block.content {
            Content::Phrase => self.run.breaks = self.run.breaks.max(1),
            Content::Preformatted => self.run.end_line(),
            _ => self.close_run(),
        }
    }

    /// Begins to pass on the direction of a dissolved block.
    pub(super) fn inherit(&mut self, attributes: Direction) {
        self.inherited.push(Inherited {
            level: self.frames.len(),
            attributes,
        });
    }

    /// Ends what [`Builder::inherit`] began.
    pub(super) fn disinherit(&mut self) {
        self.inherited.pop();
    }

    /// Opens a block; `false` where it may not stand.
    pub(super) fn open_block(&mut self, block: Block, own: &Direction, attributes: &str) -> bool {
        self.boundary();
        let top = self.top().block;
        let at_home = block.parents.contains(&top.tag);
        let implicit = match top.content {
            Content::Phrase | Content::Preformatted => return false,
            Content::Only(_) if !at_home => implicit_blocks(top),
            _ => Vec::new(),
        };
        let parent = implicit.last().copied().unwrap_or(top);
        let homeless = !block.parents.is_empty() && !block.parents.contains(&parent.tag);
        if homeless || self.frames.len() + implicit.len() >= MAX_FRAMES {
            return false;
        }
        self.frames
            .extend(implicit.into_iter().map(Frame::implicit));
        let mut markup = String::new();
        self.direction(own).write(&mut markup);
        markup.push_str(attributes);
        self.frames.push(Frame::new(block, markup, false));
        true
    }

    /// Closes the block opened last.
    pub(super) fn close_block(&mut self) {
        self.close_run();
        self.pop_frame();
        while self.top().implicit {
            self.pop_frame();
        }
    }

    fn pop_frame(&mut self) {
        let frame = self
            .frames
            .pop()
            .expect("every block that is closed was opened");
        let tag = frame.block.tag;
        if frame.written {
            write!(self.out, "</{tag}>").expect("writing to a string cannot fail");
        } else if matches!(tag, "td" | "th") {
            let cell = format!("<{tag}{}></{tag}>", frame.attributes);
            match self.top().written {
                true => self.out.push_str(&cell),
                false => self.top_mut().cells.push_str(&cell),
            }
        }
    }

    /// Opens an inline element; `false` where it would mean nothing.
    pub(super) fn open_inline(&mut self, tag: &'static str, attributes: String) -> bool {
        let within = |tags: &[&str]| self.inlines.iter().any(|open| tags.contains(&open.tag));
        let refused = match tag {
            "span" => false,
            "rt" | "rp" | "rb" => !within(&["ruby"]) || within(&["rt", "rp", "rb"]),
            _ => within(&[tag]),
        };
        if refused || self.inlines.len() >= MAX_INLINES {
            return false;
        }
        self.inlines.push(Inline { tag, attributes });
        true
    }

    /// Closes the inline element opened last.
    pub(super) fn close_inline(&mut self) {
        let Some(inline) = self.inlines.pop() else {
            return;
        };
        if self.run.open > self.inlines.len() {
            self.run.open = self.inlines.len();
            write!(self.run.text, "</{}>", inline.tag).expect("writing to a string cannot fail");
        }
    }

    fn top(&self) -> &Frame {
        self.frames.last().expect("the root is never closed")
    }

    fn top_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the root is never closed")
    }

    fn is_full(&self) -> bool {
        self.out.len() + self.run.text.len() > MAX_OUTPUT
    }

    /// Writes what must stand before the next content of the run.
    fn begin(&mut self) {
        self.begin_white();
        let linked = self.inlines[..self.run.open]
            .iter()
            .any(|inline| inline.tag == "a");
        if !linked {
            for id in std::mem::take(&mut self.anchors) {
                self.run.text.push_str("<a");
                attribute(&mut self.run.text, "id", &id);
                self.run.text.push_str("></a>");
            }
        }
        for inline in &self.inlines[self.run.open..] {
            write!(self.run.text, "<{}{}>", inline.tag, inline.attributes)
                .expect("writing to a string cannot fail");
        }
        self.run.open = self.inlines.len();
    }

    fn begin_white(&mut self) {
        let white = std::mem::take(&mut self.run.white);
        let breaks = std::mem::take(&mut self.run.breaks);
        let space = std::mem::take(&mut self.run.space);
        if self.run.text.is_empty() {
            // A parser drops a line break that opens preformatted text.
            escape(&mut self.run.text, white.trim_start_matches('\n'));
        } else if !white.is_empty() {
            escape(&mut self.run.text, &white);
        } else if breaks > 1 && self.top().block.content != Content::Phrase {
            self.close_run();
        } else if breaks > 0 {
            self.run.text.push_str("<br>");
        } else if space {
            self.run.text.push(' ');
        }
    }

    /// Ends the paragraph in the making, and drops it if it shows nothing.
    fn close_run(&mut self) {
        let mut run = std::mem::take(&mut self.run);
        for inline in self.inlines[..run.open].iter().rev() {
            write!(run.text, "</{}>", inline.tag).expect("writing to a string cannot fail");
        }
        if !run.visible && !run.pictures {
            return;
        }
        let implicit = implicit_blocks(self.top().block);
        let added = implicit.len();
        self.frames
            .extend(implicit.into_iter().map(Frame::implicit));
        self.place(run);
        for _ in 0..added {
            self.pop_frame();
        }
    }

    /// Writes a finished run into the block on top.
    fn place(&mut self, run: Run) {
        let mut attributes = String::new();
        self.direction(&Direction::default()).write(&mut attributes);
        let only_pictures = !run.visible;
        let bare = match self.top().block.content {
            Content::Flow | Content::Only(_) => false,
            Content::Figure => only_pictures,
            Content::Mixed => self.top().runs == 0 && attributes.is_empty(),
            Content::Phrase | Content::Preformatted => true,
        };
        if !bare {
            self.wrap_first_run();
        }
        self.open_frames();
        self.start_child(self.frames.len() - 1);
        if bare {
            let start = self.out.len();
            append(&mut self.out, run.text);
            self.top_mut().bare = Some(start..self.out.len());
        } else {
            let flow = self.top().block.content == Content::Flow;
            let tag = if only_pictures && flow { "figure" } else { "p" };
            write!(self.out, "<{tag}{attributes}>").expect("writing to a string cannot fail");
            append(&mut self.out, run.text);
            write!(self.out, "</{tag}>").expect("writing to a string cannot fail");
        }
        self.top_mut().runs += 1;
    }

    /// Makes the first run of a block a paragraph once there is a second.
    fn wrap_first_run(&mut self) {
        if self.top().block.content == Content::Mixed
            && let Some(bare) = self.top_mut().bare.take()
        {
            self.out.insert_str(bare.end, "</p>");
            self.out.insert_str(bare.start, "<p>");
        }
    }

    /// Writes the start tags of all blocks that now have content.
    fn open_frames(&mut self) {
        let first = self.frames.iter().position(|frame| !frame.written);
        for index in first.unwrap_or(self.frames.len())..self.frames.len() {
            self.start_child(index - 1);
            let frame = &mut self.frames[index];
            frame.written = true;
            write!(
                self.out,
                "<{}{}>{}",
                frame.block.tag, frame.attributes, frame.cells
            )
            .expect("writing to a string cannot fail");
        }
    }

    /// Notes that something now follows in a block, and writes what waited for it.
    fn start_child(&mut self, index: usize) {
        let frame = &mut self.frames[index];
        let rule = std::mem::take(&mut frame.rule) && frame.filled;
        frame.filled = true;
        if index == 0 && !self.out.is_empty() {
            self.out.push('\n');
        }
        if rule {
            self.out
                .push_str(if index == 0 { "<hr>\n" } else { "<hr>" });
        }
    }

    /// Direction and language of a block that is opened here.
    fn direction(&self, own: &Direction) -> Direction {
        let level = self.frames.len();
        let mut found = own.clone();
        for inherited in self
            .inherited
            .iter()
            .rev()
            .take_while(|one| one.level == level)
        {
            found.dir = found.dir.or_else(|| inherited.attributes.dir.clone());
            found.lang = found.lang.or_else(|| inherited.attributes.lang.clone());
        }
        found
    }
}

/// Appends to what is written. The shorter is copied, so that a paragraph as long as a page is not held twice.
fn append(out: &mut String, mut more: String) {
    if more.len() > out.len() {
        more.insert_str(0, out);
        *out = more;
    } else {
        out.push_str(&more);
    }
}
