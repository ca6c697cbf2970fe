//! Whether an article's text shows its lead picture already, in whatever size.

use url::Url;

use super::{Tag, escaped, name, tag_length, unescaped};

/// Parameters that say how large and in which form a picture is sent, and not which one it is. They are those of the
/// common services (imgix, Sanity, Contentful, WordPress's Photon, Thumbor), and their signatures.
const FORM: [&str; 19] = [
    "w", "width", "h", "height", "q", "quality", "fit", "crop", "auto", "fm", "format", "dpr",
    "resize", "size", "strip", "ssl", "s", "sig", "ixlib",
];

/// Whether one of the pictures in the body is this one.
pub(super) fn is_shown(body: &str, picture: &Url) -> bool {
    body.contains(&escaped(picture.path()))
        && addresses(body).any(|address| is_same(&address, picture))
}

/// The addresses of the pictures in a body.
fn addresses(body: &str) -> impl Iterator<Item = Url> {
    let mut rest = body;
    let tags = std::iter::from_fn(move || {
        rest = &rest[rest.find('<')?..];
        let (tag, after) = rest.split_at(tag_length(rest));
        rest = after;
        Some(tag)
    });
    tags.filter(|tag| name(tag) == "img").filter_map(|tag| {
        let source = Tag::parse(tag).value("src").map(unescaped)?;
        Url::parse(&source).ok()
    })
}

/// Publications serve one picture in many sizes, from hosts that share the work; but a program sends all pictures
/// from one path, and tells them apart by their query.
fn is_same(one: &Url, other: &Url) -> bool {
    one.path() == other.path() && which(one).eq(which(other))
}

/// What of a query says which picture is meant.
fn which(url: &Url) -> impl Iterator<Item = (String, String)> {
    let pairs = url.query_pairs();
    let pairs = pairs.filter(|(key, _)| !FORM.contains(&key.as_ref()));
    pairs.map(|(key, value)| (key.into_owned(), value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shown: &str, lead: &str, expected: bool) {
        let body = format!(
            "<p>The <a href=\"/\">quay</a>.</p>\n<img src=\"{}\">",
            escaped(shown)
        );
        let lead = Url::parse(lead).unwrap();
        assert_eq!(is_shown(&body, &lead), expected, "{shown} for {lead}");
    }

    #[test]
    fn a_picture_in_another_size_or_from_another_host_is_the_same() {
        let lead = "https://paper.example/lead.jpg?w=800&h=600";
        check("https://paper.example/lead.jpg?w=320", lead, true);
        check("https://i2.paper.example/lead.jpg", lead, true);
        check("https://paper.example/quay.jpg?w=800&h=600", lead, false);
    }

    #[test]
    fn pictures_of_one_path_are_told_apart_by_their_query() {
        let lead = "https://paper.example/?id=5";
        check("https://paper.example/?id=5&width=320", lead, true);
        check("https://paper.example/?id=6", lead, false);
        check("https://paper.example/quay.jpg", lead, false);
    }
}
