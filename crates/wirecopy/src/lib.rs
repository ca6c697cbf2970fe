//! The program as a library, so that its parts are tested from outside and the binary stays thin. Everything that
//! touches a file, a socket, the clock or another process lives here; what decides lives in the pure crates.

pub mod archive;
pub mod cli;
pub mod config;
pub mod demo;
pub mod fetch;
pub mod images;
pub mod lock;
pub mod pipeline;
pub mod publishing;
pub mod serve;
