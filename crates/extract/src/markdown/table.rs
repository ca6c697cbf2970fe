//! Tables in GitHub's form: one line a row, the first row as heading. Cells hold one line; what had more
//! is parted by `<br>`, and a cell over several columns is followed by empty ones.

use super::Writer;
use super::line::{self, Context};
use wirecopy_html::NodeId;

/// Columns beyond this are not padded for; a page may claim thousands.
const MAX_SPAN: usize = 32;

pub(super) fn write(writer: Writer<'_>, table: NodeId, blocks: &mut Vec<String>) {
    let mut rows = Vec::new();
    for part in writer.elements(table) {
        match writer.name(part) {
            "caption" => {
                let children: Vec<NodeId> = writer.tree.children(part).collect();
                blocks.push(line::strong(writer, &children));
            }
            "tr" => rows.push(cells(writer, part)),
            _ => rows.extend(writer.elements(part).map(|row| cells(writer, row))),
        }
    }
    blocks.retain(|block| !block.is_empty());
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    if columns == 0 {
        return;
    }
    for row in &mut rows {
        row.resize(columns, String::new());
    }
    let mut lines: Vec<String> = rows.iter().map(|row| written(row)).collect();
    lines.insert(1, format!("|{}", " --- |".repeat(columns)));
    blocks.push(lines.join("\n"));
}

fn cells(writer: Writer<'_>, row: NodeId) -> Vec<String> {
    let mut cells = Vec::new();
    for cell in writer.elements(row) {
        let children: Vec<NodeId> = writer.tree.children(cell).collect();
        cells.push(line::of(writer, &children, Context::Cell));
        let span = writer
            .attribute(cell, "colspan")
            .and_then(|span| span.parse().ok());
        let more = span.unwrap_or(1).clamp(1, MAX_SPAN) - 1;
        cells.extend(std::iter::repeat_n(String::new(), more));
    }
    cells
}

fn written(row: &[String]) -> String {
    let mut line = "|".to_owned();
    for cell in row {
        line.push_str(&format!(" {cell} |"));
    }
    line
}
