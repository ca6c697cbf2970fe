//! The native half of the Python package: pages in, articles out, with the GIL released meanwhile.
//!
//! Names and defaults for callers are Python's (`python/wirecopy/__init__.py`); here every option is given. A panic
//! is the page's status and never the process's end.

mod batches;
mod reading;
mod record;
mod warc;

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyDict;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::reading::{Outcome, Source, Status, UNICODE, Wishes, read};

/// What a browser's main thread has; nothing in the engine recurses deeper than a fixed bound.
const STACK_BYTES: usize = 8 << 20;

/// A page as Python hands it over: bytes, whether they were a `str`, address.
type Given = (PyBackedBytes, bool, Option<String>);

/// What Python is told of a page: status, what showed it, output.
type Told = (&'static str, Option<String>, Option<String>);

/// Threads for many pages.
#[pyclass(frozen)]
struct Pool(ThreadPool);

#[pymethods]
impl Pool {
    /// As many threads as given; 0 for one a core.
    #[new]
    fn new(threads: usize) -> PyResult<Pool> {
        pool(threads).map(Pool)
    }

    /// How many threads there are.
    fn threads(&self) -> usize {
        self.0.current_num_threads()
    }

    /// The articles of pages, in their order: for each a status, what showed it, and the output.
    fn many(&self, py: Python<'_>, pages: Vec<Given>, wishes: Wishes) -> PyResult<Vec<Told>> {
        wishes.check().map_err(PyValueError::new_err)?;
        let told = |outcome: Outcome| (outcome.status.word(), outcome.evidence, outcome.output);
        Ok(py.detach(|| {
            let read_all = || {
                pages
                    .par_iter()
                    .map(|page| told(outcome(page, &wishes)))
                    .collect()
            };
            self.0.install(read_all)
        }))
    }
}

fn pool(threads: usize) -> PyResult<ThreadPool> {
    let builder = ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK_BYTES);
    let pool = builder
        .thread_name(|index| format!("wirecopy-{index}"))
        .build();
    pool.map_err(|error| PyRuntimeError::new_err(format!("no threads can be started: {error}")))
}

fn outcome(page: &Given, wishes: &Wishes) -> Outcome {
    let (bytes, is_text, url) = page;
    let source = Source {
        bytes,
        media_type: is_text.then_some(UNICODE),
        url: url.as_deref(),
    };
    guarded(&source, wishes)
}

/// Reads a page; a panic is told as its status.
fn guarded(source: &Source<'_>, wishes: &Wishes) -> Outcome {
    let read = || {
        // For the tests of what a panic comes to: no page that there is makes the engine panic.
        #[cfg(feature = "panic-on-request")]
        assert_ne!(source.bytes, b"<p>panic", "a panic was asked for");
        #[cfg(feature = "abort-on-request")]
        if source.bytes == b"<p>abort" {
            std::process::abort();
        }
        read(source, wishes)
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|cause| {
        let words = cause.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| cause.downcast_ref::<&str>().copied());
        Outcome::without(Status::Panic, words.unwrap_or("without a word").to_owned())
    })
}

/// The output for one page, or nothing where there is no article.
#[pyfunction]
fn extract(py: Python<'_>, page: Given, wishes: Wishes) -> PyResult<Option<String>> {
    Ok(one(py, &page, &wishes)?.output)
}

/// The fields of one page's article with its `text` and its `body` as sanitised HTML, or nothing.
#[pyfunction]
fn fields<'py>(
    py: Python<'py>,
    page: Given,
    wishes: Wishes,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let found = one(py, &page, &wishes)?;
    let (Some(fields), Some(text), Some(article)) = (found.fields, found.output, found.article)
    else {
        return Ok(None);
    };
    let dict = PyDict::new(py);
    dict.set_item("title", fields.title)?;
    dict.set_item("author", fields.author)?;
    dict.set_item("url", fields.url)?;
    dict.set_item("hostname", fields.hostname)?;
    dict.set_item("description", fields.description)?;
    dict.set_item("sitename", fields.sitename)?;
    dict.set_item("date", fields.date)?;
    dict.set_item("tags", fields.tags)?;
    dict.set_item("fingerprint", fields.fingerprint)?;
    dict.set_item("id", fields.id)?;
    dict.set_item("language", fields.language)?;
    dict.set_item("image", fields.image)?;
    dict.set_item("text", text)?;
    dict.set_item("body", article.body.as_str())?;
    Ok(Some(dict))
}

fn one(py: Python<'_>, page: &Given, wishes: &Wishes) -> PyResult<Outcome> {
    wishes.check().map_err(PyValueError::new_err)?;
    let found = py.detach(|| outcome(page, wishes));
    match (found.status, found.evidence) {
        (Status::Panic, words) => {
            let words = words.unwrap_or_default();
            Err(PyRuntimeError::new_err(format!(
                "the engine panicked on this page: {words}"
            )))
        }
        (_, evidence) => Ok(Outcome { evidence, ..found }),
    }
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<Pool>()?;
    module.add_class::<batches::Batches>()?;
    module.add_function(wrap_pyfunction!(extract, module)?)?;
    module.add_function(wrap_pyfunction!(fields, module)?)?;
    module.add_function(wrap_pyfunction!(batches::batches, module)?)?;
    module.add_function(wrap_pyfunction!(warc::warc, module)?)
}
