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

/// A page of a title, a heading and a sentence.
fn notice(title: &str, heading: &str, text: &str, rest: &str) -> String {
    format!("<title>{title}</title><h1>{heading}</h1><p>{text}</p>{rest}")
}

#[test]
fn missing_pages_say_so_in_many_languages() {
    for (title, text) in [
        (
            "Example – Page not found",
            "The page has moved, or was never there.",
        ),
        ("Oops! That page can’t be found. | Example", "Try a search."),
        (
            "Seite nicht gefunden | Beispiel",
            "Die Seite gibt es nicht mehr.",
        ),
        ("Erreur 404 - Exemple", "La page a été déplacée."),
        (
            "Página não encontrada - Exemplo",
            "Esta página já não existe.",
        ),
        (
            "Pagina niet gevonden | Voorbeeld",
            "Deze pagina bestaat niet meer.",
        ),
        ("Sayfa bulunamadı - Örnek", "Aradığınız sayfa artık yok."),
        ("Страница не найдена — Пример", "Такой страницы больше нет."),
        ("الصفحة غير موجودة - مثال", "هذه الصفحة لم تعد هنا."),
        (
            "페이지를 찾을 수 없습니다 | 예시",
            "이 페이지는 이제 없습니다.",
        ),
        ("頁面不存在 - 示例", "您要看的頁面已經移走。"),
    ] {
        let page = notice(title, title, text, "");
        check(&page, "https://news.example/gone", RejectionKind::Error);
    }
}

#[test]
fn forms_to_sign_in_are_told_in_many_languages() {
    let form = "<form><input name=user><input type=password><button>→</button></form>";
    for title in [
        "Anmelden – Beispiel",
        "Se connecter | Exemple",
        "Inloggen - Voorbeeld",
        "Logga in | Exempel",
        "Войти — Пример",
        "تسجيل الدخول - مثال",
        "登入 - 示例",
        "로그인 | 예시",
    ] {
        let page = notice(title, title, title, form);
        check(&page, "https://news.example/account", RejectionKind::Login);
    }
}

#[test]
fn questions_for_consent_are_told_in_many_languages() {
    for text in [
        "Wir verwenden Cookies. Bitte geben Sie uns Ihre Einwilligung.",
        "Nous utilisons des cookies avec votre consentement.",
        "Usamos cookies. Danos tu consentimiento para seguir.",
        "We gebruiken cookies en vragen daarvoor uw toestemming.",
        "Używamy plików cookie. Prosimy o zgodę.",
        "Мы используем файлы cookie. Дайте согласие, чтобы продолжить.",
        "本網站使用 cookie，請按同意以繼續。",
        "당사는 쿠키를 사용합니다. 계속하려면 동의해 주세요.",
    ] {
        let page = notice("Example", "Example", text, "<button>OK</button>");
        check(&page, "https://news.example/a", RejectionKind::Consent);
    }
}

#[test]
fn the_beginning_of_a_text_for_subscribers_is_behind_a_paywall() {
    let teaser = "The harbour opened again on Monday, after a winter of repairs.";
    for wall in [
        "Subscribe to continue reading",
        "Dieser Inhalt ist Abonnenten vorbehalten.",
        "Cet article est réservé aux abonnés.",
        "Contenido exclusivo para suscriptores",
        "Contenuto riservato agli abbonati",
        "Alleen voor abonnees",
        "För att läsa vidare behöver du ett abonnemang.",
        "Материал только для подписчиков",
        "この記事は会員限定です。",
    ] {
        let page = notice(
            "Harbour reopens",
            "Harbour reopens",
            teaser,
            &format!("<div>{wall}</div>"),
        );
        check(&page, "https://news.example/a", RejectionKind::Paywall);
    }
}

#[track_caller]
fn check_article(html: &str) {
    let page = Page {
        bytes: html.as_bytes(),
        media_type: None,
        url: None,
    };
    if let Err(rejection) = extract(&page, None) {
        panic!("refused: {}", rejection.evidence);
    }
}

#[test]
fn a_whole_article_with_a_word_about_subscriptions_after_it_is_one() {
    let text = [
        "The harbour opened again on Monday, after a winter of repairs to its walls and its bell, which rang over the \
         water for an hour while the fishers came in with the morning's catch.",
        "Traders had waited since November, and the first boats were met by half of the town; the mayor spoke of the \
         masons, the divers and the cooks who had worked through the storms.",
        "What it cost nobody would say, but the toll for a boat is what it was, and the old wall, which had stood \
         since the flood, can be walked on again as far as the light.",
    ];
    let wall = "<div>Subscribe to continue reading</div>";
    let rest = format!("<p>{}</p>{wall}", text.join("</p><p>"));
    check_article(&notice(
        "Harbour reopens",
        "Harbour reopens",
        "It rang.",
        &rest,
    ));
}

#[test]
fn a_brief_on_a_site_that_sells_subscriptions_is_an_article() {
    let brief = "The harbour opened again on Monday, after a winter of repairs, and its bell rang.";
    let menu = "<header><ul><li>Subscribe to read</li><li>News</li><li>Sea</li></ul></header>";
    let page = format!(
        "<title>Harbour reopens</title>{menu}<article><h1>Harbour reopens</h1><p>{brief}</p></article>"
    );
    check_article(&page);
}

#[test]
fn a_brief_whose_title_holds_the_letters_of_signing_in_is_an_article() {
    let brief =
        "El puerto abrió de nuevo el lunes y la campana sonó durante una hora sobre el agua.";
    let head =
        r#"<meta property="og:type" content="article"><title>Cómo concentrarse | Ejemplo</title>"#;
    let form = "<form><input type=password></form>";
    check_article(&format!(
        "{head}<body>{form}<article><h1>Cómo concentrarse</h1><p>{brief}</p></article>"
    ));
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
