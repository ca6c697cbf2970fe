//! A sound or film that a feed attaches to an article (RSS 2.0 `enclosure`, RFC 4287 section 4.2.7.2): one value of the
//! trailer, `address type length`, the length left out where it is unknown. Other attached files are not kept.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// Longest media type: RFC 6838 section 4.2 allows 127 characters on either side, and none in use is half as long.
const MAX_TYPE: usize = 127;

/// What a feed leaves out or calls by a general name is told by the end of its address.
const BY_ENDING: [(&str, &str); 14] = [
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("m4b", "audio/mp4"),
    ("aac", "audio/aac"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("webm", "video/webm"),
    ("ogv", "video/ogg"),
    ("mov", "video/quicktime"),
];

/// An attached sound or film; its address is one of the web, its type `audio/…` or `video/…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    url: Url,
    media_type: String,
    length: Option<u64>,
}

impl Enclosure {
    /// An attached file as a feed tells it; `None` where it is no sound and no film, or not on the web.
    pub fn new(url: Url, told: Option<&str>, length: Option<u64>) -> Option<Enclosure> {
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let told = told.and_then(media_type);
        let media_type = told.or_else(|| by_ending(&url).map(str::to_owned))?;
        // Feeds write 0 for what they do not know.
        let length = length.filter(|length| *length > 0);
        Some(Enclosure {
            url,
            media_type,
            length,
        })
    }

    /// Where it is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Its media type without parameters, in lower case.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Its length in bytes, as the feed told it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Whether it is a sound; else it is a film.
    pub fn is_audio(&self) -> bool {
        self.media_type.starts_with("audio/")
    }
}

impl fmt::Display for Enclosure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.url, self.media_type)?;
        self.length
            .map_or(Ok(()), |length| write!(formatter, " {length}"))
    }
}

/// A line of a trailer that holds no sound or film.
#[derive(Debug, PartialEq, Eq)]
pub struct NoEnclosure;

impl FromStr for Enclosure {
    type Err = NoEnclosure;

    fn from_str(text: &str) -> Result<Enclosure, NoEnclosure> {
        let mut parts = text.split(' ');
        let url = parts.next().and_then(|url| Url::parse(url).ok());
        let (told, length) = (parts.next(), parts.next().map(str::parse).transpose());
        let enclosure = url
            .zip(length.ok())
            .and_then(|(url, length)| Enclosure::new(url, told, length));
        // What would be written otherwise than it was read is kept as it is.
        enclosure
            .filter(|enclosure| enclosure.to_string() == text)
            .ok_or(NoEnclosure)
    }
}

/// The type of a sound or film, its parameters left out.
fn media_type(told: &str) -> Option<String> {
    let essence = told.split(';').next()?.trim().to_ascii_lowercase();
    let (kind, rest) = essence.split_once('/')?;
    let is_name = !rest.is_empty()
        && rest.len() <= MAX_TYPE
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte));
    (matches!(kind, "audio" | "video") && is_name).then_some(essence)
}

fn by_ending(url: &Url) -> Option<&'static str> {
    let (_, ending) = url.path().rsplit_once('.')?;
    let known = BY_ENDING
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(ending));
    known.map(|(_, media_type)| *media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, told: Option<&str>, length: Option<u64>, expected: Option<&str>) {
        let enclosure = Enclosure::new(Url::parse(url).unwrap(), told, length);
        let written = enclosure.as_ref().map(ToString::to_string);
        assert_eq!(written.as_deref(), expected, "{url} {told:?}");
        assert_eq!(written.map(|text| text.parse()), enclosure.map(Ok));
    }

    #[test]
    fn sounds_and_films_are_kept_and_nothing_else() {
        let (sound, page) = ("https://n.example/a.mp3?x=1", "https://n.example/a");
        check(
            sound,
            Some("Audio/MPEG; q=1"),
            Some(7),
            Some("https://n.example/a.mp3?x=1 audio/mpeg 7"),
        );
        check(
            sound,
            None,
            Some(0),
            Some("https://n.example/a.mp3?x=1 audio/mpeg"),
        );
        check(
            sound,
            Some("application/octet-stream"),
            None,
            Some("https://n.example/a.mp3?x=1 audio/mpeg"),
        );
        check(
            page,
            Some("video/x-ms-wmv"),
            None,
            Some("https://n.example/a video/x-ms-wmv"),
        );
        check(page, Some("image/jpeg"), Some(7), None);
        check(page, Some("audio/"), None, None);
        check(page, Some("audio/a\" onplay=\""), None, None);
        check("data:audio/mpeg,x", Some("audio/mpeg"), None, None);
    }

    #[test]
    fn lines_that_would_be_written_otherwise_are_none() {
        for text in [
            "",
            "x",
            "https://n.example/a.mp3",
            "https://n.example/a audio/mpeg 0",
            "https://n.example/a audio/mpeg x",
        ] {
            assert_eq!(text.parse::<Enclosure>(), Err(NoEnclosure), "{text}");
        }
    }
}
