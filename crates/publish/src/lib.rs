//! Documents to output files: the static site, the full-text feeds, and the lists inside the archive.
//!
//! Pure: values in, [`edition::OutputFile`]s out. Nothing here reads a clock, a file or a setting; a page is a
//! function of the edition, the listings and the documents it shows, so the same input gives the same bytes.
//! Foreign text is escaped wherever it enters; only the sanitiser's `CleanHtml` enters as HTML.

pub mod edition;
pub mod paths;

pub mod words;

pub mod book;
pub mod feed;
pub mod lists;
pub mod script;
pub mod search;
pub mod site;
pub mod stock;
pub mod story;
pub mod theme;
pub mod zim;

mod difference;
mod display;
mod headings;
mod pictures;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
