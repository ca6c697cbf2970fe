//! The operator's settings: `wirecopy.toml`, and what must not be published with it, `secrets.toml`.
//!
//! Every value is checked here, once, and carried as a type from then on. An unknown key, a value out of bounds or a
//! contradiction is an error that names the file, the line and what to write instead. The environment is not read.
//! `docs/settings.md` is generated from the comments on the fields below (`cargo xtask generate`), so they are
//! written for the operator; a test holds each stated default against the real one.

mod check;
pub mod editing;
pub mod human;
pub mod migration;
pub mod pictures;
pub mod problem;
pub mod secrets;
pub mod serve;
pub mod targets;
pub mod theme;
pub mod values;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use serde::Deserialize;
use url::Url;
use wirecopy_extract::LinkSelector;

use crate::config::migration::SETTINGS_FORMAT;
use crate::config::pictures::PictureSettings;
use crate::config::problem::SettingsError;
use crate::config::secrets::Secrets;
use crate::config::serve::ServeSettings;
use crate::config::targets::TargetSettings;
use crate::config::theme::ThemeSettings;
use crate::config::values::{BookChoice, Images, ScriptChoice, TextChoice};

/// Name of the settings file in a mirror's directory.
pub const SETTINGS_FILE: &str = "wirecopy.toml";

/// A mirror's settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Version of this file's format. Older files are brought up to date, and the old one is kept beside the new;
    /// newer ones are refused. Default: `1`.
    pub format: u32,
    /// What the mirror is called and who runs it.
    pub mirror: MirrorSettings,
    /// The publications that are followed, one `[[source]]` each, in the order in which they are listed.
    #[serde(rename = "source")]
    pub sources: Vec<SourceSettings>,
    /// How feeds and pages are requested.
    pub fetch: FetchSettings,
    /// Where articles are kept.
    pub archive: ArchiveSettings,
    /// What is made of the archive for readers.
    pub publish: PublishSettings,
    /// What the site looks like.
    pub theme: ThemeSettings,
    /// Where the published site is delivered to, one `[[target]]` each.
    #[serde(rename = "target", deserialize_with = "targets::targets")]
    pub targets: Vec<TargetSettings>,
    /// The web server of `wirecopy run` and `wirecopy serve`.
    pub serve: ServeSettings,
    /// The proxy for pictures.
    pub pictures: PictureSettings,
    /// What `secrets.toml` holds.
    #[serde(skip)]
    pub secrets: Secrets,
}

/// What the mirror is called and who runs it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MirrorSettings {
    /// Name of the mirror, shown on every page and in every feed. Default: `"News mirror"`.
    pub title: String,
    /// One sentence below the name. Default: `""`.
    pub description: String,
    /// Language of the mirror's own words (BCP 47, such as `"zh-Hans"`); articles keep theirs. Default: `"en"`.
    pub language: String,
    /// Mail address or page by which a publication can reach you. It is part of the `User-Agent` of every request,
    /// so that a complaint comes to you before it becomes a block. Default: none.
    pub contact: Option<String>,
    /// Address at which readers find the site, such as `"https://news.example/"`; feeds need it for complete links.
    /// Default: none.
    #[serde(deserialize_with = "values::base_url")]
    pub base_url: Option<Url>,
    /// Where else the site can be read, such as an onion address. Default: `[]`.
    #[serde(deserialize_with = "values::addresses")]
    pub addresses: Vec<Url>,
    /// Zone in which times are shown and days divided, by its name in the IANA database. Default: `"UTC"`.
    #[serde(deserialize_with = "values::time_zone")]
    pub time_zone: TimeZone,
}

/// One publication that is followed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// Short name, also the directory of its articles; letters, digits and hyphens, at most 60 bytes. It is part of
    /// every article's identity: changing it later starts a new archive of the publication. Required.
    pub name: String,
    /// Name for readers. Default: the short name.
    pub title: Option<String>,
    /// Address of its feed, or a list of addresses that are followed together; a sitemap (XML, plain text or `.gz`,
    /// best one of news) or a list of sitemaps is read as a feed. Required.
    #[serde(rename = "feed", deserialize_with = "values::one_or_more_addresses")]
    pub feeds: Vec<Url>,
    /// CSS selector of the links to articles, such as `"main h3 a"`, where `feed` is a page that lists them;
    /// `wirecopy add` suggests one. Links to other hosts are left out. Default: none.
    #[serde(default, deserialize_with = "values::link_selector")]
    pub link_selector: Option<LinkSelector>,
    /// Its own front page, for the reader to visit. Default: the one that the feed names.
    #[serde(default, deserialize_with = "values::optional_address")]
    pub site: Option<Url>,
    /// Where the text of an article comes from: `"feed"`, `"page"`, or `"auto"` for the better of both.
    /// Default: `"auto"`.
    #[serde(default)]
    pub text: TextChoice,
    /// Proxy for all its requests: `"http://host:port"`, or `"socks5h://host:port"` as for a Tor daemon. One with a
    /// password belongs in `secrets.toml`. Default: none.
    #[serde(default, deserialize_with = "values::proxy")]
    pub proxy: Option<Url>,
    /// Language of its articles (BCP 47), where it is not declared. Default: what feed and page declare.
    pub language: Option<String>,
    /// Folder in which it is listed, with `/` between levels. Default: none.
    pub folder: Option<String>,
    /// Time between two polls. From 1m to 30d. Default: that of `[fetch]`.
    #[serde(
        default,
        deserialize_with = "human::optional_duration::<_, 60, 2_592_000>"
    )]
    pub every: Option<Duration>,
    /// Keep what there is and ask for nothing new. Default: `false`.
    #[serde(default)]
    pub paused: bool,
    /// New articles taken in one round, the newest first; the others wait for the next. From 1 to 10000.
    /// Default: `200`.
    #[serde(
        default = "values::default_max_articles",
        deserialize_with = "human::count::<_, 1, 10_000>"
    )]
    pub max_articles: usize,
}

/// How feeds and pages are requested.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchSettings {
    /// Time between two polls of a source that does not say otherwise. A feed that fails is left alone for longer,
    /// and so is one that asks for it. From 1m to 30d. Default: each feed at the pace at which it publishes.
    #[serde(deserialize_with = "human::optional_duration::<_, 60, 2_592_000>")]
    pub every: Option<Duration>,
    /// Without `every`, the shortest time: four polls for each piece of news. From 1m to 30d. Default: `"10m"`.
    #[serde(deserialize_with = "human::duration::<_, 60, 2_592_000>")]
    pub fastest: Duration,
    /// Without `every`, the longest time; after 90 days without news it is a day. From 1m to 30d. Default: `"6h"`.
    #[serde(deserialize_with = "human::duration::<_, 60, 2_592_000>")]
    pub slowest: Duration,
    /// The most time that a round takes to look again at articles that it has: an hour after they were published, six
    /// hours, a day, three days and a month, so that edits and withdrawals are seen also where the feed does not tell
    /// of them. What is new comes first. With `0s` none is looked at. From 0s to 1h. Default: `"2m"`.
    #[serde(deserialize_with = "human::duration::<_, 0, 3600>")]
    pub looks: Duration,
    /// Pause between two requests to one host. From 0s to 10m. Default: `"1s"`.
    #[serde(deserialize_with = "human::duration::<_, 0, 600>")]
    pub host_delay: Duration,
    /// Requests under way at one host. From 1 to 16. Default: `1`.
    #[serde(deserialize_with = "human::count::<_, 1, 16>")]
    pub host_concurrency: usize,
    /// Requests under way in all. From 1 to 1024. Default: `64`.
    #[serde(deserialize_with = "human::count::<_, 1, 1024>")]
    pub concurrency: usize,
    /// Time for one request from first byte to last, redirects included. From 1s to 10m. Default: `"30s"`.
    #[serde(deserialize_with = "human::duration::<_, 1, 600>")]
    pub timeout: Duration,
    /// Largest response, counted after decompression. From 64kB to 1GB. Default: `"16MB"`.
    #[serde(deserialize_with = "human::size::<_, 64_000, 1_000_000_000>")]
    pub max_bytes: u64,
    /// Hosts, addresses (`"127.0.0.1:8080"`) and ranges (`"10.0.0.0/8"`) that may be asked although they are not
    /// public. Nothing else on your own network is ever contacted. Default: `[]`.
    pub allow: Vec<String>,
    /// Obey robots.txt for pages (feeds are made to be fetched). Default: `true`.
    pub robots: bool,
    /// Directory of site rules, which mend the extraction of single sites (docs/rules.md); relative to the mirror.
    /// Default: none.
    pub rules: Option<PathBuf>,
}

/// Where articles are kept.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ArchiveSettings {
    /// Size at which a volume is closed and the next begun within the same year; hosts of git repositories refuse
    /// very large ones. From 1MB to 100GB. Default: `"1GB"`.
    #[serde(deserialize_with = "human::size::<_, 1_000_000, 100_000_000_000>")]
    pub volume_size: u64,
    /// Git repositories that receive every commit; `{volume}` stands for the volume's name. Git's own credentials,
    /// keys and proxies are used. Default: `[]`.
    #[serde(deserialize_with = "values::remotes")]
    pub remotes: Vec<String>,
    /// Author of the commits. Default: `"Wirecopy <wirecopy@localhost>"`.
    #[serde(deserialize_with = "values::author")]
    pub author: String,
    /// The private SSH key that signs every commit, as an absolute path; Ed25519 without a password. `ssh-keygen -t
    /// ed25519 -N '' -f /etc/wirecopy/key` makes one, and OpenSSH must be installed. Default: none, nothing is signed.
    #[serde(deserialize_with = "values::signing_key")]
    pub signing_key: Option<PathBuf>,
}

/// What is made of the archive for readers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PublishSettings {
    /// Write the static site and its feeds to `site/`. Default: `true`.
    pub site: bool,
    /// Pictures in articles: `"link"` leaves them with the publication, `"store"` keeps them and publishes them with the
    /// site (`[pictures]`), `"proxy"` serves them from here when they are asked for, `"none"` leaves them out, and an
    /// address with `{url}` in it is a proxy that serves them. Default: `"link"`.
    pub images: Images,
    /// Address of a document at your git host, for a link from each article; `{volume}` and `{path}`
    /// stand for its place. Default: none.
    #[serde(deserialize_with = "values::document_url")]
    pub document_url: Option<String>,
    /// The same for the list of a document's revisions. Default: none.
    #[serde(deserialize_with = "values::document_url")]
    pub history_url: Option<String>,
    /// Where readers can clone a copy of the archive. Default: none.
    #[serde(deserialize_with = "values::optional_address")]
    pub archive_url: Option<Url>,
    /// Ask search engines to leave the site out. Default: `false`.
    pub noindex: bool,
    /// Also publish a text edition below `text/`: every article without pictures, style and script, for the slowest
    /// lines. It doubles the number of files. Default: `false`.
    pub text: bool,
    /// Lead from an article to the same story in other sources, where titles and first sentences tell that within 36
    /// hours. Default: `false`.
    pub same_story: bool,
    /// Chinese scripts to publish every Chinese article in, beside the page as it was written: `"hans"` (Simplified)
    /// below `hans/` and `"hant"` (Traditional) below `hant/`, with lists and feeds of their own. Each adds a page for
    /// every Chinese article. Default: `[]`.
    pub scripts: Vec<ScriptChoice>,
    /// Give an article that was edited a page of its versions, with what each changed. Default: `true`.
    pub revisions: bool,
    /// Also write compressed copies (`.gz` and `.br`) beside pages, lists and the search index, for servers that can
    /// send them, as `wirecopy serve` does. Each is made once. Default: `false`.
    pub precompress: bool,
    /// Publish a search index with the site: `wirecopy search` and the search page read it. Default: `true`.
    pub search: bool,
    /// Searches with a page and feeds of their own, below `searches/`: a name for each and what it looks for, as in
    /// `{ Rivers = "river OR 河 -title:sport" }`. Default: `{}`.
    #[serde(deserialize_with = "values::searches")]
    pub searches: BTreeMap<String, String>,
    /// Hub that is told when a feed changes, and that tells those who follow it (WebSub), such as
    /// `"https://pubsubhubbub.appspot.com/"`. It needs `base_url`. Default: none.
    #[serde(deserialize_with = "values::optional_address")]
    pub hub: Option<Url>,
    /// Keep everything in the feeds: beside the newest, documents of 50 articles each that are linked one to the next
    /// (RFC 5005), so that a follower who was away misses nothing. Every article is then in two more files.
    /// Default: `false`.
    pub feed_archives: bool,
    /// Give every tag a feed. Default: `false`.
    pub tag_feeds: bool,
    /// Let readers' browsers keep the articles that were read, and install the site, so that they can be read again
    /// without a line. Switched off later, it also takes back what was kept. Default: `true`.
    pub offline: bool,
    /// Books to publish with the site: `"day"`, `"week"` and `"source"` (its newest 100 articles) are EPUB files,
    /// `"page"` is one HTML file for each day that needs nothing else. They are listed on a page and in a catalogue for
    /// reading programs (OPDS). Default: `[]`.
    pub books: Vec<BookChoice>,
}

impl Settings {
    /// Reads the settings and secrets of the mirror in `directory`, bringing an older file up to date first.
    ///
    /// # Errors
    /// One sentence with file, line and remedy when a file is missing, unreadable, not TOML, of a newer format,
    /// or holds a key or value that is not allowed.
    pub fn load(directory: &Path) -> Result<Settings, SettingsError> {
        let path = directory.join(SETTINGS_FILE);
        let text =
            fs::read_to_string(&path).map_err(|error| SettingsError::unreadable(&path, &error))?;
        let text = migration::bring_up_to_date(&path, text)?;
        let mut settings = Settings::parse(&text, &path)?;
        settings.secrets = Secrets::load(directory)?;
        settings.secrets.check_against(&settings, directory)?;
        Ok(settings)
    }

    /// Reads the text of a settings file; `path` is only for messages.
    ///
    /// # Errors
    /// As [`Settings::load`], without the file system's.
    pub fn parse(text: &str, path: &Path) -> Result<Settings, SettingsError> {
        let settings: Settings =
            toml::from_str(text).map_err(|error| SettingsError::in_file(path, text, &error))?;
        check::sources(&settings.sources)
            .map_err(|(name, message)| SettingsError::at_source(path, text, name, &message))?;
        if let Some(message) = check::contradiction(&settings) {
            return Err(SettingsError::whole_file(path, message.to_owned()));
        }
        Ok(settings)
    }

    /// The source of that short name.
    pub fn source(&self, name: &str) -> Option<&SourceSettings> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The proxy for a source's requests: the secret one, or else the one in the settings.
    pub fn proxy(&self, source: &SourceSettings) -> Option<Url> {
        self.secrets
            .proxies
            .get(&source.name)
            .or(source.proxy.as_ref())
            .cloned()
    }
}

impl SourceSettings {
    /// A source with every other field at its default.
    pub fn new(name: &str, feed: Url) -> SourceSettings {
        SourceSettings {
            name: name.to_owned(),
            title: None,
            feeds: vec![feed],
            link_selector: None,
            site: None,
            text: TextChoice::Auto,
            proxy: None,
            language: None,
            folder: None,
            every: None,
            paused: false,
            max_articles: values::default_max_articles(),
        }
    }

    /// The name for readers.
    pub fn display_title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            format: SETTINGS_FORMAT,
            mirror: MirrorSettings::default(),
            sources: Vec::new(),
            fetch: FetchSettings::default(),
            archive: ArchiveSettings::default(),
            publish: PublishSettings::default(),
            theme: ThemeSettings::default(),
            targets: Vec::new(),
            serve: ServeSettings::default(),
            pictures: PictureSettings::default(),
            secrets: Secrets::default(),
        }
    }
}

impl Default for MirrorSettings {
    fn default() -> MirrorSettings {
        MirrorSettings {
            title: "News mirror".to_owned(),
            description: String::new(),
            language: "en".to_owned(),
            contact: None,
            base_url: None,
            addresses: Vec::new(),
            time_zone: TimeZone::UTC,
        }
    }
}

impl Default for FetchSettings {
    fn default() -> FetchSettings {
        FetchSettings {
            every: None,
            fastest: Duration::from_secs(10 * 60),
            slowest: Duration::from_secs(6 * 3600),
            looks: Duration::from_secs(120),
            host_delay: Duration::from_secs(1),
            host_concurrency: 1,
            concurrency: 64,
            timeout: Duration::from_secs(30),
            max_bytes: 16_000_000,
            allow: Vec::new(),
            robots: true,
            rules: None,
        }
    }
}

impl Default for ArchiveSettings {
    fn default() -> ArchiveSettings {
        ArchiveSettings {
            volume_size: 1_000_000_000,
            remotes: Vec::new(),
            author: "Wirecopy <wirecopy@localhost>".to_owned(),
            signing_key: None,
        }
    }
}

impl Default for PublishSettings {
    fn default() -> PublishSettings {
        PublishSettings {
            site: true,
            images: Images::Link,
            document_url: None,
            history_url: None,
            archive_url: None,
            noindex: false,
            text: false,
            revisions: true,
            precompress: false,
            search: true,
            searches: BTreeMap::new(),
            hub: None,
            feed_archives: false,
            tag_feeds: false,
            offline: true,
            books: Vec::new(),
            same_story: false,
            scripts: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(text: &str, message: &str) {
        let error = Settings::parse(text, Path::new("wirecopy.toml")).unwrap_err();
        assert_eq!(error.to_string(), format!("wirecopy.toml, {message}"));
    }

    #[test]
    fn an_empty_file_is_all_defaults() {
        let settings = Settings::parse("", Path::new("wirecopy.toml")).unwrap();
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn a_source_needs_only_a_name_and_a_feed() {
        let text = "[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/feed\"";
        let settings = Settings::parse(text, Path::new("wirecopy.toml")).unwrap();
        let feed = Url::parse("https://hill.example/feed").unwrap();
        assert_eq!(settings.sources, [SourceSettings::new("hill", feed)]);
    }

    #[test]
    fn several_feeds_are_one_source() {
        let text = "[[source]]\nname = \"hill\"\nfeed = [\"https://hill.example/1\", \"https://hill.example/2\"]";
        let settings = Settings::parse(text, Path::new("wirecopy.toml")).unwrap();
        assert_eq!(settings.sources[0].feeds.len(), 2);
    }

    #[test]
    fn a_selector_that_is_none_is_refused_with_its_place() {
        refuses(
            "[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/\"\nlink_selector = \"h3 >\"",
            "line 4: `h3 >` is no selector that is understood here: an element at character 4",
        );
    }

    #[test]
    fn a_base_url_gets_its_slash() {
        let text = "[mirror]\nbase_url = \"https://news.example/mirror\"";
        let settings = Settings::parse(text, Path::new("wirecopy.toml")).unwrap();
        assert_eq!(
            settings.mirror.base_url.unwrap().as_str(),
            "https://news.example/mirror/"
        );
    }

    #[test]
    fn a_slip_in_a_key_is_answered_with_the_right_one() {
        refuses(
            "[mirror]\ntitel = \"x\"",
            "line 2: there is no setting `titel`; did you mean `title`?",
        );
        refuses(
            "\n[fetsh]\n",
            "line 2: there is no setting `fetsh`; did you mean `fetch`?",
        );
        refuses(
            "[serve]\ncolour = 1",
            "line 2: there is no setting `colour`; there are: address, services, rate",
        );
    }

    #[test]
    fn settings_against_each_other_are_refused() {
        let refuses = |text: &str, word: &str| {
            let error = Settings::parse(text, Path::new("wirecopy.toml")).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        };
        refuses("fetch.fastest = \"7h\"", "raise `slowest`");
        refuses("publish.hub = \"https://hub.example/\"", "add `base_url`");
        refuses(
            "publish = { search = false, searches = { Rivers = \"river\" } }",
            "take `search = false` out",
        );
    }

    #[test]
    fn values_out_of_bounds_are_refused_with_the_bounds() {
        for (text, message) in [
            (
                "fetch.timeout = \"0s\"",
                "line 1: 0s is out of bounds; write a value from 1s to 10m",
            ),
            (
                "fetch.host_concurrency = -1",
                "line 1: -1 is out of bounds; write a value from 1 to 16",
            ),
            (
                "fetch.max_bytes = \"2GB\"",
                "line 1: 2GB is out of bounds; write a value from 64kB to 1GB",
            ),
            (
                "fetch.every = \"1s\"",
                "line 1: 1s is out of bounds; write a value from 1m to 30d",
            ),
            (
                "fetch.every = \"often\"",
                "line 1: `often` is not a duration; write one like \"90s\", \"10m\" or \"2h\"",
            ),
        ] {
            refuses(text, message);
        }
    }

    #[test]
    fn a_saved_search_looks_for_something_at_an_address_of_its_own() {
        refuses(
            "[publish.searches]\nRivers = \" \"",
            "line 1: the search `Rivers` looks for nothing; write words, as in \"river OR 河\"",
        );
        refuses(
            "[publish]\nsearches = { \"a b\" = \"river\", \"a-b\" = \"sea\" }",
            "line 2: the searches `a b` and `a-b` would have the same address; rename one",
        );
        let text = "[publish]\nsearch = false\nsearches = { Rivers = \"river\" }";
        let error = Settings::parse(text, Path::new("wirecopy.toml")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("take `search = false` out of [publish]"),
            "{error}"
        );
    }

    #[test]
    fn a_password_is_kept_out_of_the_file_that_is_published() {
        let source = "[[source]]\nname = \"hill\"\nfeed = \"https://hill.example/feed\"\n";
        refuses(
            &format!("{source}proxy = \"http://me:secret@proxy.example:3128\""),
            "line 4: this file is kept in the archive, where a password would be published; \
             move the proxy to `[proxies]` in secrets.toml",
        );
        refuses(
            "[archive]\nremotes = [\"https://me:secret@git.example/news-{volume}.git\"]",
            "line 2: this file is kept in the archive, where a password would be published; \
             leave it out and let git's credential helper answer",
        );
    }

    #[test]
    fn source_names_are_directories_and_differ() {
        let source =
            |name| format!("[[source]]\nname = \"{name}\"\nfeed = \"https://hill.example/feed\"\n");
        refuses(
            &source("../etc"),
            "line 2: `../etc` cannot be a source's name; write `etc`",
        );
        refuses(
            &(source("hill") + &source("hill")),
            "line 5: two sources are named `hill`; rename one",
        );
    }

    #[test]
    fn a_remote_is_never_an_option_of_git() {
        refuses(
            "archive.remotes = [\"--upload-pack=x\"]",
            "line 1: `--upload-pack=x` is no address of a git repository",
        );
        refuses(
            "archive.remotes = [\"ext::sh -c x\"]",
            "line 1: `ext::sh -c x` is no address of a git repository",
        );
    }
}
