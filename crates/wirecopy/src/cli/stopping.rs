//! What happens when the operator or the system asks a long-running command to end.
//!
//! The first signal asks: a round that has begun is ended. The second ends the process as it is, which loses nothing
//! that was recorded; the next start takes the round up again.

use anyhow::Context;
use tokio::sync::watch;

/// Becomes true when the process is asked to end, by an interrupt or a request to terminate.
///
/// # Errors
/// When the system lets no signal be watched.
pub(super) fn on_signal() -> anyhow::Result<watch::Receiver<bool>> {
    let mut signals = Signals::new().context("cannot watch for signals")?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("stopping when this round is done; ask again to stop now");
        sender.send_replace(true);
        signals.next().await;
        std::process::exit(1);
    });
    Ok(receiver)
}

/// Ends when the receiver becomes true.
pub(super) async fn stopped(mut receiver: watch::Receiver<bool>) {
    // A sender that is gone has nothing more to say: that is a stop too.
    let _ = receiver.wait_for(|is_stopping| *is_stopping).await;
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        );
        Ok(Signals {
            interrupt,
            terminate,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        // Where the interrupt cannot be watched, the system ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
