//! Dates as feeds and pages write them, to instants.

use jiff::Timestamp;

/// Reads a date in any form that feeds use; a date without a zone is taken as UTC, one without a time as midnight.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let rfc2822 = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    text.parse()
        .ok()
        .or_else(|| rfc2822.parse_timestamp(text).ok())
}
