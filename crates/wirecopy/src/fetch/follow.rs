//! A request from its turn to its end: each step checked, asked robots.txt for, waited for and sent. The time limit is
//! for all steps together and leaves out the waiting.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout};
use url::{Position, Url};

use crate::fetch::error::FetchError;
use crate::fetch::exchange::{self, Answer, Ask};
use crate::fetch::redirects::{Bounds, Trail};
use crate::fetch::robots_cache::Verdict;
use crate::fetch::target::{self, Target};
use crate::fetch::turns::Turn;
use crate::fetch::{Outcome, Purpose, Request, Response, Shared};

/// After how long a request counts as slow and gives its place to another.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest `Crawl-delay` obeyed; there are sites that ask for an hour.
const LONGEST_CRAWL_DELAY: Duration = Duration::from_secs(30);

/// Follows redirects to the end.
pub(super) async fn follow(shared: &Shared, request: &Request) -> Result<Outcome, FetchError> {
    let mut trail = Trail::new(
        request.url.clone(),
        Bounds {
            redirects: shared.options.max_redirects,
            downgrades: shared.options.downgrades,
        },
    );
    let mut time = shared.options.timeout;
    loop {
        let url = trail.last();
        let target = target::check(
            url,
            &shared.permits,
            &shared.options.ports,
            request.proxy.as_ref(),
        )?;
        let asks_robots = matches!(request.purpose, Purpose::Page | Purpose::Picture);
        if asks_robots && shared.options.robots {
            obey_robots(shared, request, url, &target).await?;
        }
        let held = |wait| FetchError::HeldBack {
            host: target.host.clone(),
            wait,
        };
        let mut turn = shared.turns.take(&target.host).await.map_err(held)?;
        let begun = Instant::now();
        let ask = Ask {
            request,
            url,
            target: &target,
            time,
        };
        let answer = ask_in_turn(shared, &ask, &mut turn).await;
        shared
            .metrics
            .seconds
            .observe(begun.elapsed().as_secs_f64());
        match answer? {
            Answer::NotModified => return Ok(Outcome::NotModified),
            Answer::Fetched(response) => {
                let (url, redirects) = trail.end();
                return Ok(Outcome::Fetched(Response {
                    url: target::without_credentials(&url),
                    redirects,
                    ..*response
                }));
            }
            Answer::Elsewhere {
                location,
                permanent,
            } => trail.step(&location, permanent)?,
        }
        time = time.saturating_sub(begun.elapsed());
    }
}

/// Asks once, and lets others go ahead if it takes long.
async fn ask_in_turn(
    shared: &Shared,
    ask: &Ask<'_>,
    turn: &mut Turn,
) -> Result<Answer, FetchError> {
    // Boxed, for thousands of requests wait for their turn and only those that have it need the room.
    let mut asking = Box::pin(exchange::ask(shared, ask));
    match timeout(PATIENCE, &mut asking).await {
        Ok(answer) => answer,
        Err(_) => {
            turn.step_aside();
            asking.await
        }
    }
}

async fn obey_robots(
    shared: &Shared,
    request: &Request,
    url: &Url,
    target: &Target,
) -> Result<(), FetchError> {
    let origin = url.origin().ascii_serialization();
    let known = shared
        .robots
        .get(&origin, || robots_txt(shared, request, url))
        .await;
    let host = target.host.clone();
    let rules = match &known.verdict {
        Verdict::Rules(rules) => rules,
        Verdict::Unreachable(reason) => {
            let wait = known.until.saturating_duration_since(Instant::now());
            return Err(FetchError::RobotsUnreachable {
                host,
                reason: reason.clone(),
                wait,
            });
        }
    };
    if let Some(delay) = rules.crawl_delay {
        shared
            .turns
            .slow_down(&host, delay.min(LONGEST_CRAWL_DELAY));
    }
    match rules.allows(&url[Position::BeforePath..Position::AfterQuery]) {
        true => Ok(()),
        false => Err(FetchError::Robots { host }),
    }
}

/// Asks for the robots.txt of the URL's origin, the same way. Boxed, for `follow` leads here.
fn robots_txt<'a>(
    shared: &'a Shared,
    request: &Request,
    url: &Url,
) -> BoxFuture<'a, Result<Outcome, FetchError>> {
    let mut url = url.clone();
    url.set_path("/robots.txt");
    url.set_query(None);
    let request = Request {
        proxy: request.proxy.clone(),
        ..Request::new(url, Purpose::Robots)
    };
    Box::pin(async move { follow(shared, &request).await })
}
