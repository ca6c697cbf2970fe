//! Pages and feeds that show the edition's own pictures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use url::Url;
use wirecopy_document::clean::clean;
use wirecopy_document::document::Document;

use crate::edition::{Edition, ImagePolicy, Listing, Neighbours};
use crate::feed::{self, Channel, Part};
use crate::samples::{edition, english};
use crate::site::Site;
use crate::site::templates::Templates;
use crate::stock::{Stock, StockedFile, StockedForm, StockedPicture};

/// A picture of 1000 by 500 pixels in two formats and two widths, named after its address; those at `gone` are not
/// there.
fn stock() -> Stock {
    Stock::new(|address| {
        let name = address
            .path()
            .trim_matches('/')
            .split('.')
            .next()?
            .to_owned();
        let file = |width: u32, bytes: u64, extension: &str| StockedFile {
            width,
            bytes,
            path: format!("pictures/{name}-{width}.{extension}"),
        };
        let form = |media_type: &str, extension: &str, bytes: u64| StockedForm {
            media_type: media_type.to_owned(),
            files: vec![
                file(480, bytes, extension),
                file(1000, 4 * bytes, extension),
            ],
        };
        (!name.starts_with("gone")).then(|| StockedPicture {
            width: 1000,
            height: 500,
            colours: Some([[250, 240, 230], [0, 17, 34], [255, 255, 255]]),
            forms: vec![
                form("image/avif", "avif", 20_000),
                form("image/jpeg", "jpg", 30_000),
            ],
        })
    })
}

fn stocked(budget: u64) -> Edition {
    Edition {
        images: ImagePolicy::Store,
        stock: stock(),
        picture_budget: budget,
        ..edition()
    }
}

fn page(edition: &Edition, (listing, document): (Listing, Document)) -> String {
    let site = Site::new(edition, Templates::built_in());
    let page = site
        .article(&listing, &document, Neighbours::default())
        .unwrap();
    String::from_utf8(page.bytes).unwrap()
}

fn with_body(body: &str) -> (Listing, Document) {
    let (listing, mut document) = english();
    let base = Url::parse("https://paper.example/").unwrap();
    document.body = clean(body, Some(&base));
    document.trailer.image = None;
    (listing, document)
}

#[test]
fn a_picture_offers_its_formats_and_widths_and_takes_its_room() {
    let page = page(&stocked(1_000_000), english());
    let sizes = "sizes=\"(min-width: 42rem) 39rem, calc(100vw - 2.3rem)\"";
    for expected in [
        &format!(
            "<picture><source type=\"image/avif\" srcset=\"../../../../pictures/quay-480.avif 480w, \
             ../../../../pictures/quay-1000.avif 1000w\" {sizes}><img src=\"../../../../pictures/quay-480.jpg\" \
             srcset=\"../../../../pictures/quay-480.jpg 480w, ../../../../pictures/quay-1000.jpg 1000w\" {sizes} \
             alt=\"A quay\" width=\"1000\" height=\"500\" class=\"p0\" loading=\"lazy\" decoding=\"async\"></picture>"
        ),
        "<meta property=\"og:image\" content=\"https://mirror.example/news/pictures/lead-480.jpg\">",
        "img-src &#39;self&#39;;",
    ] {
        assert!(page.contains(expected), "{expected}\nis not in\n{page}");
    }
    assert!(!page.contains("https://paper.example/quay"));
}

#[test]
fn the_colours_of_a_place_are_allowed_by_their_hash() {
    let page = page(&stocked(1_000_000), english());
    let style = page
        .split("<style>")
        .nth(1)
        .and_then(|rest| rest.split("</style>").next())
        .unwrap();
    assert_eq!(
        style,
        ".p0{background:linear-gradient(#faf0e6,#001122,#ffffff)}"
    );
    let hash = STANDARD.encode(Sha256::digest(style));
    assert!(page.contains(&format!("style-src &#39;self&#39; &#39;sha256-{hash}&#39;")));
}

#[test]
fn many_pictures_are_narrower_and_in_the_end_links() {
    let body = |count: usize| -> String {
        let pictures = (0..count).map(|n| format!("<p><img src=\"/n{n}.jpg\" alt=\"N {n}\"></p>"));
        pictures.collect()
    };
    let wide = page(&stocked(200_000), with_body(&body(2)));
    assert!(wide.contains("n1-1000.avif") && !wide.contains("<a href=\"../../../../pictures/"));
    let narrow = page(&stocked(200_000), with_body(&body(8)));
    assert!(narrow.contains("n7-480.avif 480w\"") && !narrow.contains("-1000."));
    let many = page(&stocked(200_000), with_body(&body(12)));
    assert!(many.contains("n9-480.avif 480w\"") && !many.contains("n10-480.avif"));
    assert!(many.contains(
        "<a href=\"../../../../pictures/n11-480.jpg\"><span class=\"picture\">N 11 (30 kB)</span></a>"
    ));
}

#[test]
fn a_link_stands_in_no_link() {
    let body = (0..4)
        .map(|n| format!("<p><a href=\"/{n}\"><img src=\"/n{n}.jpg\" alt=\"\"></a></p>"))
        .collect::<String>();
    let page = page(&stocked(30_000), with_body(&body));
    assert!(page.contains("n3-480.avif"));
}

#[test]
fn what_is_not_there_is_told_by_its_description() {
    let body = "<p>Text.</p><p><img src=\"/gone.jpg\" alt=\"A lost &lt;one>\"></p><p><img src=\"/gone2.jpg\"></p>";
    let page = page(&stocked(1_000_000), with_body(body));
    assert!(page.contains("<span class=\"picture\">A lost &lt;one&gt;</span>"));
    assert!(!page.contains("gone"));
}

#[test]
fn feeds_name_whole_addresses_or_none() {
    let entries = [english()];
    let atom = |edition: &Edition| {
        let file = feed::atom(
            edition,
            (Channel::All, Part::Current { archives: 0 }),
            &entries,
            entries[0].0.published,
        );
        String::from_utf8(file.bytes).unwrap()
    };
    let whole = atom(&stocked(1_000_000));
    assert!(
        whole.contains("https://mirror.example/news/pictures/quay-480.jpg"),
        "{whole}"
    );
    assert!(!whole.contains("srcset"));
    let unknown = Edition {
        base_url: None,
        ..stocked(1_000_000)
    };
    assert!(!atom(&unknown).contains("pictures/"));
}

#[test]
fn the_text_edition_has_no_picture() {
    let edition = stocked(1_000_000);
    let site = Site::new(&edition, Templates::built_in());
    let (listing, document) = english();
    let text = site.text().unwrap();
    let page = text
        .article(&listing, &document, Neighbours::default())
        .unwrap();
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(!page.contains("pictures/") && !page.contains(".p0"));
}
