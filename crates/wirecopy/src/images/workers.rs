//! The processes that decode: as many as there are processors, each with one picture at a time and a deadline. One that
//! dies or takes too long is replaced.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::images::metrics::Metrics;
use crate::images::trouble::Trouble;
use crate::images::worker::{self, MADE, MAX_BYTES, REFUSED};

/// How to start workers, and what they may use.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// The program; it is ours.
    pub program: PathBuf,
    /// What makes it a worker.
    pub arguments: Vec<String>,
    /// How many run at once, at least 1.
    pub count: usize,
    /// How long one picture may take.
    pub deadline: Duration,
}

impl WorkerOptions {
    /// Workers of this program, one for each processor, with so much time for a picture.
    ///
    /// # Errors
    /// When the program cannot find its own file.
    pub fn new(deadline: Duration) -> anyhow::Result<WorkerOptions> {
        Ok(WorkerOptions {
            program: std::env::current_exe().context("cannot find this program's own file")?,
            arguments: vec![worker::COMMAND.to_owned()],
            count: std::thread::available_parallelism().map_or(1, usize::from),
            deadline,
        })
    }
}

/// A picture that was made.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    pub(super) media_type: String,
    pub(super) extension: String,
}

/// All workers.
pub(super) struct Workers {
    options: WorkerOptions,
    turns: Semaphore,
    idle: Mutex<Vec<Worker>>,
    metrics: Metrics,
}

struct Worker {
    input: ChildStdin,
    output: ChildStdout,
    /// Killed with the worker.
    _process: Child,
}

impl Workers {
    pub(super) fn new(options: WorkerOptions, metrics: Metrics) -> Workers {
        Workers {
            turns: Semaphore::new(options.count.max(1)),
            idle: Mutex::default(),
            options,
            metrics,
        }
    }

    /// Has a picture made, when it is its turn.
    pub(super) async fn make(&self, query: &str, file: &[u8]) -> Result<Made, Trouble> {
        let _turn = self.turns.acquire().await.map_err(|_| Trouble::Internal)?;
        let idle = self.idle().pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => Worker::start(&self.options).map_err(|error| Trouble::internal(&error))?,
        };
        let begun = std::time::Instant::now();
        let outcome = timeout(self.options.deadline, worker.make(query, file)).await;
        self.metrics.making(begun.elapsed());
        match outcome {
            Ok(Ok(outcome)) => {
                self.idle().push(worker);
                outcome
            }
            // The worker is dropped, and with it its process.
            Ok(Err(error)) => {
                self.metrics.lost_worker();
                tracing::warn!(error = format!("{error:#}"), "a picture ended its worker");
                Err(Trouble::Picture(
                    "Image not readable. Is it a valid image?".to_owned(),
                ))
            }
            Err(_) => {
                self.metrics.lost_worker();
                let seconds = self.options.deadline.as_secs_f32();
                let said = format!("The image could not be processed within {seconds} seconds");
                Err(Trouble::Picture(said))
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    fn start(options: &WorkerOptions) -> anyhow::Result<Worker> {
        let mut process = Command::new(&options.program)
            .args(&options.arguments)
            // Nothing of ours is there to be read by whoever takes a decoder over.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", options.program.display()))?;
        Ok(Worker {
            input: process.stdin.take().context("a worker without input")?,
            output: process.stdout.take().context("a worker without output")?,
            _process: process,
        })
    }

    /// One exchange; an error is the worker's end.
    async fn make(&mut self, query: &str, file: &[u8]) -> anyhow::Result<Result<Made, Trouble>> {
        for part in [query.as_bytes(), file] {
            self.input
                .write_all(&(part.len() as u64).to_le_bytes())
                .await?;
            self.input.write_all(part).await?;
        }
        self.input.flush().await?;
        match self.output.read_u8().await? {
            MADE => Ok(Ok(Made {
                media_type: String::from_utf8(self.read().await?)?,
                extension: String::from_utf8(self.read().await?)?,
                bytes: self.read().await?,
            })),
            REFUSED => {
                let said = String::from_utf8(self.read().await?)?;
                Ok(Err(Trouble::Picture(said)))
            }
            other => bail!("a worker began its answer with {other}"),
        }
    }

    async fn read(&mut self) -> anyhow::Result<Vec<u8>> {
        let length = self.output.read_u64_le().await?;
        ensure!(length <= MAX_BYTES, "a worker sends {length} bytes");
        let mut bytes = vec![0; usize::try_from(length)?];
        self.output.read_exact(&mut bytes).await?;
        Ok(bytes)
    }
}
