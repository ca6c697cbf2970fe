//! What a site's owner or reader tells the engine about one site, as data: a small TOML file of
//! selectors. A rule mends what the engine gets wrong; where it matches nothing, the engine decides.
//!
//! The fields are those that ftr-site-config files have, so that such a file can be read into a
//! [`SiteRule`] too, once there is a second kind of locator beside the CSS selector (theirs are XPath).

pub(crate) mod mend;

use serde::Deserialize;
use url::Url;

use crate::selector::Selector;
use crate::selector::parse::SelectorError;

/// A rule for one site.
#[derive(Clone, Debug)]
pub struct SiteRule {
    hosts: Vec<String>,
    test: Vec<Url>,
    pub(crate) body: Vec<Selector>,
    pub(crate) title: Vec<Selector>,
    pub(crate) author: Vec<Selector>,
    pub(crate) date: Vec<Selector>,
    pub(crate) strip: Vec<Selector>,
    pub(crate) next_page: Vec<Selector>,
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It is not TOML, or has a key that no rule has; the message names line and column.
    #[error("{0}")]
    Form(String),
    /// A selector cannot be read.
    #[error("{key}: {error}")]
    Selector {
        /// The key under which it stands.
        key: &'static str,
        /// What is wrong with it.
        error: SelectorError,
    },
    /// It names no host, so that it would apply nowhere.
    #[error("`hosts` is empty")]
    NoHost,
}

/// The file as it is written; of each list the first selector that matches counts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Host names; sub-domains are meant too.
    hosts: Vec<String>,
    /// Pages to try the rule on.
    test: Vec<Url>,
    /// What holds the article; all that matches is kept.
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    title: Vec<String>,
    #[serde(default)]
    author: Vec<String>,
    #[serde(default)]
    date: Vec<String>,
    /// What is no part of the article, wherever it stands; here every selector counts.
    #[serde(default)]
    strip: Vec<String>,
    /// The link to the article's next page.
    #[serde(default)]
    next_page: Vec<String>,
}

impl SiteRule {
    /// Reads a rule's file.
    ///
    /// ```
    /// use wirecopy_extract::{SiteRule, SiteRules};
    ///
    /// let rule = r#"
    ///     hosts = ["ferry.example"]
    ///     test = ["https://www.ferry.example/news/1"]
    ///     body = ["div.text"]
    ///     strip = ["p.advert"]
    /// "#;
    /// let rules = SiteRules::new(vec![SiteRule::parse(rule)?]);
    /// let page = "https://www.ferry.example/news/2".parse().unwrap();
    /// assert!(rules.for_page(&page).is_some());
    /// assert!(SiteRule::parse("hosts = []\ntest = []").is_err());
    /// # Ok::<(), wirecopy_extract::RuleError>(())
    /// ```
    ///
    /// # Errors
    /// It is no rule, or has a selector that is not understood.
    pub fn parse(text: &str) -> Result<SiteRule, RuleError> {
        let written: Written =
            toml::from_str(text).map_err(|error| RuleError::Form(error.to_string()))?;
        if written.hosts.is_empty() {
            return Err(RuleError::NoHost);
        }
        Ok(SiteRule {
            hosts: written
                .hosts
                .iter()
                .map(|host| host.to_lowercase())
                .collect(),
            test: written.test,
            body: selectors("body", &written.body)?,
            title: selectors("title", &written.title)?,
            author: selectors("author", &written.author)?,
            date: selectors("date", &written.date)?,
            strip: selectors("strip", &written.strip)?,
            next_page: selectors("next_page", &written.next_page)?,
        })
    }

    /// Pages to try the rule on.
    pub fn test_pages(&self) -> &[Url] {
        &self.test
    }

    /// How many letters of the host the rule names, if it names it: the more, the closer.
    fn closeness(&self, host: &str) -> Option<usize> {
        let names = |own: &&String| {
            let before = host.strip_suffix(own.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        self.hosts.iter().filter(names).map(String::len).max()
    }
}

fn selectors(key: &'static str, written: &[String]) -> Result<Vec<Selector>, RuleError> {
    let read = |text: &String| {
        text.parse()
            .map_err(|error| RuleError::Selector { key, error })
    };
    written.iter().map(read).collect()
}

/// The rules of many sites.
#[derive(Clone, Debug, Default)]
pub struct SiteRules {
    rules: Vec<SiteRule>,
}

impl SiteRules {
    /// Rules to choose from.
    pub fn new(rules: Vec<SiteRule>) -> SiteRules {
        SiteRules { rules }
    }

    /// The rule for a page of that address: the one that names most of its host.
    pub fn for_page(&self, url: &Url) -> Option<&SiteRule> {
        let host = url.host_str()?;
        let close = self
            .rules
            .iter()
            .filter_map(|rule| Some((rule.closeness(host)?, rule)));
        close
            .max_by_key(|(closeness, _)| *closeness)
            .map(|(_, rule)| rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_that_names_most_of_a_host_is_taken() {
        let rule = |host: &str| {
            SiteRule::parse(&format!("hosts = ['{host}']\ntest = ['https://{host}/1']")).unwrap()
        };
        let rules = SiteRules::new(vec![rule("hill.example"), rule("sport.hill.example")]);
        let host = |url: &str| {
            let rule = rules.for_page(&Url::parse(url).unwrap())?;
            rule.test_pages()[0].host_str().map(str::to_owned)
        };
        assert_eq!(
            host("https://www.hill.example/a").as_deref(),
            Some("hill.example")
        );
        assert_eq!(
            host("https://sport.hill.example/a").as_deref(),
            Some("sport.hill.example")
        );
        assert_eq!(host("https://uphill.example/a"), None);
    }

    #[test]
    fn a_faulty_rule_is_refused_with_the_fault() {
        let refused = |text: &str| SiteRule::parse(text).unwrap_err().to_string();
        assert!(refused("hosts = ['a.example']\ntest = []\nbodi = ['p']").contains("bodi"));
        assert!(
            refused("hosts = ['a.example']\ntest = []\nbody = ['p:hover']")
                .starts_with("body: `p:hover`")
        );
        assert_eq!(refused("hosts = []\ntest = []"), "`hosts` is empty");
    }
}
