//! The style sheet and the optional scripts: external files whose names change with their content, so that they can be
//! cached for ever.

use crate::edition::OutputFile;

pub(crate) const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/reader.js");
const SEARCH: &str = include_str!("../../assets/search.js");

/// Where the assets stand.
pub(crate) struct Assets {
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) search: String,
}

/// The paths of the assets.
pub(crate) fn paths() -> Assets {
    Assets {
        style: named("style", "css", STYLE),
        script: named("reader", "js", SCRIPT),
        search: named("search", "js", SEARCH),
    }
}

/// The files themselves.
pub(crate) fn files() -> Vec<OutputFile> {
    let Assets {
        style,
        script,
        search,
    } = paths();
    [(style, STYLE), (script, SCRIPT), (search, SEARCH)]
        .map(|(path, text)| OutputFile {
            path,
            bytes: text.into(),
        })
        .into()
}

/// 40 bits of the content's hash are plenty for three files.
fn named(stem: &str, extension: &str, text: &str) -> String {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("assets/{stem}-{}.{extension}", &hash[..10])
}
