//! What the first mirrors called their sources, and what they are called here.

use crate::archive::import::ImportOptions;
use wirecopy_document::path::slug;

/// The names of the first mirrors' sources over time, as directories, lists and tags have them.
const KNOWN: &[(&str, &str)] = &[
    ("BBC", "bbc"),
    ("中国数字时代", "cdt"),
    ("德国之声", "dw"),
    ("法广", "rfi"),
    ("纽约时报", "nyt"),
    ("美国之音", "voa"),
    ("自由亚洲电台", "rfa"),
    ("路透", "reuters"),
    ("金融时报", "ft"),
];

/// The slug of a source; files that name none are of `imported`.
pub(super) fn source(name: Option<&str>, options: &ImportOptions) -> String {
    let Some(name) = name else {
        return "imported".to_owned();
    };
    let known = KNOWN.iter().find(|(known, _)| *known == name);
    match (options.sources.get(name), known) {
        (Some(given), _) => slug(given),
        (None, Some((_, known))) => (*known).to_owned(),
        (None, None) => slug(name),
    }
}
