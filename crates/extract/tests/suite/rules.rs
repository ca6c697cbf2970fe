//! Every rule of `rules/` on its own page: `<host>.toml`, `<host>.html`, and what must come of it in
//! `<host>.md`.

use std::fs;
use std::path::Path;

use wirecopy_extract::{Article, Page, SiteRule, extract, markdown};

#[test]
fn every_rule_gives_what_its_fixture_says() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let rules: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    assert!(!rules.is_empty());
    for path in rules {
        let rule = SiteRule::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        let bytes = fs::read(path.with_extension("html")).unwrap();
        let page = Page {
            bytes: &bytes,
            media_type: None,
            url: rule.test_pages().first(),
        };
        let article = extract(&page, Some(&rule)).unwrap();
        let expected = fs::read_to_string(path.with_extension("md")).unwrap();
        assert_eq!(described(&article), expected, "{}", path.display());
        // Without its rule the page is read otherwise, or the rule is not needed.
        let alone = extract(&page, None).map(|article| described(&article));
        assert_ne!(alone.ok(), Some(expected), "{}", path.display());
    }
}

fn described(article: &Article) -> String {
    let day = article
        .published
        .map(|time| time.strftime("%Y-%m-%d").to_string());
    format!(
        "title: {}\nauthors: {}\npublished: {}\nnext page: {}\n\n{}\n",
        article.title,
        article.authors.join("; "),
        day.unwrap_or_default(),
        article
            .next_page
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        markdown(&article.body),
    )
}
