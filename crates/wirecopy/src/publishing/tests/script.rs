//! The search page's script and the program, asked the same.

use std::process::Command;

use serde::Deserialize;
use wirecopy_publish::search::bookmark::Bookmark;
use wirecopy_publish::search::query::Filter;
use wirecopy_publish::search::units::{Kind, units};

use super::newsroom::{Newsroom, article};
use crate::publishing::finder::{Answer, Question, find};

/// Invented sentences in several scripts.
const TEXTS: [&str; 8] = [
    "立法會選舉的結果，習近平發表講話。臺灣與香港的記者會在北京舉行",
    "习近平在北京发表讲话，中美两国的贸易战影响经济 iPhone 手机 A股市场 G7峰会 3月15日",
    "The elections changed the policies of operators; running, conditional relations & <hopefulness> café naïve",
    "Les élections présidentielles à l’Élysée, les journaux français d’aujourd’hui",
    "الانتخابات الرئاسية في القاهرة، أعلنت اللجنة إلى الأمة",
    "東京オリンピックの開会式、ガザ地区 서울에서 열린 대통령 선거 ﬁn Ｇ７",
    "Выборы президента Ёлка й ΑΘΗΝΑ σοφός ירושלים שָׁלוֹם ภาษาไทย हिन्दी",
    "中國人權律師團體在美國，中国的律师与人权",
];

const QUERIES: [&str; 26] = [
    "习近平",
    "北京",
    "選舉 北京",
    "贸易战",
    "中美贸易战影响",
    "中国人权律师",
    "A股",
    "G7",
    "手机 OR 香港",
    "policy",
    "election -iphone",
    "\"changes the policy\"",
    "elections presidentielles",
    "الأنتخابات",
    "東京",
    "オリンピック",
    "선거",
    "выборы",
    "σοφος",
    "ภาษา",
    "title:invented 北京",
    "source:evening-post 北京",
    "北京 after:2026-11-02",
    "before:2026-11-01 习近平",
    "15日",
    "-\"中美两国\" 讲话",
];

#[derive(Deserialize)]
struct Answers {
    found: Vec<Vec<String>>,
    units: Vec<Vec<String>>,
}

fn newsroom() -> Newsroom {
    let mut newsroom = Newsroom::with(0);
    for number in 0..300 {
        let mut document = article(number, "Invented");
        let first = TEXTS[number % TEXTS.len()]
            .replace('&', "&amp;")
            .replace('<', "&lt;");
        let second = TEXTS[number * 7 % 5]
            .split(['，', ';'])
            .next()
            .unwrap_or_default();
        let body = format!("<p>{first}</p><p>{second}</p>");
        document.body = wirecopy_document::clean::clean(&body, None);
        newsroom.put(number, Some(document.to_bytes()));
    }
    newsroom
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn the_script_finds_what_the_program_finds() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: there is no node to run the script");
        return;
    }
    let mut newsroom = newsroom();
    newsroom.publish().unwrap();
    let questions = newsroom.directory.path().join("questions.json");
    let texts: Vec<String> = TEXTS
        .map(str::to_owned)
        .into_iter()
        .chain(words())
        .collect();
    let asked = serde_json::json!({ "queries": QUERIES, "texts": texts });
    std::fs::write(&questions, asked.to_string()).unwrap();
    let harness = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/publishing/tests/run_search.cjs"
    );
    let output = Command::new("node")
        .arg(harness)
        .arg(newsroom.site())
        .arg(&questions)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let answers: Answers = serde_json::from_slice(&output.stdout).unwrap();
    for (text, cut) in texts.iter().zip(&answers.units) {
        assert_eq!(cut_by_the_program(text), *cut, "{text}");
    }
    for (query, pages) in QUERIES.iter().zip(&answers.found) {
        assert_eq!(found_by_the_program(&newsroom, query), *pages, "{query}");
    }
    let some = answers
        .found
        .iter()
        .filter(|pages| !pages.is_empty())
        .count();
    assert!(some > 20, "only {some} queries found anything");
}

fn cut_by_the_program(text: &str) -> Vec<String> {
    let units = units(text).into_iter();
    let told = units.map(|unit| {
        let joined = if unit.joined { '+' } else { ' ' };
        match unit.kind {
            Kind::Word(word) => format!("{joined}{word}"),
            Kind::Glyph(glyph) => format!("{joined}{glyph}"),
        }
    });
    told.collect()
}

fn found_by_the_program(newsroom: &Newsroom, query: &str) -> Vec<String> {
    let question = Question {
        query: query.to_owned(),
        filter: Filter::default(),
        from: Bookmark::default(),
        take: 30,
    };
    let answer = Answer::from(find(&newsroom.site(), &question).unwrap());
    let told = answer.results.into_iter().map(|article| {
        let mark = if article.parts { "~" } else { "" };
        format!("{mark}{}", article.page)
    });
    told.collect()
}

/// Words with every ending that a stem loses, and with several.
fn words() -> Vec<String> {
    let stems = [
        "act", "happy", "tr", "rel", "control", "fall", "siz", "agr", "oper", "say", "yell",
        "hopp", "feud",
    ];
    let endings = "s es ies sses ed eed ing ational tional enci anci izer abli alli entli eli ousli ization ation ator \
        alism iveness fulness ousness aliti iviti biliti icate ative alize iciti ical ful ness al ance ence er ic able \
        ible ant ement ment ent ion sion tion ou ism ate iti ous ive ize y e ll";
    let pairs = stems
        .iter()
        .flat_map(|stem| endings.split_whitespace().map(move |end| (stem, end)));
    pairs
        .flat_map(|(stem, end)| {
            [
                format!("{stem}{end}"),
                format!("{stem}{end}s"),
                format!("{stem}ing{end}"),
            ]
        })
        .collect()
}
