//! The body in TEI's words: `p`, `head`, `list`, `quote`, `table`, `figure`, and within a line `hi`, `ref`, `code`.
//!
//! Elements stand only where the schema of TEI P5 lets them; what it has no word for is its text.

use wirecopy_document::clean::CleanHtml;
use wirecopy_html::{Key, NodeData, NodeId, Tag, Tree};

use crate::xml::Escaped;

/// Blocks in blocks, and elements in a line, beyond this become plain text.
const MAX_DEPTH: usize = 64;

/// Which words are used where the two forms differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// A heading is `head`, a picture's address `src`.
    Plain,
    /// A heading is `ab`, for TEI allows `head` at the beginning of a division only; a picture's address is `url`.
    Tei,
}

/// Appends the body's blocks, each on a line.
pub(crate) fn write(html: &CleanHtml, dialect: Dialect, out: &mut String) {
    let tree = Tree::parse_fragment(html.as_str());
    let mut writer = Writer {
        tree: &tree,
        dialect,
        out,
    };
    let root = tree.children(NodeId::ROOT).next().unwrap_or(NodeId::ROOT);
    writer.flow(root, 0);
}

struct Writer<'a> {
    tree: &'a Tree,
    dialect: Dialect,
    out: &'a mut String,
}

impl<'a> Writer<'a> {
    /// The blocks that an element holds; what stands between them is a paragraph.
    fn flow(&mut self, node: NodeId, depth: usize) {
        if depth > MAX_DEPTH {
            return self.paragraph(&[node], depth);
        }
        let mut run = Vec::new();
        for child in self.tree.children(node) {
            if self.is_block(child) {
                self.paragraph(&std::mem::take(&mut run), depth);
                self.block(child, depth + 1);
            } else {
                run.push(child);
            }
        }
        self.paragraph(&run, depth);
    }

    fn paragraph(&mut self, run: &[NodeId], depth: usize) {
        if run.iter().any(|node| self.shows(*node)) {
            self.line(("<p>", "</p>\n"), run, depth);
        }
    }

    /// What stands in a line, between two tags.
    fn line(&mut self, (start, end): (&str, &str), run: &[NodeId], depth: usize) {
        self.out.push_str(start);
        for node in run {
            self.inline(*node, depth + 1);
        }
        self.out.push_str(end);
    }

    fn shows(&self, node: NodeId) -> bool {
        let is_image = |node| self.tree.tag(node) == Some(Tag::Img);
        !self.tree.text(node).trim().is_empty() || self.tree.subtree(node).any(is_image)
    }

    fn block(&mut self, node: NodeId, depth: usize) {
        let children: Vec<NodeId> = self.tree.children(node).collect();
        match self.name(node) {
            level @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
                let (start, end) = self.heading(level);
                self.line((&start, end), &children, depth);
            }
            kind @ ("ul" | "ol" | "dl") => self.list(kind, &children, depth),
            "table" => self.table(node, depth),
            "blockquote" => self.mixed(("<quote>", "</quote>\n"), node, depth),
            "figure" => self.figure(&children, depth),
            "pre" => {
                let text = self.tree.text(node);
                let code = Escaped(text.trim_matches('\n')).to_string();
                *self.out +=
                    &format!("<ab type=\"code\" xml:space=\"preserve\"><code>{code}</code></ab>\n");
            }
            "hr" => self.out.push_str("<lb/>\n"),
            _ => self.flow(node, depth),
        }
    }

    fn heading(&self, level: &str) -> (String, &'static str) {
        match self.dialect {
            Dialect::Plain => (format!("<head rend=\"{level}\">"), "</head>\n"),
            Dialect::Tei => (format!("<ab rend=\"{level}\" type=\"header\">"), "</ab>\n"),
        }
    }

    fn list(&mut self, kind: &str, items: &[NodeId], depth: usize) {
        let items = items.iter().filter(|item| self.tree.tag(**item).is_some());
        let items: Vec<NodeId> = items.copied().collect();
        if items.is_empty() {
            return;
        }
        *self.out += &format!("<list rend=\"{kind}\">\n");
        for item in items {
            self.mixed(("<item>", "</item>\n"), item, depth);
        }
        self.out.push_str("</list>\n");
    }

    /// An element of TEI that may hold a line or blocks.
    fn mixed(&mut self, (start, end): (&str, &str), node: NodeId, depth: usize) {
        self.out.push_str(start);
        let children: Vec<NodeId> = self.tree.children(node).collect();
        if children.iter().any(|child| self.is_block(*child)) {
            self.flow(node, depth + 1);
        } else {
            self.line(("", ""), &children, depth);
        }
        self.out.push_str(end);
    }

    fn table(&mut self, table: NodeId, depth: usize) {
        let tree = self.tree;
        let is_outermost = |row: &NodeId| {
            let mut above = tree
                .ancestors(*row)
                .filter(|node| tree.tag(*node) == Some(Tag::Table));
            above.next() == Some(table)
        };
        let rows = tree.elements(table, Tag::Tr).filter(is_outermost);
        let rows: Vec<NodeId> = rows
            .filter(|row| self.cells(*row).next().is_some())
            .collect();
        if rows.is_empty() {
            return self.paragraph(&[table], depth);
        }
        self.out.push_str("<table>\n");
        for row in rows {
            self.out.push_str("<row>\n");
            let cells: Vec<NodeId> = self.cells(row).collect();
            for cell in cells {
                let is_head = tree.tag(cell) == Some(Tag::Th);
                let start = if is_head {
                    "<cell role=\"head\">"
                } else {
                    "<cell>"
                };
                self.mixed((start, "</cell>\n"), cell, depth + 1);
            }
            self.out.push_str("</row>\n");
        }
        self.out.push_str("</table>\n");
    }

    fn cells(&self, row: NodeId) -> impl Iterator<Item = NodeId> {
        let is_cell = |cell: &NodeId| matches!(self.tree.tag(*cell), Some(Tag::Td | Tag::Th));
        self.tree.children(row).filter(is_cell)
    }

    /// Pictures, what else the figure holds, and the caption as a paragraph.
    fn figure(&mut self, children: &[NodeId], depth: usize) {
        self.out.push_str("<figure>\n");
        for child in children {
            match self.tree.tag(*child) {
                Some(Tag::Img) => self.picture(*child),
                _ if self.is_block(*child) => self.block(*child, depth + 1),
                _ => self.paragraph(&[*child], depth),
            }
        }
        self.out.push_str("</figure>\n");
    }

    fn picture(&mut self, node: NodeId) {
        let value = |key| self.tree.attribute(node, key).unwrap_or_default();
        let (address, alt) = (Escaped(value(Key::Src)), Escaped(value(Key::Alt)));
        let element = match self.dialect {
            Dialect::Plain => format!("<graphic src=\"{address}\" alt=\"{alt}\"/>"),
            Dialect::Tei if alt.0.is_empty() => format!("<graphic url=\"{address}\"/>"),
            Dialect::Tei => format!("<graphic url=\"{address}\"><desc>{alt}</desc></graphic>"),
        };
        self.out.push_str(&element);
    }

    fn inline(&mut self, node: NodeId, depth: usize) {
        let NodeData::Element(element) = self.tree.data(node) else {
            if let NodeData::Text(text) = self.tree.data(node) {
                *self.out += &Escaped(text).to_string();
            }
            return;
        };
        if depth > MAX_DEPTH {
            *self.out += &Escaped(&self.tree.text(node)).to_string();
            return;
        }
        match element.name() {
            "br" => self.out.push_str("<lb/>"),
            "img" => self.picture(node),
            "code" | "kbd" | "samp" => {
                *self.out += &format!("<code>{}</code>", Escaped(&self.tree.text(node)));
            }
            name => {
                let (start, end) = self.phrase(name, element.attribute(Key::Href));
                let children: Vec<NodeId> = self.tree.children(node).collect();
                self.line((&start, end), &children, depth);
            }
        }
    }

    /// The tags around a phrase.
    fn phrase(&self, name: &str, href: Option<&str>) -> (String, &'static str) {
        let hi = |kind: &str| (format!("<hi rend=\"#{kind}\">"), "</hi>");
        match name {
            "a" if href.is_some() => {
                let target = Escaped(href.unwrap_or_default());
                (format!("<ref target=\"{target}\">"), "</ref>")
            }
            "b" | "strong" => hi("b"),
            "i" | "em" | "cite" | "dfn" => hi("i"),
            "u" | "ins" => hi("u"),
            "sub" => hi("sub"),
            "sup" => hi("sup"),
            "mark" => hi("mark"),
            "var" => hi("t"),
            "s" | "del" => ("<del rend=\"overstrike\">".to_owned(), "</del>"),
            _ => (String::new(), ""),
        }
    }

    /// Whether the sanitiser gives the element lines of its own.
    fn is_block(&self, node: NodeId) -> bool {
        let blocks = "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote figure figcaption pre hr details summary caption \
            li dt dd";
        blocks
            .split_whitespace()
            .any(|block| block == self.name(node))
    }

    /// The element's name; texts have none.
    fn name(&self, node: NodeId) -> &'a str {
        self.tree.element(node).map_or("", |element| element.name())
    }
}
