//! Tags, text and CDATA of XML or HTML, in one pass that never fails. What is no tag is text: a bare `<` or `&`
//! stays. Each search that runs to the end in vain is made once only, so that hostile input costs linear time.

/// One piece of the document; slices are raw, references in them not decoded.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'a> {
    /// A start tag.
    Start {
        /// The name as written, prefix included.
        name: &'a str,
        /// At most [`MAX_ATTRIBUTES`].
        attributes: Vec<Attribute<'a>>,
        /// Whether it ends with `/>`.
        empty: bool,
    },
    /// An end tag, by its name.
    End(&'a str),
    /// Text with references.
    Text(&'a str),
    /// Text in which `&` and `<` mean themselves.
    CData(&'a str),
    /// What stands between `<!DOCTYPE` and its end.
    Doctype(&'a str),
}

/// An attribute as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Attribute<'a> {
    /// The name, prefix included.
    pub name: &'a str,
    /// The value without its quotes.
    pub value: &'a str,
    /// Where the value starts in the document, in bytes.
    pub offset: usize,
}

/// Attributes read of one tag; the rest is skipped. Real tags have under thirty, namespace declarations included.
const MAX_ATTRIBUTES: usize = 256;

/// An iterator over the tokens of a document.
#[derive(Clone)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    position: usize,
    /// Whether the document ended inside a tag, a comment or a CDATA section.
    pub cut: bool,
    absent: Absent,
}

/// Terminators that do not occur any more in the rest of the document.
#[derive(Clone, Default)]
struct Absent {
    double_quote: bool,
    single_quote: bool,
    comment_end: bool,
    subset_end: bool,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Tokens {
            text,
            position: 0,
            cut: false,
            absent: Absent::default(),
        }
    }

    /// Where the next token starts, in bytes.
    pub(crate) fn offset(&self) -> usize {
        self.position
    }

    /// Passes over the content of an element in which tags mean nothing (`script`, `style`), and its end tag.
    pub(crate) fn skip_raw_text(&mut self, name: &str) {
        let mut from = self.position;
        while let Some(found) = self.text[from..].find("</") {
            from += found + 2;
            let rest = &self.text.as_bytes()[from..];
            if rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            {
                self.position = self.text[from..]
                    .find('>')
                    .map_or(self.text.len(), |end| from + end + 1);
                return;
            }
        }
        self.position = self.text.len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn text_run(&mut self) -> Token<'a> {
        let rest = self.rest();
        let mut end = 0;
        loop {
            match rest[end..].find('<') {
                None => end = rest.len(),
                Some(at) if opens_markup(&rest[end + at..]) => end += at,
                Some(at) => {
                    end += at + 1;
                    continue;
                }
            }
            break;
        }
        self.position += end;
        Token::Text(&rest[..end])
    }

    /// The content up to `terminator`, or to the end of the document where it is missing.
    fn until(&mut self, opening: usize, terminator: &str) -> &'a str {
        let content = &self.rest()[opening..];
        if let Some(end) = content.find(terminator) {
            self.position += opening + end + terminator.len();
            &content[..end]
        } else {
            self.cut = true;
            self.position = self.text.len();
            content
        }
    }

    /// A document type, whose internal subset may hold `>`.
    fn doctype(&mut self) -> Token<'a> {
        let rest = self.rest();
        let end = rest.find('>').unwrap_or(rest.len());
        let subset = rest[..end].find('[').filter(|_| !self.absent.subset_end);
        let close = subset.and_then(|subset| {
            let subset = &rest[subset..];
            subset
                .find("]>")
                .or_else(|| subset.find(']'))
                .map(|close| rest.len() - subset.len() + close)
        });
        self.absent.subset_end |= subset.is_some() && close.is_none();
        let start = self.position + "<!".len();
        self.position += close.unwrap_or_default();
        self.until(if close.is_some() { 0 } else { "<!".len() }, ">");
        Token::Doctype(self.text[start..self.position].trim_end_matches('>'))
    }

    fn end_tag(&mut self) -> Token<'a> {
        let rest = &self.rest()["</".len()..];
        let name = &rest[..rest.find(ends_tag_name).unwrap_or(rest.len())];
        self.position += "</".len() + name.len();
        let after = self.rest();
        match after.find(['>', '<']) {
            Some(at) if after.as_bytes()[at] == b'>' => self.position += at + 1,
            Some(at) => self.position += at,
            None => {
                self.cut = true;
                self.position = self.text.len();
            }
        }
        Token::End(name)
    }

    fn start_tag(&mut self) -> Token<'a> {
        let rest = &self.rest()[1..];
        let name = &rest[..rest.find(ends_tag_name).unwrap_or(rest.len())];
        self.position += 1 + name.len();
        let mut attributes = Vec::new();
        let mut empty = false;
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let skipped = rest.len() - trimmed.len();
            empty = if skipped == 0 {
                empty
            } else {
                rest[..skipped].ends_with('/')
            };
            self.position += skipped;
            match trimmed.as_bytes().first() {
                None => {
                    self.cut = true;
                    break;
                }
                Some(b'>') => {
                    self.position += 1;
                    break;
                }
                // The `>` was forgotten, and the next tag begins.
                Some(b'<') => break,
                Some(_) => {
                    let attribute = self.attribute();
                    empty = false;
                    if attributes.len() < MAX_ATTRIBUTES {
                        attributes.push(attribute);
                    }
                }
            }
        }
        Token::Start {
            name,
            attributes,
            empty,
        }
    }

    /// One attribute, at a character that is neither white space nor `>`, `<` or `/`.
    fn attribute(&mut self) -> Attribute<'a> {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest[first..]
            .find(|c| ends_name(c) || c == '=')
            .map_or(rest.len(), |at| first + at);
        let name = &rest[..length];
        self.position += length;
        let after = self.rest().trim_start();
        let Some(value) = after.strip_prefix('=') else {
            return Attribute {
                name,
                value: "",
                offset: self.position,
            };
        };
        let value = value.trim_start();
        self.position = self.text.len() - value.len();
        let value = self.attribute_value();
        Attribute {
            name,
            value,
            offset: self.position_of(value),
        }
    }

    fn attribute_value(&mut self) -> &'a str {
        let rest = self.rest();
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted_value(quote),
            _ => {
                let ends = |c: char| c.is_ascii_whitespace() || c == '>' || c == '<';
                let end = rest.find(ends).unwrap_or(rest.len());
                self.position += end;
                rest[..end].trim_end_matches(['"', '\''])
            }
        }
    }

    /// The value up to its second quote, or, where that is missing, up to the end of the tag.
    fn quoted_value(&mut self, quote: char) -> &'a str {
        let rest = self.rest();
        let absent = if quote == '"' {
            &mut self.absent.double_quote
        } else {
            &mut self.absent.single_quote
        };
        let close = if *absent { None } else { rest[1..].find(quote) };
        *absent |= close.is_none();
        match close
            .map(|end| &rest[1..=end])
            .filter(|value| !runs_into_text(value))
        {
            Some(value) => {
                self.position += value.len() + 2;
                value
            }
            None => {
                let end = rest.find(['>', '<']).unwrap_or(rest.len());
                self.position += end;
                &rest[1..end]
            }
        }
    }

    fn position_of(&self, slice: &str) -> usize {
        slice.as_ptr() as usize - self.text.as_ptr() as usize
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            if !opens_markup(rest) {
                return Some(self.text_run());
            }
            if rest.starts_with("<!--") {
                self.comment();
            } else if rest.starts_with("<![CDATA[") {
                return Some(Token::CData(self.until("<![CDATA[".len(), "]]>")));
            } else if rest.starts_with("<!") {
                return Some(self.doctype());
            } else if rest.starts_with("<?") {
                self.instruction();
            } else if rest.starts_with("</") {
                return Some(self.end_tag());
            } else {
                return Some(self.start_tag());
            }
        }
    }
}

impl Tokens<'_> {
    /// Passes over a comment. One that never ends is taken to end with its first `>`, so that it hides little.
    fn comment(&mut self) {
        self.absent.comment_end = self.absent.comment_end || !self.rest().contains("-->");
        let terminator = if self.absent.comment_end { ">" } else { "-->" };
        self.until("<!--".len(), terminator);
    }

    /// Passes over a processing instruction, which some writers end as a tag.
    fn instruction(&mut self) {
        let rest = self.rest();
        let tag_end = rest.find('>').map_or(rest.len(), |end| end + 1);
        if rest[..tag_end].ends_with("?>") {
            self.position += tag_end;
        } else {
            self.until("<?".len(), ">");
        }
    }
}

/// Whether a value goes on behind the end of its tag, up to a quote that belongs to another: `"a>text</b> <c d="`.
fn runs_into_text(value: &str) -> bool {
    match (value.find('>'), value.find('<')) {
        (Some(end), Some(next)) if end < next => {
            value[next..].starts_with("</") || value[..end].ends_with('/')
        }
        _ => false,
    }
}

fn opens_markup(rest: &str) -> bool {
    let mut characters = rest.chars();
    if characters.next() != Some('<') {
        return false;
    }
    match characters.next() {
        Some('!') => {
            rest.starts_with("<!--") || rest.starts_with("<![CDATA[") || has_name_at(rest, 2)
        }
        Some('?') => has_name_at(rest, 2),
        Some('/') => has_name_at(rest, 2),
        Some(_) => has_name_at(rest, 1),
        None => false,
    }
}

fn has_name_at(rest: &str, index: usize) -> bool {
    rest[index..]
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_' || c == ':')
}

fn ends_name(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, '>' | '<' | '/')
}

/// A tag's name ends at a stray `&` or quote too.
fn ends_tag_name(c: char) -> bool {
    ends_name(c) || matches!(c, '&' | '"' | '\'')
}
