//! The HTTP clients: one for addresses that pass the check, one for what the operator allows, one for each proxy. None
//! of them follows redirects, keeps cookies, decompresses, or reads a proxy from the environment. The address check
//! sits in the resolver of the first, so that the address connected to is the one checked: a name that changes its
//! address between two look-ups (DNS rebinding) finds no second look-up.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, ClientBuilder};
use url::Url;

use crate::fetch::address::{self, Permits};
use crate::fetch::error::{FetchError, Refusal};
use crate::fetch::target::{Route, shown};

/// Looks a name up: all its addresses.
pub(super) type Lookup =
    Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// How long an unused connection is kept: longer than the delay between two requests to a host.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Header lines in a response; Chromium allows about as many, hyper's own default is 100.
const MAX_HEADERS: usize = 250;

/// Bytes of headers over HTTP/2. Over HTTP/1 it is hyper's buffer, 400 KiB, which reqwest does not let us lower.
const MAX_HEADER_BYTES: u32 = 64 << 10;

/// What one HTTP/2 stream, and one connection, may send before it is read; bounds what slow readers buffer.
const STREAM_WINDOW: u32 = 256 << 10;

/// Proxies remembered; an operator has a handful.
const MAX_PROXIES: usize = 64;

/// All clients of one fetcher.
pub(super) struct Clients {
    checked: Client,
    permitted: Client,
    proxied: Mutex<HashMap<String, Client>>,
    settings: ClientSettings,
}

/// What all clients share.
pub(super) struct ClientSettings {
    /// The whole User-Agent.
    pub(super) user_agent: String,
    /// The most time for name, connection and TLS.
    pub(super) connect: Duration,
    /// Idle connections kept for each host.
    pub(super) idle_per_host: usize,
    /// How names are looked up.
    pub(super) lookup: Lookup,
}

impl Clients {
    /// Builds the clients that every request may need; those for proxies come when asked for.
    pub(super) fn new(settings: ClientSettings, permits: Permits) -> anyhow::Result<Clients> {
        // The error is that another part of the process came first, with the only provider compiled in.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let checked = builder(&settings, Some(permits))?
            .build()
            .context("setting up the HTTP client")?;
        let permitted = builder(&settings, None)?
            .build()
            .context("setting up the HTTP client")?;
        Ok(Clients {
            checked,
            permitted,
            proxied: Mutex::default(),
            settings,
        })
    }

    /// The client for a route.
    pub(super) fn client(&self, route: &Route) -> Result<Client, FetchError> {
        match route {
            Route::Checked => Ok(self.checked.clone()),
            Route::Permitted => Ok(self.permitted.clone()),
            Route::Proxy(proxy) => self.through(proxy),
        }
    }

    fn through(&self, proxy: &Url) -> Result<Client, FetchError> {
        let mut proxied = self
            .proxied
            .lock()
            .expect("nothing panics while it holds this lock");
        if let Some(client) = proxied.get(proxy.as_str()) {
            return Ok(client.clone());
        }
        let failed = |reason: String| FetchError::Proxy {
            proxy: shown(proxy),
            reason,
        };
        if !matches!(proxy.scheme(), "http" | "socks5h") {
            return Err(failed("it is neither http:// nor socks5h://".to_owned()));
        }
        let client = builder(&self.settings, None)
            .and_then(|builder| Ok(builder.proxy(reqwest::Proxy::all(proxy.clone())?).build()?))
            .map_err(|error| failed(format!("{error:#}")))?;
        if proxied.len() >= MAX_PROXIES {
            proxied.clear();
        }
        proxied.insert(proxy.as_str().to_owned(), client.clone());
        Ok(client)
    }
}

fn builder(settings: &ClientSettings, permits: Option<Permits>) -> anyhow::Result<ClientBuilder> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .map(|root| Certificate::from_der(root));
    let roots = roots
        .collect::<Result<Vec<_>, _>>()
        .context("reading the built-in root certificates")?;
    Ok(Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .user_agent(&settings.user_agent)
        .tls_certs_only(roots)
        .dns_resolver(Resolver {
            lookup: Arc::clone(&settings.lookup),
            permits: permits.map(Arc::new),
        })
        .connect_timeout(settings.connect)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(settings.idle_per_host)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(STREAM_WINDOW))
}

/// Resolves once and hands on what was checked, all or nothing: one special address among good ones is an attack too.
struct Resolver {
    lookup: Lookup,
    /// Absent where the check is the operator's own affair.
    permits: Option<Arc<Permits>>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let permits = self.permits.clone();
        Box::pin(async move {
            let addresses = found.await?;
            if addresses.is_empty() {
                return Err("no address".into());
            }
            if let Some(refusal) = permits.and_then(|permits| refusal(&addresses, &permits)) {
                return Err(refusal.into());
            }
            // The port 0 stands for the URL's.
            let addresses: Addrs = Box::new(
                addresses
                    .into_iter()
                    .map(|address| SocketAddr::new(address, 0)),
            );
            Ok(addresses)
        })
    }
}

fn refusal(addresses: &[IpAddr], permits: &Permits) -> Option<Refusal> {
    addresses
        .iter()
        .filter(|address| !permits.address(**address, None))
        .find_map(|address| {
            address::special(*address).map(|what| Refusal::Resolved {
                address: *address,
                what,
            })
        })
}

/// The system's resolver.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}
