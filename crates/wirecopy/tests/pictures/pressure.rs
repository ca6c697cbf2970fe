//! Many clients, few pictures, bad decoders, restarts.

use std::time::Duration;

use crate::scene::{RATE, Scene};

#[tokio::test]
async fn what_many_ask_for_at_once_is_fetched_and_made_once() {
    let scene = Scene::open().await;
    let asked = (0..20).map(|number| {
        // The same picture, however it is written.
        let query = if number % 2 == 0 {
            "&w=4&h=3"
        } else {
            "&height=3&width=4&v=1"
        };
        scene.picture("/slow", query)
    });
    for reply in futures_util::future::join_all(asked).await {
        assert_eq!(reply.status, 200);
    }
    assert_eq!(scene.origin.asked("/slow"), 1);
}

#[tokio::test]
async fn another_size_costs_the_origin_nothing_and_neither_does_a_restart() {
    let scene = Scene::open().await;
    assert_eq!(
        scene.picture("/a", "&w=4").await.header("x-cache-status"),
        "MISS"
    );
    assert_eq!(
        scene.picture("/a", "&w=5").await.header("x-cache-status"),
        "MISS"
    );
    let scene = scene.restarted().await;
    assert_eq!(
        scene.picture("/a", "&w=4").await.header("x-cache-status"),
        "HIT"
    );
    assert_eq!(
        scene.picture("/a", "&w=3").await.header("x-cache-status"),
        "MISS"
    );
    assert_eq!(scene.origin.asked("/a"), 1);
}

#[tokio::test]
async fn a_failure_is_remembered_and_never_kept_as_a_picture() {
    let scene = Scene::open().await;
    for path in ["/missing", "/text", "/svg", "/short"] {
        assert_eq!(scene.picture(path, "").await.status, 404, "{path}");
        assert_eq!(scene.picture(path, "&w=4").await.status, 404, "{path}");
    }
    for path in ["/missing", "/text", "/svg"] {
        assert_eq!(scene.origin.asked(path), 1, "{path}");
    }
    let kept = std::fs::read_dir(scene.mirror.path().join("pictures")).unwrap();
    let directories = kept.filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(directories.count(), 0);
}

#[tokio::test]
async fn variants_beyond_the_quota_come_in_the_sizes_of_the_ladder() {
    let scene = Scene::with(|pictures| {
        pictures.variants = 3;
        pictures.ladder = vec![20, 40];
    })
    .await;
    let width = async |query: &str| {
        let reply = scene.picture("/a", query).await;
        wirecopy_picture::Header::read(&reply.body).unwrap().width
    };
    for side in 1..=3 {
        assert_eq!(width(&format!("&w={side}")).await, side);
    }
    for side in 4..30 {
        assert_eq!(
            width(&format!("&w={side}&bg=red&q={side}")).await,
            if side <= 20 { 20 } else { 40 }
        );
    }
    assert_eq!(width("&w=2").await, 2);
}

#[tokio::test]
async fn a_worker_that_hangs_is_ended_and_one_that_dies_is_replaced() {
    let hanging = Scene::with(|pictures| {
        pictures.workers.program = "/bin/sleep".into();
        pictures.workers.arguments = vec!["60".to_owned()];
        pictures.workers.deadline = Duration::from_millis(300);
    })
    .await;
    let reply = hanging.picture("/a", "").await;
    assert_eq!(reply.status, 404);
    assert!(
        reply
            .message()
            .starts_with("The image could not be processed within")
    );
    let dying = Scene::with(|pictures| {
        pictures.workers.program = "/bin/false".into();
        pictures.workers.arguments.clear();
    })
    .await;
    for side in [1, 2, 2] {
        let reply = dying.picture("/a", &format!("&w={side}")).await;
        assert_eq!(
            (reply.status, reply.message().as_str()),
            (404, "Image not readable. Is it a valid image?")
        );
    }
    assert_eq!(dying.get("/healthz", "").await.status, 200);
    let metrics = dying.get("/metrics", "Host: localhost\r\n").await;
    let text = String::from_utf8(metrics.body).unwrap();
    assert!(
        text.contains("wirecopy_picture_workers_lost_total 2"),
        "{text}"
    );
    assert!(
        text.contains("wirecopy_pictures_total{outcome=\"picture\"} 3"),
        "{text}"
    );
}

#[tokio::test]
async fn beyond_the_queue_a_client_is_told_when_to_come_back() {
    let scene = Scene::with(|pictures| {
        pictures.workers.program = "/bin/sleep".into();
        pictures.workers.arguments = vec!["60".to_owned()];
        pictures.workers.deadline = Duration::from_secs(2);
        pictures.workers.count = 1;
    })
    .await;
    let queries: Vec<String> = (1..=90).map(|side| format!("&w={side}")).collect();
    let asked = queries.iter().map(|query| scene.picture("/a", query));
    let first = tokio::time::timeout(Duration::from_secs(1), async {
        let mut busy = 0;
        let mut asked: futures_util::stream::FuturesUnordered<_> = asked.collect();
        while let Some(reply) = futures_util::StreamExt::next(&mut asked).await {
            assert_eq!(reply.status, 503);
            assert_eq!(reply.header("retry-after"), "2");
            busy += 1;
            if busy == 20 {
                break;
            }
        }
    });
    first.await.expect("who is too many is sent away at once");
}

#[tokio::test]
async fn who_has_too_many_made_waits_while_others_and_what_is_kept_are_served() {
    let scene = Scene::with(|pictures| {
        // Refused at once: what is counted is the asking.
        pictures.workers.program = "/bin/false".into();
        pictures.workers.arguments.clear();
    })
    .await;
    let target = |side| format!("/image?w={side}&url={}", scene.origin.url("/a"));
    let from = "X-Forwarded-For: 192.0.2.1\r\n";
    for side in 1..=RATE.burst {
        assert_eq!(scene.get(&target(side), from).await.status, 404, "{side}");
    }
    let reply = scene.get(&target(500), from).await;
    assert_eq!(reply.status, 429);
    assert!(reply.message().starts_with("Too many new pictures"));
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((30..=60).contains(&wait), "{wait}");
    let other = "X-Forwarded-For: 192.0.2.2\r\n";
    assert_eq!(scene.get(&target(500), other).await.status, 404);
    let scene = scene.restarted().await;
    let target = format!("/image?w=4&url={}", scene.origin.url("/a"));
    assert_eq!(
        scene.get(&target, from).await.header("x-cache-status"),
        "MISS"
    );
    for _ in 0..=RATE.burst {
        assert_eq!(
            scene.get(&target, from).await.header("x-cache-status"),
            "HIT"
        );
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_worker_may_take_little_memory_and_open_nothing() {
    use crate::origin::picture;
    use std::process::Stdio;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let mut worker = tokio::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .arg(wirecopy::images::worker::COMMAND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = worker.stdin.take().unwrap();
    for part in [b"w=4".as_slice(), &picture()] {
        let length = (part.len() as u64).to_le_bytes();
        input.write_all(&[&length, part].concat()).await.unwrap();
    }
    // It has been confined when it answers, and can still make a picture.
    assert_eq!(worker.stdout.as_mut().unwrap().read_u8().await.unwrap(), 1);
    let limits = format!("/proc/{}/limits", worker.id().unwrap());
    let limits = std::fs::read_to_string(limits).unwrap();
    let most = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let mut words = line[name.len()..].split_whitespace();
        let [soft, hard] = [words.next(), words.next()].map(|word| word.unwrap().to_owned());
        assert_eq!(soft, hard, "{name}");
        soft.parse::<u64>().unwrap()
    };
    assert!(most("Max address space") <= 2 << 30);
    for name in [
        "Max open files",
        "Max processes",
        "Max file size",
        "Max core file size",
    ] {
        assert_eq!(most(name), 0, "{name}");
    }
}
