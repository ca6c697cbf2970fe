//! A bucket in an object storage of others' making, which checks every signature and keeps objects as files.

use std::fs;
use std::path::Path;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use url::Url;

use super::{Grounds, invented, sent};
use crate::publishing::delivery::Destination;
use crate::publishing::delivery::objects::{ObjectStore, StorageKey};

const ID: &str = "invented";
const SECRET: &str = "invented as well";

/// Serves what is below a directory, a bucket for each directory in it, until the test ends.
async fn start(root: &Path) -> Url {
    fs::create_dir_all(root.join("bucket")).unwrap();
    let mut builder = S3ServiceBuilder::new(FileSystem::new(root).unwrap());
    builder.set_auth(SimpleAuth::from_single(ID, SECRET));
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let served =
                http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
            tokio::spawn(served);
        }
    });
    Url::parse(&format!("http://{address}/bucket/news")).unwrap()
}

fn store(address: &Url, secret: &str) -> Destination {
    let key = StorageKey {
        id: ID.to_owned(),
        secret: secret.to_owned(),
    };
    let store = ObjectStore::new(address, "us-east-1", key).unwrap();
    Destination::Objects(Box::new(store))
}

#[tokio::test]
async fn real_storage_takes_the_site_and_then_only_what_changed() {
    let grounds = Grounds::with(&invented());
    let kept = grounds.path("storage");
    let address = start(&kept).await;
    let place = store(&address, SECRET);
    assert_eq!(grounds.deliver_one(&place).await, sent(4, 0));
    assert_eq!(grounds.deliver_one(&place).await, sent(0, 0));
    grounds.write("articles/post/2026/11/01-a.html", "corrected");
    grounds.remove("articles/post/2026/11/01-b.html");
    assert_eq!(grounds.deliver_one(&place).await, sent(1, 1));
    let article = kept.join("bucket/news/articles/post/2026/11/01-a.html");
    assert_eq!(fs::read_to_string(article).unwrap(), "corrected");
    assert!(
        !kept
            .join("bucket/news/articles/post/2026/11/01-b.html")
            .exists()
    );
}

#[tokio::test]
async fn real_storage_refuses_another_secret() {
    let grounds = Grounds::with(&invented());
    let address = start(&grounds.path("storage")).await;
    let refused = grounds.deliver_one(&store(&address, "guessed")).await;
    let told = refused.unwrap_err();
    assert!(told.contains("403 SignatureDoesNotMatch"), "{told}");
}
