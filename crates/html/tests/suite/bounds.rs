//! Pages that would cost more than their size.

use wirecopy_html::{MAX_ATTRIBUTES, MAX_DEPTH, NodeId, Tree};

/// Nodes of a page, and its greatest depth.
fn measure(html: String) -> (usize, usize) {
    let tree = Tree::parse(html);
    let depth = tree
        .subtree(NodeId::ROOT)
        .map(|node| tree.ancestors(node).count());
    (tree.len(), depth.max().unwrap_or(0))
}

#[test]
fn nesting_ends_where_browsers_end_it() {
    for piece in [
        "<div>",
        "<b>",
        "<table><tr><td>",
        "<svg>",
        "<a><p>",
        "<template>",
        "<x-y>",
    ] {
        let (_, depth) = measure(piece.repeat(2000));
        assert!(depth <= MAX_DEPTH + 8, "{piece}: {depth}");
    }
}

#[test]
fn scripts_and_pictures_stand_at_any_depth() {
    let html = format!("{}<script>a<b>c</script><img>text", "<div>".repeat(600));
    let tree = Tree::parse(html);
    assert_eq!(tree.text(NodeId::ROOT), "text");
}

#[test]
fn unclosed_formatting_does_not_multiply() {
    for html in [
        (0..2000)
            .map(|number| format!("<p><b id={number}>x"))
            .collect::<String>(),
        (0..2000)
            .map(|number| format!("<p><a id={number}><i class={number}>x"))
            .collect(),
        "<b>x".repeat(4000) + &"<p>x".repeat(4000),
    ] {
        let length = html.len();
        let (nodes, _) = measure(html);
        assert!(nodes <= 101_000 + length / 24, "{nodes}");
    }
}

#[test]
fn attributes_of_one_tag_are_limited() {
    let attributes: String = (0..5000).map(|number| format!(" a{number}=1")).collect();
    let tree = Tree::parse(format!("<p{attributes}>x"));
    let most = tree
        .subtree(NodeId::ROOT)
        .filter_map(|node| tree.element(node));
    assert_eq!(
        most.map(|element| element.attributes().len()).max(),
        Some(MAX_ATTRIBUTES)
    );
    let more: String = (0..5000)
        .map(|number| format!("<html a{number}>"))
        .collect();
    let tree = Tree::parse(more);
    let root = tree
        .children(NodeId::ROOT)
        .next()
        .and_then(|node| tree.element(node))
        .unwrap();
    assert_eq!(root.attributes().len(), MAX_ATTRIBUTES);
}

#[test]
fn attributes_of_one_page_are_limited() {
    let count = |tags: usize| {
        let tree = Tree::parse("<p a b c d e f g h i j>".repeat(tags));
        let elements = tree.subtree(NodeId::ROOT);
        let elements = elements.filter_map(|node| tree.element(node));
        elements
            .map(|element| element.attributes().len())
            .sum::<usize>()
    };
    assert_eq!(count(4_000), 40_000);
    assert_eq!(count(7_000), 60_000);
}

#[test]
fn every_element_has_a_place_of_its_own() {
    let tree = Tree::parse("<p>one <x-y>two</x-y> <b>three<table>four<tr><td>five</table>");
    let places: Vec<usize> = tree
        .subtree(NodeId::ROOT)
        .filter_map(|node| tree.element_place(node))
        .collect();
    let mut own = places.clone();
    own.sort_unstable();
    own.dedup();
    assert_eq!(own.len(), places.len());
    assert!(own.last().is_some_and(|last| *last < tree.element_places()));
}
