//! Settings that cannot be used: one message each, with file, line and remedy, and exit code 2.

use std::fs;
use std::path::Path;

use wirecopy::config::Settings;

use crate::story::Story;

#[track_caller]
fn check(settings: &str, message: &str) {
    let message = format!("[MIRROR]/wirecopy.toml{message}");
    Story::with_settings(settings).refuses(&["status"], 2, &message);
}

#[test]
fn no_mirror_here_is_answered_with_how_to_begin_one() {
    let words = "[MIRROR]/wirecopy.toml: there is no mirror here; run `wirecopy init`, or name its directory with --mirror";
    Story::in_an_empty_directory().refuses(&["status"], 2, words);
}

#[test]
fn a_newer_format_is_refused_with_a_sentence() {
    check(
        "format = 7",
        ": the file is of format 7, and this version of wirecopy reads up to 1; install a newer wirecopy",
    );
}

#[test]
fn each_mistake_is_told_with_its_line() {
    check(
        "format = 1\n[mirror]\ntilte = \"x\"\n",
        ", line 3: there is no setting `tilte`; did you mean `title`?",
    );
    check(
        "format = 1\n[fetch]\ntimeout = 30\n",
        ", line 3: invalid type: integer `30`, expected a duration in quotes, such as \"90s\" or \"10m\"",
    );
    check(
        "format = 1\n[fetch]\ntimeout = \"30\"\n",
        ", line 3: `30` is not a duration; write one like \"90s\", \"10m\" or \"2h\"",
    );
    check(
        "format = 1\n[[source]]\nname = \"hill\"\n",
        ", line 2: the setting `feed` is missing here; add it",
    );
    check(
        "format = 1\n[[source]]\nname = \"hill\"\nfeed = \"feed.xml\"\n",
        ", line 4: `feed.xml` is no web address; write one that begins with https://",
    );
    check(
        "format = 1\n[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/\"\ntext = \"all\"\n",
        ", line 5: there is no choice `all`; there are: auto, feed, page",
    );
    check(
        "format = 1\n[publish]\nimages = \"proxied\"\n",
        ", line 3: `proxied` is no choice for pictures; write \"link\", \"proxy\", \"store\", \"none\", or a proxy's address with {url} in it",
    );
    check(
        "format = 1\n[serve]\naddress = \"localhost\"\n",
        ", line 3: `localhost` is no address and port of this machine; write one like \"127.0.0.1:8080\" or \"[::]:80\"",
    );
    check(
        "format = 1\n[theme]\ndark = { accent = \"red\" }\n",
        ", line 3: `red` is no colour; write one like \"#8c1c13\"",
    );
    check(
        "format = 1\n[theme]\ndark = { text = \"#fff\" }\n",
        ", line 3: there is no setting `text`; there are: paper, ink, accent",
    );
    check(
        "format = 1\n[mirror\n",
        ", line 2: unclosed table, expected `]`",
    );
}

#[test]
fn a_file_that_is_not_text_is_told_as_such() {
    let story = Story::in_an_empty_directory();
    fs::write(story.path("wirecopy.toml"), b"title = \"\xff\xfe\"").unwrap();
    let words = "[MIRROR]/wirecopy.toml: the file is not UTF-8 text; save it again as UTF-8";
    story.refuses(&["status"], 2, words);
}

#[test]
fn a_file_without_a_format_is_brought_up_to_date_and_kept() {
    let before = "# mine\n[mirror]\ntitle = \"Hill\" # a hill\n";
    let story = Story::with_settings(before);
    story.prints(&["status"]);
    assert_eq!(story.read("wirecopy.toml.format-0"), before);
    assert_eq!(story.read("wirecopy.toml"), format!("format = 1\n{before}"));
}

#[test]
fn services_for_strangers_need_a_token() {
    let words = "[MIRROR]/secrets.toml: `[serve]` switches on services that fetch what a stranger names; \
                 add `token = \"…\"` here";
    Story::with_settings("format = 1\n[serve]\nservices = true\n").refuses(&["status"], 2, words);
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let story = Story::with_settings("format = 1\n");
    let path = story.path("secrets.toml");
    fs::write(&path, "token = \"0123456789abcdef\"\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let words = "[MIRROR]/secrets.toml: other users of this machine can read it; run `chmod 600 [MIRROR]/secrets.toml`";
    story.refuses(&["status"], 2, words);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    story.prints(&["status"]);
}

/// The page is made from the comments on the fields, so this holds the comments against the code.
#[test]
fn each_documented_default_is_the_real_one() {
    let page = include_str!("../../../../docs/settings.md");
    let mut section = "";
    let mut checked = 0;
    for line in page.lines() {
        section = line
            .strip_prefix("## ")
            .map_or(section, |heading| heading.trim_matches('`'));
        let cells: Vec<&str> = line.split(" | ").collect();
        let [key, default, ..] = cells[..] else {
            continue;
        };
        let key = key.trim_start_matches("| ").trim_matches('`');
        let Some(default) = default
            .strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
        else {
            continue;
        };
        let (text, expected) = match section {
            "Top level" => (format!("{key} = {default}"), String::new()),
            "[[source]]" => (format!("{SOURCE}{key} = {default}"), SOURCE.to_owned()),
            "[[target]]" => {
                let target = target_with(key);
                (format!("{target}{key} = {default}"), target.to_owned())
            }
            _ => (format!("{section}\n{key} = {default}"), String::new()),
        };
        let parse = |text: &str| Settings::parse(text, Path::new("wirecopy.toml")).unwrap();
        assert_eq!(parse(&text), parse(&expected), "{section} {key}");
        checked += 1;
    }
    assert!(checked > 20, "only {checked} defaults were found");
}

/// A target of the kind that has this setting.
fn target_with(key: &str) -> &'static str {
    match key {
        "branch" => "[[target]]\ngit = \"https://git.example/pages.git\"\n",
        _ => "[[target]]\ns3 = \"https://storage.example/bucket\"\n",
    }
}

const SOURCE: &str = "[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/feed\"\n";
