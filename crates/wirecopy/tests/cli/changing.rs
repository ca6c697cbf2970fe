//! A publication on loopback whose answers change while it runs, and that remembers what it was asked for. The news is
//! invented.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

/// Status line with headers, and body, by path.
type Answers = Arc<Mutex<HashMap<String, (String, String)>>>;

/// A server whose answers change while it runs.
pub(crate) struct Changing {
    pub(crate) address: SocketAddr,
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Changing {
    pub(crate) fn new() -> Changing {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Changing {
            address: listener.local_addr().unwrap(),
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let (answers, asked) = (server.answers.clone(), server.asked.clone());
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut request = [0; 8192];
                let length = stream.read(&mut request).unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let (told, answer) = answer(&request, &answers);
                asked.lock().unwrap().push(told);
                stream.write_all(answer.as_bytes()).ok();
            }
        });
        server
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers with this status line (headers may follow it) and body at a path. Where it has an `etag`, who knows that
    /// is told that nothing changed.
    pub(crate) fn answer(&self, path: &str, status: &str, body: String) {
        let answer = (status.to_owned(), body);
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    pub(crate) fn remove(&self, path: &str) {
        self.answers.lock().unwrap().remove(path);
    }

    /// The status and path of each request since the last call, robots.txt left out.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.retain(|asked| !asked.ends_with("/robots.txt"));
        asked
    }
}

fn answer(request: &str, answers: &Answers) -> (String, String) {
    let path = request.split(' ').nth(1).unwrap_or_default();
    let missing = ("404 Not Found".to_owned(), String::new());
    let (mut status, mut body) = answers
        .lock()
        .unwrap()
        .get(path)
        .cloned()
        .unwrap_or(missing);
    let header = |text: &str, name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned())
    };
    let known = header(request, "if-none-match");
    if known.is_some() && known == header(&status, "etag") {
        (status, body) = ("304 Not Modified".to_owned(), String::new());
    }
    let code = status.split(' ').next().unwrap_or_default();
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    (format!("{code} {path}"), answer)
}
