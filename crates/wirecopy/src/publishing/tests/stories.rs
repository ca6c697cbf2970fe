//! The same story in two invented sources: shown on both pages whichever came first, and gone when one is another.

use wirecopy_publish::edition::Edition;

use super::check_increment_of;
use super::newsroom::{Newsroom, article, edition, path_of};

const STORY: &str = "Ferry aground off Lindquay harbour wall";

fn with_stories() -> Edition {
    Edition {
        same_story: true,
        ..edition()
    }
}

/// Article 60 of one source, 61 and 62 of the other, fifty minutes apart.
fn write(newsroom: &mut Newsroom, number: usize, title: &str) {
    let mut document = article(number, "");
    document.title = title.into();
    newsroom.put(number, Some(document.to_bytes()));
}

/// Whether the page of one article leads to the other's.
#[track_caller]
fn check(newsroom: &Newsroom, (from, to): (usize, usize), expected: bool) {
    let page = |number| {
        let path = path_of(number);
        let id = wirecopy_document::path::id_of_path(&path).unwrap();
        wirecopy_publish::paths::article(&path, id)
    };
    let files = newsroom.files();
    let html = std::str::from_utf8(&files[&page(from)]).unwrap();
    let section = html.split("class=\"same-story\"").nth(1);
    let link = wirecopy_publish::paths::link(&page(from), &page(to));
    let leads =
        section.is_some_and(|section| section.split("</section>").next().unwrap().contains(&link));
    assert_eq!(leads, expected, "{from} to {to}");
}

#[test]
fn story_is_on_both_pages_and_follows_what_changes() {
    let edition = with_stories();
    let mut newsroom = Newsroom::with(60);
    write(&mut newsroom, 60, STORY);
    newsroom.publish_as(&edition).unwrap();
    write(
        &mut newsroom,
        61,
        "Ferry aground at the mouth of Lindquay harbour",
    );
    check_increment_of(&mut newsroom, &edition, 40);
    check(&newsroom, (60, 61), true);
    check(&newsroom, (61, 60), true);
    // A better one of the same source takes its place, and what it was is told no more.
    write(&mut newsroom, 62, STORY);
    check_increment_of(&mut newsroom, &edition, 50);
    check(&newsroom, (60, 62), true);
    check(&newsroom, (60, 61), false);
    write(&mut newsroom, 62, "Lanterns light the old town on Friday");
    check_increment_of(&mut newsroom, &edition, 50);
    check(&newsroom, (60, 61), true);
    check(&newsroom, (62, 60), false);
}

#[test]
fn pages_lead_to_no_story_without_the_setting() {
    let mut newsroom = Newsroom::with(60);
    write(&mut newsroom, 60, STORY);
    write(&mut newsroom, 61, STORY);
    newsroom.publish().unwrap();
    check(&newsroom, (60, 61), false);
}
