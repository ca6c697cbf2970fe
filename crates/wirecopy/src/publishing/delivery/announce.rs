//! Tells a hub which feeds changed, so that it tells those who follow them (WebSub section 6; how a publisher tells its
//! hub is from PubSubHubbub 0.4 section 7.1, which hubs kept).

use url::Url;

use crate::fetch::Fetcher;
use crate::fetch::delivery::{Delivery, DeliveryMethod};

/// Feeds told of in one request.
const AT_ONCE: usize = 100;

/// Tells of the feeds at these paths of the site; what the hub refused is returned in words.
pub async fn announce(
    fetcher: &Fetcher,
    (hub, site): (&Url, &Url),
    feeds: &[String],
) -> Option<String> {
    for some in feeds.chunks(AT_ONCE) {
        let told = fetcher.deliver(notice(hub, site, some)).await;
        match told {
            Ok(answer) if answer.is_success() => {}
            Ok(answer) => {
                return Some(format!(
                    "the hub {hub} answered {}, so that followers learn later",
                    answer.status
                ));
            }
            Err(error) => return Some(format!("the hub {hub} was not told: {error}")),
        }
    }
    None
}

fn notice(hub: &Url, site: &Url, feeds: &[String]) -> Delivery {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", "publish");
    for path in feeds {
        if let Ok(feed) = site.join(&wirecopy_publish::paths::encoded(path)) {
            form.append_pair("hub.url", feed.as_str());
        }
    }
    Delivery {
        method: DeliveryMethod::Post,
        url: hub.clone(),
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        )],
        body: form.finish().into_bytes(),
    }
}
