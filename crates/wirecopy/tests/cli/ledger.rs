//! What a source announced against what is kept, and what of it can be known. The news is invented.

use std::fs;

use crate::changing::Changing;
use crate::story::Story;

/// A publication whose feed shows the hours of one day that it is told to, with whole texts.
struct Hill {
    server: Changing,
    story: Story,
}

impl Hill {
    fn new(text: &str) -> Hill {
        let server = Changing::new();
        let settings = format!(
            "format = 1\n\n[fetch]\nallow = [\"{}\"]\nhost_delay = \"0s\"\n\n\
             [[source]]\nname = \"hill\"\ntext = \"{text}\"\nfeed = \"{}\"\n",
            server.address,
            server.url("/feed")
        );
        let story = Story::with_settings(&settings);
        Hill { server, story }
    }

    fn shows(&self, hours: &[u8], text: &str) {
        let entries: String = hours
            .iter()
            .map(|hour| {
                let link = self.server.url(&format!("/{hour}"));
                format!(
                    "<entry><title>Hour {hour} on the hill</title><link href='{link}'/><content>{text}</content>\
                     <published>2026-03-02T{hour:02}:00:00Z</published></entry>"
                )
            })
            .collect();
        let feed = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Hill</title>{entries}</feed>"
        );
        let status = "200 OK\r\ncontent-type: application/atom+xml";
        self.server.answer("/feed", status, feed);
    }

    fn updates_at(&self, hour: u8) {
        let time = format!("2026-03-02T{hour:02}:30:00Z");
        self.story.prints_at(&time, &["update"]);
    }

    /// The exit code and the source's ledger.
    fn ledger(&self) -> (i32, serde_json::Value) {
        let told = self.story.runs(&["ledger", "--json"]);
        let ledgers: serde_json::Value = serde_json::from_str(&told.out).unwrap();
        (told.code, ledgers[0].clone())
    }
}

/// A text long enough to be an article.
fn whole() -> String {
    "It rained on the hill for the whole of the hour, and the brook rose. ".repeat(30)
}

#[test]
fn a_feed_that_reaches_back_leaves_nothing_open() {
    let hill = Hill::new("feed");
    hill.shows(&[2, 1], &whole());
    hill.updates_at(2);
    hill.shows(&[3, 2], &whole());
    hill.updates_at(3);
    let (code, ledger) = hill.ledger();
    assert_eq!((code, &ledger["entries"]), (0, &3.into()), "{ledger}");
    assert_eq!(ledger["missing"], serde_json::json!([]));
}

#[test]
fn entries_that_rolled_over_between_two_polls_are_a_gap() {
    let hill = Hill::new("feed");
    hill.shows(&[2, 1], &whole());
    hill.updates_at(2);
    hill.shows(&[9, 8], &whole());
    hill.updates_at(9);
    let (code, ledger) = hill.ledger();
    let missing = &ledger["missing"][0];
    assert_eq!(
        (code, missing["cause"].as_str()),
        (1, Some("gap")),
        "{ledger}"
    );
    let words = missing["words"].as_str().unwrap();
    assert!(
        words.contains("before 2026-03-02T08:00:00Z is not known"),
        "{words}"
    );
    let told = hill.story.runs(&["ledger", "hill"]);
    assert!(
        told.code == 1 && told.out.contains("gap: http://"),
        "{told:?}"
    );
    let later = hill.story.runs(&["ledger", "--days", "1"]);
    assert_eq!(later.code, 0, "it was months ago: {later:?}");
}

#[test]
fn a_page_that_cannot_be_had_is_missing_until_it_can() {
    let hill = Hill::new("page");
    hill.shows(&[1], "Rain.");
    hill.updates_at(2);
    let (code, ledger) = hill.ledger();
    let causes = (code, ledger["missing"][0]["cause"].as_str());
    assert_eq!(causes, (1, Some("unreachable")), "{ledger}");
    let page = format!(
        "<article><h1>Hour 1 on the hill</h1><p>{0}</p><p>{0}</p></article>",
        whole()
    );
    hill.server
        .answer("/1", "200 OK\r\ncontent-type: text/html", page);
    hill.shows(&[1], "Rain, it says.");
    hill.updates_at(4);
    let (code, ledger) = hill.ledger();
    assert_eq!(
        (code, &ledger["missing"]),
        (0, &serde_json::json!([])),
        "{ledger}"
    );
}

#[test]
fn documents_that_suddenly_shrink_are_told_from_the_archive_alone() {
    let hill = Hill::new("feed");
    hill.shows(&[12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], &whole());
    hill.updates_at(12);
    hill.shows(&[15, 14, 13, 12], "Subscribe to read on.");
    hill.updates_at(15);
    fs::remove_file(hill.story.path("index.sqlite")).unwrap();
    hill.story.prints(&["reindex"]);
    let (code, ledger) = hill.ledger();
    assert_eq!(
        (code, &ledger["shrunk"]["documents"]),
        (1, &3.into()),
        "{ledger}"
    );
}

#[test]
fn a_ledger_without_its_index_says_what_it_cannot_know() {
    let hill = Hill::new("feed");
    hill.shows(&[2, 1], &whole());
    hill.updates_at(2);
    fs::remove_file(hill.story.path("index.sqlite")).unwrap();
    hill.story.refuses(
        &["ledger"],
        1,
        "there is no index yet; `wirecopy update` or `wirecopy reindex` makes it",
    );
    hill.story.prints(&["reindex"]);
    let (code, ledger) = hill.ledger();
    assert_eq!((code, &ledger["documents"]), (4, &2.into()), "{ledger}");
    let unseen = ledger["unseen"].as_str().unwrap();
    assert!(unseen.contains("no round is known"), "{unseen}");
    hill.updates_at(5);
    let (code, ledger) = hill.ledger();
    assert_eq!(code, 4, "{ledger}");
    assert_eq!(ledger["since"], "2026-03-02T05:30:00Z");
}
