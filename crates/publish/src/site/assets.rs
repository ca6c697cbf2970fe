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
        let style = format!("{STYLE}{}{}", night(), theme.css());
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

/// The dark colours for readers whose system is dark and who chose none: style sheets cannot join the two conditions.
fn night() -> String {
    let (_, after) = STYLE
        .split_once(":root[data-theme=dark] {")
        .expect("the style sheet has a dark palette");
    let (colours, _) = after.split_once('}').expect("the palette ends");
    let colours = colours.replace("color-scheme: dark;", "");
    format!(
        "@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {} }} }}\n",
        colours.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// 40 bits of the content's hash are plenty for a few files.
fn named(stem: &str, extension: &str, bytes: Vec<u8>) -> OutputFile {
    let hash = blake3::hash(&bytes).to_hex();
    OutputFile {
        path: format!("assets/{stem}-{}.{extension}", &hash[..10]),
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::Assets;
    use crate::theme::Theme;

    #[test]
    fn dark_colours_hold_for_a_dark_system_as_for_the_reader_who_chose_them() {
        let style = Assets::of(&Theme::default()).style.bytes;
        let style = String::from_utf8(style).unwrap();
        let (_, chosen) = style.split_once(":root[data-theme=dark] {").unwrap();
        let (chosen, _) = chosen.split_once('}').unwrap();
        let (_, followed) = style
            .split_once("@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {")
            .unwrap();
        let (followed, _) = followed.split_once('}').unwrap();
        let colours = |block: &str| -> Vec<String> {
            let rules = block.split(';').map(str::trim);
            let colours = rules.filter(|rule| rule.starts_with("--"));
            colours.map(str::to_owned).collect()
        };
        assert_eq!(colours(chosen), colours(followed));
        assert_eq!(colours(chosen).len(), 10);
    }
}
