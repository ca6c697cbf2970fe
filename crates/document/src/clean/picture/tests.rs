//! Which picture an element shows, of all the forms in which pages offer one. The pages are invented.

use url::Url;

use crate::clean::clean;

const WANTED: &str = "https://i.example/a.jpg";

/// What is left of markup, on a page of a site.
fn shown(html: &str) -> String {
    let base = Url::parse("https://i.example/2026/story").unwrap();
    let cleaned = clean(html, Some(&base));
    assert_eq!(
        clean(cleaned.as_str(), None),
        cleaned,
        "sanitised again, of {html}"
    );
    cleaned.as_str().to_owned()
}

#[track_caller]
fn check_all(forms: &[&str]) {
    for html in forms {
        let found = shown(html);
        let sources: Vec<&str> = found
            .split("src=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(sources, [WANTED], "of {html}");
    }
}

#[track_caller]
fn check_none(forms: &[&str]) {
    for html in forms {
        assert_eq!(
            shown(&format!("<p>words {html}</p>")),
            "<p>words</p>",
            "of {html}"
        );
    }
}

#[test]
fn of_a_set_the_size_that_is_just_wide_enough_is_taken() {
    check_all(&[
        "<img srcset='/s.jpg 320w, /a.jpg 1200w, /l.jpg 3000w' sizes='(max-width: 600px) 100vw, 600px' src=/s.jpg>",
        "<img srcset='/l.jpg 3000w,/a.jpg 1280w,/s.jpg 320w' src=/s.jpg>",
        "<img srcset='/s.jpg 320w, /a.jpg 900w' src=/s.jpg>",
        "<img srcset='/s.jpg, /a.jpg 2x' src=/s.jpg>",
        "<img srcset='/s.jpg 1x,/a.jpg 2x,/l.jpg 4x' src=/s.jpg>",
        "<img srcset='/s.jpg 320w 200h, /a.jpg 1200w 800h' src=/s.jpg>",
        "<img srcset='  /s.jpg   320w ,\n /a.jpg   1200w , ' src=/s.jpg>",
        "<img srcset='data:image/gif;base64,R0 1200w, /a.jpg 800w'>",
        "<img srcset='data:image/gif;base64,R0lG' data-srcset='/a.jpg 1200w' src='data:,'>",
        "<img srcset='/placeholder.png 1200w' src=/a.jpg>",
        "<img srcset='' src=/a.jpg>",
    ]);
    let commas = shown("<img srcset='/w_400,h_300/a.jpg 400w, /w_1200,h_900/a.jpg 1200w'>");
    assert!(
        commas.contains("https://i.example/w_1200,h_900/a.jpg"),
        "{commas}"
    );
}

#[test]
fn of_a_group_the_widest_source_that_everything_reads_is_taken() {
    check_all(&[
        "<picture><source srcset='/a.webp 1200w' type=image/webp><source srcset='/a.jpg 1200w' type=image/jpeg><img src=/s.jpg></picture>",
        "<picture><source media='(max-width:600px)' srcset='/s.jpg 600w'><source srcset='/a.jpg 1400w'><img src=/s.jpg></picture>",
        "<picture><source data-srcset='/a.jpg 1200w'><img src=/spacer.gif></picture>",
        "<picture><source type=image/avif srcset=/a.avif><source type=image/webp srcset=/a.webp><img src=/a.jpg></picture>",
        "<picture><source srcset=/n.jpg><img data-src=/a.jpg src=/blank.gif></picture>",
        "<picture><source srcset='/a.jpg 1x'></picture>",
        "<picture><!-- --><img alt='' loading=lazy src=/a.jpg></picture>",
    ]);
}

#[test]
fn every_form_of_lazy_loading_gives_its_picture() {
    check_all(&[
        "<img src='data:image/gif;base64,R0lG' data-src=/a.jpg>",
        "<img src=/loading.gif data-original=/a.jpg>",
        "<img src=/grey.gif data-lazy-src=/a.jpg>",
        "<img data-lazy-srcset='/s.jpg 300w, /a.jpg 1200w' src='data:,'>",
        "<img data-flickity-lazyload=/a.jpg src=/blank.gif>",
        "<img data-wtf-owner-full='https://i.example/a.jpg' src='data:,'>",
        "<img data-high=/a.jpg>",
        "<img data-avatar=/b.jpg data-share=/c.jpg data-big=/a.jpg src=/placeholder-16x9.png>",
        "<img data-config='{\"src\":\"/x.jpg\"}' data-src='[1]' data-page=/story.jpg src=/a.jpg>",
        "<img data-caption=/caption.jpg src=/a.jpg>",
        "<img src=/a.jpg loading=lazy decoding=async>",
        "<amp-img src=/a.jpg width=600 height=400 layout=responsive><noscript><img src=/b.jpg></noscript></amp-img>",
    ]);
    let filled =
        shown("<img data-src='/{width}/a.jpg' data-widths='[240, 480, 1280, 2048]' src='data:,'>");
    assert!(filled.contains("https://i.example/1280/a.jpg"), "{filled}");
    assert_eq!(
        shown("<p>a</p><img data-src='/{width}/a.jpg' src='data:,'>"),
        "<p>a</p>"
    );
}

#[test]
fn the_copy_for_readers_without_scripts_stands_in_once() {
    check_all(&[
        "<img class=lazy src='data:,'><noscript><img src=/a.jpg></noscript>",
        "<noscript><img src=/a.jpg></noscript>",
        "<span class=lazy></span><noscript><picture><source srcset='/a.jpg 1200w'><img src=/s.jpg></picture></noscript>",
        "<img data-src=/a.jpg><noscript><img src='/a.jpg?w=20'></noscript>",
        "<figure><img src=/placeholder.svg><noscript><img src=/a.jpg alt=A></noscript><figcaption>C</figcaption></figure>",
    ]);
}

#[test]
fn proxies_three_deep_give_the_picture_itself() {
    check_all(&[
        "<img src='https://images.weserv.nl/?url=i.example/a.jpg&amp;w=600'>",
        "<img src='https://wsrv.nl/?url=https%3A%2F%2Fi.example%2Fa.jpg&amp;w=600'>",
        "<img src='https://wsrv.nl/?url=images.weserv.nl%2F%3Furl%3Dimages.weserv.nl/?url=i.example/a.jpg'>",
        "<img src='https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Fi.example%2Fa.jpg&amp;f=1'>",
        "<img srcset='https://wsrv.nl/?url=i.example/s.jpg 300w, https://wsrv.nl/?url=i.example/a.jpg 1200w'>",
    ]);
}

#[test]
fn a_picture_whose_size_a_script_or_a_style_sheet_tells_is_shown() {
    check_all(&[
        "<img src='https://i.example/a.jpg' width=570 height=0>",
        "<img src='https://i.example/a.jpg' style='width:0;height:0;min-width:100%;min-height:100%'>",
        "<img data-src='https://i.example/a.jpg' style='visibility: hidden'>",
    ]);
}

#[test]
fn nothing_is_shown_that_shows_nothing() {
    check_none(&[
        "<img src='https://t.example/c.gif' width=1 height=1>",
        "<img src='https://t.example/c.gif' width=1>",
        "<img src='https://t.example/c.gif' width=0 height=0>",
        "<img src=/line.gif width=600 height=1>",
        "<img src=/line.gif height=2 width='100%'>",
        "<img src='https://t.example/c' style='width:1px; height:1px'>",
        "<img src='https://t.example/c' style='display: none'>",
        "<img src='https://t.example/c' style='visibility:hidden'>",
        "<img src=/beacon.gif>",
        "<img src=/Spacer.GIF>",
        "<img src=/img/image-placeholder-16x9.png>",
        "<img src=/img/default_placeholder.jpg>",
        "<img src=/lazy-placeholder.svg>",
        "<img src=/no-image.png>",
        "<img src=/transparent-800x450.png>",
        "<img class='avatar avatar-96 photo' src=/u/9.jpg width=96 height=96>",
        "<img class=author-avatar src=/u/9.jpg>",
        "<span class=user__avatar><img src=/u/9.jpg></span>",
        "<img src='https://secure.gravatar.com/avatar/0a1b?s=96'>",
        "<img class=share-icon src=/s.svg>",
        "<img class=icon src=/clock.svg width=16>",
        "<img src=/favicon.ico>",
        "<img>",
        "<img src=''>",
    ]);
}

#[test]
fn what_only_resembles_a_sign_or_a_placeholder_is_shown() {
    for html in [
        "<img class=iconic src=/x.jpg>",
        "<img class=icon src=/x.jpg width=800>",
        "<img class=avatar src=/film-avatar.jpg width=1200>",
        "<a class=icon-zoom href=/big.jpg><img src=/x.jpg></a>",
        "<img src=/placeholder-names-of-germany.jpg>",
        "<img src=/blank-verse.jpg>",
        "<img src=/pixel-9.jpg>",
        "<img src=/no-confidence.jpg>",
        "<img src=/2026.jpg>",
        "<img src=/image.jpg>",
        "<img src=/x.jpg width=40 height=40>",
        "<img src=/x.jpg style='width:100%;height:1px'>",
    ] {
        assert!(shown(html).contains("<img "), "of {html}");
    }
}

#[test]
fn a_picture_of_a_letter_is_the_letter() {
    assert_eq!(
        shown("<p>sun <img class=emoji alt=☀ src=/x/2600.svg></p>"),
        "<p>sun ☀</p>"
    );
    assert_eq!(
        shown("<p>so <img class=wp-smiley alt=':-)' src=/x/s.png></p>"),
        "<p>so :-)</p>"
    );
}

#[test]
fn what_is_said_of_a_picture_and_its_size_are_kept() {
    assert_eq!(
        shown(
            "<figure><picture><source srcset='/a.jpg 1200w'><img src=/s.jpg alt='The quay' width=600px height=400></picture>\
             <figcaption>At dawn. <i>Photo: Ann Lee</i></figcaption></figure>"
        ),
        "<figure><img src=\"https://i.example/a.jpg\" alt=\"The quay\" width=\"600\" height=\"400\">\
         <figcaption>At dawn. <i>Photo: Ann Lee</i></figcaption></figure>"
    );
}
