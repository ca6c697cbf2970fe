//! `docs/settings.md`, from the comments on the fields of the settings' types.
//!
//! The source text is read line by line: rustfmt has settled its shape, and a full parser would be the heaviest
//! dependency of the workspace for one page.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};

/// The types in the order of the page: the file, the type, and where its fields are written.
const SECTIONS: [(&str, &str, &str); 11] = [
    ("config.rs", "Settings", "Top level"),
    ("config.rs", "MirrorSettings", "`[mirror]`"),
    ("config.rs", "SourceSettings", "`[[source]]`"),
    ("config.rs", "FetchSettings", "`[fetch]`"),
    ("config.rs", "ArchiveSettings", "`[archive]`"),
    ("config.rs", "PublishSettings", "`[publish]`"),
    ("config/theme.rs", "ThemeSettings", "`[theme]`"),
    ("config/targets.rs", "TargetSettings", "`[[target]]`"),
    ("config/serve.rs", "ServeSettings", "`[serve]`"),
    ("config/pictures.rs", "PictureSettings", "`[pictures]`"),
    ("config/secrets.rs", "Secrets", "`secrets.toml`"),
];

const INTRODUCTION: &str = "\
# Settings

<!-- Written by `cargo xtask generate` from crates/wirecopy/src/config.rs. -->

A mirror is set up by `wirecopy.toml` in its directory. Every setting but the sources has a default, so the file can be
empty. Durations are written `\"90s\"`, `\"10m\"`, `\"1h30m\"` or `\"2d\"`, sizes `\"500kB\"`, `\"16MB\"` or `\"1GB\"`
(decimal). A key that does not exist, or a value out of bounds, is an error that names its line.

The file is kept in the archive too, where everybody can read it: what is secret goes into `secrets.toml` beside it.
";

struct Field {
    key: String,
    text: String,
    default: String,
}

/// The whole page.
///
/// # Errors
/// When a type is not where it should be, or a field says neither its default nor that it is required.
pub(crate) fn page(root: &Path) -> anyhow::Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for (file, type_name, heading) in SECTIONS {
        let path = root.join("crates/wirecopy/src").join(file);
        let source =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let (comment, fields) = read_type(&source, type_name)?;
        page.push_str(&format!(
            "\n## {heading}\n\n{comment}\n\n| setting | default | |\n|---|---|---|\n"
        ));
        for Field { key, text, default } in fields {
            page.push_str(&format!("| `{key}` | {default} | {text} |\n"));
        }
    }
    Ok(page)
}

/// A type's own comment and its fields that have a value in the file.
fn read_type(source: &str, name: &str) -> anyhow::Result<(String, Vec<Field>)> {
    let opening = format!("pub struct {name} {{");
    let (before, after) = source
        .split_once(&opening)
        .with_context(|| format!("there is no `{opening}`"))?;
    let (body, _) = after
        .split_once("\n}")
        .with_context(|| format!("`{name}` does not end"))?;
    let mut fields = Vec::new();
    let mut comment = Vec::new();
    let mut renamed = None;
    for line in body.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text.trim());
        } else if line.starts_with("#[serde") {
            renamed = line
                .split_once("rename = \"")
                .and_then(|(_, rest)| rest.split('"').next())
                .or(renamed);
        } else if let Some((key, _)) = line
            .strip_prefix("pub ")
            .and_then(|line| line.split_once(':'))
        {
            let key = renamed.take().unwrap_or(key);
            fields.extend(field(key, &std::mem::take(&mut comment).join(" "))?);
        }
    }
    Ok((comment_before(before), fields))
}

/// A field with its default cut from the end of its comment; absent for a section of its own.
fn field(key: &str, comment: &str) -> anyhow::Result<Option<Field>> {
    let (text, default) = match comment.rsplit_once(" Default: ") {
        Some((text, default)) => (text, default.trim_end_matches('.')),
        None => match comment.strip_suffix(" Required.") {
            Some(text) => (text, "required"),
            None if is_section(key) => return Ok(None),
            None => bail!("the comment on `{key}` must end with `Default: ….` or `Required.`"),
        },
    };
    let escape = |text: &str| text.replace('|', "\\|");
    Ok(Some(Field {
        key: key.to_owned(),
        text: escape(text),
        default: escape(default),
    }))
}

fn is_section(key: &str) -> bool {
    matches!(
        key,
        "mirror"
            | "source"
            | "fetch"
            | "archive"
            | "publish"
            | "theme"
            | "target"
            | "serve"
            | "pictures"
            | "secrets"
    )
}

/// The comment that ends `before`, attributes aside.
fn comment_before(before: &str) -> String {
    let lines = before
        .lines()
        .rev()
        .skip_while(|line| line.starts_with("#["));
    let comment: Vec<&str> = lines
        .map_while(|line| line.strip_prefix("///"))
        .map(str::trim)
        .collect();
    comment.into_iter().rev().collect::<Vec<&str>>().join(" ")
}
