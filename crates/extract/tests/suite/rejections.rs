//! Pages without an article are told by their kind. The pages written out here are invented.

use url::Url;
use wirecopy_extract::{Page, RejectionKind, extract};

use crate::data;

#[track_caller]
fn check(html: &str, address: &str, expected: RejectionKind) {
    let url = url::Url::parse(address).unwrap();
    let page = Page {
        bytes: html.as_bytes(),
        media_type: Some("text/html"),
        url: Some(&url),
    };
    match extract(&page, None) {
        Err(rejection) => assert_eq!(rejection.kind, expected, "{}", rejection.evidence),
        Ok(article) => panic!("taken for an article: {}", article.text),
    }
}

fn teasers(count: usize) -> String {
    let one = |number: usize| {
        format!(
            "<div class=teaser><h2><a href=/news/{number}>Harbour news of day {number} and what came after</a></h2></div>"
        )
    };
    (0..count).map(one).collect()
}

#[test]
fn nothing_to_read_is_empty() {
    check(
        "<title>x</title><script>var a=1</script>",
        "https://news.example/a",
        RejectionKind::Empty,
    );
}

#[test]
fn teasers_at_the_root_are_a_front_page_and_elsewhere_a_list() {
    let page = format!(
        "<title>The Example</title><h1>The Example</h1>{}",
        teasers(60)
    );
    check(&page, "https://news.example/", RejectionKind::FrontPage);
    check(
        &page,
        "https://news.example/section/harbour",
        RejectionKind::List,
    );
}

/// Teasers of the kind that have a sentence under each headline.
fn teasers_with_text(count: usize) -> String {
    let text = "<p>The harbour was the talk of the town, and fishers, traders and children came to look.</p>";
    let one = |number: usize| {
        teasers(1)
            .replace("</h2>", &format!("</h2>{text}"))
            .replace("/1", &format!("/{number}"))
    };
    (0..count).map(one).collect()
}

#[test]
fn teasers_with_a_sentence_each_are_no_article() {
    let page = format!(
        "<title>The Example</title><main>{}</main>",
        teasers_with_text(30)
    );
    check(&page, "https://news.example/", RejectionKind::FrontPage);
    check(&page, "https://news.example/en/", RejectionKind::FrontPage);
}

#[test]
fn a_rejected_page_keeps_its_fields_and_a_list_its_entries() {
    let read = |body: &str, address: &str| {
        let url = url::Url::parse(address).unwrap();
        let html = format!(
            "<html lang=en><title>Harbour news</title><link rel=canonical href='{address}'><meta property=og:site_name content='The Example'>{body}"
        );
        let page = Page {
            bytes: html.as_bytes(),
            media_type: Some("text/html"),
            url: Some(&url),
        };
        let rejection = extract(&page, None).unwrap_err();
        (rejection.kind, rejection.page.unwrap())
    };
    let (kind, list) = read(&teasers(60), "https://news.example/section/harbour");
    assert_eq!(kind, RejectionKind::List);
    assert!(list.text.contains("Harbour news of day 7"), "{}", list.text);
    let login = "<form><input type=password><button>Go</button></form><p>Forgot it?</p>";
    let (kind, login) = read(login, "https://news.example/login");
    assert_eq!(kind, RejectionKind::Login);
    assert_eq!(login.text, "");
    for page in [list, login] {
        assert_eq!(page.title, "Harbour news");
        assert_eq!(page.language.as_deref(), Some("en"));
        assert_eq!(page.site_name.as_deref(), Some("The Example"));
        assert!(page.canonical_url.is_some() && page.body.as_str().is_empty());
    }
}

#[test]
fn an_article_of_few_words_is_no_sign_in_page_for_its_form() {
    let page = "<title>Tide film</title><meta property=og:type content=article><h1>Tide film</h1><p>A film about the tide in the harbour of Exampleton.</p><form><input type=password></form>";
    let page = Page {
        bytes: page.as_bytes(),
        media_type: Some("text/html"),
        url: None,
    };
    assert!(extract(&page, None).is_ok());
}

#[test]
fn a_form_for_a_password_is_a_sign_in_page() {
    let page = "<title>Sign in - The Example</title><h1>Sign in</h1><form><label>Name <input></label><input type=password><button>Sign in</button></form><p>Forgot it?</p>";
    check(page, "https://news.example/login", RejectionKind::Login);
}

#[test]
fn a_page_that_says_it_is_missing_is_an_error() {
    let page = "<title>404 - The Example</title><h1>Not found</h1><p>The page that you are looking for is gone.</p>";
    check(page, "https://news.example/gone", RejectionKind::Error);
    check(
        "<title>Just a moment...</title><p>Checking that you are a person.</p>",
        "https://news.example/a",
        RejectionKind::Error,
    );
}

#[test]
fn a_question_about_cookies_is_consent() {
    let page = "<title>The Example</title><div><h1>Before you continue</h1><p>We use cookies to do things. Give your consent.</p><button>Accept</button></div>";
    check(page, "https://news.example/a", RejectionKind::Consent);
}

#[test]
fn a_text_declared_as_not_free_and_cut_short_is_behind_a_paywall() {
    let json =
        r#"{"@type":"NewsArticle","headline":"Harbour reopens","isAccessibleForFree":"False"}"#;
    let page = format!(
        "<title>Harbour reopens</title><script type='application/ld+json'>{json}</script><article><h1>Harbour reopens</h1><p>The harbour opened again on Monday, after a winter of repairs.</p></article>"
    );
    check(&page, "https://news.example/a", RejectionKind::Paywall);
}

/// Of the given pages every fourth list and collection of products, and every twelfth article.
#[test]
fn most_given_lists_are_told_and_hardly_an_article_is_refused() {
    let Some(set) = data::directory("extraction/sets/wcxb/dev") else {
        return;
    };
    let gold = data::json_lines(&set.join("gold.jsonl"));
    let refused = |kinds: &[&str], step: usize| {
        let wanted = |page: &&serde_json::Value| {
            kinds.contains(&page["page_type"].as_str().unwrap_or_default())
        };
        let pages = gold.iter().filter(wanted).step_by(step);
        let is_list = |page: &&serde_json::Value| {
            let id = page["id"].as_str().unwrap();
            let bytes = data::gunzip(&set.join(format!("{id}.html.gz")));
            let url = page["url"].as_str().and_then(|url| Url::parse(url).ok());
            let page = Page {
                bytes: &bytes,
                media_type: None,
                url: url.as_ref(),
            };
            let kind = extract(&page, None).err().map(|rejection| rejection.kind);
            matches!(kind, Some(RejectionKind::List | RejectionKind::FrontPage))
        };
        pages.filter(is_list).count()
    };
    let (lists, articles) = (
        refused(&["listing", "collection"], 4),
        refused(&["article"], 12),
    );
    assert!(lists >= 22, "{lists} of 40 lists");
    assert!(articles <= 1, "{articles} of 57 articles");
}
