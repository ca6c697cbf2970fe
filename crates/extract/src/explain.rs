//! Seeing why: every block of a page with what was measured and decided, and where each field came
//! from. Also what the training script learns from.

use jiff::Zoned;
use wirecopy_html::{NodeId, Tree};

use crate::article::Article;
use crate::content::feature::{NAMES, Row};
use crate::content::vocabulary::Words;
use crate::content::{self, Content};
use crate::metadata::origin::{Field, Origin};
use crate::metadata::{self, Metadata};
use crate::page::{self, Page, Reading};
use crate::reject::Rejection;
use crate::rule::SiteRule;
use crate::verdict::signs::{self, View};

/// A page as the engine sees it.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    /// The blocks in reading order, kept or not; none where the bytes are no page.
    pub blocks: Vec<ExplainedBlock>,
    /// The fields, found or not.
    pub fields: Vec<ExplainedField>,
    /// Why there is no article, where there is none.
    pub rejection: Option<Rejection>,
}

/// One block of text and the decision on it.
#[derive(Clone, Debug)]
pub struct ExplainedBlock {
    /// The text, white space folded.
    pub text: String,
    /// The words in the names of the elements around it, nearest first.
    pub names: Vec<String>,
    /// How likely it belongs to the article, from 0 to 1.
    pub likelihood: f32,
    /// Whether it was kept.
    pub kept: bool,
    /// What was measured, in the order of [`feature_names`].
    pub features: Vec<f32>,
}

/// One field and where its value was found.
#[derive(Clone, Debug)]
pub struct ExplainedField {
    /// What the field is called in [`crate::Article`].
    pub name: &'static str,
    /// Its value for a person to read; empty where there is none.
    pub value: String,
    /// Where it was found.
    pub origin: Option<Origin>,
}

/// The names of [`ExplainedBlock::features`].
pub fn feature_names() -> &'static [&'static str] {
    &NAMES
}

/// Reads a page as [`crate::extract`] does, and tells what was decided on the way.
///
/// ```
/// use wirecopy_extract::{Page, explain};
///
/// let html = b"<title>A day</title><nav><a href=/>Home</a></nav><p>It rained in the invented town.</p>";
/// let seen = explain(&Page { bytes: html, media_type: None, url: None }, None);
/// for block in &seen.blocks {
///     println!("{} {:.2} {}", if block.kept { "+" } else { "-" }, block.likelihood, block.text);
/// }
/// let title = seen.fields.iter().find(|field| field.name == "title").unwrap();
/// assert_eq!(title.value, "A day");
/// ```
pub fn explain(page: &Page<'_>, rule: Option<&SiteRule>) -> Explanation {
    let mut reading = match Reading::of(page, rule) {
        Ok(reading) => reading,
        Err(rejection) => {
            return Explanation {
                rejection: Some(rejection),
                ..Explanation::default()
            };
        }
    };
    let rejection = reading.settle(page);
    let Reading { tree, content, .. } = &reading;
    // As the page states it: what was found since would change what the engine measured.
    let stated = metadata::read(tree, page.url);
    let rows = content::rows(tree, &page::hints(&stated));
    Explanation {
        blocks: rows
            .iter()
            .enumerate()
            .map(|(index, row)| explained(tree, content, (index, row)))
            .collect(),
        fields: fields(&reading.metadata),
        rejection,
    }
}

/// What the second model is told of each block, had the first said `first` of them; nothing of those
/// that it is not asked about. The training script reads it.
pub fn explain_again(page: &Page<'_>, first: &[f32]) -> Vec<Option<Vec<f32>>> {
    let Ok(reading) = Reading::of(page, None) else {
        return Vec::new();
    };
    let hints = page::hints(&reading.metadata);
    let rows = content::second_rows(&reading.tree, &hints, first);
    rows.into_iter()
        .map(|row| row.map(|row| row.to_vec()))
        .collect()
}

/// What is made of a page, were `likelihoods` the models' last word on its blocks. The training script
/// scores by it what models say of pages that they had not seen.
pub fn explain_chosen(page: &Page<'_>, likelihoods: &[f32]) -> Result<Article, Rejection> {
    let mut reading = Reading::of(page, None)?;
    let hints = page::hints(&reading.metadata);
    reading.content.kept = content::chosen(&reading.tree, &hints, likelihoods);
    reading.content.drop_bylines(&reading.metadata.authors);
    reading.finish(page)
}

/// What tells lists from articles, as the page has it, by name; nothing where the bytes are no page. The
/// training script reads it.
pub fn explain_signs(page: &Page<'_>) -> Vec<(&'static str, f32)> {
    let Ok(reading) = Reading::of(page, None) else {
        return Vec::new();
    };
    let signs = signs::of(&View {
        tree: &reading.tree,
        metadata: &reading.metadata,
        content: &reading.content,
        url: page.url,
    });
    signs::NAMES.into_iter().zip(signs).collect()
}

fn explained(tree: &Tree, content: &Content, (index, row): (usize, &Row)) -> ExplainedBlock {
    let block = &content.blocks.list[index];
    ExplainedBlock {
        text: content.blocks.text(block).to_owned(),
        names: names_around(tree, block.container),
        likelihood: content.likelihoods[index],
        kept: content.kept[index],
        features: row.to_vec(),
    }
}

fn names_around(tree: &Tree, container: NodeId) -> Vec<String> {
    let line = std::iter::once(container).chain(tree.ancestors(container));
    let elements = line.filter_map(|node| tree.element(node));
    elements
        .flat_map(|element| {
            Words::of(element)
                .iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

fn fields(metadata: &Metadata) -> Vec<ExplainedField> {
    let time = |time: &Option<Zoned>| time.as_ref().map(written).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let image = metadata.lead_image.as_ref();
    let canonical_url = metadata.canonical_url.as_ref();
    let values = [
        ("title", Field::Title, metadata.title.clone()),
        ("authors", Field::Authors, metadata.authors.join("; ")),
        ("published", Field::Published, time(&metadata.published)),
        ("modified", Field::Modified, time(&metadata.modified)),
        ("language", Field::Language, text(&metadata.language)),
        ("site_name", Field::SiteName, text(&metadata.site_name)),
        (
            "canonical_url",
            Field::CanonicalUrl,
            canonical_url.map(ToString::to_string).unwrap_or_default(),
        ),
        (
            "lead_image",
            Field::LeadImage,
            image.map(|image| image.url.to_string()).unwrap_or_default(),
        ),
        ("summary", Field::Summary, text(&metadata.summary)),
    ];
    values
        .into_iter()
        .map(|(name, field, value)| ExplainedField {
            name,
            value,
            origin: metadata.origins.of(field),
        })
        .collect()
}

/// RFC 3339, in the offset that the page gave.
fn written(time: &Zoned) -> String {
    time.timestamp()
        .display_with_offset(time.offset())
        .to_string()
}
