//! The cache over restarts, damage and want of room.

use super::*;

fn entry(source: &str, bytes: &[u8]) -> Entry {
    Entry {
        source: Key::of_source(&url(source)),
        hash: blake3::hash(bytes),
        media_type: "image/png".to_owned(),
        extension: "png".to_owned(),
        origin: url(source).to_string(),
        received: 9,
    }
}

fn url(path: &str) -> Url {
    Url::parse(&format!("https://i.example/{path}")).unwrap()
}

fn key(number: u8) -> Key {
    Key([number; 32])
}

async fn put(cache: &Cache, number: u8, bytes: &'static [u8]) {
    let entry = entry("a", bytes);
    cache
        .put(key(number), entry, Bytes::from_static(bytes))
        .await
        .unwrap();
}

async fn has(cache: &Cache, number: u8) -> bool {
    cache.get(key(number)).await.unwrap().is_some()
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Cache::open(directory.path(), 1 << 20).unwrap();
    put(&open(), 1, b"pixels").await;
    let (found, bytes) = open().get(key(1)).await.unwrap().unwrap();
    assert_eq!(
        (found, bytes.as_ref()),
        (entry("a", b"pixels"), b"pixels".as_slice())
    );
    assert!(!has(&open(), 2).await);
}

#[tokio::test]
async fn a_damaged_or_missing_file_is_forgotten_and_a_damaged_index_begun_anew() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path(), 1 << 20).unwrap();
    put(&cache, 1, b"pixels").await;
    let path = cache.shared.path(&blake3::hash(b"pixels"));
    fs::write(&path, b"other pixels").unwrap();
    assert!(!has(&cache, 1).await);
    assert!(!path.exists());
    drop(cache);
    for name in ["index.sqlite-wal", "index.sqlite-shm"] {
        let _ = fs::remove_file(directory.path().join(name));
    }
    fs::write(directory.path().join("index.sqlite"), [b'?'; 8192]).unwrap();
    let cache = Cache::open(directory.path(), 1 << 20).unwrap();
    put(&cache, 1, b"pixels").await;
    assert!(has(&cache, 1).await);
}

#[tokio::test]
async fn what_was_not_used_longest_goes_first_and_a_shared_file_last() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path(), 100).unwrap();
    put(&cache, 1, &[1; 25]).await;
    put(&cache, 2, &[2; 25]).await;
    put(&cache, 3, &[2; 25]).await;
    let use_at = |number: u8, time: i64| {
        let state = cache.shared.state();
        let sql = "UPDATE entries SET used = ?2 WHERE key = ?1";
        state
            .connection
            .execute(sql, params![key(number).0, time])
            .unwrap();
    };
    use_at(2, 1);
    use_at(1, 2);
    put(&cache, 4, &[4; 25]).await;
    assert!(has(&cache, 1).await && has(&cache, 2).await);
    use_at(2, 1);
    put(&cache, 5, &[5; 10]).await;
    assert!(!has(&cache, 2).await);
    assert!(has(&cache, 3).await, "its file is that of 2");
    put(&cache, 6, &[6; 26]).await;
    assert!(!has(&cache, 6).await, "more than a quarter of all");
}

#[tokio::test]
async fn variants_are_counted_without_the_original() {
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path(), 1 << 20).unwrap();
    let source = Key::of_source(&url("a"));
    cache
        .put(source, entry("a", b"0"), Bytes::from_static(b"0"))
        .await
        .unwrap();
    put(&cache, 1, b"1").await;
    put(&cache, 2, b"2").await;
    assert_eq!(cache.variants(source).await.unwrap(), 2);
    assert_eq!(cache.variants(key(7)).await.unwrap(), 0);
}
