//! Hostile pages of growing size: processor time and greatest memory of the whole process, each page
//! in a process of its own. Linear is when ten times the page takes ten times as long.
//!
//! usage: `hostile [MEGABYTES…]`; Linux, since memory is read from `/proc/self/status`.

use rustix::time::{ClockId, clock_gettime};
use wirecopy_extract::{Article, Page, Rejection, extract};

/// What a kind of page is called, and what builds one of about so many bytes.
type Kind = (&'static str, fn(usize) -> String);

const KINDS: [Kind; 30] = [
    ("paragraphs", |size| {
        "<p>One more line of an ordinary text, and another.</p>\n".repeat(size / 55)
    }),
    ("nested div", |size| "<div>".repeat(size / 5)),
    ("nested and closed", |size| {
        "<div>".repeat(size / 11) + &"</div>".repeat(size / 11)
    }),
    ("paragraph tags", |size| "<p>".repeat(size / 3)),
    ("end tags", |size| "</p>".repeat(size / 4)),
    ("unclosed b", |size| "<b>x".repeat(size / 4)),
    ("unclosed a around p", |size| {
        "<a href=x><p>x".repeat(size / 14)
    }),
    ("formatting closed crosswise", |size| {
        "<b><i><p>x</b>y</i>".repeat(size / 19)
    }),
    ("formatting of own class", formatting),
    ("tables in tables", |size| {
        "<table><tr><td>x".repeat(size / 16)
    }),
    ("text in tables", |size| {
        format!("<table>{}", "x<tr>y".repeat(size / 6))
    }),
    ("list items", |size| "<li>x".repeat(size / 5)),
    ("links", |size| "<a href=/news>More</a> ".repeat(size / 23)),
    ("siblings of own class", classes),
    ("one attribute", |size| {
        format!("<p class='{}'>text", "a".repeat(size))
    }),
    ("attributes of a megabyte", |size| {
        format!("<p title='{}'>text</p>", "a b ".repeat(250_000)).repeat(size / 1_000_000)
    }),
    ("many attributes", attributes),
    ("one script", |size| {
        format!("<script type='application/ld+json'>{}", "[".repeat(size))
    }),
    ("data of a script", |size| {
        format!(
            "<script id=data>{{\"a\":[{}0]}}</script>",
            "{\"text\":\"one more line\"},".repeat(size / 25)
        )
    }),
    ("unclosed comments", |size| "<!-- x ".repeat(size / 7)),
    ("comments in text", |size| "x<!---->".repeat(size / 8)),
    ("references", |size| {
        "&amp;&nosuch;&#x4e2d;".repeat(size / 21)
    }),
    ("plain text", |size| "word, ".repeat(size / 6)),
    ("marks alone", |size| "<".repeat(size)),
    ("marks of references", |size| "&".repeat(size)),
    ("short attributes", |size| {
        "<p a b c d e f g h i j k l m n o q r s t u v w x y z>x".repeat(size / 54)
    }),
    ("elements of own name", |size| "<Z>x".repeat(size / 4)),
    ("text in pieces", |size| "<p>x<!-->y".repeat(size / 10)),
    ("preformatted", |size| format!("<pre>{}", "x\n y\n".repeat(size / 5))),
    ("ideographs", |size| "港口重新开放。".repeat(size / 21)),
];

fn formatting(size: usize) -> String {
    (0..size / 22)
        .map(|number| format!("<p><b class=c{number:07}>x"))
        .collect()
}

fn classes(size: usize) -> String {
    (0..size / 24)
        .map(|number| format!("<div class=c{number:07}>t</div>"))
        .collect()
}

fn attributes(size: usize) -> String {
    let attributes: String = (0..size / 10)
        .map(|number| format!(" a{number:07}"))
        .collect();
    format!("<p{attributes}>text")
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [kind, bytes] = arguments.as_slice()
        && let Some((_, make)) = KINDS.iter().find(|(name, _)| name == kind)
    {
        return measure(make(bytes.parse().expect("bytes")));
    }
    let given: Vec<usize> = arguments
        .iter()
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if given.is_empty() {
        vec![1, 10, 100]
    } else {
        given
    };
    println!("| page | MB | CPU s | memory by page |\n|---|---|---|---|");
    for (kind, _) in KINDS {
        for size in &sizes {
            let own = std::process::Command::new(std::env::current_exe()?)
                .args([kind, &(size * 1_000_000).to_string()])
                .output()?;
            println!(
                "| {kind} | {size} | {} |",
                String::from_utf8_lossy(&own.stdout).trim()
            );
        }
    }
    Ok(())
}

/// Prints processor seconds, and how often the page would fit into what the process took beyond what
/// it had with the page alone.
fn measure(page: String) -> std::io::Result<()> {
    // The models are read once a process, whatever its pages.
    let _ = extracted("<p>A short line.");
    let before = peak()?;
    let start = clock_gettime(ClockId::ThreadCPUTime);
    let found = extracted(&page);
    let end = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = (end.tv_sec - start.tv_sec) as f64 + (end.tv_nsec - start.tv_nsec) as f64 / 1e9;
    let taken = (peak()? - before) as f64 / page.len() as f64;
    drop(found);
    println!("{seconds:.2} | {taken:.1}");
    Ok(())
}

fn extracted(page: &str) -> Result<Article, Rejection> {
    let page = Page {
        bytes: page.as_bytes(),
        media_type: None,
        url: None,
    };
    extract(&page, None)
}

/// The most memory that the process had, in bytes.
fn peak() -> std::io::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap_or_default();
    let kilobytes = line.trim().trim_end_matches(" kB").parse::<usize>();
    Ok(kilobytes.unwrap_or_default() * 1024)
}
