//! An article that the operator takes out: its place says so everywhere, and nothing brings it back. The news is
//! invented.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::changing::Changing;
use crate::story::Story;

const FIRST: &str = "2026-03-02T12:00:00Z";
const SECOND: &str = "2026-03-02T13:00:00Z";

/// A mirror of two articles, the first of which is to be taken out.
struct Town {
    server: Changing,
    story: Story,
}

impl Town {
    fn mirrored() -> Town {
        let server = Changing::new();
        let story = Story::in_an_empty_directory();
        let settings = format!(
            "format = 1\n\n[mirror]\nbase_url = \"https://mirror.example/\"\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"town\"\ntext = \"feed\"\nfeed = \"{}\"\n",
            server.address,
            server.url("/feed")
        );
        fs::write(story.path("wirecopy.toml"), settings).unwrap();
        let town = Town { server, story };
        town.feed("They met at the baker's.");
        town.story.prints_at(FIRST, &["update"]);
        town
    }

    fn feed(&self, first: &str) {
        let entry = |name: &str, title: &str, text: &str| {
            let text = format!("{text} ").repeat(20);
            format!(
                "<entry><title>{title}</title><link href='{}'/><content>{text}</content>\
                 <published>{FIRST}</published></entry>",
                self.server.url(name)
            )
        };
        let entries = entry("/neighbours", "Two neighbours quarrel", first)
            + &entry("/bridge", "The bridge is painted", "It is green now.");
        let feed = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Town</title>{entries}</feed>"
        );
        let head = "200 OK\r\ncontent-type: application/atom+xml";
        self.server.answer("/feed", head, feed);
    }

    fn withdraw(&self, more: &[&str]) -> String {
        let url = self.server.url("/neighbours");
        let arguments = [
            &["withdraw", &url, "--reason", "the neighbours asked for it"],
            more,
        ]
        .concat();
        self.story.prints_at(SECOND, &arguments)
    }

    fn path(&self) -> String {
        let paths = self
            .story
            .git(&["ls-tree", "-r", "--name-only", "main", "articles"]);
        paths
            .lines()
            .find(|path| path.contains("neighbours"))
            .unwrap()
            .to_owned()
    }

    /// The article's page in the site.
    fn page(&self) -> String {
        let path = self.path();
        let (directory, name) = path.rsplit_once('/').unwrap();
        let id = name.trim_end_matches(".md").rsplit('-').next().unwrap();
        format!("{directory}/02-{id}.html")
    }

    /// The files of the site in which these words stand.
    fn naming(&self, words: &str) -> Vec<String> {
        let output = Command::new("grep")
            .args(["-rl", words, "."])
            .current_dir(self.story.path("site").canonicalize().unwrap())
            .output()
            .unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

#[test]
fn a_document_that_is_taken_out_leaves_a_tombstone_and_no_word_in_the_site() {
    let town = Town::mirrored();
    assert!(town.naming("neighbours quarrel").len() > 3);
    let printed = town.withdraw(&[]);
    assert!(printed.contains("is taken out"), "{printed}");
    let tombstone = town.story.git(&["show", &format!("main:{}", town.path())]);
    assert!(
        tombstone.contains("removed: 2026-03-02T13:00:00Z"),
        "{tombstone}"
    );
    assert!(
        tombstone.contains("reason: the neighbours asked for it"),
        "{tombstone}"
    );
    assert!(!tombstone.contains("baker"), "{tombstone}");
    for words in ["neighbours quarrel", "baker"] {
        assert_eq!(town.naming(words), Vec::<String>::new(), "{words}");
    }
    let page = town.story.read(&format!("site/{}", town.page()));
    assert!(page.contains("the neighbours asked for it"), "{page}");
    assert!(!town.naming("The bridge is painted").is_empty());
    // Nor in the lists of the archive itself; what was there stays in history.
    let path = town.path();
    let id = path.trim_end_matches(".md").rsplit('-').next().unwrap();
    let found = Command::new("git")
        .arg("-C")
        .arg(town.story.path("archive/2026.git"))
        .args(["grep", "-l", "-e", "neighbours quarrel", "-e", id, "main"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(found.stdout).unwrap(), "");
    assert!(
        town.story
            .git(&["show", &format!("main~1:{}", town.path())])
            .contains("baker")
    );
}

#[test]
fn no_round_and_no_new_index_brings_it_back() {
    let town = Town::mirrored();
    town.withdraw(&[]);
    town.feed("They met at the baker's again.");
    let printed = town.story.prints_at("2026-03-02T14:00:00Z", &["update"]);
    assert!(printed.contains("0 new, 0 revised"), "{printed}");
    fs::remove_file(town.story.path("index.sqlite")).unwrap();
    town.feed("They met at the baker's once more.");
    let printed = town.story.prints_at("2026-03-02T15:00:00Z", &["update"]);
    assert!(printed.contains("0 new, 0 revised"), "{printed}");
    assert_eq!(town.naming("baker"), Vec::<String>::new());
    // An increment leaves the page that says so where it is.
    assert!(town.story.path(&format!("site/{}", town.page())).exists());
    let again = town.withdraw(&[]);
    assert!(again.contains("was taken out before"), "{again}");
}

#[test]
fn what_cannot_be_taken_out_is_told() {
    let town = Town::mirrored();
    let address = town.server.url("/elsewhere");
    let arguments = ["withdraw", &address, "--reason", "none"];
    let words = format!(
        "there is no document `{address}` in this mirror; `wirecopy search` finds articles"
    );
    town.story.refuses(&arguments, 1, &words);
    let arguments = ["withdraw", &town.server.url("/bridge"), "--reason", " "];
    let words = "give a reason: readers and `wirecopy verify` will see it";
    town.story.refuses(&arguments, 1, words);
}

#[test]
fn the_server_answers_that_it_is_gone_and_why_where_the_law_asks() {
    for (more, status) in [(&[][..], "410 Gone"), (&["--legal"][..], "451 Unavailable")] {
        let town = Town::mirrored();
        let page = town.page();
        town.withdraw(more);
        let server = Serving::of(&town.story);
        let answer = server.get(&format!("/{page}"));
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        assert!(answer.contains("the neighbours asked for it"), "{answer}");
        // Its page in another form says the same, and other pages are as they were.
        let answer = server.get(&format!("/text/{page}"));
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{answer}"
        );
        assert!(server.get("/index.html").starts_with("HTTP/1.1 200"));
    }
}

/// `wirecopy serve`, ended with the value.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn of(story: &Story) -> Serving {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .args(["serve", "--address", "127.0.0.1:0", "--mirror"])
            .arg(story.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.unwrap();
            let rest = line.split("127.0.0.1:").nth(1)?.to_owned();
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            Some(format!("127.0.0.1:{port}"))
        });
        // What it says later is read too, lest it wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        Serving {
            child,
            address: address.unwrap(),
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
