//! What time a command takes it to be: the clock's, or that of `SOURCE_DATE_EPOCH`
//! (<https://reproducible-builds.org/specs/source-date-epoch/>), under which the same input gives the same commits.

use anyhow::Context;
use jiff::Timestamp;

/// The time now.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is set and is no time.
pub(super) fn now() -> anyhow::Result<Timestamp> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(Timestamp::now()),
        Ok(text) => {
            let seconds = text
                .parse()
                .ok()
                .and_then(|seconds| Timestamp::from_second(seconds).ok());
            seconds.with_context(|| {
                format!("SOURCE_DATE_EPOCH is `{text}`, which is no time in seconds since 1970; correct or unset it")
            })
        }
    }
}
