//! The captures of a web archive as Arrow batches of articles: a batch is read when it is asked for, so that no more
//! of the archive is held than its pages.

use std::io::{self, BufReader, Read};
use std::sync::{Arc, Mutex};

use arrow_array::{
    ArrayRef, Int32Array, LargeStringArray, RecordBatch, RecordBatchReader, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use rayon::ThreadPool;
use rayon::prelude::*;
use wirecopy_warc::{NoCapture, Reader, Record, capture};

use crate::batches::{Batches, COLUMNS, texts};
use crate::reading::{Outcome, Source, Status, Wishes};
use crate::record::{self, RECORD};
use crate::{guarded, pool};

/// Largest record that is read as a page.
const MAX_RECORD: usize = 32 << 20;

/// Bytes asked of Python at once.
const BUFFER: usize = 1 << 20;

/// Captures in a batch, and bytes of theirs after which it is full: what a task holds stays far under 1 GiB.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 32 << 20;

/// The articles of an archive that a Python object gives by its `read(count)`.
#[pyfunction]
pub(crate) fn warc(source: Py<PyAny>, threads: usize, wishes: Wishes) -> PyResult<Batches> {
    wishes.check().map_err(PyValueError::new_err)?;
    let failure = Failure::default();
    let given = Given {
        source,
        failure: failure.clone(),
    };
    Ok(Batches::of(Captures {
        records: Reader::new(BufReader::with_capacity(BUFFER, given), MAX_RECORD),
        failure,
        schema: schema(),
        pool: pool(threads)?,
        wishes,
    }))
}

/// What reading failed with, which must not be taken for an archive's end.
type Failure = Arc<Mutex<Option<String>>>;

/// A Python object to read from.
struct Given {
    source: Py<PyAny>,
    failure: Failure,
}

impl Read for Given {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = Python::attach(|py| -> PyResult<usize> {
            let bytes = self.source.call_method1(py, "read", (buffer.len(),))?;
            let bytes: PyBackedBytes = bytes.extract(py)?;
            let count = bytes.len().min(buffer.len());
            buffer[..count].copy_from_slice(&bytes[..count]);
            Ok(count)
        });
        read.map_err(|error| {
            if let Ok(mut failure) = self.failure.lock() {
                *failure = Some(error.to_string());
            }
            io::Error::other(error.to_string())
        })
    }
}

fn schema() -> SchemaRef {
    let text = |name: &str, is_nullable| Field::new(name, DataType::LargeUtf8, is_nullable);
    let mut fields = vec![
        Field::new("offset", DataType::UInt64, false),
        text("record_id", true),
        text("url", true),
        text("fetched", true),
        Field::new("http_status", DataType::Int32, true),
    ];
    fields.extend(COLUMNS.map(|name| text(name, name != "status")));
    fields.extend(RECORD.map(|name| text(name, true)));
    fields.extend(record::lists());
    Arc::new(Schema::new(fields))
}

struct Captures {
    records: Reader<BufReader<Given>>,
    failure: Failure,
    schema: SchemaRef,
    pool: ThreadPool,
    wishes: Wishes,
}

/// A record, or what is in the place of one.
enum Found {
    Record(Record),
    Damage { place: u64, problem: String },
}

/// What becomes of it.
struct Row {
    place: u64,
    record_id: Option<String>,
    url: Option<String>,
    fetched: Option<String>,
    http_status: Option<i32>,
    outcome: Outcome,
}

impl RecordBatchReader for Captures {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

impl Iterator for Captures {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        let found = self.found();
        let failure = self
            .failure
            .lock()
            .ok()
            .and_then(|mut failure| failure.take());
        if let Some(words) = failure {
            return Some(Err(ArrowError::IoError(
                words.clone(),
                io::Error::other(words),
            )));
        }
        if found.is_empty() {
            return None;
        }
        let wishes = &self.wishes;
        let rows: Vec<Row> = self.pool.install(|| {
            found
                .into_par_iter()
                .map(|found| row(found, wishes))
                .collect()
        });
        Some(self.batch(rows))
    }
}

impl Captures {
    /// The next captures, as many as a batch takes.
    fn found(&mut self) -> Vec<Found> {
        let (mut found, mut bytes) = (Vec::new(), 0);
        while found.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            match self.records.next() {
                None => break,
                Some(Ok(record)) if matches!(record.kind(), "response" | "resource") => {
                    bytes += record.block.len();
                    found.push(Found::Record(record));
                }
                Some(Ok(_)) => {}
                Some(Err(damage)) => found.push(Found::Damage {
                    place: damage.place,
                    problem: damage.problem,
                }),
            }
        }
        found
    }

    fn batch(&self, rows: Vec<Row>) -> Result<RecordBatch, ArrowError> {
        let column = |get: fn(&Row) -> Option<&str>| -> ArrayRef {
            Arc::new(rows.iter().map(get).collect::<LargeStringArray>())
        };
        let places = rows.iter().map(|row| row.place).collect::<UInt64Array>();
        let statuses = rows
            .iter()
            .map(|row| row.http_status)
            .collect::<Int32Array>();
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(places),
            column(|row| row.record_id.as_deref()),
            column(|row| row.url.as_deref()),
            column(|row| row.fetched.as_deref()),
            Arc::new(statuses),
        ];
        let outcomes: Vec<&Outcome> = rows.iter().map(|row| &row.outcome).collect();
        columns.extend(COLUMNS.map(|name| texts(&outcomes, name)));
        columns.extend(record::columns(&outcomes));
        RecordBatch::try_new(self.schema.clone(), columns)
    }
}

fn row(found: Found, wishes: &Wishes) -> Row {
    let record = match found {
        Found::Record(record) => record,
        Found::Damage { place, problem } => {
            return Row {
                place,
                record_id: None,
                url: None,
                fetched: None,
                http_status: None,
                outcome: Outcome::without(Status::Truncated, problem),
            };
        }
    };
    let field = |name| record.headers.get(name).map(str::to_owned);
    let (http_status, outcome) = outcome(&record, wishes);
    Row {
        place: record.place,
        record_id: field("warc-record-id"),
        url: record.url().map(str::to_owned),
        fetched: field("warc-date"),
        http_status,
        outcome,
    }
}

fn outcome(record: &Record, wishes: &Wishes) -> (Option<i32>, Outcome) {
    let capture = match capture(record, MAX_RECORD) {
        Ok(capture) => capture,
        Err(NoCapture::Truncated(words)) => {
            return (None, Outcome::without(Status::Truncated, words));
        }
        Err(error) => return (None, Outcome::without(Status::NotHtml, error.to_string())),
    };
    let status = capture.status.map(i32::from);
    if let Some(code) = capture.status.filter(|code| !(200..300).contains(code)) {
        let words = format!("the server answered with status {code}");
        return (status, Outcome::without(Status::NoArticle, words));
    }
    let source = Source {
        bytes: &capture.body,
        media_type: capture.media_type.as_deref(),
        url: record.url(),
    };
    (status, guarded(&source, wishes))
}
