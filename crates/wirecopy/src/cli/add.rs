//! `wirecopy add`: from the address of a publication to a source in the settings.
//!
//! The address may be a feed's or any page's. A page is searched for the feeds that it names, and only when it names
//! none are the usual addresses tried, then the site's sitemaps, then the page's own links as a list.
//! Nothing is written unless one feed answers the question.

mod search;

use std::path::Path;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use url::Url;

use crate::cli::add::search::Found;
use crate::cli::exit::Exit;
use crate::cli::terminal::{Terminal, table};
use crate::cli::{naming, options};
use crate::config::values::proxy_address;
use crate::config::{SETTINGS_FILE, Settings, SourceSettings, editing};
use crate::fetch::Fetcher;

/// Arguments of `wirecopy add`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  wirecopy add https://www.example.org/news/")]
pub struct Arguments {
    /// Address of a feed, or of any page of the publication.
    #[arg(value_name = "ADDRESS", value_parser = parse_address)]
    address: Url,
    /// Short name of the source, instead of one made from the feed's title.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Folder in which it is listed, with `/` between levels.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// Proxy for all its requests, such as `socks5h://127.0.0.1:9050`.
    #[arg(long, value_name = "PROXY", value_parser = parse_proxy)]
    proxy: Option<Url>,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    /// The short name of the source; absent when several feeds were found and none was chosen.
    source: Option<&'a str>,
    /// Whether it is new in the settings.
    added: bool,
    /// The feeds that were found.
    found: &'a [Found],
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let settings = Settings::load(mirror)?;
    let fetcher = Fetcher::new(options::fetch_options(&settings))?;
    let runtime = super::runtime()?;
    let found = runtime.block_on(search::feeds_at(
        &fetcher,
        &arguments.address,
        arguments.proxy.as_ref(),
    ))?;
    let [only] = &found[..] else {
        let report = Report {
            source: None,
            added: false,
            found: &found,
        };
        show(&report, arguments, terminal)?;
        terminal.remark("several feeds: choose one with `wirecopy add <its address>`");
        return Ok(Exit::Failed);
    };
    let known = naming::source_of_feed(&settings.sources, &only.url);
    let source = known
        .cloned()
        .unwrap_or_else(|| source_of(only, arguments, &settings.sources));
    if known.is_none() {
        let path = mirror.join(SETTINGS_FILE);
        let added = editing::add_sources(&path, std::slice::from_ref(&source));
        added.with_context(|| format!("cannot change {}", path.display()))?;
    }
    show(
        &Report {
            source: Some(&source.name),
            added: known.is_none(),
            found: &found,
        },
        arguments,
        terminal,
    )?;
    Ok(Exit::Done)
}

fn source_of(found: &Found, arguments: &Arguments, sources: &[SourceSettings]) -> SourceSettings {
    let title = found
        .title
        .clone()
        .or_else(|| found.url.host_str().map(str::to_owned))
        .unwrap_or_default();
    let name = arguments
        .name
        .clone()
        .unwrap_or_else(|| naming::free_name(&title, sources));
    SourceSettings {
        title: Some(title),
        site: found.site.clone(),
        link_selector: found.link_selector.clone(),
        folder: arguments.folder.clone(),
        proxy: arguments.proxy.clone(),
        ..SourceSettings::new(&name, found.url.clone())
    }
}

fn show(report: &Report, arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<()> {
    if arguments.json {
        return terminal.json(report);
    }
    let rows: Vec<Vec<String>> = report.found.iter().map(Found::row).collect();
    terminal.result(&table(
        &["title", "articles", "newest", "text", "feed"],
        &rows,
    ))?;
    match (report.source, report.added) {
        (Some(name), true) => {
            terminal.remark(&format!(
                "followed as `{name}`; `wirecopy update` fetches its articles"
            ));
            report
                .found
                .iter()
                .for_each(|found| found.explain(terminal));
        }
        (Some(name), false) => terminal.remark(&format!("followed already, as `{name}`")),
        (None, _) => {}
    }
    Ok(())
}

/// The address as typed, with `https://` where the scheme was left out.
fn parse_address(text: &str) -> Result<Url, String> {
    let text = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| format!("`{text}` is no web address"))
}

fn parse_proxy(text: &str) -> Result<Url, String> {
    let url = proxy_address::<serde::de::value::Error>(text).map_err(|error| error.to_string())?;
    match url.password() {
        Some(_) => Err(
            "a password would be published; write the proxy into secrets.toml instead".to_owned(),
        ),
        None => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_may_be_left_out() {
        let cases = [
            ("news.example", Some("https://news.example/")),
            ("http://news.example/a?b", Some("http://news.example/a?b")),
            ("localhost:8000/feed", Some("https://localhost:8000/feed")),
            ("ftp://news.example/", None),
            ("", None),
        ];
        for (text, url) in cases {
            assert_eq!(
                parse_address(text).ok().as_ref().map(Url::as_str),
                url,
                "{text:?}"
            );
        }
    }
}
