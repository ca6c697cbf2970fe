//! Queries as they are found in the wild, and what they come to.

use proptest::prelude::*;

use super::*;

/// A query in the one form that all queries for the same picture share.
#[track_caller]
fn check(query: &str, canonical: &str) {
    assert_eq!(Ask::parse(query).request.canonical(), canonical, "{query}");
}

#[test]
fn synonyms_and_old_words_mean_what_they_stand_for() {
    check("width=5&height=6&align=top&quality=9", "w=5&h=6&q=9");
    check("fit=square&w=5&h=6&a=t", "w=5&h=6&fit=cover&a=top");
    check("t=fit", "we=1");
    check("t=fitup", "");
    check("t=squaredown", "fit=cover&we=1");
    check("t=crop-top", "fit=cover");
    check("t=absolute", "fit=fill");
    check("t=letterbox&cbg=red", "fit=contain&cbg=ffff0000");
    check("shape=star&strim", "mask=star&mtrim=1");
    check("or=-90", "ro=270");
    check("output=tif&l=0&lossless", "output=tiff&l=0&ll=1");
    check("output=av1", "output=avif");
    check("crop=20,30,2,3", "cx=2&cy=3&cw=20&ch=30");
    check(
        "fit=cover&a=focal-20-30",
        "fit=cover&a=focal&fpx=0.2&fpy=0.3",
    );
    check("trim", "trim=10");
}

#[test]
fn the_first_of_a_name_counts_and_strange_names_do_not() {
    check("w=5&w=6&width=7", "w=5");
    check("verylongname=5&=3&v=4&&h=2", "h=2");
    check("w%3D5", "");
}

#[test]
fn wrong_values_are_the_default() {
    check("w=x&h=-3&q=0&l=12&dpr=9&trim=255&mask=none&ro=x", "");
    check("q=0.5&q=7", "");
    check("w=0&h=0%25&n=0", "");
    check("w=101%25", "");
    check("w=50%25&h=50%", "w=50%25&h=50%25");
    check("w=99999999999", "w=10000000");
}

#[test]
fn a_flag_is_set_by_its_name_alone() {
    for set in ["we", "we=", "we=1", "we=true", "we=yes"] {
        check(set, "we=1");
    }
    check("we=0", "");
    check("we=false", "");
}

#[test]
fn what_has_no_effect_tells_no_two_pictures_apart() {
    check("cbg=red&mbg=red&mtrim&rbg=red&a=top&precrop", "");
    check("output=json&w=5&q=9", "output=json");
    check("bg=0FFF", "");
    check("start=red&stop=blue&sharpf=3&sharpj=4", "");
    check("tint=80FF0000", "tint=ffff0000");
    check(
        "filt=duotone&start=80FF0000&stop=D8E74F",
        "filt=duotone&start=ffff0000",
    );
}

#[test]
fn filters_have_the_ranges_and_mild_forms_of_the_api() {
    check("bri=-100&con=100&hue=-240", "bri=-100&mod=1,1,120&con=100");
    check("bri=101&con=100000000&hue=x&sat=-1&mod=10001", "");
    check("con&bri=&hue&sat", "");
    check("mod=0.5,2,90", "mod=0.5,2,90");
    check("mod=0.5", "mod=0.5,1,0");
    check("mod=-1,-1,-1,-1", "mod=1,1,359");
    check("mod=2,3,4&sat=0.5&hue=7", "mod=2,0.5,7");
    check("gam=3", "gam=3");
    for wrong in ["gam", "gam=", "gam=true", "gam=0.9", "gam=3.1", "gam=NaN"] {
        check(wrong, "gam=2.2");
    }
    check("gam=0&blur=0", "");
    check("blur=0.3", "blur=0.3");
    check("blur=1000", "blur=1000");
    for wrong in ["blur", "blur=true", "blur=0.29", "blur=1001", "blur=inf"] {
        check(wrong, "blur=-1");
    }
    check("sharp=1.5&sharpf=0.5&sharpj=2.5", "sharp=0.5,2.5,1.5");
    check("sharp=0.5,2.5,1.5", "sharp=0.5,2.5,1.5");
    check("sharp=0.5,2.5,1.5&sharpf=3", "sharp=3,2.5,1.5");
    check("sharp=3&sharpf=-1&sharpj=1000001", "sharp=1,2,3");
    check("sharp=0.000001", "sharp=1,2,0.000001");
    check("sharp=1,2", "");
    for wrong in [
        "sharp",
        "sharp=true",
        "sharp=0",
        "sharp=10.1",
        "sharp=1,2,x",
    ] {
        check(wrong, "sharp=1000");
    }
    check("filt=none&tint=unknown", "");
    check(
        "filt=duotone&start=blue&stop=none",
        "filt=duotone&start=ff0000ff&stop=ff000000",
    );
    check("start=blue&filt=sepia", "filt=sepia");
}

#[test]
fn colours_are_names_or_digits_with_alpha_first() {
    let colour = |text: &str| Ask::parse(&format!("bg={text}")).request.background.0;
    assert_eq!(colour("ABC"), [0xaa, 0xbb, 0xcc, 255]);
    assert_eq!(colour("%23ABC"), [0xaa, 0xbb, 0xcc, 255]);
    assert_eq!(colour("8ABC"), [0xaa, 0xbb, 0xcc, 0x88]);
    assert_eq!(colour("11FF33"), [0x11, 0xff, 0x33, 255]);
    assert_eq!(colour("80FF8C00"), [0xff, 0x8c, 0, 0x80]);
    assert_eq!(colour("DarkOrange"), [0xff, 0x8c, 0, 255]);
    assert_eq!(colour("01234"), [0; 4]);
    assert_eq!(colour("unknown"), [0; 4]);
}

#[test]
fn the_address_ends_at_the_first_ampersand_and_is_decoded_once() {
    let url = |query: &str| Ask::parse(query).url.unwrap();
    assert_eq!(url("w=1&url=i.example/a?b=1&c=2"), "i.example/a?b=1");
    assert_eq!(url("url=i.example%2Fa%3Fb%261%2520"), "i.example/a?b&1%20");
    assert_eq!(url("url=a%2"), "a%2");
    assert_eq!(Ask::parse("w=5").url, None);
}

#[test]
fn an_address_that_was_not_encoded_may_have_parameters_of_its_own() {
    #[track_caller]
    fn check(query: &str, expected: &[(&str, &str)]) {
        let readings = Ask::unencoded(query).into_iter();
        let found: Vec<(String, String)> = readings
            .map(|ask| (ask.url.unwrap(), ask.request.canonical()))
            .collect();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    check(
        "url=i.example/a?x=1%202&y=2&w=5",
        &[
            ("i.example/a?x=1%202&y=2", "w=5"),
            ("i.example/a?x=1%202&y=2&w=5", ""),
        ],
    );
    check("w=5&url=i.example/a?x=1&y", &[("i.example/a?x=1&y", "w=5")]);
    check("url=i.example/a?x=1&w=5", &[("i.example/a?x=1&w=5", "")]);
    check("url=i.example/a?x=1", &[]);
    check("url=i.example/a&x=1", &[]);
    check("url=i.example/a%3Fx=1&y=2", &[]);
    check("w=5", &[]);
}

#[test]
fn delivery_is_what_weserv_allows() {
    let delivery = |query: &str| Ask::parse(query).delivery;
    let day = 86_400;
    assert_eq!(delivery("").max_age, 365 * day);
    assert_eq!(delivery("maxage=1w").max_age, 7 * day);
    assert_eq!(delivery("maxage=3M").max_age, 90 * day);
    assert_eq!(delivery("maxage=48h").max_age, 2 * day);
    assert_eq!(delivery("maxage=1h").max_age, 365 * day);
    assert_eq!(delivery("maxage=9y").max_age, 365 * day);
    assert_eq!(delivery("maxage=é").max_age, 365 * day);
    assert_eq!(delivery("filename=test").filename, "test");
    assert_eq!(delivery("filename=logo.png").filename, "image");
    assert_eq!(delivery("default=1").fallback, Some(Fallback::Source));
    let other = Some(Fallback::Other("i.example/b".to_owned()));
    assert_eq!(delivery("errorredirect=i.example/b").fallback, other);
}

#[test]
fn a_ladder_leaves_few_requests_of_all() {
    let snapped = |query: &str| {
        let request = Ask::parse(query).request;
        request.on_ladder(&[160, 320, 640]).canonical()
    };
    assert_eq!(snapped("w=161&q=71&bg=red&cx=3&ro=4"), "w=320&q=75");
    assert_eq!(
        snapped("w=160&h=5000&fit=cover&a=top&output=webp"),
        "w=160&h=640&fit=cover&output=webp"
    );
    assert_eq!(snapped("w=100&dpr=3"), "w=320");
    assert_eq!(snapped("w=33%25"), "");
}

proptest! {
    #[test]
    fn the_canonical_form_is_read_back_as_the_same_request(query in "[a-z0-9=&%.,-]{0,60}") {
        let request = Ask::parse(&query).request;
        prop_assert_eq!(&Ask::parse(&request.canonical()).request, &request);
    }

    #[test]
    fn every_combination_of_known_words_is_read_back_as_the_same_request(
        words in prop::collection::vec(prop::sample::select(vec![
            "w=3", "h=50%25", "dpr=1.5", "fit=cover", "fit=contain", "we", "a=entropy", "a=top-left", "a=focal&fpx=0.3",
            "cx=1", "cw=9", "precrop", "ro=45", "flip", "flop", "rbg=red", "trim", "bg=8fff", "cbg=blue", "mask=heart",
            "mtrim", "mbg=red", "output=webp", "output=json", "q=3", "l=9", "ll", "il", "af", "n=-1", "n=7",
            "encoding=base64", "bri=-3", "mod=0.5,2", "sat=0.25", "hue=400", "con=7", "gam", "sharp", "sharp=1,2,3",
            "sharpf=9", "filt=sepia", "filt=duotone&stop=red", "blur", "blur=4.5", "tint=8fff",
        ]), 0..12),
    ) {
        let request = Ask::parse(&words.join("&")).request;
        prop_assert_eq!(&Ask::parse(&request.canonical()).request, &request);
    }
}
