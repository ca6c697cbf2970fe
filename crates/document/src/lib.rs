//! The archived unit of a Wirecopy mirror: one article, one readable file.
//!
//! This crate holds the document and its file format, the article's identity and path, the
//! sanitiser that alone constructs the HTML a document may hold, and the foreign archive forms
//! that can be read and written. It is pure: values in, values out.

pub mod clean;
pub mod document;
pub mod forms;
pub mod identity;
pub mod path;
pub mod subject;
