//! A paragraph under construction.

/// A paragraph in the making.
#[derive(Default)]
pub(super) struct Run {
    pub(super) text: String,
    /// How many inline elements are written and open in it.
    pub(super) open: usize,
    pub(super) visible: bool,
    pub(super) pictures: bool,
    pub(super) space: bool,
    pub(super) breaks: usize,
    /// White space of preformatted text, until something follows it.
    pub(super) white: String,
}

impl Run {
    /// Parts two lines of preformatted text: the end of one and the beginning of the next are one break.
    pub(super) fn end_line(&mut self) {
        if !self.white.ends_with('\n') {
            self.white.push('\n');
        }
    }
}
