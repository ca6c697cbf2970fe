//! An edition in both Chinese scripts: a tree for each, with the Chinese articles alone, made again where they change.

use std::collections::BTreeMap;

use wirecopy_publish::edition::Edition;
use wirecopy_publish::script::Script;

use super::newsroom::{Newsroom, article, edition, path_of};
use super::{check_increment_of, check_links};

fn in_both_scripts() -> Edition {
    let mut edition = edition();
    edition.sources[1].language = Some("zh-CN".into());
    edition.sources[1].name = "虚构日报".into();
    Edition {
        base_url: url::Url::parse("https://mirror.example/").ok(),
        scripts: Script::ALL.to_vec(),
        tag_feeds: true,
        ..edition
    }
}

fn write(newsroom: &mut Newsroom, number: usize, title: &str) {
    let mut document = article(number, title);
    document.body = wirecopy_document::clean::clean("<p>头发后来干燥</p>", None);
    newsroom.put(number, Some(document.to_bytes()));
}

fn newsroom() -> Newsroom {
    let mut newsroom = Newsroom::with(0);
    (0..40).for_each(|number| write(&mut newsroom, number, "虚构的渡轮晚点"));
    newsroom
}

/// The page of an article as it was written; the number is in its address.
fn page_of(files: &BTreeMap<String, Vec<u8>>, number: usize) -> String {
    let path = path_of(number);
    let id = wirecopy_document::path::id_of_path(&path).unwrap();
    let page = wirecopy_publish::paths::article(&path, id);
    assert!(files.contains_key(&page), "{page}");
    page
}

fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, path: &str) -> &'a str {
    std::str::from_utf8(&files[path]).unwrap()
}

#[track_caller]
fn check_holds(files: &BTreeMap<String, Vec<u8>>, path: &str, parts: &[&str]) {
    for part in parts {
        assert!(text(files, path).contains(part), "{path} lacks {part}");
    }
}

#[test]
fn chinese_articles_lists_and_feeds_stand_in_each_script_and_every_link_leads_to_a_file() {
    let mut newsroom = newsroom();
    newsroom.publish_as(&in_both_scripts()).unwrap();
    let files = newsroom.files();
    assert!(check_links(&files) > 1_500);
    let (written, english) = (page_of(&files, 1), page_of(&files, 3));
    let page = format!("hant/{written}");
    check_holds(&files, &written, &["虚构的渡轮晚点 1", "头发后来干燥"]);
    check_holds(
        &files,
        &page,
        &[
            "<h1 lang=\"zh-Hant\">虛構的渡輪晚點 1</h1>",
            "頭髮後來乾燥",
            "<bdi>虛構日報</bdi>",
            "hreflang=\"zh-Hans\"",
            "hreflang=\"x-default\"",
        ],
    );
    check_holds(&files, &format!("hant/text/{written}"), &["頭髮後來乾燥"]);
    for list in [
        "index.html",
        "sources/虚构日报/page-1.html",
        "archive/2026/11/01.html",
    ] {
        check_holds(&files, &format!("hant/{list}"), &["虛構的渡輪晚點 1<"]);
    }
    assert!(!files.contains_key(&format!("hant/{english}")));
    assert!(!text(&files, &english).contains("hreflang"));
    let link = format!("href=\"../{}\"", wirecopy_publish::paths::encoded(&english));
    check_holds(
        &files,
        "hant/archive/2026/11/01.html",
        &[&link.replace("../", "../../../../")],
    );
}

#[test]
fn feeds_of_a_script_lead_to_its_pages_under_names_of_their_own() {
    let mut newsroom = newsroom();
    newsroom.publish_as(&in_both_scripts()).unwrap();
    let files = newsroom.files();
    let address = format!(
        "https://mirror.example/hant/{}",
        wirecopy_publish::paths::encoded(&page_of(&files, 1))
    );
    for name in ["feed.xml", "feed.json"] {
        let path = format!("hant/tags/ferries/{name}");
        check_holds(&files, &path, &[&address, "頭髮後來乾燥", "zh-Hant"]);
    }
    let ids = |path: &str| -> Vec<String> {
        let parts = text(&files, path).split("<id>").skip(1);
        parts.map(|part| part[..45].to_owned()).collect()
    };
    let (written, converted) = (
        ids("tags/ferries/feed.xml"),
        ids("hant/tags/ferries/feed.xml"),
    );
    assert_eq!(written.len(), converted.len());
    assert!(written[0] != converted[0]);
}

#[test]
fn increment_makes_the_pages_of_what_changed_in_each_script() {
    let edition = in_both_scripts();
    let mut newsroom = newsroom();
    newsroom.publish_as(&edition).unwrap();
    write(&mut newsroom, 40, "虚构的渡轮");
    check_increment_of(&mut newsroom, &edition, 110);
    let before = newsroom.files();
    let page = page_of(&before, 4);
    // An article that turns out to be in another language leaves the trees.
    let mut document = article(4, "An invented ferry");
    document.trailer.language = Some("en".into());
    newsroom.put(4, Some(document.to_bytes()));
    check_increment_of(&mut newsroom, &edition, 110);
    let files = newsroom.files();
    assert!(before.contains_key(&format!("hans/{page}")));
    assert!(!files.contains_key(&format!("hans/{page}")));
}

#[test]
fn pages_that_show_no_article_have_one_form() {
    let mut newsroom = newsroom();
    newsroom.publish_as(&in_both_scripts()).unwrap();
    let files = newsroom.files();
    for path in ["search.html", "404.html", "offline.html"] {
        assert!(!text(&files, path).contains("class=\"scripts\""), "{path}");
        assert!(!files.contains_key(&format!("hans/{path}")), "{path}");
    }
}

#[test]
fn source_that_is_taken_out_leaves_every_tree() {
    let edition = in_both_scripts();
    let mut newsroom = newsroom();
    newsroom.publish_as(&edition).unwrap();
    let of_source = |files: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let named = |path: &&String| path.contains("/虚构日报/");
        files.keys().filter(named).cloned().collect()
    };
    let before = of_source(&newsroom.files());
    for tree in [
        "hans/articles",
        "hant/articles",
        "hant/text/articles",
        "hant/sources",
    ] {
        assert!(before.iter().any(|path| path.starts_with(tree)), "{tree}");
    }
    (0..40)
        .filter(|number| super::newsroom::source_of(*number) == "虚构日报")
        .for_each(|number| newsroom.put(number, None));
    let left = Edition {
        sources: edition.sources[..1].to_vec(),
        ..edition
    };
    newsroom.publish_as(&left).unwrap();
    assert_eq!(of_source(&newsroom.files()), Vec::<String>::new());
}
