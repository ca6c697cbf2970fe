//! CSS selectors over the page's tree: the part of Selectors Level 4 that site rules need.
//!
//! Types, `#id`, `.class`, attributes with every operator, `:not()` of one simple selector, `:first-child`
//! and `:last-child`, the four combinators, and lists. Anything else is refused with its place, never
//! ignored. Matching goes once over the tree and keeps, for each element, how much of the selector it ends:
//! no backtracking, so that neither a rule nor a page can make it slow.

use wirecopy_html::{Element, Key, NodeId, Tree};

pub(crate) mod parse;

/// A selector, or several of which any may match.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selector {
    alternatives: Vec<Vec<Step>>,
}

/// Steps in one alternative; each is a bit of a [`Progress`].
const MAX_STEPS: usize = 16;

/// Which beginnings of the selector end at an element.
type Progress = u16;

/// One element of a selector, and how it stands to the one before.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    /// What stands before it, for the first step nothing that matters.
    combinator: Combinator,
    tests: Vec<Test>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Combinator {
    Descendant,
    Child,
    NextSibling,
    LaterSibling,
}

/// One simple selector.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Any,
    Type(String),
    Id(String),
    Class(String),
    Attribute {
        name: String,
        wanted: Wanted,
        ignores_case: bool,
    },
    FirstChild,
    LastChild,
    Not(Box<Test>),
}

/// What an attribute's value must be (Selectors §6.1, §6.2).
#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Present,
    Equal(String),
    Word(String),
    Prefix(String),
    Suffix(String),
    Within(String),
    Dashed(String),
}

impl Selector {
    /// The elements that match, in document order.
    pub(crate) fn select(&self, tree: &Tree) -> Vec<NodeId> {
        let mut chosen = vec![false; tree.len()];
        for steps in &self.alternatives {
            mark(tree, steps, &mut chosen);
        }
        let nodes = tree.subtree(NodeId::ROOT);
        nodes.filter(|node| chosen[node.index()]).collect()
    }
}

/// What is known of an element's surroundings when it is reached in document order.
#[derive(Clone, Copy, Default)]
struct Reached {
    /// What ends at the element itself.
    own: Progress,
    /// What ends at the element or any above it.
    above: Progress,
    /// What ends at any element before it with the same parent.
    earlier: Progress,
}

fn mark(tree: &Tree, steps: &[Step], chosen: &mut [bool]) {
    let mut reached = vec![Reached::default(); tree.len()];
    let last: Progress = 1 << (steps.len() - 1);
    for node in tree.subtree(NodeId::ROOT) {
        let Some(element) = tree.element(node) else {
            continue;
        };
        let parent = tree.node(node).parent;
        let parent = parent.map_or(Reached::default(), |parent| reached[parent.index()]);
        let before = element_before(tree, node);
        let before = before.map_or(Reached::default(), |before| reached[before.index()]);
        let earlier = before.earlier | before.own;
        let mut own = 0;
        for (index, step) in steps.iter().enumerate() {
            let from = match step.combinator {
                _ if index == 0 => Progress::MAX,
                Combinator::Descendant => parent.above << 1,
                Combinator::Child => parent.own << 1,
                Combinator::NextSibling => before.own << 1,
                Combinator::LaterSibling => earlier << 1,
            };
            let here = Here {
                tree,
                node,
                element,
            };
            let bit = 1 << index;
            if from & bit != 0 && step.tests.iter().all(|test| test.holds(&here)) {
                own |= bit;
            }
        }
        reached[node.index()] = Reached {
            own,
            above: parent.above | own,
            earlier,
        };
        chosen[node.index()] |= own & last != 0;
    }
}

fn element_before(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let mut siblings =
        std::iter::successors(tree.node(node).previous, |node| tree.node(*node).previous);
    siblings.find(|sibling| tree.element(*sibling).is_some())
}

fn element_after(tree: &Tree, node: NodeId) -> Option<NodeId> {
    let mut siblings = std::iter::successors(tree.node(node).next, |node| tree.node(*node).next);
    siblings.find(|sibling| tree.element(*sibling).is_some())
}

/// An element that is tested.
struct Here<'a> {
    tree: &'a Tree,
    node: NodeId,
    element: Element<'a>,
}

impl Test {
    fn holds(&self, here: &Here<'_>) -> bool {
        let attribute = |key| here.element.attribute(key);
        let named = |name: &str| here.element.attribute_named(name);
        match self {
            Test::Any => true,
            Test::Type(name) => here.element.name() == name.as_str(),
            Test::Id(id) => attribute(Key::Id) == Some(id),
            Test::Class(class) => attribute(Key::Class)
                .is_some_and(|classes| classes.split_ascii_whitespace().any(|own| own == class)),
            Test::Attribute {
                name,
                wanted,
                ignores_case: false,
            } => named(name).is_some_and(|value| wanted.is(value)),
            // The wanted value is in lower case already.
            Test::Attribute { name, wanted, .. } => {
                named(name).is_some_and(|value| wanted.is(&value.to_lowercase()))
            }
            Test::FirstChild => element_before(here.tree, here.node).is_none(),
            Test::LastChild => element_after(here.tree, here.node).is_none(),
            Test::Not(test) => !test.holds(here),
        }
    }
}

impl Wanted {
    fn is(&self, value: &str) -> bool {
        match self {
            Wanted::Present => true,
            Wanted::Equal(wanted) => value == wanted,
            Wanted::Word(wanted) => value.split_ascii_whitespace().any(|word| word == wanted),
            Wanted::Prefix(wanted) => !wanted.is_empty() && value.starts_with(wanted),
            Wanted::Suffix(wanted) => !wanted.is_empty() && value.ends_with(wanted),
            Wanted::Within(wanted) => !wanted.is_empty() && value.contains(wanted),
            Wanted::Dashed(wanted) => {
                let rest = value.strip_prefix(wanted.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<div id=a class='story main'><p id=b>1</p><p id=c class=x>2</p><section><p id=d data-k='One two'>3</p></section></div>\
        <div id=e><p id=f lang=en-GB>4</p>text<span id=g></span><p id=h>5</p></div>";

    #[track_caller]
    fn check(selector: &str, expected: &str) {
        let tree = Tree::parse(PAGE);
        let selector: Selector = selector.parse().unwrap();
        let found = selector.select(&tree);
        let ids = found
            .iter()
            .filter_map(|node| tree.attribute(*node, Key::Id));
        assert_eq!(ids.collect::<String>(), expected);
    }

    #[test]
    fn simple_selectors_choose_by_name_id_class_and_attribute() {
        check("p", "bcdfh");
        check("#c, span", "cg");
        check("div.story.main", "a");
        check("p:not(.x)", "bdfh");
        check("p[data-k]", "d");
        check("[data-k='One two']", "d");
        check("[data-k~=two]", "d");
        check("[data-k^=\"one\" i]", "d");
        check("[data-k$=wo][data-k*='e t']", "d");
        check("[lang|=en]", "f");
        check("P", "bcdfh");
        check("*:first-child:last-child", "d");
    }

    #[test]
    fn combinators_choose_by_place() {
        check("div p", "bcdfh");
        check("div > p", "bcfh");
        check(".story section p", "d");
        check("p + p", "c");
        check("p ~ p", "ch");
        check("p ~ section > p", "d");
        check("p p", "");
        check("body > div > p:first-child", "bf");
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        for (selector, at) in [
            ("p:hover", 1),
            ("p >", 3),
            ("", 0),
            ("p[", 2),
            ("a::before", 1),
            ("p,,a", 2),
            (":not(a b)", 6),
        ] {
            let error = selector.parse::<Selector>().unwrap_err();
            assert_eq!(error.at, at, "{selector}: {error}");
        }
    }
}
