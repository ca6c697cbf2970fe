//! Which picture an entry brings.

use super::rss;

#[test]
fn reads_media_groups_and_prefers_the_largest_word_for_a_picture() {
    let entry = rss(
        "<media:group><media:content url='/v.mp4' type='video/mp4' fileSize='7'><media:thumbnail url='/t.jpg'/></media:content>\
         <media:content medium='image' url='/big.jpg'/></media:group><itunes:image href='/small.jpg'/>",
    );
    assert_eq!(entry.image.unwrap().path(), "/big.jpg");
    assert_eq!(entry.enclosures.len(), 2);
    assert_eq!(entry.enclosures[0].length, Some(7));
}

#[test]
fn of_several_sizes_of_a_picture_the_one_that_is_just_wide_enough_is_taken_and_never_a_portrait() {
    let size = |name: &str, width: &str| {
        format!("<media:content url='/{name}.jpg' medium='image' {width}/>")
    };
    let [small, fit, huge] = [
        size("s", "width='140'"),
        size("m", "width='1400'"),
        size("l", "width='4000'"),
    ];
    let portrait = "<media:content url='https://0.gravatar.com/avatar/0a?s=96' medium='image'/>";
    let untold = size("u", "");
    for (feed, expected) in [
        (format!("{small}{fit}{huge}"), "/m.jpg"),
        (format!("{huge}{fit}{small}"), "/m.jpg"),
        (format!("{small}{untold}"), "/s.jpg"),
        (format!("{untold}{fit}"), "/u.jpg"),
        (format!("{portrait}{small}"), "/s.jpg"),
        (
            format!("<media:group>{small}{huge}</media:group>"),
            "/l.jpg",
        ),
        (format!("{small}<itunes:image href='/i.jpg'/>"), "/s.jpg"),
    ] {
        assert_eq!(rss(&feed).image.unwrap().path(), expected, "{feed}");
    }
    assert_eq!(rss(portrait).image, None);
}
