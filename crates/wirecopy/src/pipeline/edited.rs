//! What a recorded article becomes when its page is read again. Pure.
//!
//! A page is compared with what it said before, not with the document: a document may have its text and its title from
//! a feed, which no page repeats to the letter. Only where nothing is known of an earlier reading is the document all
//! there is to compare with; a text of the feed is then replaced by a fuller one and by no other.

use jiff::Timestamp;
use url::Url;
use wirecopy_document::document::Document;
use wirecopy_document::identity;

use crate::archive::index::visits::Visit;
use crate::pipeline::compose::{ReadPage, beginning, one_line, with_lead_picture};
use crate::pipeline::revise::{pictures, without_query, words};
use crate::pipeline::source::{TextChoice, plausible};
use crate::pipeline::text::{self, Side};

/// What a page says to its readers, as two hashes: of its title, and of its words and pictures.
pub(crate) fn seen(page: &ReadPage) -> String {
    let title = hash(words(&page.article.title));
    let lead = lead_picture(page).map(|(url, _)| without_query(url));
    let shown: Vec<String> = pictures(&page.article.body)
        .into_iter()
        .chain(lead)
        .collect();
    let shown = shown.iter().map(String::as_str);
    let text = hash(words(&page.text).into_iter().chain(shown));
    format!("{title} {text}")
}

fn hash<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for word in words {
        hasher.update(word.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What a recorded article is by its page as it is now; none where the page says what it said before, or tells of
/// something else by now. Whether that is an edit, and one to be believed, is [`crate::pipeline::revise`]'s to say.
pub(crate) fn edited(
    (recorded, visit): (&Document, &Visit),
    page: &ReadPage,
    (choice, now): (TextChoice, Timestamp),
) -> Option<Document> {
    let recorded_text = recorded.body.text();
    if is_elsewhere(recorded, page) && !text::is_same_article(&recorded_text, &page.text) {
        return None;
    }
    let now_seen = seen(page);
    let parts = |seen: &str| {
        seen.split_once(' ')
            .map(|(title, text)| (title.to_owned(), text.to_owned()))
    };
    let before = visit.seen.as_deref().and_then(parts);
    let (title, text) = parts(&now_seen)?;
    let (is_titled_anew, is_written_anew) = match &before {
        Some((old_title, old_text)) => (*old_title != title, *old_text != text),
        None => (false, true),
    };
    let takes_text = is_written_anew && may_take(&recorded_text, page, (visit, choice));
    let returns =
        recorded.trailer.withdrawn.is_some() && text::is_same_article(&recorded_text, &page.text);
    (is_titled_anew || takes_text || returns).then(|| {
        let mut document = recorded.clone();
        document.trailer.withdrawn = None;
        document.trailer.captured = Some(now);
        document.trailer.modified = plausible(page.article.modified, now);
        if is_titled_anew && !page.article.title.trim().is_empty() {
            document.title = one_line(&page.article.title);
        }
        if takes_text {
            take_text(&mut document, page, &recorded_text);
        }
        document
    })
}

/// Whether the page was found at another address than the article's: a redirect, perhaps to the front page.
fn is_elsewhere(recorded: &Document, page: &ReadPage) -> bool {
    identity::key(&page.url) != identity::key(&recorded.url)
}

/// Whether the page's text may stand in the place of the recorded one.
fn may_take(recorded: &str, page: &ReadPage, (visit, choice): (&Visit, TextChoice)) -> bool {
    if choice == TextChoice::Page || visit.from_page {
        return true;
    }
    let is_fuller = text::better(recorded, &page.text) == Side::Page;
    // The feed's text is as good as the page's was; of a page that was edited since, that is no longer known.
    let keeps_up = text::weight(&page.text) * 10 >= text::weight(recorded) * 8;
    is_fuller || (visit.seen.is_some() && keeps_up && text::is_same_article(recorded, &page.text))
}

/// Puts the page's text into the document, under the picture that leads it; a summary that was the text's beginning
/// follows it.
fn take_text(document: &mut Document, page: &ReadPage, recorded_text: &str) {
    let lead = lead_picture(page).or_else(|| recorded_lead(document));
    document.trailer.image = lead.as_ref().map(|(url, _)| url.clone());
    if document.trailer.summary.is_some() && document.trailer.summary == beginning(recorded_text) {
        document.trailer.summary = beginning(&page.text);
    }
    let body = text::without_headline(&page.article.body, &document.title);
    document.body = with_lead_picture(&body, lead);
}

fn lead_picture(page: &ReadPage) -> Option<(Url, String)> {
    let lead = page.article.lead_image.as_ref()?;
    Some((lead.url.clone(), lead.caption.clone()))
}

/// The picture that stands for the recorded article, which its feed may have told of, with its caption.
fn recorded_lead(recorded: &Document) -> Option<(Url, String)> {
    let url = recorded.trailer.image.clone()?;
    let shown = recorded.body.pictures().into_iter();
    let mut shown = shown.filter(|picture| picture.url == url);
    let caption = shown.next().map(|picture| picture.caption);
    Some((url, caption.unwrap_or_default()))
}
