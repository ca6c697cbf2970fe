//! The forms that people read, with the fields before the text.

use crate::Work;
use crate::xml::Escaped;

/// The text, behind a block of the fields where they are wanted (as static site generators read it).
pub(crate) fn before(work: &Work<'_>, text: &str) -> String {
    if !work.options.metadata {
        return text.to_owned();
    }
    let lines = pairs(work).map(|(name, value)| format!("{name}: {}\n", quoted(&value)));
    format!("---\n{}---\n{text}", lines.collect::<String>())
}

/// A value as YAML 1.2 reads it as a string: as JSON, of which YAML is a superset.
fn quoted(value: &str) -> String {
    let is_plain = value.starts_with(char::is_alphabetic)
        && !value.ends_with(char::is_whitespace)
        && !value.contains([':', '#', '\n', '"'])
        && !["null", "true", "false", "yes", "no", "on", "off"]
            .contains(&value.to_lowercase().as_str());
    if is_plain {
        value.to_owned()
    } else {
        serde_json::Value::from(value).to_string()
    }
}

/// A whole HTML file.
pub(crate) fn html(work: &Work<'_>) -> String {
    let mut head = String::from("<meta charset=\"utf-8\">\n");
    if let Some(title) = &work.fields.title {
        head += &format!("<title>{}</title>\n", Escaped(title));
    }
    if work.options.metadata {
        for (name, value) in pairs(work) {
            head += &format!("<meta name=\"{name}\" content=\"{}\">\n", Escaped(&value));
        }
    }
    let language = match &work.fields.language {
        Some(language) => format!(" lang=\"{}\"", Escaped(language)),
        None => String::new(),
    };
    let body = work.body.as_str();
    format!(
        "<!doctype html>\n<html{language}>\n<head>\n{head}</head>\n<body>\n{body}\n</body>\n</html>"
    )
}

/// The fields that there are, in a fixed order.
pub(crate) fn pairs(work: &Work<'_>) -> impl Iterator<Item = (&'static str, String)> {
    let fields = work.fields;
    let tags = Some(fields.tags.join("; ")).filter(|tags| !tags.is_empty());
    [
        ("title", fields.title.clone()),
        ("author", fields.author.clone()),
        ("url", fields.url.clone()),
        ("hostname", fields.hostname.clone()),
        ("description", fields.description.clone()),
        ("sitename", fields.sitename.clone()),
        ("date", fields.date.clone()),
        ("tags", tags),
        ("fingerprint", Some(fields.fingerprint.clone())),
        ("id", fields.id.clone()),
        ("language", fields.language.clone()),
        ("image", fields.image.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
}
