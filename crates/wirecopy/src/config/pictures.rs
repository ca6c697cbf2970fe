//! The settings of the proxy for pictures and of their store.

use std::time::Duration;

use serde::Deserialize;
use wirecopy_picture::rendition::Form;

use crate::config::{human, values};

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
    /// Ports at which the proxy asks for pictures; `[]` stands for all that are not another protocol's.
    /// Default: `[80, 443]`.
    pub ports: Vec<u16>,
    /// Redirects that are followed to a picture, each checked as the first address is. The API that the proxy speaks
    /// follows ten. From 0 to 10. Default: `5`.
    #[serde(deserialize_with = "human::count::<_, 0, 10>")]
    pub redirects: usize,
    /// The most that is kept on disk, in `pictures/` of the mirror. From 1 MB to 1 TB. Default: `"1GB"`.
    #[serde(deserialize_with = "human::size::<_, 1_000_000, 1_000_000_000_000>")]
    pub cache: u64,
    /// Pictures a minute that one client may have made, and ten times as many at once after a pause; what is kept is
    /// not counted, and readers behind a proxy on the same machine are told apart by its `X-Forwarded-For`. From 1 to
    /// 100000. Default: `250`.
    #[serde(deserialize_with = "human::count::<_, 1, 100_000>")]
    pub rate: usize,
    /// How many sizes and forms of one picture are made exactly as asked for; further ones are brought to the nearest
    /// step of the ladder. From 1 to 10000. Default: `50`.
    #[serde(deserialize_with = "human::count::<_, 1, 10_000>")]
    pub variants: usize,
    /// Widths and heights in pixels, ascending. Default: `[160, 240, 320, 480, 640, 900, 1200, 1600]`.
    pub ladder: Vec<u32>,
    /// Keep the pictures of articles, each file once, in `originals/` of the mirror: they are asked for after a round's
    /// pages are published. Pages show them where `images = "store"` in `[publish]`, which keeps them too.
    /// Default: `false`.
    pub keep: bool,
    /// The most that the store of pictures takes; when it is full nothing more is asked
    /// for. From 1 MB to 100 TB. Default: `"20GB"`.
    #[serde(deserialize_with = "human::size::<_, 1_000_000, 100_000_000_000_000>")]
    pub store: u64,
    /// Pictures of articles older than this are not asked for, and pictures that have been kept for longer are what
    /// `wirecopy images prune` takes out. From 1d to 36500d. Default: none.
    #[serde(deserialize_with = "human::optional_duration::<_, 86_400, 3_153_600_000>")]
    pub keep_for: Option<Duration>,
    /// The most time that a round takes for asking for pictures, after its pages are published; what is left waits for
    /// the next. From 1s to 12h. Default: `"5m"`.
    #[serde(deserialize_with = "human::duration::<_, 1, 43_200>")]
    pub time: Duration,
    /// Keep no picture with a longer side than so many pixels: a larger one is brought down to it, and what cameras
    /// note is taken out. From 640 to 16383. Default: none, which keeps the files as they are.
    #[serde(deserialize_with = "human::optional_count::<_, 640, 16_383>")]
    pub bound: Option<u32>,
    /// Where pictures are looked for that their origin does not give: an address with `{url}` and `{time}` (of
    /// publication, in digits) in it, such as `"https://web.archive.org/web/{time}im_/{url}"`. Default: none.
    #[serde(deserialize_with = "values::picture_archive")]
    pub archive: Option<String>,
    /// Formats that stored pictures are published in beside the one that every browser shows (JPEG, or WebP for
    /// drawings and what shows through), in the order in which browsers are to prefer them: `"avif"`, `"webp"`.
    /// Default: `["avif"]`.
    pub formats: Vec<PictureFormat>,
    /// Widths in pixels that stored pictures are published in, each at least 16 and at most 4096; none is enlarged.
    /// Default: `[480, 800, 1280]`.
    #[serde(deserialize_with = "values::picture_widths")]
    pub widths: Vec<u32>,
    /// How well stored pictures are published: the least score in SSIMULACRA2, by which 90 cannot be told from the
    /// original, 70 is good and 50 is medium. Each file gets the lowest quality that reaches it. From 10 to 90.
    /// Default: `65`.
    #[serde(deserialize_with = "values::picture_score")]
    pub score: u8,
    /// What the stored pictures of one page may weigh together; where they are more, narrower ones are offered, and in
    /// the end links. From 10 kB to 1 GB. Default: `"1MB"`.
    #[serde(deserialize_with = "human::size::<_, 10_000, 1_000_000_000>")]
    pub page: u64,
}

/// A format that stored pictures are published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureFormat {
    /// Smallest, and slow to make.
    Avif,
    /// Smaller than JPEG, and older than AVIF.
    Webp,
}

impl PictureFormat {
    /// As renditions are made.
    pub fn form(&self) -> Form {
        match self {
            PictureFormat::Avif => Form::Avif,
            PictureFormat::Webp => Form::Webp,
        }
    }
}

impl Default for PictureSettings {
    fn default() -> PictureSettings {
        PictureSettings {
            serve: false,
            host: None,
            hosts: Vec::new(),
            ports: vec![80, 443],
            redirects: 5,
            cache: 1_000_000_000,
            rate: 250,
            variants: 50,
            ladder: vec![160, 240, 320, 480, 640, 900, 1200, 1600],
            keep: false,
            store: 20_000_000_000,
            keep_for: None,
            time: Duration::from_secs(300),
            bound: None,
            archive: None,
            formats: vec![PictureFormat::Avif],
            widths: vec![480, 800, 1280],
            score: 65,
            page: 1_000_000,
        }
    }
}
