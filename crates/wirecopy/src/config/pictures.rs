//! The settings of the proxy for pictures.

use serde::Deserialize;

use crate::config::human;

/// The proxy for pictures: `/image?url=`, which speaks images.weserv.nl's API. It serves the pictures that the mirror's
/// own articles show, and no others unless it is told to. See `docs/pictures.md`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PictureSettings {
    /// Answer `/image?url=`. It does so too where `images = "proxy"` in `[publish]`. Default: `false`.
    pub serve: bool,
    /// A host name of the proxy's own, all of whose paths are `/image`, as old links to a proxy want it. Default: none.
    pub host: Option<String>,
    /// Hosts all of whose pictures are served to anybody, such as `"i.example.org"` or `"*.example.org"`. Default: `[]`.
    pub hosts: Vec<String>,
    /// The most that is kept on disk, in `pictures/` of the mirror. From 1 MB to 1 TB. Default: `"1GB"`.
    #[serde(deserialize_with = "human::size::<_, 1_000_000, 1_000_000_000_000>")]
    pub cache: u64,
    /// How many sizes and forms of one picture are made exactly as asked for; further ones are brought to the nearest
    /// step of the ladder. From 1 to 10000. Default: `50`.
    #[serde(deserialize_with = "human::count::<_, 1, 10_000>")]
    pub variants: usize,
    /// Widths and heights in pixels, ascending. Default: `[160, 240, 320, 480, 640, 900, 1200, 1600]`.
    pub ladder: Vec<u32>,
}

impl Default for PictureSettings {
    fn default() -> PictureSettings {
        PictureSettings {
            serve: false,
            host: None,
            hosts: Vec::new(),
            cache: 1_000_000_000,
            variants: 50,
            ladder: vec![160, 240, 320, 480, 640, 900, 1200, 1600],
        }
    }
}
