//! The way from the URL asked for to the one that answers (RFC 9110 §15.4): bounded, without loops, and without handing
//! one site's credentials to another. Pure.

use url::Url;

use crate::fetch::Redirect;
use crate::fetch::error::FetchError;
use crate::fetch::target::{named, shown};

/// The URLs so far.
pub(super) struct Trail {
    last: Url,
    redirects: Vec<Redirect>,
    bounds: Bounds,
}

/// How far redirects are followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The most in a row.
    pub(super) redirects: usize,
    /// Whether one may lead from https to http.
    pub(super) downgrades: bool,
}

impl Trail {
    /// Begins at the URL asked for, without its fragment, which is never sent.
    pub(super) fn new(mut first: Url, bounds: Bounds) -> Trail {
        first.set_fragment(None);
        Trail {
            last: first,
            redirects: Vec::new(),
            bounds,
        }
    }

    /// The URL to ask for next.
    pub(super) fn last(&self) -> &Url {
        &self.last
    }

    /// Follows a Location.
    pub(super) fn step(&mut self, location: &str, permanent: bool) -> Result<(), FetchError> {
        let to = resolve(&self.last, location).ok_or_else(|| FetchError::Protocol {
            host: named(&self.last),
            reason: "it redirects to something that is no URL".to_owned(),
        })?;
        if to == self.last || self.redirects.iter().any(|redirect| redirect.from == to) {
            return Err(FetchError::Loop { url: shown(&to) });
        }
        if self.redirects.len() == self.bounds.redirects {
            let first = self
                .redirects
                .first()
                .map_or(&self.last, |redirect| &redirect.from);
            return Err(FetchError::TooManyRedirects {
                host: named(first),
                limit: self.bounds.redirects,
            });
        }
        let redirect = Redirect {
            from: self.last.clone(),
            to: to.clone(),
            permanent,
        };
        if redirect.is_downgrade() && !self.bounds.downgrades {
            return Err(FetchError::Protocol {
                host: named(&self.last),
                reason: "it redirects from https to http".to_owned(),
            });
        }
        self.last = to;
        self.redirects.push(redirect);
        Ok(())
    }

    /// The last URL and the steps to it.
    pub(super) fn end(self) -> (Url, Vec<Redirect>) {
        (self.last, self.redirects)
    }
}

/// The target of a redirect. Credentials stay with the origin they were given for, and none are taken from a server.
fn resolve(from: &Url, location: &str) -> Option<Url> {
    let mut to = from.join(location).ok()?;
    to.set_fragment(None);
    let same = to.origin() == from.origin();
    let (user, password) = if same {
        (from.username(), from.password())
    } else {
        ("", None)
    };
    if to.has_host() {
        to.set_username(user).ok()?;
        to.set_password(password).ok()?;
    }
    Some(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(first: &str) -> Trail {
        let bounds = Bounds {
            redirects: 3,
            downgrades: true,
        };
        Trail::new(Url::parse(first).unwrap(), bounds)
    }

    #[track_caller]
    fn check(first: &str, location: &str, expected: &str) {
        let mut trail = trail(first);
        trail.step(location, false).unwrap();
        assert_eq!(trail.last().as_str(), expected);
    }

    #[test]
    fn locations_are_joined_without_fragments() {
        check("https://a.example/x/y?q#f", "../z#g", "https://a.example/z");
        check("https://a.example/x", "//b.example", "https://b.example/");
        check(
            "https://a.example/x",
            "?page=2",
            "https://a.example/x?page=2",
        );
        check(
            "https://a.example/x",
            "https://b.example/新闻",
            "https://b.example/%E6%96%B0%E9%97%BB",
        );
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        check(
            "https://ann:secret@a.example/x",
            "/y",
            "https://ann:secret@a.example/y",
        );
        check(
            "https://ann:secret@a.example/x",
            "https://a.example/y",
            "https://ann:secret@a.example/y",
        );
        check(
            "https://ann:secret@a.example/x",
            "https://b.example/y",
            "https://b.example/y",
        );
        check(
            "https://ann:secret@a.example/x",
            "http://a.example/y",
            "http://a.example/y",
        );
        check(
            "https://a.example/x",
            "https://root:root@b.example/y",
            "https://b.example/y",
        );
    }

    #[test]
    fn a_loop_is_found_at_its_first_repetition() {
        let mut trail = trail("https://a.example/1");
        trail.step("/2", false).unwrap();
        assert_eq!(
            trail.step("/1#again", false),
            Err(FetchError::Loop {
                url: "https://a.example/1".to_owned()
            })
        );
        assert_eq!(trail.step("/2", false).unwrap_err().kind(), "redirect_loop");
    }

    #[test]
    fn only_so_many_are_followed() {
        let mut trail = trail("https://a.example/0");
        for step in 1..=3 {
            trail.step(&format!("/{step}"), step == 1).unwrap();
        }
        assert_eq!(
            trail.step("/4", false).unwrap_err().kind(),
            "too_many_redirects"
        );
        let (last, redirects) = trail.end();
        assert_eq!(
            (
                last.path(),
                redirects.len(),
                redirects[0].permanent,
                redirects[1].permanent
            ),
            ("/3", 3, true, false)
        );
    }

    #[test]
    fn no_step_leads_from_https_to_http_where_that_is_forbidden() {
        let bounds = Bounds {
            redirects: 3,
            downgrades: false,
        };
        let mut trail = Trail::new(Url::parse("http://a.example/").unwrap(), bounds);
        trail.step("https://a.example/", false).unwrap();
        trail.step("https://b.example/", false).unwrap();
        let error = trail.step("http://b.example/x", false).unwrap_err();
        assert_eq!(
            error.to_string(),
            "b.example answered with something unreadable: it redirects from https to http"
        );
        assert_eq!(trail.last().as_str(), "https://b.example/");
    }

    #[test]
    fn what_is_no_url_is_told_so() {
        assert_eq!(
            trail("https://a.example/")
                .step("https://[::1", false)
                .unwrap_err()
                .kind(),
            "protocol"
        );
    }
}
