//! Many requests at once, their outcomes as they come: the good ones are not held up by the bad ones. Each outcome keeps its
//! turn until it is taken, so that a slow taker slows the requests and no bodies pile up.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::fetch::error::FetchError;
use crate::fetch::{Fetcher, Outcome, Request};

/// The outcomes of many requests, in the order in which they end. Dropping it cancels what is under way.
pub struct Outcomes<T> {
    outcomes: mpsc::Receiver<(T, Result<Outcome, FetchError>)>,
    _tasks: JoinSet<()>,
}

impl<T> Outcomes<T> {
    /// The next outcome with what it was asked for as; `None` when all have ended.
    pub async fn next(&mut self) -> Option<(T, Result<Outcome, FetchError>)> {
        self.outcomes.recv().await
    }
}

/// Sends all requests, as politely as `Fetcher::get` does. `T` tells the caller which one an outcome belongs to.
pub fn fetch_all<T: Send + 'static>(
    fetcher: &Arc<Fetcher>,
    requests: impl IntoIterator<Item = (T, Request)>,
) -> Outcomes<T> {
    let (sender, outcomes) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    for (name, request) in requests {
        let (fetcher, sender) = (Arc::clone(fetcher), sender.clone());
        tasks.spawn(async move {
            let (result, _turn) = fetcher.get_in_turn(&request).await;
            // It fails only when nobody wants the outcomes any more.
            let _ = sender.send((name, result)).await;
        });
    }
    Outcomes {
        outcomes,
        _tasks: tasks,
    }
}
