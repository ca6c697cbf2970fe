//! JSON and CSV, with trafilatura's names and order.

use serde_json::{Value, json};

use crate::Work;

/// One JSON value: the text, and with metadata all fields.
pub(crate) fn json(work: &Work<'_>) -> String {
    let (fields, text) = (work.fields, &work.text);
    if !work.options.metadata {
        return json!({"text": text, "comments": ""}).to_string();
    }
    json!({
        "title": fields.title,
        "author": fields.author,
        "hostname": fields.hostname,
        "date": fields.date,
        "fingerprint": fields.fingerprint,
        "id": fields.id,
        "license": Value::Null,
        "comments": "",
        "raw_text": text.split_whitespace().collect::<Vec<_>>().join(" "),
        "text": text,
        "language": fields.language,
        "image": fields.image,
        "pagetype": Value::Null,
        "source": fields.url,
        "source-hostname": fields.sitename,
        "excerpt": fields.description,
        "categories": "",
        "tags": fields.tags.join(";"),
    })
    .to_string()
}

/// One line: address, id, fingerprint, host, title, picture, date, text, comments, licence and kind of page. What
/// is absent is `null`.
pub(crate) fn csv(work: &Work<'_>) -> String {
    let fields = work.fields;
    let values = [
        fields.url.as_deref(),
        fields.id.as_deref(),
        Some(fields.fingerprint.as_str()),
        fields.hostname.as_deref(),
        fields.title.as_deref(),
        fields.image.as_deref(),
        fields.date.as_deref(),
        Some(work.text.as_str()),
        None,
        None,
        None,
    ];
    values
        .map(|value| quoted(value.unwrap_or("null")))
        .join("\t")
}

/// RFC 4180 §2, with a tab for the comma.
fn quoted(value: &str) -> String {
    if value.contains(['"', '\t', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}
