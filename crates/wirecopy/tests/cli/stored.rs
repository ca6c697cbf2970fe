//! An edition that publishes its own pictures: made after a round, shown by its pages, and gone when they are let go.

use std::fs;
use std::path::Path;

use crate::images::{hill, picture};
use crate::story::{Publication, Story};

/// A mirror of the hill that stores its pictures, after one round.
fn stored(hill: &Publication, settings: &str) -> Story {
    let text = format!(
        "{}\n[pictures]\nwidths = [32, 48]\nscore = 50\n{settings}\n[publish]\nimages = \"store\"\n",
        hill.allowed()
    );
    let story = Story::with_settings(&text);
    story.prints(&["add", &hill.url("/feed.xml")]);
    story.prints_at("2026-03-02T12:00:00Z", &["update"]);
    story
}

/// The names of the files below a directory of the mirror.
fn files(story: &Story, directory: &str) -> Vec<String> {
    fn walk(directory: &Path, files: &mut Vec<String>) {
        for entry in fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, files),
                false => files.push(path.to_string_lossy().into_owned()),
            }
        }
    }
    let root = story.path(directory);
    let mut found = Vec::new();
    walk(&root, &mut found);
    let root = format!("{}/", root.display());
    let names = found.iter().map(|path| path.replace(&root, ""));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The article's page.
fn page(story: &Story) -> String {
    let pages = files(story, "site");
    let is_article = |path: &&String| path.starts_with("articles/") && path.ends_with(".html");
    let article = pages
        .iter()
        .find(is_article)
        .expect("the article has a page");
    story.read(&format!("site/{article}"))
}

#[test]
fn pages_show_what_the_mirror_holds_and_nothing_of_elsewhere() {
    let hill = hill(&[]);
    let story = stored(&hill, "");
    let page = page(&story);
    let pictures = files(&story, "site/pictures");
    let shown: Vec<&String> = pictures
        .iter()
        .filter(|path| page.contains(&format!("pictures/{path}")))
        .collect();
    assert!(
        !shown.is_empty() && shown.len() == pictures.len(),
        "{pictures:?}\n{page}"
    );
    assert!(page.contains("width=\"48\" height=\"48\""), "{page}");
    assert!(!page.contains(".bmp"), "{page}");
    // The one that the publication lost is told by its description.
    assert!(page.contains("<span class=\"picture\">"), "{page}");
    let again = story.prints_at("2026-03-02T12:30:00Z", &["update"]);
    assert!(!again.contains("renditions"), "{again}");
}

#[test]
fn a_picture_that_comes_later_is_put_into_the_page() {
    let lost = "/web/20260302100000im_/lost";
    let hill = hill(&[(lost, picture(50, [10, 20, 200, 255]))]);
    let story = stored(&hill, "");
    assert!(page(&story).contains("<span class=\"picture\">"));
    let settings = story.read("wirecopy.toml");
    let archive = format!(
        "[pictures]\narchive = \"{}?{{url}}\"",
        hill.url("/web/{time}im_/lost")
    );
    fs::write(
        story.path("wirecopy.toml"),
        settings.replace("[pictures]", &archive),
    )
    .unwrap();
    let told = story.prints_at("2026-03-02T13:30:00Z", &["update"]);
    assert!(told.contains("renditions: "), "{told}");
    assert!(!page(&story).contains("<span class=\"picture\">"));
}

#[test]
fn a_site_made_anew_is_the_same_to_the_byte() {
    let story = stored(&hill(&[]), "");
    let content = || -> Vec<(String, Vec<u8>)> {
        let all = files(&story, "site").into_iter();
        all.map(|path| {
            let bytes = fs::read(story.path(&format!("site/{path}"))).unwrap();
            (path, bytes)
        })
        .collect()
    };
    let before = content();
    fs::remove_file(story.path("site")).unwrap();
    fs::remove_dir_all(story.path("renditions")).unwrap();
    story.prints(&["publish"]);
    for ((path, bytes), (path_before, bytes_before)) in content().into_iter().zip(before) {
        assert_eq!(path, path_before);
        assert!(bytes == bytes_before, "{path} is another");
    }
}

#[test]
fn what_is_let_go_leaves_the_site() {
    let story = stored(&hill(&[]), "");
    let settings = story.read("wirecopy.toml");
    let settings = settings.replace("[pictures]", "[pictures]\nkeep_for = \"1d\"");
    fs::write(story.path("wirecopy.toml"), settings).unwrap();
    story.prints(&["images", "prune", "--shown"]);
    story.prints(&["publish"]);
    assert!(files(&story, "site/pictures").is_empty());
    assert!(files(&story, "renditions/files").is_empty());
    assert!(!page(&story).contains("<img"));
}
