//! One line of a batch: what it asks for, and what is answered.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use wirecopy_extract::{SiteRules, extract};

use crate::cli::extract::page::{self, Taken};
use crate::cli::extract::record::Record;

/// A page to read.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Task {
    #[serde(skip)]
    rules: Arc<SiteRules>,
    /// Given back as it is.
    id: Value,
    /// Where the page came from; what is no address counts as absent.
    url: Option<String>,
    /// When the page was had, as RFC 3339. Given back as it is.
    fetched: Option<String>,
    /// The page, gzipped or not.
    file: PathBuf,
}

/// What is printed for a task.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    id: Value,
    /// That of the task.
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fetched: Option<String>,
    #[serde(flatten)]
    pub(super) record: Record,
    /// Milliseconds from the page's bytes to the record.
    ms: f64,
}

impl Task {
    /// Reads a line. Its file is relative to the working directory, or where it is not there, to `beside`.
    pub(super) fn parse(
        line: &[u8],
        beside: &Path,
        rules: &Arc<SiteRules>,
    ) -> anyhow::Result<Task> {
        let mut task: Task = serde_json::from_slice(line).context("not a task")?;
        anyhow::ensure!(
            task.id.is_string() || task.id.is_number(),
            "not a task: `id` is neither a text nor a number"
        );
        if !task.file.exists() && beside.join(&task.file).exists() {
            task.file = beside.join(&task.file);
        }
        task.rules = rules.clone();
        Ok(task)
    }

    /// Reads the page, or says why its file cannot be read.
    pub(super) fn answer(self) -> Result<Answer, (Task, anyhow::Error)> {
        let bytes = match page::read_file(&self.file) {
            Ok(bytes) => bytes,
            Err(error) => return Err((self, error)),
        };
        let began = Instant::now();
        let url = self.url.as_deref();
        let taken = Taken {
            bytes,
            media_type: None,
            url: url.and_then(|url| Url::parse(url).ok()),
        };
        let rule = taken.url.as_ref().and_then(|url| self.rules.for_page(url));
        let record = Record::of(&extract(&taken.page(), rule));
        Ok(Answer {
            id: self.id,
            url: self.url,
            fetched: self.fetched,
            record,
            ms: (began.elapsed().as_secs_f64() * 1e6).round() / 1e3,
        })
    }

    /// The answer where the page has none of its own.
    pub(super) fn without_answer(self, kind: &'static str, evidence: String) -> Answer {
        Answer {
            id: self.id,
            url: self.url,
            fetched: self.fetched,
            record: Record {
                kind,
                evidence: Some(evidence),
                ..Record::default()
            },
            ms: 0.0,
        }
    }
}
