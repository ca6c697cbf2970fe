//! The picture that stands for the article when it is shared.

use url::Url;
use wirecopy_document::clean::Picture;

use super::clues::Clues;
use super::json_ld::Linked;

/// The stated picture, without caption: the page's own figure is richer where it has the same one.
pub(super) fn choose(clues: &Clues, linked: &Linked, base: Option<&Url>) -> Option<Picture> {
    let stated = [
        "og:image",
        "og:image:secure_url",
        "og:image:url",
        "twitter:image",
        "twitter:image:src",
    ];
    let head = stated.iter().flat_map(|name| clues.metas(name));
    let addresses = head
        .chain(linked.image.as_deref())
        .chain(clues.image_link.as_deref());
    let mut urls =
        addresses.filter_map(|address| Url::options().base_url(base).parse(address.trim()).ok());
    let url = urls.find(|url| matches!(url.scheme(), "http" | "https"))?;
    let size = |name: &str| clues.meta(name).and_then(|value| value.parse().ok());
    Some(Picture {
        url,
        alt: clues.meta("og:image:alt").unwrap_or_default().to_owned(),
        caption: String::new(),
        width: size("og:image:width"),
        height: size("og:image:height"),
    })
}
