//! Films, posts and files from elsewhere within an article: they become links to what a person would open, where the
//! article has them, with their titles; thematic breaks and pictures' copies. All pages here are invented.

use super::structure::{check, page};

/// The place of the first line of the body that has a text.
#[track_caller]
fn place(body: &str, text: &str) -> usize {
    body.lines()
        .position(|line| line.contains(text))
        .unwrap_or_else(|| panic!("no {text:?} in\n{body}"))
}

#[test]
fn a_frame_becomes_a_link_with_its_title() {
    check(
        "<iframe width=560 height=315 src='https://www.youtube.com/embed/abcdefghijk?rel=0' title='The harbour from above'></iframe>",
        &[
            "<p><a href=\"https://www.youtube.com/watch?v=abcdefghijk\">The harbour from above</a></p>",
        ],
    );
}

#[test]
fn a_placeholder_of_a_film_becomes_a_link_to_it() {
    let expected =
        "<p><a href=\"https://www.youtube.com/watch?v=abcdefghijk\">The harbour from above</a></p>";
    for placeholder in [
        "<div class='youtube-player' data-id='abcdefghijk' title='The harbour from above'><img src=/thumb.jpg alt=''><button>Play</button></div>",
        "<div class=video data-youtube-id=abcdefghijk><img src=/thumb.jpg alt='The harbour from above'></div>",
        "<lite-youtube videoid=abcdefghijk title='The harbour from above'></lite-youtube>",
        "<amp-youtube data-videoid=abcdefghijk layout=responsive title='The harbour from above'></amp-youtube>",
    ] {
        check(placeholder, &[expected]);
    }
}

#[test]
fn a_script_that_writes_a_file_becomes_a_link_to_it() {
    check(
        "<script src='https://gist.github.com/example/0123456789abcdef.js'></script>",
        &[
            "<p><a href=\"https://gist.github.com/example/0123456789abcdef\">gist.github.com/example/0123456789abcdef</a></p>",
        ],
    );
}

#[test]
fn a_post_stays_a_quotation_with_its_link_and_is_not_the_articles_text() {
    let article = page(
        "<p>The mayor had said as much the evening before, in a message that many in the town read with relief:</p>
        <blockquote class='twitter-tweet'><p lang=en dir=ltr>The cranes are leaving, at last.</p>&mdash; Mayor (@mayor) <a href='https://twitter.com/mayor/status/17?ref_src=twsrc'>March 1, 2026</a></blockquote>
        <script async src='https://platform.twitter.com/widgets.js'></script>",
    );
    let body = article.body.as_str();
    let quotation = place(body, "The cranes are leaving");
    assert!(
        body.lines()
            .nth(quotation)
            .unwrap()
            .starts_with("<blockquote>"),
        "{body}"
    );
    assert!(
        body.contains("https://twitter.com/mayor/status/17"),
        "{body}"
    );
    assert!(
        place(body, "with relief") < quotation && quotation < place(body, "Fishers said"),
        "{body}"
    );
    assert!(
        !article.text.contains("The cranes are leaving"),
        "{}",
        article.text
    );
}

#[test]
fn an_embed_right_after_the_text_belongs_to_it() {
    let article = super::structure::page_ending(
        "<div class='wp-block-embed'><iframe src='https://player.vimeo.com/video/12345' title='The last crane'></iframe></div>",
    );
    let body = article.body.as_str();
    assert!(
        place(body, "https://vimeo.com/12345") > place(body, "old landing place"),
        "{body}"
    );
}

#[test]
fn a_page_that_wordpress_embeds_is_one_link() {
    let article = page(
        "<figure class='wp-block-embed is-type-wp-embed'><div class=wp-block-embed__wrapper>
        <blockquote class=wp-embedded-content data-secret=abc><a href='https://other.example/cranes/'>How cranes are moved</a></blockquote>
        <iframe class=wp-embedded-content sandbox=allow-scripts security=restricted style='position:absolute;clip:rect(1px,1px,1px,1px)' title='How cranes are moved' src='https://other.example/cranes/embed/#?secret=abc' data-secret=abc></iframe></div></figure>",
    );
    let body = article.body.as_str();
    assert_eq!(body.matches("How cranes are moved").count(), 1, "{body}");
    assert!(
        body.contains("<a href=\"https://other.example/cranes/\">"),
        "{body}"
    );
}

#[test]
fn a_thematic_break_between_texts_stays_and_one_beside_what_is_dropped_goes() {
    let article = page(
        "<p>Nobody had believed in the spring that the walls would be finished by the end of the year, said the engineers.</p><hr>
        <p>In the autumn, the first ships had been seen again off the coast, waiting for the harbour to open its gates.</p><hr>
        <div class='newsletter-signup'><form><label>Subscribe to our newsletter</label><input name=mail></form></div>",
    );
    let body = article.body.as_str();
    assert_eq!(body.matches("<hr>").count(), 1, "{body}");
    let rule = place(body, "<hr>");
    assert!(
        place(body, "Nobody had believed") < rule && rule < place(body, "In the autumn"),
        "{body}"
    );
}

#[test]
fn a_lazy_picture_and_its_copy_are_one() {
    let article = page(
        "<p><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src='/harbour-1200.jpg' alt='The harbour'><noscript><img src='/harbour-800.jpg' alt='The harbour'></noscript></p>",
    );
    let body = article.body.as_str();
    assert_eq!(body.matches("<img").count(), 1, "{body}");
    assert!(
        body.contains("https://news.example/harbour-1200.jpg"),
        "{body}"
    );
}
