//! `wirecopy demo`: an invented newsroom on loopback, mirrored live. It needs no network and no settings.

pub mod newsroom;
