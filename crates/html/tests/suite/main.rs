//! The parser beside html5ever on real pages and on soup, and its bounds.

mod bounds;
mod given;
mod same;
mod soup;
