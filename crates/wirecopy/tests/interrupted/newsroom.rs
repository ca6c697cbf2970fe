//! Three publications on loopback. Two have news at their second step; of the third a page is edited then, of which its
//! feed does not tell.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Two invented full-text feeds, which hold more at their second step, and one whose article is edited then.
pub(crate) struct Newsroom {
    pub(crate) port: u16,
    pub(crate) step: Arc<AtomicU32>,
}

impl Newsroom {
    pub(crate) fn open() -> Newsroom {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let step = Arc::new(AtomicU32::new(0));
        let served = step.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(stream);
                let mut request = String::new();
                let _ = reader.read_line(&mut request);
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let step = served.load(Ordering::SeqCst);
                let (kind, body) = match request.contains("/saltmarrow/harbour") {
                    true => ("text/html", page(step)),
                    false => ("application/rss+xml", feed(&request, step, port)),
                };
                let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close");
                let _ = write!(
                    reader.into_inner(),
                    "{head}\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Newsroom { port, step }
    }
}

/// At the second step each feed has two more items, and one of the first is edited.
fn feed(request: &str, step: u32, port: u16) -> String {
    if request.contains("saltmarrow") {
        return format!(
            "<rss version=\"2.0\"><channel><title>Saltmarrow (invented)</title><item><title>Harbour wall</title>\
             <link>http://127.0.0.1:{port}/saltmarrow/harbour</link><pubDate>Sun, 23 Nov 2025 10:00:00 GMT</pubDate>\
             </item></channel></rss>"
        );
    }
    let (title, words) = match request.contains("gang-bao") {
        true => (
            "港报（虚构）",
            "港口在修理九周之后于星期一重新开放，第一班渡轮在黎明时分载着四十名乘客离开码头。",
        ),
        false => (
            "Lindquay Post (invented)",
            "The harbour reopened on Monday after nine weeks of repairs to its breakwater. ",
        ),
    };
    let count = 3 + 2 * step;
    let items: String = (0..count)
        .map(|number| {
            let edit = if number == 1 && step > 0 { " It closed again at noon. 中午又关闭了。" } else { "" };
            let text = words.repeat(6 + number as usize);
            format!(
                "<item><title>{title} {number}</title><link>http://127.0.0.1:{port}/{title}/{number}</link>\
                 <pubDate>Sun, 23 Nov 2025 0{number}:00:00 GMT</pubDate><description>&lt;p&gt;{text}{edit}&lt;/p&gt;</description></item>"
            )
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>")
}

/// The page that is edited.
fn page(step: u32) -> String {
    let edit = if step > 0 {
        "It closed again at noon."
    } else {
        "It stays open."
    };
    let text =
        "The wall stands two metres higher than the one before it, the harbour master said. "
            .repeat(9);
    format!(
        "<html><body><article><h1>Harbour wall</h1><p>{text}</p><p>{text}{edit}</p></article></body></html>"
    )
}
