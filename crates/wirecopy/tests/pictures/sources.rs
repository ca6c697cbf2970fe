//! Origins that are slow, that lie about what they send, and that send what is no picture.

use std::time::{Duration, Instant};

use wirecopy::fetch::Pace;

use crate::scene::Scene;

/// The pace that is expected of origins, in less time than a test may take.
async fn hurried() -> Scene {
    Scene::with(|pictures| {
        pictures.fetch.max_bytes = 64 << 10;
        pictures.fetch.pace = Some(Pace {
            first_byte: Duration::from_millis(300),
            grace: Duration::from_millis(300),
            bytes_per_second: 8 << 10,
        });
    })
    .await
}

#[tokio::test]
async fn an_origin_that_keeps_silent_or_drips_is_left_long_before_it_ends() {
    let scene = hurried().await;
    for path in ["/silent", "/drip", "/drip-headers"] {
        let begun = Instant::now();
        let reply = scene.picture(path, "").await;
        assert_eq!(
            (reply.status, reply.message().as_str()),
            (404, "The requested URL timed out."),
            "{path}"
        );
        assert!(begun.elapsed() < Duration::from_secs(5), "{path}");
        // Nobody waits for it a second time.
        let again = Instant::now();
        assert_eq!(scene.picture(path, "&w=4").await.status, 404, "{path}");
        assert!(again.elapsed() < Duration::from_millis(300), "{path}");
        assert_eq!(scene.origin.asked(path), 1, "{path}");
    }
}

#[tokio::test]
async fn bytes_are_counted_as_they_come_and_as_they_unpack() {
    let scene = hurried().await;
    for path in ["/endless", "/packed-bomb"] {
        let reply = scene.picture(path, "").await;
        let said = "The image is too large to be downloaded. Max image size: 65536 bytes";
        assert_eq!(
            (reply.status, reply.message().as_str()),
            (404, said),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_an_origin_says_of_its_file_is_not_believed() {
    let scene = Scene::open().await;
    for path in ["/told-otherwise", "/told-packed"] {
        let reply = scene.picture(path, "").await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, "image/png"),
            "{path}"
        );
    }
    let refused = [
        ("/told-longer", "The hostname of the origin"),
        ("/told-shorter", "Image not readable"),
        ("/told-a-picture", "Invalid or unsupported image format"),
        ("/not-http", "The hostname of the origin"),
    ];
    for (path, said) in refused {
        for query in ["", "&w=4"] {
            let reply = scene.picture(path, query).await;
            assert_eq!(reply.status, 404, "{path}");
            assert!(
                reply.message().starts_with(said),
                "{path}: {}",
                reply.message()
            );
            assert_eq!(reply.header("content-type"), "application/json", "{path}");
        }
    }
}

#[tokio::test]
async fn svg_is_refused_by_its_bytes_with_a_word_why() {
    let scene = Scene::open().await;
    let reply = scene.picture("/svg", "").await;
    assert_eq!(
        (reply.status, reply.message().as_str()),
        (
            404,
            "Invalid or unsupported image format. Is it a valid image? SVG is not read here"
        )
    );
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(
        reply.header("content-security-policy"),
        "default-src 'none'; sandbox"
    );
}
