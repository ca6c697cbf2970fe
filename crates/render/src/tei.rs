//! TEI P5 as trafilatura writes it: a header that says what the text is and where it came from, and one division.

use crate::body::{self, Dialect};
use crate::xml::Escaped;
use crate::{Fields, Work};

/// The whole document.
pub(crate) fn document(work: &Work<'_>) -> String {
    let mut out = String::from("<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">\n<teiHeader>\n");
    out += &file_description(work.fields);
    out += &profile(work.fields);
    out += concat!(
        "<encodingDesc>\n<appInfo>\n<application version=\"",
        env!("CARGO_PKG_VERSION"),
        "\" ident=\"Wirecopy\"><label>Wirecopy</label></application>\n</appInfo>\n</encodingDesc>\n",
        "</teiHeader>\n<text>\n<body>\n<div type=\"entry\">\n",
    );
    body::write(&work.body, Dialect::Tei, &mut out);
    out + "</div>\n<div type=\"comments\"/>\n</body>\n</text>\n</TEI>"
}

fn file_description(fields: &Fields) -> String {
    let titles = titles(fields);
    let notes = [
        ("id", fields.id.as_deref()),
        ("fingerprint", Some(fields.fingerprint.as_str())),
    ];
    let notes: String = notes
        .into_iter()
        .filter_map(|(kind, value)| {
            Some(format!(
                "<note type=\"{kind}\">{}</note>\n",
                Escaped(value?)
            ))
        })
        .collect();
    let date = fields.date.as_deref();
    let publisher = fields.sitename.as_deref().or(fields.hostname.as_deref());
    let parts = [fields.title.as_deref(), publisher, date];
    let citation = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let sigle = [publisher, date]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let address = optional(
        fields.url.as_deref(),
        "<ptr type=\"URL\" target=\"",
        "\"/>\n",
    );
    format!(
        "<fileDesc>\n{titles}<publicationStmt>\n<p/>\n</publicationStmt>\n<notesStmt>\n{notes}</notesStmt>\n\
        <sourceDesc>\n<bibl>{}</bibl>\n<bibl type=\"sigle\">{}</bibl>\n<biblFull>\n{titles}<publicationStmt>\n\
        <publisher>{}</publisher>\n{address}<date>{}</date>\n</publicationStmt>\n</biblFull>\n</sourceDesc>\n\
        </fileDesc>\n",
        Escaped(&citation),
        Escaped(&sigle),
        Escaped(publisher.unwrap_or("N/A")),
        Escaped(date.unwrap_or_default()),
    )
}

fn titles(fields: &Fields) -> String {
    let title = Escaped(fields.title.as_deref().unwrap_or_default());
    let authors = fields.author.as_deref().unwrap_or_default().split("; ");
    let authors: String = authors
        .filter(|author| !author.is_empty())
        .map(|author| format!("<author>{}</author>\n", Escaped(author)))
        .collect();
    format!("<titleStmt>\n<title type=\"main\">{title}</title>\n{authors}</titleStmt>\n")
}

fn profile(fields: &Fields) -> String {
    let summary = Escaped(fields.description.as_deref().unwrap_or_default());
    let terms = fields
        .tags
        .iter()
        .map(|tag| format!("<term type=\"tag\">{}</term>\n", Escaped(tag)));
    let terms: String = terms.collect();
    let keywords = match terms.as_str() {
        "" => String::new(),
        terms => format!("<textClass>\n<keywords>\n{terms}</keywords>\n</textClass>\n"),
    };
    let language = fields.language.as_deref();
    let language = optional(
        language,
        "<langUsage>\n<language ident=\"",
        "\"/>\n</langUsage>\n",
    );
    format!(
        "<profileDesc>\n<abstract>\n<p>{summary}</p>\n</abstract>\n{language}{keywords}</profileDesc>\n"
    )
}

fn optional(value: Option<&str>, before: &str, after: &str) -> String {
    value.map_or_else(String::new, |value| {
        format!("{before}{}{after}", Escaped(value))
    })
}
