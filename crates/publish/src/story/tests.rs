//! Pairs of titles and leads: real ones of publications that told the same news, and invented ones that are only near.

use jiff::SignedDuration;

use super::{SHOWN, gist, likeness, same_story, shown};
use crate::edition::Listing;
use crate::samples::english;

fn told(source: &str, title: &str, lead: &str) -> Listing {
    let (listing, _) = english();
    let url = url::Url::parse(&format!("https://{source}.example/{}", title.len())).unwrap();
    Listing {
        id: wirecopy_document::identity::DocumentId::of(source, &url),
        source: source.into(),
        title: title.into(),
        summary: (!lead.is_empty()).then(|| lead.into()),
        ..listing
    }
}

#[track_caller]
fn check(one: (&str, &str), other: (&str, &str), expected: bool) {
    let one = gist(&told("one", one.0, one.1));
    let other = gist(&told("other", other.0, other.1));
    assert_eq!(likeness(&one, &other).is_some(), expected);
    assert_eq!(likeness(&one, &other), likeness(&other, &one));
}

#[test]
fn real_titles_on_the_same_news_meet_in_both_scripts() {
    check(
        ("中国股市收跌近1% 西方因涉疆问题制裁中国打压市场信心", ""),
        ("中國股市收跌近1% 西方制裁中國打壓市場信心", ""),
        true,
    );
    check(
        ("美参议员吁司法部调查抖音国际版和Zoom", ""),
        ("美国两名参议员敦促司法部调查Zoom和TikTok与中国的关系", ""),
        true,
    );
    check(
        ("直播：中共庆祝建党百年，习近平将发表讲话", ""),
        ("中共百年黨慶7/1天安門登場 習近平將發表談話", ""),
        true,
    );
}

#[test]
fn real_titles_that_share_only_their_subject_stay_apart() {
    check(
        ("叮咚买菜纽约上市首日开盘上涨19% 估值达66亿美元", ""),
        ("消息：小鹏汽车香港上市将筹资18亿美元", ""),
        false,
    );
    check(
        ("中共建党百年维稳 上访农民成“恐怖分子”", ""),
        ("中共百年党庆7/1天安门登场 习近平将发表谈话", ""),
        false,
    );
    check(
        ("中国已有11款疫苗进入临床试验", ""),
        ("中国COVID-19疫苗 巴西三期试验年底或有结果", ""),
        false,
    );
}

#[test]
fn invented_leads_decide_where_titles_are_not_enough() {
    let lead = "The invented ferry Morning Star ran aground off Lindquay harbour on Monday night with forty passengers";
    let other = "Forty passengers were brought ashore after the invented ferry Morning Star ran aground near Lindquay harbour";
    let titles = (
        "Ferry aground off Lindquay harbour",
        "Lindquay ferry passengers brought ashore at harbour",
    );
    check((titles.0, lead), (titles.1, other), true);
    check(
        (titles.0, lead),
        (
            titles.1,
            "A festival of lanterns opens on Friday in the old town",
        ),
        false,
    );
    check(
        ("Prices rise for the third month in a row", ""),
        ("Rivers rise for the third day in a row", ""),
        false,
    );
    check(("", ""), ("", ""), false);
}

#[test]
fn articles_of_one_source_or_of_other_days_are_no_same_story() {
    let listing = told("one", "Ferry aground off Lindquay harbour wall", "");
    let other = told("other", "Ferry aground off Lindquay harbour wall", "");
    let later = |hours: i64| {
        let published = other.published + SignedDuration::from_hours(hours);
        gist(&Listing {
            published,
            ..other.clone()
        })
    };
    let of = gist(&listing);
    assert!(likeness(&of, &later(0)).is_some());
    assert!(likeness(&of, &later(36)).is_some());
    assert!(likeness(&of, &later(-37)).is_none());
    assert!(likeness(&of, &gist(&listing)).is_none());
}

#[test]
fn page_shows_the_likest_of_each_source_whatever_their_order() {
    let of = gist(&told("one", "Ferry aground off Lindquay harbour wall", ""));
    let mut around = Vec::new();
    for number in 0..8 {
        let source = format!("source-{number}");
        around.push(gist(&told(
            &source,
            "Ferry aground off Lindquay harbour",
            "",
        )));
        around.push(gist(&told(
            &source,
            "Ferry aground off Lindquay harbour wall",
            "",
        )));
    }
    let first: Vec<_> = shown(&same_story(&of, around.iter()))
        .iter()
        .map(|gist| gist.id())
        .collect();
    around.reverse();
    let second: Vec<_> = shown(&same_story(&of, around.iter()))
        .iter()
        .map(|gist| gist.id())
        .collect();
    assert_eq!(first, second);
    assert_eq!(first.len(), SHOWN);
    let likest = around.iter().filter(|gist| first.contains(&gist.id()));
    assert!(
        likest.clone().all(|gist| gist.title.len() == 5),
        "{likest:?}"
    );
}
