//! What tells lists from articles, as numbers: the page's address, what it declares itself to be, and how
//! its text is made up. `lists.tsv` weighs them.

use url::Url;
use wirecopy_html::Tree;

use crate::content::block::Block;
use crate::content::outline::Within;
use crate::content::{self, Content, feature};
use crate::metadata::Metadata;

/// One page's numbers, in the order of [`NAMES`].
pub(crate) type Signs = [f32; NAMES.len()];

/// A page to be judged.
pub(crate) struct View<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) metadata: &'a Metadata,
    pub(crate) content: &'a Content,
    pub(crate) url: Option<&'a Url>,
}

macro_rules! signs {
    ($view:ident; $($name:ident: $value:expr,)*) => {
        /// The signs' names.
        pub(crate) const NAMES: [&str; [$(stringify!($name)),*].len()] = [$(stringify!($name)),*];

        /// One page's signs.
        pub(crate) fn of($view: &View<'_>) -> Signs {
            [$($value),*]
        }
    };
}

signs! { view;
    // The address.
    names_list: number(view.names_list()),
    last_is_list: number(view.last_is_list()),
    headline_words: view.headline_words().min(10) as f32,
    last_words: view.segments().last().map_or(0, words_of).min(10) as f32,
    address_digits: number(view.segments().any(|segment| digits(segment) >= 4)),
    address_depth: view.segments().count().min(8) as f32,
    // What the page says of itself.
    is_article: number(view.metadata.is_article),
    is_product: number(view.metadata.is_product),
    is_thread: number(view.metadata.is_thread),
    declares_list: number(view.metadata.is_list),
    is_signed: number(view.metadata.is_signed && !view.metadata.authors.is_empty()),
    is_dated: number(view.metadata.published.is_some()),
    has_summary: number(view.metadata.summary.is_some()),
    title_words: content::words(&view.metadata.title).count().min(15) as f32,
    // What would be kept as the article.
    kept_blocks: log(view.content.kept_blocks().count()),
    kept_share: share(view.content.kept_weight(), view.page_weight()),
    kept_links: share(view.kept(|block| block.link_weight), view.content.kept_weight()),
    kept_short: share(view.kept(|block| u32::from(block.words < 8)), view.kept(|_| 1)),
    kept_entries: log(view.content.kept_entries()),
    prose: log(view.content.kept_prose() as usize),
    prose_share: share(view.content.kept_prose(), view.content.kept_weight()),
    longest_prose: log(view.content.longest_prose() as usize),
    repeated: share(view.kept(|block| block.weight * view.is_one_of_many(block)), view.content.kept_weight()),
    most_repeats: log(view.content.kept_blocks().map(|block| view.repeats(block)).max().unwrap_or(0)),
    // The whole page.
    blocks: log(view.content.blocks.list.len()),
    page_repeats: log(view.own_blocks().filter(|block| view.is_one_of_many(block) == 1).count()),
    linked_headlines: log(view.content.linked_headlines),
    headings: log(view.seen("headings_before", "headings_after")),
    proses: log(view.seen("proses_before", "proses_after")),
    stamps: log(view.seen("stamps_before", "stamps_after")),
    prices: log(view.count(is_price)),
    controls: log(view.count(is_control)),
    control_share: view.count(is_control) as f32 / view.content.blocks.list.len().max(1) as f32,
}

/// Siblings of one kind from which on they are entries of a list.
const MANY: usize = 6;

impl View<'_> {
    fn address(&self) -> Option<&Url> {
        self.metadata.canonical_url.as_ref().or(self.url)
    }

    /// At the site's root, also in one of its languages.
    pub(super) fn is_root(&self) -> bool {
        self.address().is_some_and(|url| {
            let path = url.path().trim_matches('/').to_ascii_lowercase();
            let is_index = path.starts_with("index.") || path.starts_with("home");
            is_index || (path.len() <= 2 && path.bytes().all(|byte| byte.is_ascii_lowercase()))
        })
    }

    fn segments(&self) -> impl Iterator<Item = &str> {
        let segments = self.address().and_then(Url::path_segments);
        segments
            .into_iter()
            .flatten()
            .filter(|segment| !segment.is_empty())
    }

    /// The most words of any part of the address.
    pub(super) fn headline_words(&self) -> usize {
        self.segments().map(words_of).max().unwrap_or(0)
    }

    fn last_is_list(&self) -> bool {
        let last = self.segments().last();
        last.is_some_and(|last| LIST_WORDS.contains(&last))
    }

    fn names_list(&self) -> bool {
        self.segments().any(|segment| {
            let mut words = segment.split(|character: char| !character.is_ascii_alphabetic());
            words.any(|word| LIST_WORDS.contains(&word.to_ascii_lowercase().as_str()))
        })
    }

    /// What `measure` says of the kept blocks, added up.
    fn kept(&self, measure: impl Fn(&Block) -> u32) -> u32 {
        let measures = self.content.kept_blocks().map(measure);
        measures.fold(0, u32::saturating_add)
    }

    /// How many siblings of its kind stand beside the block or around it.
    fn repeats(&self, block: &Block) -> usize {
        usize::from(
            self.content
                .outline
                .at(self.tree, block.container)
                .most_repeats,
        )
    }

    /// 1 where the block is an entry among others, 0 elsewhere.
    fn is_one_of_many(&self, block: &Block) -> u32 {
        u32::from(self.repeats(block) >= MANY)
    }

    /// The blocks outside of menus and footers.
    fn own_blocks(&self) -> impl Iterator<Item = &Block> {
        let blocks = self.content.blocks.list.iter();
        blocks.filter(|block| !block.within.has(Within::NAV) && !block.within.has(Within::FOOTER))
    }

    fn page_weight(&self) -> u32 {
        let weights = self.content.blocks.list.iter().map(|block| block.weight);
        weights.fold(0, u32::saturating_add)
    }

    /// How many short lines `is` true of.
    fn count(&self, is: fn(&str) -> bool) -> usize {
        let short = self.own_blocks().filter(|block| block.words <= 12);
        short
            .filter(|block| is(self.content.blocks.text(block)))
            .count()
    }

    /// How many blocks there are of a kind that the model for blocks counts before and after each.
    fn seen(&self, before: &str, after: &str) -> usize {
        let place = |name: &str| feature::NAMES.iter().position(|known| *known == name);
        let row = self.content.first_row.as_ref();
        let at = |name: &str| Some(row?[place(name)?]);
        let sum = at(before).unwrap_or(0.0) + at(after).unwrap_or(0.0);
        sum as usize
    }
}

/// Words in addresses of what lists others.
const LIST_WORDS: [&str; 34] = [
    "all",
    "archive",
    "archives",
    "browse",
    "c",
    "cat",
    "catalog",
    "catalogue",
    "categories",
    "category",
    "chart",
    "charts",
    "collection",
    "collections",
    "department",
    "departments",
    "directory",
    "genre",
    "hub",
    "issues",
    "kategorie",
    "list",
    "listing",
    "listings",
    "rubrik",
    "search",
    "section",
    "sections",
    "shop",
    "store",
    "tag",
    "tags",
    "topic",
    "topics",
];

/// What lists say to their readers, lower case.
const CONTROLS: [&str; 30] = [
    "add to",
    "all",
    "anzeigen",
    "buy",
    "compare",
    "filter",
    "from",
    "in stock",
    "items",
    "learn more",
    "load more",
    "mehr",
    "more",
    "next",
    "page",
    "products",
    "quick",
    "rating",
    "read more",
    "results",
    "reviews",
    "sale",
    "see all",
    "select",
    "shop",
    "show",
    "showing",
    "sort",
    "view",
    "weiter",
];

fn is_control(text: &str) -> bool {
    let text = text.to_lowercase();
    CONTROLS.iter().any(|words| text.starts_with(words))
}

fn is_price(text: &str) -> bool {
    let signs = |character: char| matches!(character, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩');
    text.contains(signs) && text.contains(|character: char| character.is_ascii_digit())
}

/// Words of a part of an address.
fn words_of(segment: &str) -> usize {
    segment.split(['-', '_', '+']).count()
}

fn digits(segment: &str) -> usize {
    segment.bytes().filter(u8::is_ascii_digit).count()
}

fn number(value: bool) -> f32 {
    f32::from(u8::from(value))
}

fn log(value: usize) -> f32 {
    (value as f32 + 1.0).ln()
}

fn share(part: u32, whole: u32) -> f32 {
    part as f32 / whole.max(1) as f32
}
