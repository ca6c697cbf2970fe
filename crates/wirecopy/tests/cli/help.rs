//! What the program says of itself. The reference page holds the rest, and is checked by `cargo xtask ci`.

use crate::story::Story;

#[test]
fn the_overview_names_every_command() {
    insta::assert_snapshot!(Story::in_an_empty_directory().prints(&["--help"]));
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let story = Story::in_an_empty_directory();
    for command in commands(&story.prints(&["--help"])) {
        let help = story.prints(&[&command, "--help"]);
        let below = commands(&help);
        if below.is_empty() {
            assert!(help.contains("Example:\n  wirecopy "), "{command}: {help}");
        }
        for subcommand in below {
            let help = story.prints(&[&command, &subcommand, "--help"]);
            assert!(
                help.contains("Example:\n  wirecopy "),
                "{command} {subcommand}: {help}"
            );
        }
    }
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty());
    lines
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect()
}

#[test]
fn a_mistyped_command_is_a_usage_error() {
    assert_eq!(Story::in_an_empty_directory().runs(&["updaet"]).code, 2);
}
