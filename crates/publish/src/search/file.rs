//! The form of the index's files: a script that calls one function with the file's name and its content.
//!
//! A browser lets no page read a file of `file://`, but it runs one as a script. The same file is read from the disk by
//! [`content`], without running anything.

use crate::edition::OutputFile;

/// The function that the files call; the search page's script defines it.
const CALL: &str = "wirecopySearch(";
const END: &str = ");\n";

/// The path of an index file in the site.
pub(crate) fn path(name: &str) -> String {
    format!("search/{name}.js")
}

/// A file that holds a text.
pub(crate) fn script(name: &str, text: &str) -> OutputFile {
    let text = serde_json::Value::from(text);
    script_of(name, &text.to_string())
}

/// A file that holds a JSON value, which is JavaScript too (ECMA-262 since 2019).
pub(crate) fn script_of(name: &str, json: &str) -> OutputFile {
    OutputFile {
        path: path(name),
        bytes: format!("{CALL}\"{name}\",{json}{END}").into_bytes(),
    }
}

/// The JSON value that a file holds; `None` for what is no such file.
pub(crate) fn content(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, json) = text
        .strip_prefix(CALL)?
        .strip_suffix(END)?
        .split_once(',')?;
    Some(json)
}

/// The text that a file of [`script`] holds where it was written without an escape, as lists of documents are.
pub(crate) fn plain_text(bytes: &[u8]) -> Option<&str> {
    content(bytes)?.strip_prefix('"')?.strip_suffix('"')
}
