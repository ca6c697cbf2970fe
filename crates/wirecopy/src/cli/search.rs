//! `wirecopy search`: articles of the published site, by the query language of its search page.

use std::path::Path;

use clap::Args;
use console::Style;
use wirecopy_publish::search::bookmark::Bookmark;
use wirecopy_publish::search::query::Filter;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::publishing::finder::{self, Answer, Article, MARKS, Question};

/// Arguments of `wirecopy search`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  wirecopy search 人权律师\n  wirecopy search '\"climate change\" -paris' --from 2024-05"
)]
pub struct Arguments {
    /// Words that must all occur; `"…"` holds words together, `OR` joins, `-` excludes, and `title:`, `source:`,
    /// `after:`, `before:` narrow down. Any two Chinese characters are found, in either script.
    #[arg(value_name = "QUERY", required = true, allow_hyphen_values = true)]
    query: Vec<String>,
    /// Only articles of this source.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only articles published in or after this year, month or day.
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only articles published in or before this year, month or day.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Most articles to print.
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    limit: usize,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(
    arguments: &Arguments,
    mirror: &Path,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let question = Question {
        query: arguments.query.join(" "),
        filter: Filter {
            source: arguments.source.clone(),
            from: arguments.from.clone(),
            to: arguments.to.clone(),
        },
        from: Bookmark::default(),
        take: arguments.limit,
    };
    let answer = Answer::from(finder::find(&mirror.join("site"), &question)?);
    if arguments.json {
        terminal.json(&answer)?;
        return Ok(Exit::Done);
    }
    for article in &answer.results {
        terminal.result(&told(article))?;
    }
    let about = if answer.exact { "" } else { "at most " };
    terminal.remark(&format!("articles: {about}{}", answer.count));
    Ok(Exit::Done)
}

/// Day, source and title; where the page stands; and a piece of the text.
fn told(article: &Article) -> String {
    let bold = Style::new().bold();
    let date = article
        .date
        .map_or_else(String::new, |date| format!("{date}  "));
    let parts = if article.parts { " (parts)" } else { "" };
    let title = bold.apply_to(&article.title);
    let mut lines = format!(
        "{date}{}  {title}{parts}\n  site/{}\n",
        article.source, article.page
    );
    if !article.excerpt.is_empty() {
        let mut pieces = article.excerpt.split(MARKS);
        lines.push_str("  ");
        while let Some(plain) = pieces.next() {
            lines.push_str(plain);
            if let Some(found) = pieces.next() {
                lines.push_str(&bold.apply_to(found).to_string());
            }
        }
        lines.push('\n');
    }
    lines
}
