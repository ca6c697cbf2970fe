//! Durations and sizes as people write them: `10m`, `1h30m`, `50MB`; and numbers with bounds.
//!
//! A number without a unit is refused: nobody should have to remember whether a timeout is in seconds or milliseconds.

use std::fmt;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

const SECONDS_OF: [(&str, u64); 4] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];

/// Decimal units, as disks and hosts of git repositories count.
const BYTES_OF: [(&str, u64); 4] = [
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

/// Reads `90s`, `10m`, `1h30m` or `2d`; absent when the text is anything else.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, unit_and_more) = split_number(rest)?;
        let (unit, factor) = SECONDS_OF
            .into_iter()
            .find(|(unit, _)| unit_and_more.starts_with(unit))?;
        seconds = seconds.checked_add(number.checked_mul(factor)?)?;
        rest = &unit_and_more[unit.len()..];
    }
    Some(Duration::from_secs(seconds))
}

/// Reads `64kB`, `50MB` or `1GB`, in bytes; absent when the text is anything else.
pub fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = split_number(text.trim())?;
    let (_, factor) = BYTES_OF
        .into_iter()
        .find(|(name, _)| *name == unit.trim_start())?;
    number.checked_mul(factor)
}

/// The one or two largest units of a duration: `45s`, `10m`, `1h30m`, `2d3h`.
pub fn duration_text(duration: Duration) -> String {
    let mut seconds = duration.as_secs();
    let mut text = String::new();
    for (unit, factor) in SECONDS_OF.into_iter().rev() {
        let number = seconds / factor;
        if number > 0 && text.chars().filter(|c| c.is_alphabetic()).count() < 2 {
            text.push_str(&format!("{number}{unit}"));
        }
        seconds %= factor;
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}

/// A size in its largest unit, with one decimal below ten: `812 bytes`, `1.5MB`, `64kB`.
pub fn size_text(bytes: u64) -> String {
    let Some((unit, factor)) = BYTES_OF
        .into_iter()
        .rev()
        .find(|(_, factor)| bytes >= *factor)
    else {
        return format!("{bytes} bytes");
    };
    let tenths = bytes / (factor / 10);
    match tenths {
        ..100 if !tenths.is_multiple_of(10) => format!("{}.{}{unit}", tenths / 10, tenths % 10),
        _ => format!("{}{unit}", tenths / 10),
    }
}

/// A duration of `LEAST` to `MOST` seconds.
pub(super) fn duration<'de, D: Deserializer<'de>, const LEAST: u64, const MOST: u64>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let text = text(
        deserializer,
        "a duration in quotes, such as \"90s\" or \"10m\"",
    )?;
    let duration = parse_duration(&text).ok_or_else(|| {
        Error::custom(format!(
            "`{text}` is not a duration; write one like \"90s\", \"10m\" or \"2h\""
        ))
    })?;
    in_bounds(
        duration,
        Duration::from_secs(LEAST),
        Duration::from_secs(MOST),
        |d| duration_text(*d),
    )
}

/// A duration of `LEAST` to `MOST` seconds where the setting may also be absent.
pub(super) fn optional_duration<'de, D: Deserializer<'de>, const LEAST: u64, const MOST: u64>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    duration::<D, LEAST, MOST>(deserializer).map(Some)
}

/// A size of `LEAST` to `MOST` bytes.
pub(super) fn size<'de, D: Deserializer<'de>, const LEAST: u64, const MOST: u64>(
    deserializer: D,
) -> Result<u64, D::Error> {
    let text = text(deserializer, "a size in quotes, such as \"16MB\"")?;
    let size = parse_size(&text).ok_or_else(|| {
        Error::custom(format!(
            "`{text}` is not a size; write one like \"500kB\", \"16MB\" or \"1GB\""
        ))
    })?;
    in_bounds(size, LEAST, MOST, |bytes| size_text(*bytes))
}

/// A whole number of `LEAST` to `MOST`.
pub(super) fn count<'de, D: Deserializer<'de>, const LEAST: usize, const MOST: usize>(
    deserializer: D,
) -> Result<usize, D::Error> {
    // Signed, so that -1 is told as out of bounds and not as a wrong type.
    let number = i128::from(i64::deserialize(deserializer)?);
    let number = in_bounds(number, LEAST as i128, MOST as i128, i128::to_string)?;
    usize::try_from(number).map_err(Error::custom)
}

/// A whole number of `LEAST` to `MOST` where the setting may also be absent.
pub(super) fn optional_count<'de, D: Deserializer<'de>, const LEAST: usize, const MOST: usize>(
    deserializer: D,
) -> Result<Option<u32>, D::Error> {
    let number = count::<D, LEAST, MOST>(deserializer)?;
    u32::try_from(number).map(Some).map_err(Error::custom)
}

/// A text; `expected` completes the message for anything else.
fn text<'de, D: Deserializer<'de>>(
    deserializer: D,
    expected: &'static str,
) -> Result<String, D::Error> {
    struct Text(&'static str);
    impl Visitor<'_> for Text {
        type Value = String;
        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str(self.0)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
    }
    deserializer.deserialize_str(Text(expected))
}

fn in_bounds<T: PartialOrd, E: Error>(
    value: T,
    least: T,
    most: T,
    show: impl Fn(&T) -> String,
) -> Result<T, E> {
    if value < least || value > most {
        let (value, least, most) = (show(&value), show(&least), show(&most));
        return Err(E::custom(format!(
            "{value} is out of bounds; write a value from {least} to {most}"
        )));
    }
    Ok(value)
}

/// The digits that `text` begins with, and what follows them.
fn split_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_units() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("90s", Some(90)),
            ("1h30m", Some(5400)),
            (" 2d ", Some(172_800)),
        ] {
            assert_eq!(
                parse_duration(text).map(|d| d.as_secs()),
                seconds,
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in [
            "",
            "10",
            "m",
            "-1m",
            "10 parsecs",
            "99999999999999999999s",
            "9999999999999999d",
            "十m",
        ] {
            assert_eq!(parse_duration(text), None, "{text:?}");
        }
    }

    #[test]
    fn sizes_are_decimal() {
        let cases = [
            ("64kB", Some(64_000)),
            ("16 MB", Some(16_000_000)),
            ("1GB", Some(1_000_000_000)),
            ("1", None),
        ];
        for (text, bytes) in cases {
            assert_eq!(parse_size(text), bytes, "{text:?}");
        }
    }

    #[test]
    fn written_durations_and_sizes_are_short() {
        let durations = [
            (0, "0s"),
            (59, "59s"),
            (5400, "1h30m"),
            (90_061, "1d1h"),
            (86_400, "1d"),
            (86_401, "1d1s"),
        ];
        for (seconds, text) in durations {
            assert_eq!(duration_text(Duration::from_secs(seconds)), text);
        }
        for (bytes, text) in [
            (812, "812 bytes"),
            (1_550_000, "1.5MB"),
            (64_000, "64kB"),
            (2_000_000_000, "2GB"),
        ] {
            assert_eq!(size_text(bytes), text);
        }
    }
}
