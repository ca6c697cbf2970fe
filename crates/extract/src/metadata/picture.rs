//! The picture that stands for the article when it is shared.

use url::Url;
use wirecopy_document::clean::{CleanHtml, Picture, shows_nothing};

use super::clues::Clues;
use super::json_ld::Linked;
use super::origin::{Found, Origin};

/// The stated picture, without caption: the page's own figure is richer where it has the same one.
pub(super) fn choose(clues: &Clues, linked: &Linked, base: Option<&Url>) -> Option<Found<Picture>> {
    let stated = [
        "og:image",
        "og:image:secure_url",
        "og:image:url",
        "twitter:image",
        "twitter:image:src",
    ];
    let head = stated.iter().flat_map(|name| {
        let addresses = clues.metas(name);
        addresses.map(|address| Found::new(address, Origin::Meta(name)))
    });
    let in_json = linked.image.as_deref();
    let linked = clues.image_link.as_deref();
    let addresses = head
        .chain(in_json.map(|address| Found::new(address, Origin::JsonLd("image"))))
        .chain(linked.map(|address| Found::new(address, Origin::Element("link rel=image_src"))));
    let mut urls = addresses.filter_map(|Found { value, origin }| {
        let url = Url::options().base_url(base).parse(value.trim()).ok()?;
        Some(Found::new(url, origin))
    });
    let url = urls.find(|Found { value: url, .. }| {
        matches!(url.scheme(), "http" | "https") && !shows_nothing(url)
    })?;
    let size = |name: &str| clues.meta(name).and_then(|value| value.parse().ok());
    Some(url.map(|url| Picture {
        url,
        alt: clues.meta("og:image:alt").unwrap_or_default().to_owned(),
        caption: String::new(),
        width: size("og:image:width"),
        height: size("og:image:height"),
    }))
}

/// The body's own copy of the stated picture, since that has the caption; its first picture where none
/// is stated.
pub(super) fn in_body(stated: Option<&Picture>, body: &CleanHtml) -> Option<Picture> {
    let same =
        |picture: &Picture| stated.is_none_or(|stated| picture.url.path() == stated.url.path());
    body.pictures().into_iter().find(same)
}
