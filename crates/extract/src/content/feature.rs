//! The numbers that describe a block to the model: the table at the end, one line each.
//!
//! The model's file names the features it uses, so that a change here without training again is
//! noticed by a test.

use super::block::{Block, Passed};
use super::container::{Contents, share};
use super::outline::{Place, Within};
use super::shape::Shape;
use super::survey::{Before, Survey, TextMeasure};
use wirecopy_html::{NodeId, Tag};

/// One block's numbers, in the order of [`NAMES`].
pub(crate) type Row = [f32; NAMES.len()];

/// A row for each block.
pub(super) fn rows(survey: &Survey<'_>) -> Vec<Row> {
    (0..survey.blocks.list.len())
        .map(|index| row_at(survey, index))
        .collect()
}

/// The row of one block.
pub(super) fn row_at(survey: &Survey<'_>, index: usize) -> Row {
    row(&View { survey, index })
}

/// A block in its page.
struct View<'a> {
    survey: &'a Survey<'a>,
    index: usize,
}

impl<'a> View<'a> {
    fn block(&self) -> &Block {
        &self.survey.blocks.list[self.index]
    }

    fn text(&self) -> &TextMeasure {
        &self.survey.texts[self.index]
    }

    fn characters(&self, part: u32) -> f32 {
        share(part, self.text().characters)
    }

    fn within(&self, what: Within) -> f32 {
        number(self.block().within.has(what))
    }

    fn container_is(&self, tag: Tag) -> f32 {
        number(self.survey.tree.tag(self.block().container) == Some(tag))
    }

    fn heading_level(&self) -> f32 {
        f32::from(self.text().heading_level)
    }

    /// The last block before this one that `which` names.
    fn last(&self, which: impl Fn(&Before) -> Option<u32>) -> Option<View<'a>> {
        let survey = self.survey;
        which(&self.text().before).map(|index| View {
            survey,
            index: index as usize,
        })
    }

    /// Blocks since that one, -1 where there is none.
    fn since(&self, which: impl Fn(&Before) -> Option<u32>) -> f32 {
        which(&self.text().before).map_or(-1.0, |index| (self.index - index as usize) as f32)
    }

    /// In how many of its nearest ancestors this block stands with the last prose.
    fn prose_kin(&self) -> f32 {
        self.last(|before| before.prose).map_or(-1.0, |prose| {
            (0..4)
                .map(|level| number(self.holder(level) == prose.holder(level)))
                .sum()
        })
    }

    /// The container's ancestor, 0 being the container itself, the root beyond the last.
    fn holder(&self, levels: usize) -> NodeId {
        let container = self.block().container;
        match levels {
            0 => container,
            _ => self
                .survey
                .tree
                .ancestors(container)
                .nth(levels - 1)
                .unwrap_or(NodeId::ROOT),
        }
    }

    fn place(&self, levels: usize) -> &Place {
        self.survey
            .outline
            .at(self.survey.tree, self.holder(levels))
    }

    fn contents(&self, levels: usize) -> &Contents {
        self.survey
            .containers
            .at(self.survey.tree, self.holder(levels))
    }

    fn page(&self) -> &Contents {
        self.survey.containers.at(self.survey.tree, NodeId::ROOT)
    }

    fn best(&self) -> &Contents {
        self.survey
            .containers
            .at(self.survey.tree, self.survey.containers.best)
    }

    fn best_place(&self) -> &Place {
        let Survey {
            tree,
            outline,
            containers,
            ..
        } = self.survey;
        outline.at(tree, containers.best)
    }

    fn candidate_share(&self, levels: usize) -> f32 {
        let Survey {
            tree, containers, ..
        } = self.survey;
        containers.score(tree, self.holder(levels))
            / containers.score(tree, containers.best).max(1.0)
    }

    /// The block `offset` places on, if there is one.
    fn neighbour(&self, offset: isize) -> Option<View<'a>> {
        let index = self.index.checked_add_signed(offset)?;
        (index < self.survey.blocks.list.len()).then_some(View {
            survey: self.survey,
            index,
        })
    }

    fn of_neighbour(&self, offset: isize, read: impl Fn(&View<'a>) -> f32) -> f32 {
        self.neighbour(offset).map_or(-1.0, |view| read(&view))
    }

    /// How alike block and neighbour are placed: 2 in the same parent, 1 in the same grandparent.
    fn kinship(&self, offset: isize) -> f32 {
        self.of_neighbour(offset, |other| {
            number(other.holder(1) == self.holder(1)) + number(other.holder(2) == self.holder(2))
        })
    }

    fn link_share(&self) -> f32 {
        share(self.block().link_weight, self.block().weight)
    }

    /// Prose among the blocks from `from` to `to` places away, against the page's.
    fn prose_near(&self, from: isize, to: isize) -> f32 {
        let count = self.survey.blocks.list.len();
        let at = |offset: isize| self.index.saturating_add_signed(offset).min(count);
        log(self.survey.prose_before[at(to + 1)].saturating_sub(self.survey.prose_before[at(from)]))
    }

    /// What stands between the last block before this one and it.
    fn between_before(&self) -> Passed {
        let start = self.block().passed.start;
        self.neighbour(-1)
            .map_or(start, |other| start.since(other.block().passed.end))
    }

    /// What stands between this block and the next one.
    fn between_after(&self) -> Passed {
        self.neighbour(1).map_or(Passed::default(), |other| {
            other.block().passed.start.since(self.block().passed.end)
        })
    }

    fn shape(&self) -> &Shape {
        &self.text().shape
    }

    fn headline_offset(&self) -> f32 {
        self.survey
            .headline
            .map_or(-1000.0, |headline| self.index as f32 - headline as f32)
    }

    fn first_words(&self, words: &[&str]) -> f32 {
        let text = self.survey.blocks.text(self.block());
        number(words.iter().any(|word| text.contains(word)))
    }
}

pub(super) fn number(value: bool) -> f32 {
    f32::from(u8::from(value))
}

fn log(value: u32) -> f32 {
    (value as f32 + 1.0).ln()
}

macro_rules! features {
    ($view:ident; $($name:ident: $value:expr,)*) => {
        /// The features' names.
        pub(crate) const NAMES: [&str; [$(stringify!($name)),*].len()] = [$(stringify!($name)),*];

        /// One block's row.
        fn row($view: &View<'_>) -> Row {
            [$($value),*]
        }
    };
}

pub(super) use features;

features! { view;
    // The text itself.
    weight: log(view.block().weight),
    words: log(view.block().words),
    link_share: view.link_share(),
    marks: share(view.text().marks, view.block().words),
    ends_sentence: number(view.text().ends_sentence),
    digits: view.characters(view.text().digits),
    capitals: view.characters(view.text().capitals),
    ideographs: view.characters(view.text().ideographs),
    separators: view.characters(view.text().separators),
    is_prose: number(view.text().is_prose),
    word_sum: view.text().word_sum,
    word_mean: view.text().word_mean,
    copies: view.survey.copies(view.index) as f32,
    title_overlap: view.text().title_overlap,
    summary_overlap: view.text().summary_overlap,
    has_copyright: view.first_words(&["©", "(c)", "Copyright", "(C)"]),
    stated: view.text().stated,
    emphasis_share: share(view.block().emphasised, view.block().weight),
    pieces: log(u32::try_from(view.survey.blocks.nodes(view.block()).len()).unwrap_or(u32::MAX)),
    begins: view.shape().begins as u8 as f32,
    label_length: f32::from(view.shape().label),
    shouts: f32::from(view.shape().shouted),
    ends_colon: number(view.shape().ends_colon),
    ends_ellipsis: number(view.shape().ends_ellipsis),
    opening: view.text().opening,
    opening_before: view.of_neighbour(-1, |other| other.text().opening),
    // Its element.
    heading_level: view.heading_level(),
    is_paragraph: view.container_is(Tag::P),
    is_div: view.container_is(Tag::Div),
    is_item: view.container_is(Tag::Li),
    is_cell: view.container_is(Tag::Td),
    is_caption: view.container_is(Tag::Figcaption),
    in_nav: view.within(Within::NAV),
    in_aside: view.within(Within::ASIDE),
    in_footer: view.within(Within::FOOTER),
    in_header: view.within(Within::HEADER),
    in_form: view.within(Within::FORM),
    in_figure: view.within(Within::FIGURE),
    in_caption: view.within(Within::CAPTION),
    in_quote: view.within(Within::QUOTE),
    in_article: view.within(Within::ARTICLE),
    in_main: view.within(Within::MAIN),
    in_item: view.within(Within::ITEM),
    in_table: view.within(Within::TABLE),
    in_link: view.within(Within::LINK),
    in_hidden: view.within(Within::HIDDEN),
    in_code: view.within(Within::CODE),
    in_button: view.within(Within::BUTTON),
    in_details: view.within(Within::DETAILS),
    in_body_property: view.within(Within::BODY_PROPERTY),
    in_definition: view.within(Within::DEFINITION),
    in_comment: view.within(Within::COMMENT),
    in_emphasis: view.within(Within::EMPHASIS),
    in_dialog: view.within(Within::DIALOG),
    in_noscript: view.within(Within::NOSCRIPT),
    // Its ancestors.
    depth: f32::from(view.place(0).depth),
    repeats: f32::from(view.place(0).repeats),
    most_repeats: f32::from(view.place(0).most_repeats),
    own_words: view.place(0).own_words,
    parent_words: view.place(1).own_words,
    grandparent_words: view.place(2).own_words,
    least_words: view.place(0).least_words,
    greatest_words: view.place(0).greatest_words,
    sum_words: view.place(0).sum_words,
    parent_share: share(view.contents(1).weight, view.page().weight),
    parent_links: view.contents(1).link_share(),
    parent_blocks: log(view.contents(1).blocks),
    parent_prose: share(view.contents(1).prose, view.page().prose),
    grandparent_share: share(view.contents(2).weight, view.page().weight),
    grandparent_links: view.contents(2).link_share(),
    grandparent_blocks: log(view.contents(2).blocks),
    grandparent_prose: share(view.contents(2).prose, view.page().prose),
    third_share: share(view.contents(3).weight, view.page().weight),
    third_links: view.contents(3).link_share(),
    third_prose: share(view.contents(3).prose, view.page().prose),
    parent_media: log(view.contents(1).passed.media),
    parent_controls: log(view.contents(1).passed.controls),
    grandparent_media: log(view.contents(2).passed.media),
    grandparent_controls: log(view.contents(2).passed.controls),
    third_media: log(view.contents(3).passed.media),
    third_controls: log(view.contents(3).passed.controls),
    candidate_parent: view.candidate_share(1),
    candidate_grandparent: view.candidate_share(2),
    // The page's best candidate.
    from_best: view.survey.distance_from_best(view.block()).min(100) as f32,
    best_depth: f32::from(view.best_place().depth) - f32::from(view.place(0).depth),
    best_share: share(view.best().weight, view.page().weight),
    best_prose: share(view.best().prose, view.page().prose),
    best_links: view.best().link_share(),
    after_first_prose: (view.index as f32 - view.survey.prose_span.0 as f32).clamp(-50.0, 50.0),
    after_last_prose: (view.index as f32 - view.survey.prose_span.1 as f32).clamp(-50.0, 50.0),
    // Position.
    position: view.index as f32 / view.survey.blocks.list.len() as f32,
    weight_position: share(view.survey.weight_before[view.index], view.page().weight),
    prose_position: share(view.survey.prose_before[view.index], view.page().prose),
    from_headline: view.headline_offset(),
    headline_distance: view.survey.distance_from_headline(view.block()).min(100) as f32,
    headings_before: view.text().headings_before.min(20) as f32,
    titles_before: view.text().titles_before.min(20) as f32,
    since_prose: view.text().since_prose.min(100) as f32,
    // Neighbours.
    weight_before_2: view.of_neighbour(-2, |other| log(other.block().weight)),
    weight_before_1: view.of_neighbour(-1, |other| log(other.block().weight)),
    weight_after_1: view.of_neighbour(1, |other| log(other.block().weight)),
    weight_after_2: view.of_neighbour(2, |other| log(other.block().weight)),
    links_before_2: view.of_neighbour(-2, View::link_share),
    links_before_1: view.of_neighbour(-1, View::link_share),
    links_after_1: view.of_neighbour(1, View::link_share),
    links_after_2: view.of_neighbour(2, View::link_share),
    heading_before: view.of_neighbour(-1, View::heading_level),
    heading_after: view.of_neighbour(1, View::heading_level),
    sentence_before: view.of_neighbour(-1, |other| number(other.text().ends_sentence)),
    sentence_after: view.of_neighbour(1, |other| number(other.text().ends_sentence)),
    text_words_before: view.of_neighbour(-1, |other| other.text().word_mean),
    text_words_after: view.of_neighbour(1, |other| other.text().word_mean),
    words_before: view.of_neighbour(-1, |other| other.place(0).sum_words),
    words_after: view.of_neighbour(1, |other| other.place(0).sum_words),
    kinship_before: view.kinship(-1),
    kinship_after: view.kinship(1),
    prose_before_3: view.prose_near(-3, -1),
    prose_after_3: view.prose_near(1, 3),
    prose_before_10: view.prose_near(-10, -1),
    prose_after_10: view.prose_near(1, 10),
    elements_before: log(view.between_before().elements),
    elements_after: log(view.between_after().elements),
    media_before: view.between_before().media.min(5) as f32,
    media_after: view.between_after().media.min(5) as f32,
    controls_before: view.between_before().controls.min(5) as f32,
    controls_after: view.between_after().controls.min(5) as f32,
    // What it follows.
    is_stamp: number(view.text().is_stamp),
    since_stamp: view.since(|before| before.stamp),
    stamps_before: view.text().before.stamps as f32,
    stamps_after: (view.survey.seen.stamps - view.text().before.stamps) as f32,
    since_heading: view.since(|before| before.heading),
    last_heading_level: view.last(|before| before.heading).map_or(0.0, |heading| heading.heading_level()),
    last_heading_sum: view.last(|before| before.heading).map_or(0.0, |heading| heading.text().word_sum),
    last_heading_mean: view.last(|before| before.heading).map_or(0.0, |heading| heading.text().word_mean),
    last_heading_words: view.last(|before| before.heading).map_or(0.0, |heading| heading.place(0).sum_words),
    headings_after: (view.survey.seen.headings - view.text().before.headings) as f32,
    since_last_prose: view.since(|before| before.prose),
    last_prose_words: view.last(|before| before.prose).map_or(0.0, |prose| prose.place(0).sum_words),
    last_prose_kin: view.prose_kin(),
    proses_before: view.text().before.proses as f32,
    proses_after: (view.survey.seen.proses - view.text().before.proses) as f32,
    // The page.
    page_prose: log(view.page().prose),
    page_weight: log(view.page().weight),
    page_links: view.page().link_share(),
    page_blocks: log(view.page().blocks),
    page_is_article: number(view.survey.is_article),
    page_stated: number(view.text().stated >= 0.0),
}
