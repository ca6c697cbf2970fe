//! Image proxy addresses undone.

/// The address behind the image proxy of the first mirrors, `None` for an address that is not
/// behind it. Proxies around proxies are undone together.
pub fn unproxy(url: &str) -> Option<String> {
    let rest = url
        .strip_prefix("https://images.weserv.nl")
        .or_else(|| url.strip_prefix("http://images.weserv.nl"))?;
    let target = rest.trim_start_matches('/').strip_prefix("?url=")?;
    let target = format!("https://{}", target.replace("&amp;", "&"));
    Some(unproxy_once_more(target))
}

fn unproxy_once_more(target: String) -> String {
    let mut target = target;
    for _ in 0..3 {
        let Some(rest) = target.split_once("images.weserv.nl") else {
            break;
        };
        let Some(inner) = rest.1.trim_start_matches('/').strip_prefix("?url=") else {
            break;
        };
        target = format!("https://{inner}");
    }
    target
}
