//! What is new at a publication: feeds in every form that is met, where a page hides its feed, and lists of
//! subscriptions. Bytes in, values out: nothing here touches a file, a socket, the clock or randomness.
//! Broken input is normal: a parser returns what it could read, and the problems it met beside it.

pub mod autodiscovery;
mod charset;
pub mod date;
pub mod feed;
mod html;
pub mod opml;
mod xml;
