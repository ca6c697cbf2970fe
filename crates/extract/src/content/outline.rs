//! One pass over the elements: for each, what its ancestors and its own names say about it.

use super::vocabulary;
use wirecopy_html::{Element, Key, NodeId, Tag, Tree};

/// What encloses an element, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Within(u32);

macro_rules! within {
    ($($name:ident $bit:literal $doc:literal,)*) => {
        impl Within {
            $(#[doc = $doc] pub(crate) const $name: Within = Within(1 << $bit);)*
        }
    };
}

within! {
    NAV 0 "A `nav`, or a role of navigation.",
    ASIDE 1 "An `aside`, or a complementary role.",
    FOOTER 2 "A `footer`.",
    HEADER 3 "A `header`.",
    FORM 4 "A form or one of its controls.",
    FIGURE 5 "A `figure`.",
    CAPTION 6 "A caption of a figure or table.",
    QUOTE 7 "A quotation.",
    ARTICLE 8 "An `article`.",
    MAIN 9 "A `main`, or that role.",
    ITEM 10 "A list item.",
    TABLE 11 "A table cell.",
    LINK 12 "A link.",
    HIDDEN 13 "Something not shown at first.",
    HEADING 14 "A heading.",
    CODE 15 "Preformatted text or code.",
    BUTTON 16 "A button.",
    DETAILS 17 "A `details`.",
    PARAGRAPH 18 "A paragraph.",
    BODY_PROPERTY 19 "An element with `itemprop` articleBody or text.",
    DEFINITION 20 "A definition list.",
    COMMENT 21 "A schema.org comment, or a thing so named.",
    EMPHASIS 22 "Strong or emphasised text.",
    DIALOG 23 "A dialog or alert.",
    NOSCRIPT 24 "What is shown without scripts.",
}

impl Within {
    pub(crate) fn has(self, other: Within) -> bool {
        self.0 & other.0 != 0
    }

    /// What both have.
    pub(crate) fn common(self, other: Within) -> Within {
        Within(self.0 & other.0)
    }

    fn with(self, other: Within, condition: bool) -> Within {
        if condition {
            Within(self.0 | other.0)
        } else {
            self
        }
    }

    fn and(self, other: Within) -> Within {
        Within(self.0 | other.0)
    }
}

/// What is known of one element from above.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    pub(crate) within: Within,
    pub(crate) depth: u16,
    /// Siblings of the same kind and class, itself included.
    pub(crate) repeats: u16,
    /// Greatest `repeats` among itself and its ancestors, paragraphs and cells not counted.
    pub(crate) most_repeats: u16,
    /// What its own names say, in log odds of holding the article.
    pub(crate) own_words: f32,
    /// The least and the greatest on the way down from the root.
    pub(crate) least_words: f32,
    pub(crate) greatest_words: f32,
    /// All added up.
    pub(crate) sum_words: f32,
    /// Hash of its element name and class: what a page's templates write alike is equal in it.
    pub(crate) kind: u64,
}

/// A [`Place`] for every element; unlinked ones, texts and the root have an empty one.
pub(crate) struct Outline {
    places: Vec<Place>,
}

impl Outline {
    pub(crate) fn of(tree: &Tree) -> Outline {
        let mut outline = Outline {
            places: vec![Place::default(); tree.element_places()],
        };
        let mut kinds = Vec::new();
        for node in tree.subtree(NodeId::ROOT) {
            if tree.element(node).is_some() || node == NodeId::ROOT {
                outline.place(tree, node);
                outline.count_repeats(tree, node, &mut kinds);
            }
        }
        outline
    }

    pub(crate) fn at(&self, tree: &Tree, node: NodeId) -> &Place {
        &self.places[place_of(tree, node)]
    }

    /// Fills the place of `node`, whose parent's is filled and whose `repeats` and `kind` are known.
    fn place(&mut self, tree: &Tree, node: NodeId) {
        let Some(element) = tree.element(node) else {
            return;
        };
        let above = tree
            .node(node)
            .parent
            .map(|parent| *self.at(tree, parent))
            .unwrap_or_default();
        let own_words = vocabulary::score(element);
        let Place { repeats, kind, .. } = *self.at(tree, node);
        let counted = !matches!(
            element.tag,
            Tag::P | Tag::Td | Tag::Tr | Tag::Br | Tag::A | Tag::Span
        );
        self.places[place_of(tree, node)] = Place {
            within: above.within.and(own_within(tree, node, element.tag)),
            depth: above.depth + 1,
            repeats,
            most_repeats: if counted {
                above.most_repeats.max(repeats)
            } else {
                above.most_repeats
            },
            own_words,
            least_words: above.least_words.min(own_words),
            greatest_words: above.greatest_words.max(own_words),
            sum_words: above.sum_words + own_words,
            kind,
        };
    }

    /// Notes for each child of `node` its kind, and how many of its siblings share that.
    fn count_repeats(&mut self, tree: &Tree, node: NodeId, kinds: &mut Vec<(u64, u16)>) {
        kinds.clear();
        for child in tree.children(node) {
            let Some(element) = tree.element(child) else {
                continue;
            };
            let kind = kind(element);
            self.places[place_of(tree, child)].kind = kind;
            match kinds.iter().position(|known| known.0 == kind) {
                Some(index) => kinds[index].1 = kinds[index].1.saturating_add(1),
                // Children of more kinds than this are no list.
                None if kinds.len() < 24 => kinds.push((kind, 1)),
                None => {}
            }
        }
        for child in tree
            .children(node)
            .filter_map(|child| tree.element_place(child))
        {
            let place = &mut self.places[child];
            let known = kinds.iter().find(|known| known.0 == place.kind);
            place.repeats = known.map_or(1, |known| known.1);
        }
    }
}

/// The root's for texts, which is empty.
fn place_of(tree: &Tree, node: NodeId) -> usize {
    tree.element_place(node).unwrap_or_default()
}

fn kind(element: Element<'_>) -> u64 {
    let class = element.attribute(Key::Class).unwrap_or_default();
    vocabulary::hash(class.bytes()) ^ (element.tag as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn own_within(tree: &Tree, node: NodeId, tag: Tag) -> Within {
    let by_tag = match tag {
        Tag::Nav | Tag::Menu => Within::NAV,
        Tag::Aside => Within::ASIDE,
        Tag::Footer => Within::FOOTER,
        Tag::Header => Within::HEADER,
        Tag::Form
        | Tag::Fieldset
        | Tag::Select
        | Tag::Option
        | Tag::Textarea
        | Tag::Label
        | Tag::Input => Within::FORM,
        Tag::Figure => Within::FIGURE,
        Tag::Figcaption | Tag::Caption => Within::CAPTION,
        Tag::Blockquote | Tag::Q => Within::QUOTE,
        Tag::Article => Within::ARTICLE,
        Tag::Main => Within::MAIN,
        Tag::Li => Within::ITEM,
        Tag::Td | Tag::Th => Within::TABLE,
        Tag::A => Within::LINK,
        Tag::H1 | Tag::H2 | Tag::H3 | Tag::H4 | Tag::H5 | Tag::H6 => Within::HEADING,
        Tag::Pre | Tag::Code => Within::CODE,
        Tag::Button => Within::BUTTON,
        Tag::Details => Within::DETAILS,
        Tag::P => Within::PARAGRAPH,
        Tag::Dl => Within::DEFINITION,
        Tag::Strong | Tag::B | Tag::Em | Tag::I => Within::EMPHASIS,
        Tag::Dialog => Within::DIALOG,
        Tag::Noscript => Within::NOSCRIPT,
        _ => Within::default(),
    };
    by_attributes(tree, node, by_tag)
}

fn by_attributes(tree: &Tree, node: NodeId, mut within: Within) -> Within {
    let attributes = tree.element(node).map(|element| element.attributes());
    for attribute in attributes.into_iter().flatten() {
        let value = attribute.value;
        within = match attribute.key {
            Key::Role => within
                .with(
                    Within::NAV,
                    matches!(value, "navigation" | "menu" | "menubar"),
                )
                .with(Within::ASIDE, value == "complementary")
                .with(Within::FOOTER, value == "contentinfo")
                .with(Within::MAIN, value == "main")
                .with(Within::BUTTON, value == "button")
                .with(
                    Within::DIALOG,
                    matches!(value, "dialog" | "alertdialog" | "alert"),
                ),
            Key::Itemprop => within
                .with(
                    Within::BODY_PROPERTY,
                    matches!(value, "articleBody" | "text" | "reviewBody" | "description"),
                )
                .with(Within::COMMENT, value == "comment"),
            Key::Style => within.with(Within::HIDDEN, hides(value)),
            Key::Hidden => within.and(Within::HIDDEN),
            Key::AriaHidden => within.with(Within::HIDDEN, value == "true"),
            _ => within,
        };
    }
    within
}

fn hides(style: &str) -> bool {
    let style: String = style
        .chars()
        .take(512)
        .filter(|character| !character.is_whitespace())
        .collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}
