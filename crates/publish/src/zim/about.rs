//! What a file says of itself: openZIM's metadata, which Kiwix shows in its library.

use jiff::civil::Date;

/// Letters that the title and the description may have (openZIM, "Metadata").
const TITLE: usize = 30;
const DESCRIPTION: usize = 80;

/// What a file says of itself.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The name for readers; what is longer than 30 letters is cut.
    pub title: &'a str,
    /// One sentence; what is longer than 80 letters is cut. The title where it is empty.
    pub description: &'a str,
    /// A name that the next file of the same site has too.
    pub name: &'a str,
    /// Who wrote the content.
    pub creator: &'a str,
    /// Who made the file.
    pub publisher: &'a str,
    /// The languages of the content as ISO 639-3 codes divided by commas, those of most content first.
    pub languages: &'a str,
    /// The day of which the content is.
    pub date: Date,
    /// PNG of 48 by 48 pixels.
    pub icon: &'a [u8],
    /// The path of the item that a reader sees first.
    pub main_page: &'a str,
}

impl About<'_> {
    /// Names and values; `counter` tells how much there is of what.
    pub(super) fn texts(&self, counter: &str) -> Vec<(&'static str, String)> {
        let title = cut(self.title, TITLE);
        let description = match self.description.trim() {
            "" => title.clone(),
            description => cut(description, DESCRIPTION),
        };
        vec![
            ("Counter", counter.to_owned()),
            ("Creator", self.creator.to_owned()),
            ("Date", self.date.to_string()),
            ("Description", description),
            ("Language", self.languages.to_owned()),
            ("Name", self.name.to_owned()),
            ("Publisher", self.publisher.to_owned()),
            (
                "Scraper",
                concat!("Wirecopy ", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            ("Tags", "news;_ftindex:no".to_owned()),
            ("Title", title),
        ]
    }
}

fn cut(text: &str, letters: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(letters - 1).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}
