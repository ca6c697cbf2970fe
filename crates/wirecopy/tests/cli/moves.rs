//! A feed moves, by a permanent redirect or by the address that it gives for itself, and the mirror follows. The news
//! is invented.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use crate::story::Story;

/// A server whose answers change while it runs: status line with headers, and body, by path.
struct Server {
    address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, (String, String)>>>,
}

impl Server {
    fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server {
            address: listener.local_addr().unwrap(),
            answers: Arc::default(),
        };
        let answers = server.answers.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut request = [0; 8192];
                let length = stream.read(&mut request).unwrap_or(0);
                let text = String::from_utf8_lossy(&request[..length]).into_owned();
                let path = text.split(' ').nth(1).unwrap_or_default();
                let missing = ("404 Not Found".to_owned(), String::new());
                let (status, body) = answers
                    .lock()
                    .unwrap()
                    .get(path)
                    .cloned()
                    .unwrap_or(missing);
                let length = body.len();
                write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                )
                .ok();
            }
        });
        server
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn answer(&self, path: &str, status: &str, body: String) {
        let answer = (status.to_owned(), body);
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// The feed at a path, that says where it is and has so many entries.
    fn feed(&self, path: &str, says: &str, entries: usize) {
        let entries: String = (0..entries)
            .map(|entry| {
                format!(
                    "<entry><title>Rain {entry}</title><link href='{}'/><content>It rained.</content>\
                     <published>2026-03-01T0{entry}:00:00Z</published></entry>",
                    self.url(&format!("/rain-{entry}"))
                )
            })
            .collect();
        let says = self.url(says);
        let body = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Hill</title><link rel='self' href='{says}'/>{entries}\
             </feed>"
        );
        self.answer(path, "200 OK\r\ncontent-type: application/atom+xml", body);
    }

    fn remove(&self, path: &str) {
        self.answers.lock().unwrap().remove(path);
    }

    fn mirror(&self) -> Story {
        let story = Story::in_an_empty_directory();
        let settings = format!(
            "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"hill\"\ntext = \"feed\"\nfeed = \"{}\"\n",
            self.address,
            self.url("/feed")
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
    let moved = format!("301 Moved Permanently\r\nlocation: {}", server.url("/new"));
    server.answer("/feed", &moved, String::new());
    server.feed("/new", "/new", 1);
    let story = server.mirror();
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    server.remove("/feed");
    for (day, entries) in [(3, 2), (4, 3)] {
        server.feed("/new", "/new", entries);
        let printed = story.prints_at(&format!("2026-03-0{day}T12:00:00Z"), &["update"]);
        assert!(printed.contains("1 new"), "{printed}");
    }
    let status = feed_status(&story);
    assert_eq!(status["moved_to"], server.url("/new"));
    assert_eq!(status["failures"], 0);
    let told = story.prints(&["status"]);
    let words = format!("{} moved to {}", server.url("/feed"), server.url("/new"));
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
    assert_eq!(feed_status(&story)["moved_to"], server.url("/new"));
    server.remove("/feed");
    server.feed("/new", "/new", 4);
    let printed = story.prints_at("2026-03-05T12:00:00Z", &["update"]);
    assert!(printed.contains("1 new"), "{printed}");
}
