//! A feed moves, by a permanent redirect or by the address that it gives for itself, and the mirror follows. The news
//! is invented.

use std::fs;

use crate::changing::Changing;
use crate::story::Story;

/// A publication that has one feed at a time, wherever that is.
struct Server(Changing);

impl Server {
    fn new() -> Server {
        Server(Changing::new())
    }

    /// The feed at a path, that says where it is and has so many entries.
    fn feed(&self, path: &str, says: &str, entries: usize) {
        let entries: String = (0..entries)
            .map(|entry| {
                format!(
                    "<entry><title>Rain {entry}</title><link href='{}'/><content>It rained.</content>\
                     <published>2026-03-01T0{entry}:00:00Z</published></entry>",
                    self.0.url(&format!("/rain-{entry}"))
                )
            })
            .collect();
        let says = self.0.url(says);
        let body = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Hill</title><link rel='self' href='{says}'/>{entries}\
             </feed>"
        );
        self.0
            .answer(path, "200 OK\r\ncontent-type: application/atom+xml", body);
    }

    fn mirror(&self) -> Story {
        let story = Story::in_an_empty_directory();
        let settings = format!(
            "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"hill\"\ntext = \"feed\"\nfeed = \"{}\"\n",
            self.0.address,
            self.0.url("/feed")
        );
        fs::write(story.path("wirecopy.toml"), settings).unwrap();
        story
    }
}

fn feed_status(story: &Story) -> serde_json::Value {
    let status = story.prints(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    status["sources"][0]["feeds"][0].clone()
}

#[test]
fn a_feed_that_moved_by_a_permanent_redirect_is_asked_for_there_from_then_on() {
    let server = Server::new();
    let moved = format!(
        "301 Moved Permanently\r\nlocation: {}",
        server.0.url("/new")
    );
    server.0.answer("/feed", &moved, String::new());
    server.feed("/new", "/new", 1);
    let story = server.mirror();
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    server.0.remove("/feed");
    for (day, entries) in [(3, 2), (4, 3)] {
        server.feed("/new", "/new", entries);
        let printed = story.prints_at(&format!("2026-03-0{day}T12:00:00Z"), &["update"]);
        assert!(printed.contains("1 new"), "{printed}");
    }
    let status = feed_status(&story);
    assert_eq!(status["moved_to"], server.0.url("/new"));
    assert_eq!(status["failures"], 0);
    let told = story.prints(&["status"]);
    let words = format!(
        "{} moved to {}",
        server.0.url("/feed"),
        server.0.url("/new")
    );
    assert!(told.contains(&words), "{told}");
}

#[test]
fn a_feed_that_gives_itself_a_new_address_is_followed_when_it_is_found_there() {
    let server = Server::new();
    server.feed("/feed", "/feed", 1);
    let story = server.mirror();
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    // Nothing answers there.
    server.feed("/feed", "/nowhere", 2);
    story.prints_at("2026-03-03T12:00:00Z", &["update"]);
    assert!(feed_status(&story)["moved_to"].is_null());
    server.feed("/feed", "/new", 3);
    server.feed("/new", "/new", 3);
    story.prints_at("2026-03-04T12:00:00Z", &["update"]);
    assert_eq!(feed_status(&story)["moved_to"], server.0.url("/new"));
    server.0.remove("/feed");
    server.feed("/new", "/new", 4);
    let printed = story.prints_at("2026-03-05T12:00:00Z", &["update"]);
    assert!(printed.contains("1 new"), "{printed}");
}
