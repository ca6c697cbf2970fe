//! A site as a ZIM file: every page of it, the same bytes from the same site, and nothing half.

use std::fs;

use super::newsroom::{Newsroom, edition};
use crate::publishing::zim::pack;

#[test]
fn a_site_is_packed_whole_and_to_the_same_bytes() {
    let mut newsroom = Newsroom::with(40);
    newsroom.precompress = true;
    newsroom.publish().unwrap();
    let site = newsroom.directory.path().join("site");
    let [first, second] =
        ["first.zim", "second.zim"].map(|name| newsroom.directory.path().join(name));
    let packed = pack(&newsroom.index, &edition(), (&site, &first), &|_, _| ()).unwrap();
    pack(&newsroom.index, &edition(), (&site, &second), &|_, _| ()).unwrap();
    let files = newsroom.files();
    let served = ["404.html", "robots.txt", "sitemap.xml", "worker.js"];
    let expected = files.keys().filter(|path| {
        !path.ends_with(".gz") && !path.ends_with(".br") && !served.contains(&path.as_str())
    });
    assert_eq!((packed.articles, packed.files), (40, expected.count()));
    let bytes = fs::read(&first).unwrap();
    assert_eq!(bytes.len() as u64, packed.bytes);
    assert!(bytes == fs::read(&second).unwrap());
}

#[test]
fn a_file_that_fails_leaves_the_former_one() {
    let newsroom = Newsroom::with(0);
    let (site, output) = ("none", newsroom.directory.path().join("mirror.zim"));
    fs::write(&output, "former").unwrap();
    let error = pack(
        &newsroom.index,
        &edition(),
        (site.as_ref(), &output),
        &|_, _| (),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no site at none: run `wirecopy publish`"
    );
    assert_eq!(fs::read(&output).unwrap(), b"former");
}
