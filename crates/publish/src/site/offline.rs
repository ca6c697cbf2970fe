//! What makes the site an application that can be installed and read without a line: its manifest (W3C Web Application
//! Manifest), its icon, the script that keeps what was read, and the page for what was not.
//!
//! Over `file://` none of it works, and none is needed.

use serde::Serialize;

use crate::display::one_line;
use crate::edition::OutputFile;
use crate::paths;
use crate::site::Site;
use crate::site::frame::Frame;
use crate::site::templates::{Name, TemplateError};
use crate::words::OfflineWords;

const WORKER: &str = include_str!("../../assets/worker.js");
/// For an edition that keeps nothing, where an earlier one did.
const NO_WORKER: &str = include_str!("../../assets/no_worker.js");
/// Both, for what is made anew when one changes.
pub(crate) const SCRIPTS: [&str; 2] = [WORKER, NO_WORKER];
/// The paper's colour, as the style sheet has it.
const PAPER: &str = "#fdfcf8";

#[derive(Serialize)]
struct Manifest<'a> {
    id: &'a str,
    name: &'a str,
    description: &'a str,
    lang: &'a str,
    dir: &'a str,
    start_url: &'a str,
    scope: &'a str,
    display: &'a str,
    background_color: &'a str,
    theme_color: &'a str,
    icons: [Icon<'a>; 1],
}

#[derive(Serialize)]
struct Icon<'a> {
    src: &'a str,
    sizes: &'a str,
    #[serde(rename = "type")]
    media_type: &'a str,
}

#[derive(Serialize)]
struct OfflinePage<'a> {
    frame: Frame<'a>,
    words: &'static OfflineWords,
}

impl Site<'_> {
    /// The files of the application; of an edition that keeps nothing, only what takes back what was kept.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn offline(&self) -> Result<Vec<OutputFile>, TemplateError> {
        if !self.edition.offline {
            return Ok(vec![file(paths::WORKER, NO_WORKER.to_owned())]);
        }
        let words = &self.words.offline;
        let frame = self.frame(paths::OFFLINE, words.title, None);
        let page = self.render(
            Name::Offline,
            paths::OFFLINE.to_owned(),
            &OfflinePage { frame, words },
        )?;
        let worker = self.worker(&page);
        Ok(vec![page, self.manifest(), worker])
    }

    /// Its version is that of the files it keeps from the first.
    fn worker(&self, page: &OutputFile) -> OutputFile {
        let assets = &self.shared.assets;
        let files = [
            assets.style.path.as_str(),
            &assets.script.path,
            &assets.icon.path,
            paths::OFFLINE,
        ];
        let files = serde_json::to_string(&files).expect("a list of strings always serialises");
        let mut hasher = blake3::Hasher::new();
        hasher.update(files.as_bytes()).update(&page.bytes);
        let version = hasher.finalize().to_hex();
        let text = WORKER.replace("__FILES__", &files);
        file(paths::WORKER, text.replace("__VERSION__", &version[..10]))
    }

    fn manifest(&self) -> OutputFile {
        let icon = &self.shared.assets.icon.path;
        let name = one_line(&self.edition.title);
        let manifest = Manifest {
            id: "./",
            name: &name,
            description: &one_line(&self.edition.description),
            lang: self.words.tag,
            dir: self.words.direction,
            start_url: paths::FRONT,
            scope: "./",
            display: "minimal-ui",
            background_color: PAPER,
            theme_color: PAPER,
            icons: [Icon {
                src: icon,
                sizes: "any",
                media_type: "image/svg+xml",
            }],
        };
        let text = serde_json::to_string(&manifest).expect("a list of strings always serialises");
        file(paths::MANIFEST, text)
    }
}

fn file(path: &str, text: String) -> OutputFile {
    OutputFile {
        path: path.to_owned(),
        bytes: text.into_bytes(),
    }
}
