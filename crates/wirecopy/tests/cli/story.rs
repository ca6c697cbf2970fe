//! The harness: a mirror's directory, the binary run in it, and publications that answer on loopback.
//!
//! Every article here is invented.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// A mirror of one test, removed at its end.
pub(crate) struct Story {
    directory: tempfile::TempDir,
}

/// How a command ended and what it said, with the mirror's directory as `[MIRROR]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Story {
    /// An empty directory.
    pub(crate) fn in_an_empty_directory() -> Story {
        Story {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// A mirror with these settings.
    pub(crate) fn with_settings(text: &str) -> Story {
        let story = Story::in_an_empty_directory();
        fs::write(story.path("wirecopy.toml"), text).unwrap();
        story
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `wirecopy` with these arguments on the mirror, without a terminal or any variable of ours.
    pub(crate) fn runs(&self, arguments: &[&str]) -> Told {
        self.told_by(Command::new(env!("CARGO_BIN_EXE_wirecopy")), arguments)
    }

    /// As [`Story::runs`], with a variable of the operator's.
    pub(crate) fn runs_with(&self, variable: (&str, &str), arguments: &[&str]) -> Told {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
        command.env(variable.0, variable.1);
        self.told_by(command, arguments)
    }

    fn told_by(&self, mut command: Command, arguments: &[&str]) -> Told {
        command
            .args(arguments)
            .arg("--mirror")
            .arg(self.directory.path());
        let output = command
            .env_remove("WIRECOPY_LOG")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| {
            String::from_utf8(bytes)
                .unwrap()
                .replace(self.directory.path().to_str().unwrap(), "[MIRROR]")
        };
        Told {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs a command that must go well, and returns what it printed.
    #[track_caller]
    pub(crate) fn prints(&self, arguments: &[&str]) -> String {
        let told = self.runs(arguments);
        assert_eq!(told.code, 0, "{told:?}");
        told.out
    }

    /// Runs a command that must go well at that time.
    #[track_caller]
    pub(crate) fn prints_at(&self, time: &str, arguments: &[&str]) -> String {
        let time: jiff::Timestamp = time.parse().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
        command.env("SOURCE_DATE_EPOCH", time.as_second().to_string());
        let told = self.told_by(command, arguments);
        assert_eq!(told.code, 0, "{told:?}");
        told.out
    }

    /// What git prints of the archive's volume of 2026.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.path("archive/2026.git"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command that must end with that code and these words on standard error.
    #[track_caller]
    pub(crate) fn refuses(&self, arguments: &[&str], code: i32, words: &str) {
        let told = self.runs(arguments);
        assert_eq!(
            (told.code, told.err.trim_end()),
            (code, format!("error: {words}").as_str()),
            "{told:?}"
        );
    }
}

/// A publication on loopback: paths and what is there.
pub(crate) struct Publication {
    pub(crate) address: SocketAddr,
}

impl Publication {
    /// Serves these pages until the test ends.
    pub(crate) fn with_pages(pages: &[(&str, &str, &str)]) -> Publication {
        Publication::with_pictures(pages, &[])
    }

    /// Serves these pages, and these pictures.
    pub(crate) fn with_pictures(
        pages: &[(&str, &str, &str)],
        pictures: &[(&str, Vec<u8>)],
    ) -> Publication {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let owned = |(path, media_type, body): &(&str, &str, &str)| {
            (
                (*path).to_owned(),
                (
                    (*media_type).to_owned(),
                    body.replace("[HERE]", &address.to_string()).into_bytes(),
                ),
            )
        };
        let pictures = pictures.iter().map(|(path, file)| {
            let found = ("image/bmp".to_owned(), file.clone());
            ((*path).to_owned(), found)
        });
        let pages: Arc<HashMap<String, (String, Vec<u8>)>> =
            Arc::new(pages.iter().map(owned).chain(pictures).collect());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let pages = pages.clone();
                std::thread::spawn(move || answer(stream, &pages));
            }
        });
        Publication { address }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Settings that allow this publication to be fetched though it is on loopback.
    pub(crate) fn allowed(&self) -> String {
        format!(
            "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n",
            self.address
        )
    }
}

/// One request, one answer, and the connection ends. A client that goes away is no failure of the test.
fn answer(mut stream: TcpStream, pages: &HashMap<String, (String, Vec<u8>)>) {
    let mut request = [0; 8192];
    let length = stream.read(&mut request).unwrap_or(0);
    let text = String::from_utf8_lossy(&request[..length]).into_owned();
    let target = text.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let answer = match pages.get(target).or_else(|| pages.get(path)) {
        Some((media_type, body)) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            [head.as_bytes(), body].concat()
        }
        None => {
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
        }
    };
    stream.write_all(&answer).ok();
}
