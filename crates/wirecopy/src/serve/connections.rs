//! The accept loop: one task a connection, a cap on how many, limits on slow and oversized request heads, and an
//! orderly end.
//!
//! `axum::serve` sets none of these, so HTTP/1.1 (RFC 9112) is served here through hyper itself. No TLS: that is a
//! proxy's job.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, Sleep};
use tower::ServiceExt;

use crate::serve::Limits;

/// How long to wait after `accept` failed, which it does when file descriptors run out: long enough not to burn the
/// processor on an error that only other connections' ends can mend.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Bytes of a request's line and headers together; hyper answers 431 beyond. Twice what browsers send with many
/// cookies.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Header fields in a request; a browser sends about twenty.
const MAX_HEADERS: usize = 64;

/// The address at the other end of the connection, as a request extension. Never taken from a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// A connection and its place among those allowed, which it gives back when it ends.
struct Client {
    stream: TcpStream,
    peer: SocketAddr,
    _place: OwnedSemaphorePermit,
}

/// Serves `router` to every connection of `listener` until `stop` resolves, then lets running responses end within
/// `limits.drain` and cuts the rest.
pub(crate) async fn accept(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut running = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let client = tokio::select! {
            () = &mut stop => break,
            client = next_client(&listener, &places) => client,
        };
        running.spawn(converse(client, router.clone(), limits, graceful.watcher()));
        while running.try_join_next().is_some() {}
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some answers were cut off: their readers were too slow");
    }
    running.shutdown().await;
}

/// Waits for a free place first, so that beyond the cap clients queue in the kernel instead of in our memory.
async fn next_client(listener: &TcpListener, places: &Arc<Semaphore>) -> Client {
    let place = places
        .clone()
        .acquire_owned()
        .await
        .expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                return Client {
                    stream,
                    peer,
                    _place: place,
                };
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn converse(client: Client, router: Router, limits: Limits, watcher: Watcher) {
    let Client {
        stream,
        peer,
        _place,
    } = client;
    let service = router.map_request(move |mut request: Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let io = TokioIo::new(StallGuard::new(stream, limits.stall));
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS)
        .serve_connection(io, TowerToHyperService::new(service));
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}

/// A stream whose writes fail when the other end takes nothing for a while: a reader that stops reading would otherwise
/// hold its slot for ever. Reading is bounded by hyper's own timer.
struct StallGuard {
    stream: TcpStream,
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl StallGuard {
    fn new(stream: TcpStream, limit: Duration) -> StallGuard {
        StallGuard {
            stream,
            limit,
            stalled: None,
        }
    }

    /// Starts the clock at the first write that has to wait and stops it at the next that moves.
    fn watch<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let deadline = Instant::now() + self.limit;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        stalled
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for StallGuard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for StallGuard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(flushed, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
