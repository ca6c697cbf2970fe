//! Chinese bylines in running text: after a mark (`作者：`, `执笔人：`), after a reporter's title (`本报记者`),
//! in brackets at the beginning or end of the article.
//!
//! Names are two to four characters and stand apart by spaces or `、`; a title without a mark is one only
//! where something ends the names, since `记者` also begins many a sentence.

use std::iter;

use crate::text::is_ideographic;

/// Marks that names follow, with a colon of either width or a slash.
const MARKS: [&str; 9] = [
    "作者",
    "作　者",
    "记者",
    "記者",
    "撰文",
    "撰稿",
    "执笔人",
    "执笔",
    "文",
];

/// How many of them are marks without doubt: `文` also ends many a word.
const MARKED: usize = 8;

/// The same for whoever saw to the text, where no author is named.
const EDITORS: [&str; 4] = ["责任编辑", "责编", "编辑", "編輯"];

/// What ends the names after a title without a mark.
const ENDS: [&str; 6] = ["发自", "報道", "报道", "摄", "通讯员", "实习"];

/// Words that no name holds, though a byline does.
const NO_NAMES: [&str; 18] = [
    "记者",
    "記者",
    "通讯员",
    "图片",
    "资料",
    "本报",
    "本报讯",
    "来源",
    "编辑",
    "责编",
    "出自",
    "时间",
    "日期",
    "发布",
    "点击",
    "阅读",
    "综合",
    "报道",
];

/// Characters at either end of a line in which a byline stands in brackets.
const EDGE: usize = 40;

/// The authors that a line names.
pub(super) fn authors(line: &str) -> Vec<String> {
    let edges = [head(line), tail(line)];
    let found = edges
        .iter()
        .map(|edge| after_mark(edge, &MARKS))
        .chain(edges.iter().map(|edge| after_title(edge)))
        .chain(iter::once_with(|| in_signature(line)))
        .find(|names| !names.is_empty());
    found.unwrap_or_else(|| in_closing_brackets(line))
}

/// The authors in a line that says who wrote a text, and when: `本贴由林小溪于2005年8月12日发表`,
/// `林小溪写于2005年6月12日`.
fn in_signature(line: &str) -> Vec<String> {
    let line = line.trim();
    let name = posted_by(line).or_else(|| written_by(line));
    let name = name.filter(|name| name.chars().all(is_ideographic));
    name.map(leading_names).unwrap_or_default()
}

fn posted_by(line: &str) -> Option<&str> {
    let mut openings = ["本贴由", "本貼由", "本帖由", "本文由"].iter();
    let rest = openings.find_map(|opening| line.strip_prefix(opening))?;
    let (name, time) = rest.split_once(['于', '於'])?;
    time.starts_with(|first: char| first.is_ascii_digit())
        .then_some(name)
}

/// A sentence on when something was written goes on after the year.
fn written_by(line: &str) -> Option<&str> {
    let mut marks = ["写于", "寫於", "作于", "作於"].iter();
    let (name, time) = marks.find_map(|mark| line.split_once(mark))?;
    (time.contains('年') && time.chars().all(is_of_date)).then_some(name)
}

/// The authors that a line names behind a mark, or in brackets behind a time: `08:19 [ 林小溪 ] 来源：`.
pub(super) fn marked(line: &str) -> Vec<String> {
    let head = head(line);
    let names = after_mark(head, &MARKS[..MARKED]);
    if !names.is_empty() || !line.contains("来源") {
        return names;
    }
    let inside = head
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'));
    inside.map_or_else(Vec::new, |(inside, _)| leading_names(inside))
}

/// Family names that begin nine in ten Chinese names.
const FAMILIES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程\
    苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// The names that are all a line says: `林小溪`, `林小溪、陆一`, the first with a known family name.
pub(super) fn alone(line: &str) -> Vec<String> {
    let line = line.trim();
    let first = line.chars().next();
    let is_short =
        line.chars().count() <= 20 && !line.chars().any(|c| !is_ideographic(c) && !is_gap(c));
    if !is_short || !first.is_some_and(|first| FAMILIES.contains(first)) {
        return Vec::new();
    }
    let words = line.split(is_gap).filter(|word| !word.is_empty()).count();
    let names = leading_names(line);
    let is_all = names.len() == words && names.iter().all(|name| name.chars().count() <= 3);
    if is_all { names } else { Vec::new() }
}

/// The editors that a line names.
pub(super) fn editors(line: &str) -> Vec<String> {
    let found = [head(line), tail(line)].map(|edge| after_mark(edge, &EDITORS));
    found
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

fn head(line: &str) -> &str {
    let end = line
        .char_indices()
        .nth(EDGE)
        .map_or(line.len(), |(index, _)| index);
    &line[..end]
}

fn tail(line: &str) -> &str {
    let start = line
        .char_indices()
        .rev()
        .nth(EDGE)
        .map_or(0, |(index, _)| index);
    &line[start..]
}

fn after_mark(text: &str, marks: &[&str]) -> Vec<String> {
    let places = marks.iter().flat_map(|mark| {
        text.match_indices(mark)
            .map(|(index, mark)| &text[index + mark.len()..])
    });
    let marked = places.filter_map(|rest| {
        let rest = rest.trim_start_matches(' ');
        rest.strip_prefix(['：', ':', '/', '／'])
    });
    marked
        .map(leading_names)
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

/// `光明日报记者 王建宏 张文攀`, `本报记者罗科苏盈发自北京`, `（记者 格桑边觉）`.
fn after_title(text: &str) -> Vec<String> {
    for title in ["记者", "記者"] {
        for (index, _) in text.match_indices(title) {
            let rest = &text[index + title.len()..];
            if rest.starts_with([' ', '\u{3000}', '\u{a0}']) {
                let names = leading_names(rest);
                if !names.is_empty() {
                    return names;
                }
            }
            let end = ENDS.iter().filter_map(|end| rest.find(end)).min();
            let names = end
                .map(|end| leading_names(&rest[..end]))
                .unwrap_or_default();
            if !names.is_empty() {
                return names;
            }
        }
    }
    Vec::new()
}

/// `（常书香 马丹阳）` and `（姚峰 上海报道）` as the last words of a paragraph. One name alone might be anything.
fn in_closing_brackets(line: &str) -> Vec<String> {
    let inside = line.trim_end().strip_suffix(['）', ')']);
    let Some((text, inside)) = inside.and_then(|line| line.rsplit_once(['（', '('])) else {
        return Vec::new();
    };
    let is_sentence = text.trim_end().ends_with(['。', '！', '？', '”', '…']);
    let names = leading_names(inside);
    let words = inside.split_whitespace().count();
    if is_sentence && words >= 2 {
        names
    } else {
        Vec::new()
    }
}

/// The words at the beginning that are names.
fn leading_names(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let is_end = |character: char| !is_ideographic(character) && !is_gap(character);
    let run = &text[..text.find(is_end).unwrap_or(text.len())];
    // What runs into a bracket, a colon or a slash is that one's title: `来源：`.
    let cut = text[run.len()..].starts_with(['：', ':', '[', '/']);
    let mut words: Vec<&str> = run.split(is_gap).filter(|word| !word.is_empty()).collect();
    if cut && !run.ends_with(is_gap) {
        words.pop();
    }
    let is_name = |word: &&str| {
        (2..=4).contains(&word.chars().count())
            && !NO_NAMES.iter().any(|other| word.contains(other))
            && !ENDS.iter().any(|end| word.contains(end))
    };
    words
        .into_iter()
        .take_while(is_name)
        .take(8)
        .map(str::to_owned)
        .collect()
}

fn is_of_date(character: char) -> bool {
    character.is_ascii_digit() || " 年月日:.".contains(character)
}

fn is_gap(character: char) -> bool {
    character.is_whitespace() || matches!(character, '、' | '，' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(authors(line), expected, "{line}");
    }

    #[test]
    fn names_follow_marks_and_titles() {
        check("2006-12-27 09:12 作者：林小溪 来源：示例", &["林小溪"]);
        check("作者： 林小溪 出自[示例出版社]", &["林小溪"]);
        check("执笔人：林小溪 江晓波 陆一", &["林小溪", "江晓波", "陆一"]);
        check("示例日报记者 林小溪 江晓波", &["林小溪", "江晓波"]);
        check("本报记者林小溪发自北京", &["林小溪"]);
        check(
            "据示例社电（记者 林小溪）记者近日从港口获悉，大钟已经修好。",
            &["林小溪"],
        );
        check("大钟从此准时。（林小溪 北京报道）", &["林小溪"]);
        check("大钟从此准时。（林小溪 江晓波 ）", &["林小溪", "江晓波"]);
    }

    #[test]
    fn a_dated_signature_names_its_author() {
        check(
            "本贴由林小溪于2005年8月12日16:12:21在〖港口论坛〗发表.",
            &["林小溪"],
        );
        check("林小溪写于2005年6月12日", &["林小溪"]);
        check("林小溪寫於2005年6月12日", &["林小溪"]);
        check("这首诗写于2005年，当时港口还没有大钟。", &[]);
    }

    #[test]
    fn names_stand_behind_a_mark_in_brackets_or_alone() {
        assert_eq!(marked("时间：2004年10月21日14:18 作者：林小溪"), ["林小溪"]);
        assert_eq!(
            marked("示例网 2004年7月16日08:19 [ 林小溪 ] 来源：[ 示例报 ]"),
            ["林小溪"]
        );
        assert!(marked("示例网 [ 林小溪 ]").is_empty());
        assert_eq!(alone("林小溪"), ["林小溪"]);
        assert_eq!(alone("林小溪、陆一"), ["林小溪", "陆一"]);
        for line in ["港口重新开放", "高度政治", "内容", "林小溪在港口。"] {
            assert!(alone(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn what_is_no_byline_names_nobody() {
        check("记者近日从港口获悉，大钟已经修好。", &[]);
        check("他说：“大钟修好了。”（笑）", &[]);
        check("作者：来源：示例", &[]);
        check("大钟从此准时。（图片来源 示例社）", &[]);
        assert_eq!(editors("来源：示例日报 编辑：林小溪"), ["林小溪"]);
    }
}
