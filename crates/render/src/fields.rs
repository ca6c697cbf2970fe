//! What is said of an article beside its text, under trafilatura's names.

use jiff::tz::Offset;
use serde::Serialize;
use url::Url;
use wirecopy_extract::Article;

/// Which date an article is given, and how it is written.
#[derive(Clone, Debug)]
pub struct DateChoice {
    /// The first publication rather than the last change; the other stands in where one is absent.
    pub original: bool,
    /// As for `strftime`.
    pub pattern: String,
}

impl Default for DateChoice {
    fn default() -> DateChoice {
        DateChoice {
            original: true,
            pattern: "%Y-%m-%d".to_owned(),
        }
    }
}

/// An article's fields. Those that the page does not give are absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fields {
    /// The headline.
    pub title: Option<String>,
    /// The authors, joined by `; `.
    pub author: Option<String>,
    /// The address that the page calls its own, or else the one it came from.
    pub url: Option<String>,
    /// The host of `url` without `www.`.
    pub hostname: Option<String>,
    /// The standfirst.
    pub description: Option<String>,
    /// The publication's name.
    pub sitename: Option<String>,
    /// As [`DateChoice`] says.
    pub date: Option<String>,
    /// Keywords and sections.
    pub tags: Vec<String>,
    /// A hash that similar texts share most bits of, in hexadecimal.
    pub fingerprint: String,
    /// A name that the caller gives the record.
    pub id: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Address of the lead picture.
    pub image: Option<String>,
}

impl Fields {
    /// The fields of an article that came from `url`.
    ///
    /// # Errors
    /// When the pattern of the date cannot be followed; the error names it.
    pub fn of(article: &Article, url: Option<&Url>, date: &DateChoice) -> Result<Fields, String> {
        let url = article.canonical_url.as_ref().or(url);
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let hostname = url.and_then(Url::host_str);
        Ok(Fields {
            title: some(&article.title),
            author: some(&article.authors.join("; ")),
            url: url.map(ToString::to_string),
            hostname: hostname.map(|host| host.trim_start_matches("www.").to_owned()),
            description: article.summary.clone(),
            sitename: article.site_name.clone(),
            date: written(article, date)?,
            tags: article.tags.clone(),
            fingerprint: format!("{:016x}", simhash(&article.text)),
            id: None,
            language: article.language.clone(),
            image: article
                .lead_image
                .as_ref()
                .map(|image| image.url.to_string()),
        })
    }
}

fn written(article: &Article, choice: &DateChoice) -> Result<Option<String>, String> {
    let offset = article.published_offset.unwrap_or(Offset::UTC);
    let (first, second) = if choice.original {
        (article.published, article.modified)
    } else {
        (article.modified, article.published)
    };
    let Some(time) = first.or(second) else {
        return Ok(None);
    };
    let there = time.to_zoned(offset.to_time_zone());
    let text = jiff::fmt::strtime::format(&choice.pattern, &there);
    text.map(Some).map_err(|error| {
        format!(
            "the date pattern `{}` cannot be followed: {error}",
            choice.pattern
        )
    })
}

/// Charikar's similarity hash (STOC 2002) over pairs of neighbouring words, hashed by FNV-1a.
fn simhash(text: &str) -> u64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut votes = [0_i32; 64];
    for pair in words.windows(2) {
        let hash = fnv(pair);
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    let bits = votes.iter().enumerate().filter(|(_, vote)| **vote > 0);
    bits.fold(0, |hash, (bit, _)| hash | 1 << bit)
}

fn fnv(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([b' ']));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_differ_in_a_word_share_most_bits_and_others_do_not() {
        let words: Vec<String> = (0..200).map(|number| format!("word{number}")).collect();
        let text = words.join(" ");
        let near = (simhash(&text) ^ simhash(&text.replace("word77", "other"))).count_ones();
        let far = (simhash(&text) ^ simhash(&text.replace("word", "term"))).count_ones();
        assert!(near <= 8 && far > 16, "{near} {far}");
    }
}
