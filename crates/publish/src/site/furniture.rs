//! What stands beside the articles: the page on the mirror, the page for an address that does not exist, the assets,
//! and the files for robots.

use serde::Serialize;

use crate::display::one_line;
use crate::edition::OutputFile;
use crate::feed::{self, xml};
use crate::paths;
use crate::site::frame::{Frame, Place};
use crate::site::overview::{Link, SourceRow};
use crate::site::templates::{Name, TemplateError};
use crate::site::{Site, SourceSummary};
use crate::words::{AboutWords, fill};

#[derive(Serialize)]
struct AboutPage<'a> {
    frame: Frame<'a>,
    words: &'static AboutWords,
    sources: Vec<SourceRow>,
    feed: String,
    /// Absent where there is no feed whose whole address is known.
    opml: Option<Link>,
    addresses: Vec<&'a str>,
    json: String,
    archive: Option<&'a str>,
    program: String,
    contact: Option<String>,
}

#[derive(Serialize)]
struct NotFoundPage<'a> {
    frame: Frame<'a>,
}

impl Site<'_> {
    /// The page on the mirror: what is mirrored, how to follow it, how to verify it.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn about(&self, summaries: &[SourceSummary<'_>]) -> Result<OutputFile, TemplateError> {
        let path = paths::ABOUT;
        let mut frame = self.frame(path, self.words.about.title, None);
        frame.place = Place::About;
        let page = AboutPage {
            frame,
            words: &self.words.about,
            sources: self.source_rows(path, summaries),
            feed: paths::link(path, &paths::atom(None)),
            json: paths::link(path, &paths::json_feed(None)),
            opml: self.opml(path, summaries),
            program: fill(
                self.words.about.program_text,
                "version",
                env!("CARGO_PKG_VERSION"),
            ),
            addresses: self
                .edition
                .base_url
                .iter()
                .chain(&self.edition.addresses)
                .map(url::Url::as_str)
                .collect(),
            archive: self.edition.archive_url.as_ref().map(url::Url::as_str),
            contact: self
                .edition
                .contact
                .as_deref()
                .map(|contact| one_line(contact).into_owned()),
        };
        self.render(Name::About, path.to_owned(), &page)
    }

    /// The way to the list of feeds, by what it lists.
    fn opml(&self, from: &str, summaries: &[SourceSummary<'_>]) -> Option<Link> {
        let text = match self.edition.base_url {
            Some(_) => self.words.about.opml,
            None => self.words.about.opml_origins,
        };
        feed::opml(self.edition, summaries).map(|file| Link {
            href: self.link_out(from, &file.path),
            text: text.to_owned(),
        })
    }

    /// What a server shows for an address that does not exist. Its links start at the server's root, below which the
    /// edition's address tells where the site is, since it is shown at any depth.
    ///
    /// # Errors
    ///
    /// As [`Site::front`].
    pub fn not_found(&self) -> Result<OutputFile, TemplateError> {
        let root = self
            .edition
            .base_url
            .as_ref()
            .map_or("/", |base| base.path());
        let root = root.trim_end_matches('/');
        let link = |path: &str| format!("{root}/{}", paths::encoded(path));
        let frame = self.frame_linking(self.words.navigation.not_found, None, &link);
        self.render(
            Name::NotFound,
            paths::NOT_FOUND.to_owned(),
            &NotFoundPage { frame },
        )
    }

    /// The style sheet, the optional scripts and the logo.
    #[must_use]
    pub fn assets(&self) -> Vec<OutputFile> {
        self.shared.assets.files()
    }

    /// `robots.txt`: everything is allowed, or nothing where the edition is not to be indexed.
    #[must_use]
    pub fn robots(&self) -> OutputFile {
        let rule = if self.edition.noindex {
            "Disallow: /"
        } else {
            "Allow: /"
        };
        let mut text = format!("User-agent: *\n{rule}\n");
        let sitemap = self
            .edition
            .base_url
            .as_ref()
            .and_then(|base| base.join(paths::SITEMAP).ok());
        if let Some(sitemap) = sitemap.filter(|_| !self.edition.noindex) {
            text.push_str(&format!("Sitemap: {sitemap}\n"));
        }
        OutputFile {
            path: paths::ROBOTS.to_owned(),
            bytes: text.into_bytes(),
        }
    }

    /// The sitemap: the pages that lead to all others, since it may hold no more than 50,000 addresses and articles are
    /// found from the numbered pages. Absent while the edition's address is unknown or it is not to be indexed.
    #[must_use]
    pub fn sitemap(&self, summaries: &[SourceSummary<'_>]) -> Option<OutputFile> {
        let base = self
            .edition
            .base_url
            .as_ref()
            .filter(|_| !self.edition.noindex)?;
        let fixed = [paths::FRONT, paths::ABOUT, paths::SOURCES].map(str::to_owned);
        let sources = summaries.iter().flat_map(|summary| {
            let slug = &summary.source.slug;
            let pages = (1..=crate::site::page_of(summary.articles))
                .map(move |page| paths::source_page(slug, page));
            std::iter::once(paths::source(slug)).chain(pages)
        });
        let mut text = xml::declaration();
        xml::open(
            &mut text,
            "urlset",
            &[("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")],
        );
        text.push('\n');
        for url in fixed
            .into_iter()
            .chain(sources)
            .take(50_000)
            .filter_map(|path| base.join(&paths::encoded(&path)).ok())
        {
            xml::open(&mut text, "url", &[]);
            xml::element(&mut text, "loc", &[], url.as_str());
            xml::close(&mut text, "url");
            text.push('\n');
        }
        text.push_str("</urlset>\n");
        Some(OutputFile {
            path: paths::SITEMAP.to_owned(),
            bytes: text.into_bytes(),
        })
    }
}
