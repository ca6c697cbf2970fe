//! Who is served: the mirror's own pictures, listed hosts, signed addresses; and nobody's private network.

use url::Url;
use wirecopy::archive::commit::{Change, RoundCommit, Signature};
use wirecopy::archive::index::Index;
use wirecopy::archive::{Archive, ArchiveOptions};
use wirecopy::images::signature::{Keys, Signed, sign};
use wirecopy_document::identity::DocumentId;
use wirecopy_document::path::document_path;
use wirecopy_picture::request::Ask;

use crate::scene::{OWN_HOST, Scene};

const KEY: &str = "a key for tests alone";

async fn closed() -> Scene {
    Scene::with(|pictures| {
        pictures.access.hosts.clear();
        pictures.access.keys = Keys(vec!["a newer key for tests".to_owned(), KEY.to_owned()]);
    })
    .await
}

#[tokio::test]
async fn what_no_document_shows_and_nobody_signed_is_refused_unasked() {
    let scene = closed().await;
    let reply = scene.picture("/a", "").await;
    assert_eq!(reply.status, 403);
    assert_eq!(scene.origin.asked("/a"), 0);
}

#[tokio::test]
async fn what_a_document_of_the_archive_shows_is_served_and_nothing_beside_it() {
    let scene = closed().await;
    let mut archive = Archive::open(
        &scene.mirror.path().join("archive"),
        ArchiveOptions::default(),
    )
    .unwrap();
    let shown = scene.origin.url("/a?x=1&y=2").replace('&', "&amp;");
    let document = format!(
        "<!--1767261600000-->\n[Invented](https://bell-tower.example/fire)\n------\n\n<p><img src=\"{shown}\" alt=\"\"></p>\n\n\
         <!--\nsource: bell-tower\nformat: 1\n-->\n"
    );
    let url = Url::parse("https://bell-tower.example/fire").unwrap();
    let time = "2026-01-01T10:00:00Z".parse().unwrap();
    let change = Change {
        volume: None,
        path: document_path(
            "bell-tower",
            time,
            "Invented",
            DocumentId::of("bell-tower", &url),
        ),
        content: Some(document.into_bytes()),
    };
    let round = RoundCommit {
        time,
        message: "1 new".to_owned(),
        author: Signature::new("The mirror", "mirror@example.org"),
        changes: vec![change],
    };
    archive.commit(&round).unwrap();
    let index = scene.mirror.path().join("index.sqlite");
    Index::open_current(&index, &archive, &mut |_| ()).unwrap();
    assert_eq!(scene.picture("/a%3Fx=1%26y=2", "&w=4").await.status, 200);
    assert_eq!(scene.picture("/a%3Fx=1", "&w=4").await.status, 403);
    // Old links have addresses as they are.
    assert_eq!(scene.picture("/a?x=1&y=2", "&w=4").await.status, 200);
    assert_eq!(scene.picture("/a?x=1&y=3", "&w=4").await.status, 403);
    assert_eq!(scene.origin.asked("/a?x=1&y=2"), 1);
    assert_eq!(scene.picture("/a", "").await.status, 403);
}

#[tokio::test]
async fn a_signature_opens_its_picture_in_its_form() {
    let scene = closed().await;
    let url = Url::parse(&scene.origin.url("/a")).unwrap();
    let request = &Ask::parse("w=4").request;
    let signature = sign(KEY, &Signed { url: &url, request }, None);
    assert_eq!(
        scene
            .picture("/a", &format!("&w=4&{signature}"))
            .await
            .status,
        200
    );
    assert_eq!(
        scene
            .picture("/a", &format!("&{signature}&width=4&v=7"))
            .await
            .status,
        200
    );
    assert_eq!(
        scene
            .picture("/a", &format!("&w=5&{signature}"))
            .await
            .status,
        403
    );
    assert_eq!(
        scene
            .picture("/b", &format!("&w=4&{signature}"))
            .await
            .status,
        403
    );
    assert_eq!(
        scene
            .picture("/a", &format!("&w=4&{signature}&exp=1"))
            .await
            .status,
        403
    );
    assert_eq!(scene.picture("/a", "&w=4&s=AAAA").await.status, 403);
}

#[tokio::test]
async fn addresses_inside_the_operators_network_are_never_asked() {
    let scene = Scene::with(|pictures| pictures.access.hosts = vec!["*.example".to_owned()]).await;
    let all = Scene::with(|pictures| {
        let hosts = [
            "127.0.0.1",
            "127.0.0.2",
            "169.254.169.254",
            "[::1]",
            "[::ffff:7f00:1]",
            "localhost",
            "10.0.0.1",
        ];
        pictures.access.hosts = hosts.map(str::to_owned).to_vec();
    })
    .await;
    for address in [
        "127.0.0.2/a",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a",
        "http://[::ffff:127.0.0.1]/a",
        "http://0177.0.0.1/a",
        "http://2130706433/a",
        "localhost/a",
        "10.0.0.1/a",
    ] {
        let reply = all.get(&format!("/image?url={address}"), "").await;
        assert_eq!(
            (reply.status, reply.message().as_str()),
            (400, "IP address blocked by policy"),
            "{address}"
        );
        assert_eq!(
            scene.get(&format!("/image?url={address}"), "").await.status,
            403,
            "{address}"
        );
    }
}

#[tokio::test]
async fn other_services_of_a_host_are_never_spoken_to() {
    let scene = Scene::with(|pictures| pictures.access.hosts = vec!["i.example".to_owned()]).await;
    for address in [
        "i.example:8080/a",
        "https://i.example:6379/a",
        "i.example:22/a",
    ] {
        let reply = scene.get(&format!("/image?url={address}"), "").await;
        assert_eq!(reply.status, 400, "{address}");
    }
}

#[tokio::test]
async fn a_request_that_comes_round_in_a_circle_is_refused() {
    let scene = Scene::open().await;
    let own = scene.get(&format!("/image?url={OWN_HOST}/a.jpg"), "").await;
    assert_eq!(own.status, 404);
    let wrapped = format!("/image?url={OWN_HOST}/%3Furl={}", scene.origin.url("/a"));
    assert_eq!(scene.get(&wrapped, "").await.status, 200);
    let heads = scene.origin.heads();
    let via = heads
        .lines()
        .find(|line| line.starts_with("via: 1.1 wirecopy-"))
        .unwrap();
    let reply = scene
        .get(
            &format!("/image?url={}", scene.origin.url("/b")),
            &format!("{via}\r\n"),
        )
        .await;
    assert_eq!(reply.status, 508);
    let other = format!("/image?url={}", scene.origin.url("/b"));
    assert_eq!(scene.get(&other, "Via: 1.1 another\r\n").await.status, 200);
}

#[tokio::test]
async fn the_environment_names_no_proxy() {
    let scene = Scene::open().await;
    let directory = scene.mirror.path().to_owned();
    let settings = format!(
        "format = 1\n\n[fetch]\nallow = [\"{}\"]\n",
        scene.origin.address
    );
    std::fs::write(directory.join("wirecopy.toml"), settings).unwrap();
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"));
    program.current_dir(directory);
    program.args(["extract", &scene.origin.url("/text")]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        // Nothing listens there.
        program.env(name, "http://127.0.0.1:1");
    }
    let told = program.output().await.unwrap();
    assert_eq!(scene.origin.asked("/text"), 1, "{told:?}");
}

#[tokio::test]
async fn an_origin_learns_nothing_of_who_asks() {
    let scene = Scene::open().await;
    let target = format!("/image?url={}", scene.origin.url("/a"));
    let headers = "Cookie: a=b\r\nReferer: http://x.example/\r\nAccept-Language: xx\r\nUser-Agent: Reader\r\n";
    assert_eq!(scene.get(&target, headers).await.status, 200);
    let heads = scene.origin.heads().to_ascii_lowercase();
    for told in [
        "cookie",
        "referer",
        "accept-language",
        "reader",
        "x-forwarded",
    ] {
        assert!(!heads.contains(told), "{told} in {heads}");
    }
}
