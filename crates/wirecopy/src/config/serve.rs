//! The settings of the web server.

use serde::Deserialize;

use crate::config::{human, values};

/// The web server of `wirecopy run` and `wirecopy serve`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServeSettings {
    /// Address and port to listen on; only this machine by default. Default: `"127.0.0.1:8080"`.
    #[serde(deserialize_with = "values::socket_address")]
    pub address: std::net::SocketAddr,
    /// Answer `/feed?url=`, which makes any feed full-text, and `/extract?url=`, the article of any page as JSON. They
    /// fetch what a stranger names, so they are off at first, and ask for the token of `secrets.toml`. Default:
    /// `false`.
    pub services: bool,
    /// Requests a minute that one client may make to `/feed` and `/extract`. From 1 to 6000. Default: `30`.
    #[serde(deserialize_with = "human::count::<_, 1, 6000>")]
    pub rate: usize,
}

impl Default for ServeSettings {
    fn default() -> ServeSettings {
        ServeSettings {
            address: ([127, 0, 0, 1], 8080).into(),
            services: false,
            rate: 30,
        }
    }
}
