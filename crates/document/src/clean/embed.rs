//! Embedded pages, films and sounds become links: to the page that a person would open, with the
//! title that the embedding gave it.

use url::Url;
use wirecopy_html::NodeId;

use super::picture::Image;
use super::size::Size;
use super::tree::Nodes;
use super::walk::line;

/// Attributes that hold the address, players' and consent managers' first.
const ADDRESSES: &[&str] = &[
    "data-src",
    "data-lazy-src",
    "data-litespeed-src",
    "data-rocket-src",
    "data-cmp-src",
    "data-cookieblock-src",
    "data-src-cmplz",
    "data-video-src",
    "src",
    "data",
    "movie",
];

/// Hosts of embedded things that nobody reads or watches.
const NOISE: &[&str] = &[
    "accounts.google.com",
    "ad.doubleclick.net",
    "googleads.g.doubleclick.net",
    "player.ad.network",
    "s7.addthis.com",
    "staticxx.facebook.com",
    "syndication.twitter.com",
    "tpc.googlesyndication.com",
    "www.googletagmanager.com",
    "www.google.com.recaptcha",
    "disqus.com",
    "widget.taboola.com",
];

/// Longest text of a link that has no title of its own, in letters.
const MAX_TITLE: usize = 80;

/// What stands for an embedded thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Embedded {
    pub(super) url: Option<Url>,
    pub(super) title: String,
    pub(super) poster: Option<Image>,
}

/// What to show for an element that embeds something; `None` for what nobody would miss.
pub(super) fn find(
    nodes: &Nodes,
    id: NodeId,
    resource: &dyn Fn(&str) -> Option<Url>,
) -> Option<Embedded> {
    let url = address(nodes, id, resource).map(|url| watched(&url).unwrap_or(url));
    let url = url.filter(|url| !is_noise(url));
    let titles = ["title", "aria-label", "data-title", "alt"];
    let own = titles
        .iter()
        .find_map(|key| nodes.attribute(id, key))
        .map(line);
    let poster = nodes
        .attribute(id, "poster")
        .and_then(resource)
        .map(|url| Image {
            url,
            alt: own.clone().unwrap_or_default(),
            size: Size::default(),
        });
    if is_pixel(nodes, id) || is_drawn_later(nodes, id) || url.is_none() && poster.is_none() {
        return None;
    }
    let title = own
        .filter(|title| !title.is_empty())
        .or_else(|| url.as_ref().map(shown));
    Some(Embedded {
        url,
        title: title.unwrap_or_default(),
        poster,
    })
}

fn address(nodes: &Nodes, id: NodeId, resource: &dyn Fn(&str) -> Option<Url>) -> Option<Url> {
    if let Some(url) = component(nodes, id) {
        return Url::parse(&url).ok();
    }
    let of = |id| {
        ADDRESSES
            .iter()
            .filter_map(move |key| nodes.attribute(id, key))
            .find_map(resource)
    };
    let parameter = |id| match nodes.attribute(id, "name") {
        Some("movie" | "src") => nodes.attribute(id, "value").and_then(resource),
        _ => None,
    };
    of(id).or_else(|| {
        nodes
            .descendants(id)
            .find_map(|child| match nodes.name(child)? {
                "source" | "embed" | "iframe" => of(child),
                "param" => parameter(child),
                _ => None,
            })
    })
}

/// The address of a component (AMP's, lite-youtube-embed's and its like), which names its film or message by number.
fn component(nodes: &Nodes, id: NodeId) -> Option<String> {
    let named = |key| nodes.attribute(id, key).filter(|name| is_plain(name));
    let at = |site: &str, key| named(key).map(|name| format!("{site}{name}"));
    match nodes.name(id)? {
        "amp-youtube" => named("data-videoid").and_then(watch),
        "lite-youtube" => named("videoid").and_then(watch),
        "amp-vimeo" => at("https://vimeo.com/", "data-videoid"),
        "lite-vimeo" => at("https://vimeo.com/", "videoid"),
        "amp-dailymotion" => at("https://www.dailymotion.com/video/", "data-videoid"),
        "amp-instagram" => at("https://www.instagram.com/p/", "data-shortcode"),
        "amp-twitter" => at("https://twitter.com/i/status/", "data-tweetid"),
        "amp-facebook" => nodes
            .attribute(id, "data-href")
            .filter(|address| address.starts_with("https://"))
            .map(str::to_owned),
        _ => None,
    }
}

/// Whether a text can stand in an address as it is.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !name.is_empty() && name.bytes().all(plain)
}

/// A frame that WordPress hides until a script has drawn it; the quotation before it has the link and the title.
fn is_drawn_later(nodes: &Nodes, id: NodeId) -> bool {
    let class = nodes.attribute(id, "class").unwrap_or_default();
    nodes.has_attribute(id, "data-secret")
        && class
            .split_ascii_whitespace()
            .any(|name| name == "wp-embedded-content")
}

fn is_noise(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    NOISE.contains(&host) || host.ends_with(".facebook.com") && url.path().contains("/plugins/like")
}

fn is_pixel(nodes: &Nodes, id: NodeId) -> bool {
    let tiny = |key| matches!(nodes.attribute(id, key), Some("0" | "1" | "0px" | "1px"));
    tiny("width") && tiny("height")
}

fn shown(url: &Url) -> String {
    let text = url.as_str();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    text.trim_end_matches('/').chars().take(MAX_TITLE).collect()
}

/// The page on which a person would watch or hear what a player plays.
fn watched(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let after = |prefix: &str| {
        url.path()
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('/').next())
            .filter(|id| !id.is_empty())
    };
    let query = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let page = match host {
        "youtube.com" | "youtube-nocookie.com" | "m.youtube.com" => match after("/embed/") {
            Some("videoseries") => {
                format!("https://www.youtube.com/playlist?list={}", query("list")?)
            }
            Some(video) => watch(video)?,
            None => watch(after("/v/").or_else(|| after("/shorts/"))?)?,
        },
        "youtu.be" => watch(after("/")?)?,
        "player.vimeo.com" => format!("https://vimeo.com/{}", after("/video/")?),
        "dailymotion.com" => format!(
            "https://www.dailymotion.com/video/{}",
            after("/embed/video/")?
        ),
        "geo.dailymotion.com" => format!("https://www.dailymotion.com/video/{}", query("video")?),
        "player.bilibili.com" => match query("bvid") {
            Some(video) => format!("https://www.bilibili.com/video/{video}/"),
            None => format!("https://www.bilibili.com/video/av{}/", query("aid")?),
        },
        "player.youku.com" => format!("https://v.youku.com/v_show/id_{}.html", after("/embed/")?),
        "v.qq.com" => format!("https://v.qq.com/x/page/{}.html", query("vid")?),
        "platform.twitter.com" => format!("https://twitter.com/i/status/{}", query("id")?),
        "facebook.com" => query("href").filter(|_| url.path().starts_with("/plugins/"))?,
        "instagram.com" => url.as_str().split_once("/embed")?.0.to_owned() + "/",
        "w.soundcloud.com" => query("url").filter(|url| !url.contains("api.soundcloud.com"))?,
        "open.spotify.com" => url.as_str().replacen("/embed/", "/", 1),
        "embed.podcasts.apple.com" => url.as_str().replacen("//embed.", "//", 1),
        "embed.ted.com" => url.as_str().replacen("//embed.", "//www.", 1),
        "rutube.ru" => format!("https://rutube.ru/video/{}/", after("/play/embed/")?),
        "ok.ru" => format!("https://ok.ru/video/{}", after("/videoembed/")?),
        "tiktok.com" => format!(
            "https://www.tiktok.com/@/video/{}",
            after("/embed/v2/").or_else(|| after("/embed/"))?
        ),
        _ => return None,
    };
    Url::parse(&page)
        .ok()
        .filter(|page| matches!(page.scheme(), "http" | "https"))
}

/// The page of a film on YouTube; `None` for what is no film's name.
fn watch(video: &str) -> Option<String> {
    // Old players' addresses go on with `&hl=…` in the path.
    let video = video.split(['&', '?']).next()?;
    is_plain(video).then(|| format!("https://www.youtube.com/watch?v={video}"))
}
