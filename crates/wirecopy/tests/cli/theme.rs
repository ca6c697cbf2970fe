//! A site that looks as its operator wants it.

use std::fs;

use crate::story::Story;

const LOGO: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v1z\"/></svg>";

const SETTINGS: &str = "format = 1\n[mirror]\ntitle = \"The Invented Mirror\"\n[theme]\n\
    light = { accent = \"#004080\" }\nlogo = \"theme/logo.svg\"\nstyle = \"theme/own.css\"\n\
    templates = \"theme/templates\"\nlinks = [{ name = \"Donate <now>\", url = \"https://give.example/\" }]\n";

fn story() -> Story {
    let story = Story::with_settings(SETTINGS);
    fs::create_dir_all(story.path("theme/templates")).unwrap();
    fs::write(story.path("theme/logo.svg"), LOGO).unwrap();
    fs::write(story.path("theme/own.css"), ".foot { display: none }\n").unwrap();
    story
}

/// The asset that a page names after this attribute.
fn asset(story: &Story, page: &str, before: &str) -> String {
    let (_, rest) = page.split_once(before).unwrap();
    let path = rest.split('"').next().unwrap();
    story.read(&format!("site/{path}"))
}

#[test]
fn colours_logo_links_and_style_are_the_operators() {
    let story = story();
    story.prints(&["publish"]);
    let page = story.read("site/index.html");
    assert_eq!(asset(&story, &page, "<link rel=\"icon\" href=\""), LOGO);
    assert_eq!(asset(&story, &page, "<img class=\"logo\" src=\""), LOGO);
    let style = asset(&story, &page, "<link rel=\"stylesheet\" href=\"");
    assert!(style.contains("--accent: #004080;"));
    assert!(style.ends_with(".foot { display: none }\n"));
    let link = "<a href=\"https://give.example/\" dir=\"auto\">Donate &lt;now&gt;</a>";
    assert!(page.contains(link), "{page}");

    fs::write(story.path("theme/own.css"), "").unwrap();
    story.prints(&["publish"]);
    let page = story.read("site/index.html");
    let style = asset(&story, &page, "<link rel=\"stylesheet\" href=\"");
    assert!(!style.contains(".foot { display: none }"));
}

#[test]
fn templates_are_written_to_start_from_and_used_in_place_of_the_built_in_ones() {
    let story = story();
    let to = story.path("mine").display().to_string();
    let told = story.prints(&["publish", "--templates", &to]);
    assert!(told.contains("templates written to"), "{told}");
    let built_in = story.read("mine/not_found.html");
    let mine = built_in.replace("{% block content %}", "{% block content %}<p>My own</p>");
    assert_ne!(mine, built_in);
    fs::write(story.path("theme/templates/not_found.html"), mine).unwrap();
    story.prints(&["publish"]);
    assert!(story.read("site/404.html").contains("<p>My own</p>"));
    story.refuses(
        &["publish", "--templates", &to],
        1,
        "cannot write templates to [MIRROR]/mine: File exists (os error 17)",
    );
}

#[test]
fn a_theme_that_cannot_be_used_is_told_and_the_old_site_stays() {
    let story = story();
    story.prints(&["publish"]);
    let before = story.read("site/index.html");
    let refuses = |words: &str| {
        story.refuses(
            &["publish"],
            2,
            &format!("[MIRROR]/wirecopy.toml: [theme]: {words}"),
        );
        assert_eq!(story.read("site/index.html"), before);
    };
    let templates = "cannot read the templates in [MIRROR]/theme/templates: ";
    let template = story.path("theme/templates/front.html");
    fs::write(&template, "{% if %}").unwrap();
    refuses(&format!(
        "{templates}template front.html: syntax error: unexpected end of block (in front.html:1)"
    ));
    fs::rename(&template, story.path("theme/templates/fornt.html")).unwrap();
    refuses(&format!(
        "{templates}template fornt.html: there is no template of this name"
    ));
    fs::remove_dir_all(story.path("theme/templates")).unwrap();
    refuses(&format!(
        "{templates}No such file or directory (os error 2)"
    ));
    fs::create_dir(story.path("theme/templates")).unwrap();
    fs::write(story.path("theme/logo.svg"), [b' '; 120_000]).unwrap();
    refuses(
        "the logo [MIRROR]/theme/logo.svg has 120kB, and every reader loads it; make it smaller than 100kB",
    );
    let dim = SETTINGS.replace("#004080", "#ccc").replace("logo", "#logo");
    fs::write(story.path("wirecopy.toml"), dim).unwrap();
    refuses(
        "accent #cccccc on paper #fdfcf8 of the light colours has a contrast of 1.6 to 1, \
         and readers need 4.5; choose one that differs more",
    );
}
