//! Zones of a time: offsets, and the abbreviations that feeds really use. An abbreviation that several countries
//! share means what RFC 822 and the older feed readers take it for.

use jiff::tz::Offset;

/// Abbreviations and their offsets from UTC in minutes.
const NAMES: &[(&str, i32)] = &[
    ("gmt", 0),
    ("utc", 0),
    ("ut", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("met", 60),
    ("mest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("msd", 240),
    ("мск", 180),
    ("trt", 180),
    ("sast", 120),
    ("cat", 120),
    ("eat", 180),
    ("wat", 60),
    ("pkt", 300),
    ("ist", 330),
    ("npt", 345),
    ("ict", 420),
    ("wib", 420),
    ("wita", 480),
    ("wit", 540),
    ("sgt", 480),
    ("hkt", 480),
    ("pht", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("acst", 570),
    ("acdt", 630),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("nst", -210),
    ("ndt", -150),
    ("ast", -240),
    ("adt", -180),
    ("est", -300),
    ("edt", -240),
    ("et", -300),
    ("cst", -360),
    ("cdt", -300),
    ("ct", -360),
    ("mst", -420),
    ("mdt", -360),
    ("mt", -420),
    ("pst", -480),
    ("pdt", -420),
    ("pt", -480),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("brt", -180),
    ("art", -180),
    ("clt", -240),
    ("clst", -180),
];
/// No place is further from UTC than 14 hours (tzdata, Pacific/Kiritimati).
const MAX_MINUTES: i32 = 14 * 60;

/// The offset that the text behind a time gives, and the text without it. A number is believed before a name:
/// `EST-0500`, `GMT+02:00`, `-0700 (PDT)`.
pub(super) fn offset(text: &str) -> (Option<Offset>, String) {
    let Some((minutes, start, end)) = numeric(text) else {
        let named = text
            .split(|c: char| !c.is_alphabetic())
            .find_map(|word| NAMES.iter().find(|(name, _)| *name == word));
        return (
            named.and_then(|(_, minutes)| from_minutes(*minutes)),
            text.to_owned(),
        );
    };
    (
        from_minutes(minutes),
        format!("{} {}", &text[..start], &text[end..]),
    )
}

fn from_minutes(minutes: i32) -> Option<Offset> {
    Offset::from_seconds(minutes * 60).ok()
}

/// The first signed number that can be an offset, in minutes, and where it stands.
fn numeric(text: &str) -> Option<(i32, usize, usize)> {
    text.match_indices(['+', '-']).find_map(|(start, sign)| {
        let (number, rest) = super::digits(&text[start + 1..]);
        let (hours, minutes, rest) = match (number.len(), rest.strip_prefix(':').map(super::digits))
        {
            (1 | 2, Some((minutes, rest))) if minutes.len() == 2 => (number, minutes, rest),
            (1 | 2, _) => (number, "0", rest),
            (3 | 4, _) => (
                &number[..number.len() - 2],
                &number[number.len() - 2..],
                rest,
            ),
            _ => return None,
        };
        let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
        let minutes = if sign == "-" { -minutes } else { minutes };
        (minutes.abs() <= MAX_MINUTES).then_some((minutes, start, text.len() - rest.len()))
    })
}
