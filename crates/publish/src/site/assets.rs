//! The style sheet, the optional scripts and the logo: external files whose names change with their content, so that
//! they can be cached for ever.

use crate::edition::OutputFile;
use crate::theme::Theme;

const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/reader.js");
const ICON: &str = include_str!("../../assets/icon.svg");
const SEARCH: &str = include_str!("../../assets/search.js");

/// The assets of an edition.
pub(crate) struct Assets {
    pub(crate) style: OutputFile,
    pub(crate) script: OutputFile,
    pub(crate) search: OutputFile,
    pub(crate) icon: OutputFile,
    /// The operator's.
    pub(crate) logo: Option<OutputFile>,
}

impl Assets {
    pub(crate) fn of(theme: &Theme) -> Assets {
        let style = format!("{STYLE}{}", theme.css());
        let logo = theme.logo.as_ref();
        Assets {
            style: named("style", "css", style.into_bytes()),
            script: named("reader", "js", SCRIPT.into()),
            search: named("search", "js", SEARCH.into()),
            icon: named("icon", "svg", ICON.into()),
            logo: logo.map(|logo| named("logo", &logo.extension, logo.bytes.clone())),
        }
    }

    /// All of them.
    pub(crate) fn files(&self) -> Vec<OutputFile> {
        let Assets {
            style,
            script,
            search,
            icon,
            logo,
        } = self;
        let files = [style, script, search, icon].into_iter().chain(logo);
        files.cloned().collect()
    }
}

/// 40 bits of the content's hash are plenty for a few files.
fn named(stem: &str, extension: &str, bytes: Vec<u8>) -> OutputFile {
    let hash = blake3::hash(&bytes).to_hex();
    OutputFile {
        path: format!("assets/{stem}-{}.{extension}", &hash[..10]),
        bytes,
    }
}
