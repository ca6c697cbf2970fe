//! Arrow batches of pages to batches of articles, over the C stream interface.
//!
//! A batch is read when it is asked for, so that no more than one is held. Columns of the pages are kept beside those
//! of the articles, save the pages themselves.

use std::borrow::Borrow;
use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, ArrayRef, LargeStringArray, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use rayon::ThreadPool;
use rayon::prelude::*;
use std::sync::Mutex;

use crate::reading::{Outcome, Source, UNICODE, Wishes};
use crate::{guarded, pool};

/// The name that the Arrow PyCapsule interface gives a stream.
const STREAM: &CStr = c"arrow_array_stream";

/// The columns of an article, all texts.
pub(crate) const COLUMNS: [&str; 10] = [
    "status",
    "evidence",
    "title",
    "author",
    "date",
    "language",
    "sitename",
    "description",
    "image",
    "text",
];

/// Articles as a stream that can be taken once.
#[pyclass(frozen)]
pub(crate) struct Batches(Mutex<Option<Stream>>);

type Stream = Box<dyn RecordBatchReader + Send>;

impl Batches {
    pub(crate) fn of(stream: impl RecordBatchReader + Send + 'static) -> Batches {
        Batches(Mutex::new(Some(Box::new(stream))))
    }
}

#[pymethods]
impl Batches {
    /// The stream, by the Arrow PyCapsule interface. A wish for another schema is not followed.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let reader = self.0.lock().ok().and_then(|mut reader| reader.take());
        let reader =
            reader.ok_or_else(|| PyRuntimeError::new_err("the articles were taken already"))?;
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
    }
}

/// The articles of the pages in a stream. `names` are those of its columns of pages and of addresses.
#[pyfunction]
pub(crate) fn batches(
    stream: Bound<'_, PyCapsule>,
    names: (String, String),
    threads: usize,
    wishes: Wishes,
) -> PyResult<Batches> {
    let (html, url) = names;
    wishes.check().map_err(PyValueError::new_err)?;
    let pointer = stream.pointer_checked(Some(STREAM))?;
    // SAFETY: by the interface a capsule of this name holds a valid stream, which is moved out and marked released.
    let pages = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr().cast()) };
    let pages = pages.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let schema = schema(&pages.schema(), &html).map_err(PyValueError::new_err)?;
    let pool = pool(threads)?;
    Ok(Batches::of(Reader {
        pages,
        html,
        url,
        schema,
        pool,
        wishes,
    }))
}

/// The pages' columns but for the pages, then the articles'.
fn schema(pages: &Schema, html: &str) -> Result<SchemaRef, String> {
    let page = pages
        .field_with_name(html)
        .map_err(|_| format!("there is no column `{html}`"))?;
    use DataType::{Binary, BinaryView, LargeBinary, LargeUtf8, Utf8, Utf8View};
    if !matches!(
        page.data_type(),
        Binary | BinaryView | LargeBinary | LargeUtf8 | Utf8 | Utf8View
    ) {
        return Err(format!(
            "column `{html}` is {}, neither bytes nor text",
            page.data_type()
        ));
    }
    let kept = pages.fields().iter().filter(|field| field.name() != html);
    let mut fields: Vec<Arc<Field>> = kept.cloned().collect();
    for name in COLUMNS {
        if fields.iter().any(|field| field.name() == name) {
            return Err(format!(
                "column `{name}` would be there twice; rename that of the pages"
            ));
        }
        fields.push(Arc::new(Field::new(name, LargeUtf8, name != "status")));
    }
    Ok(Arc::new(Schema::new(fields)))
}

struct Reader {
    pages: RecordBatchStreamReader,
    html: String,
    url: String,
    schema: SchemaRef,
    pool: ThreadPool,
    wishes: Wishes,
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.pages.next()?;
        Some(batch.and_then(|batch| self.articles(&batch)))
    }
}

impl Reader {
    fn articles(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let column = |name: &str| batch.column_by_name(name).cloned();
        let pages = column(&self.html)
            .ok_or_else(|| ArrowError::SchemaError(format!("no column `{}`", self.html)))?;
        let urls = column(&self.url);
        let wishes = &self.wishes;
        let read = |row: usize| {
            let bytes = value(&pages, row).unwrap_or_default();
            let url = urls.as_ref().and_then(|urls| value(urls, row));
            let url = url.and_then(|url| std::str::from_utf8(url).ok());
            let is_text = matches!(
                pages.data_type(),
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
            );
            guarded(
                &Source {
                    bytes,
                    media_type: is_text.then_some(UNICODE),
                    url,
                },
                wishes,
            )
        };
        let outcomes: Vec<Outcome> = self
            .pool
            .install(|| (0..batch.num_rows()).into_par_iter().map(read).collect());
        let kept = batch.schema();
        let kept = kept.fields().iter().zip(batch.columns());
        let kept = kept
            .filter(|(field, _)| field.name() != &self.html)
            .map(|(_, column)| column.clone());
        let columns = kept.chain(COLUMNS.iter().map(|name| texts(&outcomes, name)));
        RecordBatch::try_new(self.schema.clone(), columns.collect())
    }
}

/// A row's bytes, of any column of bytes or texts; nothing where it is null.
fn value(column: &ArrayRef, row: usize) -> Option<&[u8]> {
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Binary => column.as_binary::<i32>().value(row),
        DataType::LargeBinary => column.as_binary::<i64>().value(row),
        DataType::BinaryView => column.as_binary_view().value(row),
        DataType::Utf8 => column.as_string::<i32>().value(row).as_bytes(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).as_bytes(),
        DataType::Utf8View => column.as_string_view().value(row).as_bytes(),
        _ => return None,
    })
}

pub(crate) fn texts(outcomes: &[impl Borrow<Outcome>], name: &str) -> ArrayRef {
    let values = outcomes.iter().map(|outcome| text(outcome.borrow(), name));
    Arc::new(values.collect::<LargeStringArray>())
}

fn text<'a>(outcome: &'a Outcome, name: &str) -> Option<&'a str> {
    let fields = outcome.fields.as_ref();
    match name {
        "status" => Some(outcome.status.word()),
        "evidence" => outcome.evidence.as_deref(),
        "text" => outcome.output.as_deref(),
        "title" => fields?.title.as_deref(),
        "author" => fields?.author.as_deref(),
        "date" => fields?.date.as_deref(),
        "language" => fields?.language.as_deref(),
        "sitename" => fields?.sitename.as_deref(),
        "description" => fields?.description.as_deref(),
        _ => fields?.image.as_deref(),
    }
}
