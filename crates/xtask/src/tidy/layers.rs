//! Who may depend on whom, and that docs/dependencies.md names every crate that others wrote.

use std::fs;
use std::path::Path;

use anyhow::Context;
use toml::Table;

use super::{Finding, files_below, relative};

/// Which of our crates each may import (ARCHITECTURE.md).
const MAY_IMPORT: [(&str, &[&str]); 10] = [
    ("html", &[]),
    ("document", &["html"]),
    ("discover", &["document"]),
    ("extract", &["html", "document"]),
    ("render", &["html", "document", "extract"]),
    ("picture", &[]),
    ("publish", &["document"]),
    ("warc", &[]),
    (
        "wirecopy",
        &[
            "document", "discover", "extract", "picture", "publish", "render", "warc",
        ],
    ),
    ("xtask", &["document", "wirecopy"]),
];

/// Parts of the program that get their options from a caller and never read the settings.
const SETTINGS_FREE: [&str; 5] = ["archive", "fetch", "images", "publishing", "serve"];

pub(super) fn check(root: &Path) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (name, allowed) in MAY_IMPORT {
        check_imports(root, name, allowed, &mut findings)?;
    }
    check_settings_readers(root, &mut findings)?;
    check_dependency_list(root, &mut findings)?;
    Ok(findings)
}

fn check_imports(
    root: &Path,
    name: &str,
    allowed: &[&str],
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let path = format!("crates/{name}/Cargo.toml");
    let manifest = read_table(root, &path)?;
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let ours = table(&manifest, section).filter_map(|key| match key {
            "wirecopy" => Some("wirecopy"),
            _ => key.strip_prefix("wirecopy-"),
        });
        for import in ours.filter(|import| !allowed.contains(import)) {
            let message = format!("`{name}` may not import `{import}`");
            findings.push(Finding {
                path: path.clone(),
                line: None,
                message,
            });
        }
    }
    Ok(())
}

fn check_settings_readers(root: &Path, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    for path in files_below(&root.join("crates/wirecopy/src"))? {
        let name = relative(&root.join("crates/wirecopy/src"), &path);
        let part = name.split(['/', '.']).next().unwrap_or_default();
        if !SETTINGS_FREE.contains(&part) || !name.ends_with(".rs") {
            continue;
        }
        let source =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for (index, _) in source
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("crate::config"))
        {
            let message =
                format!("`{part}` takes options from its caller and does not read the settings");
            findings.push(Finding {
                path: relative(root, &path),
                line: Some(index + 1),
                message,
            });
        }
    }
    Ok(())
}

/// Every dependency is named with its reason, and every one is used.
fn check_dependency_list(root: &Path, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let list_path = "docs/dependencies.md";
    let list = fs::read_to_string(root.join(list_path))
        .with_context(|| format!("cannot read {list_path}"))?;
    let named: Vec<&str> = list
        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
        .collect();
    let workspace = read_table(root, "Cargo.toml")?;
    let workspace = workspace
        .get("workspace")
        .and_then(toml::Value::as_table)
        .context("there is no workspace")?;
    let manifests = MAY_IMPORT
        .map(|(name, _)| fs::read_to_string(root.join(format!("crates/{name}/Cargo.toml"))));
    for key in table(workspace, "dependencies").filter(|key| !key.starts_with("wirecopy-")) {
        if !named.contains(&key) {
            let message = format!("`{key}` is missing; say what it is for and why this one");
            findings.push(Finding {
                path: list_path.to_owned(),
                line: None,
                message,
            });
        }
        let is_used = manifests
            .iter()
            .flatten()
            .any(|manifest| manifest.contains(&format!("\n{key}.workspace")));
        let is_used = is_used
            || manifests
                .iter()
                .flatten()
                .any(|manifest| manifest.contains(&format!("\n{key} = ")));
        if !is_used {
            let message = format!("no crate uses `{key}`");
            findings.push(Finding {
                path: "Cargo.toml".to_owned(),
                line: None,
                message,
            });
        }
    }
    Ok(())
}

fn table<'a>(manifest: &'a Table, section: &str) -> impl Iterator<Item = &'a str> {
    manifest
        .get(section)
        .and_then(toml::Value::as_table)
        .into_iter()
        .flat_map(|table| table.keys().map(String::as_str))
}

fn read_table(root: &Path, path: &str) -> anyhow::Result<Table> {
    let text =
        fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"))?;
    text.parse()
        .with_context(|| format!("cannot understand {path}"))
}
