//! `/healthz`: one line of JSON that tells a supervisor whether the mirror still mirrors.
//!
//! Healthy (200) is: the archive can be read, and the last round is younger than the limit, or there was none yet and
//! the server has not been up for that long. Sources that fail do not count: their publishers' trouble is no reason to
//! restart us.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::serve::ServerState;

/// How long one look at the archive answers for, so that a stranger cannot keep the disk busy by asking.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// What the archive and the index say about the mirror at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// The newest round, or `None` before the first.
    pub last_round: Option<LastRound>,
    /// Sources followed.
    pub sources: u64,
    /// Sources whose last poll failed.
    pub failing: u64,
    /// Documents in the archive.
    pub articles: u64,
}

/// How the newest round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRound {
    /// When it began: a round's fixed time.
    pub time: Timestamp,
    /// A few words for a person: "3 new, 1 revised".
    pub outcome: String,
}

/// Looks at the archive; blocking. An error means that it cannot be read and says why.
pub type Probe = Arc<dyn Fn() -> anyhow::Result<Pulse> + Send + Sync>;

/// The newest look, kept for a few seconds.
pub(crate) struct Monitor {
    probe: Probe,
    started: Timestamp,
    latest: Mutex<Option<(Instant, Result<Pulse, String>)>>,
}

impl Monitor {
    pub(crate) fn new(probe: Probe, started: Timestamp) -> Monitor {
        Monitor {
            probe,
            started,
            latest: Mutex::new(None),
        }
    }

    /// The archive's state, at most a few seconds old; the error is a sentence without anything secret.
    pub(crate) async fn look(&self) -> Result<Pulse, String> {
        let mut latest = self.latest.lock().await;
        if let Some((at, result)) = &*latest
            && at.elapsed() < LOOK_AGAIN_AFTER
        {
            return result.clone();
        }
        let result = self.ask().await;
        *latest = Some((Instant::now(), result.clone()));
        result
    }

    /// The cause goes to the log alone: paths on the operator's disk are nobody else's business.
    async fn ask(&self) -> Result<Pulse, String> {
        let probe = self.probe.clone();
        let cause = match tokio::task::spawn_blocking(move || probe()).await {
            Ok(Ok(pulse)) => return Ok(pulse),
            Ok(Err(error)) => format!("{error:#}"),
            Err(panicked) => panicked.to_string(),
        };
        tracing::error!(cause, "the archive cannot be read");
        Err("the archive cannot be read; the server's log says why".to_owned())
    }
}

#[derive(Debug, PartialEq, Serialize)]
struct Health {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    last_round: Option<String>,
    last_round_age_seconds: Option<i64>,
    last_round_outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_sources: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Stale,
    Unreadable,
}

/// Answers 200 or 503 with the reason.
pub(crate) async fn healthz(State(state): State<ServerState>) -> Response {
    let look = state.monitor.look().await;
    let health = judge(
        look,
        state.monitor.started,
        Timestamp::now(),
        state.options.max_round_age,
    );
    let status = if health.status == Status::Ok {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (
        status,
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        Json(health),
    )
        .into_response()
}

fn judge(
    look: Result<Pulse, String>,
    started: Timestamp,
    now: Timestamp,
    max_round_age: Duration,
) -> Health {
    let pulse = match look {
        Ok(pulse) => pulse,
        Err(reason) => return unreadable(reason),
    };
    let age_since = |time: Timestamp| now.duration_since(time).as_secs().max(0);
    let last_round = pulse.last_round;
    let alive_since = last_round.as_ref().map_or(started, |round| round.time);
    let limit = i64::try_from(max_round_age.as_secs()).unwrap_or(i64::MAX);
    let stale = age_since(alive_since) > limit;
    let reason = stale.then(|| format!("no round ended well within {limit} seconds"));
    Health {
        status: if stale { Status::Stale } else { Status::Ok },
        reason,
        last_round: last_round.as_ref().map(|round| round.time.to_string()),
        last_round_age_seconds: last_round.as_ref().map(|round| age_since(round.time)),
        last_round_outcome: last_round.map(|round| round.outcome),
        sources: Some(pulse.sources),
        failing_sources: Some(pulse.failing),
    }
}

fn unreadable(reason: String) -> Health {
    Health {
        status: Status::Unreadable,
        reason: Some(reason),
        last_round: None,
        last_round_age_seconds: None,
        last_round_outcome: None,
        sources: None,
        failing_sources: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[track_caller]
    fn check(last_round: Option<&str>, expected: Status) {
        let (started, now) = (
            "2026-03-01T10:00:00Z".parse().unwrap(),
            "2026-03-01T12:00:00Z".parse().unwrap(),
        );
        let last_round = last_round.map(|time| LastRound {
            time: time.parse().unwrap(),
            outcome: "nothing new".to_owned(),
        });
        let health = judge(
            Ok(Pulse {
                last_round,
                ..Pulse::default()
            }),
            started,
            now,
            HOUR,
        );
        assert_eq!(health.status, expected);
        assert_eq!(health.reason.is_some(), expected != Status::Ok);
    }

    #[test]
    fn stale_begins_when_the_last_round_is_older_than_the_limit() {
        check(Some("2026-03-01T11:00:00Z"), Status::Ok);
        check(Some("2026-03-01T10:59:59Z"), Status::Stale);
        check(Some("2026-03-01T12:00:05Z"), Status::Ok);
    }

    #[test]
    fn a_server_without_any_round_is_healthy_only_for_the_first_while() {
        check(None, Status::Stale);
        let at_start = "2026-03-01T10:00:00Z".parse().unwrap();
        assert_eq!(
            judge(Ok(Pulse::default()), at_start, at_start, HOUR).status,
            Status::Ok
        );
    }
}
