//! What an article is filed under: its publisher's subjects and its authors. Spellings that differ in case or
//! punctuation only share a slug, and are one subject.

use crate::document::Trailer;
use crate::path;

/// Longest name in characters. What is longer is a sentence that a publisher put in the wrong field.
const MAX_NAME_CHARACTERS: usize = 80;

/// Most subjects of one kind that an article is filed under; some publishers write their whole vocabulary.
const MAX_SUBJECTS: usize = 32;

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A subject of its publisher's.
    Tag,
    /// Who wrote it.
    Author,
}

/// One entry of a catalogue by subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its name as a directory, made as a source's is.
    pub slug: String,
    /// Its name as this article has it.
    pub name: String,
}

/// The subjects of an article, each once, tags before authors.
pub fn subjects(trailer: &Trailer) -> Vec<Subject> {
    let tags = filed(SubjectKind::Tag, &trailer.tags);
    let authors = filed(SubjectKind::Author, &trailer.authors);
    tags.into_iter().chain(authors).collect()
}

/// The slug that a name is filed under; `None` for a name without a letter, or no name at all.
pub fn slug(name: &str) -> Option<String> {
    let is_name =
        name.chars().nth(MAX_NAME_CHARACTERS).is_none() && name.chars().any(char::is_alphanumeric);
    if !is_name {
        return None;
    }
    let slug = path::slug(name);
    if path::is_whole(name, &slug) {
        return Some(slug);
    }
    // Cut off: two long names may begin alike.
    let hash = blake3::hash(name.as_bytes()).to_hex();
    Some(format!("{slug}-{}", &hash[..8]))
}

fn filed(kind: SubjectKind, names: &[String]) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    for name in names {
        let Some(slug) = slug(name) else { continue };
        if subjects.len() < MAX_SUBJECTS && subjects.iter().all(|known| known.slug != slug) {
            let name = name.clone();
            subjects.push(Subject { kind, slug, name });
        }
    }
    subjects
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tags: &[&str], expected: &[&str]) {
        let trailer = Trailer {
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Trailer::default()
        };
        let slugs: Vec<String> = subjects(&trailer)
            .into_iter()
            .map(|subject| subject.slug)
            .collect();
        assert_eq!(slugs, expected);
    }

    #[test]
    fn spellings_of_one_name_are_one_subject() {
        check(&["Harbours", "harbours", "HARBOURS!"], &["harbours"]);
        check(&["港口", "港口 "], &["港口"]);
    }

    #[test]
    fn what_is_no_name_is_filed_under_nothing() {
        check(&["…", "", &"a sentence ".repeat(20)], &[]);
    }

    #[test]
    fn long_names_that_begin_alike_stay_apart() {
        let long = "国际贸易与海洋运输的未来发展方向研究专题";
        let (one, other) = (format!("{long}甲"), format!("{long}乙"));
        let (one, other) = (slug(&one).unwrap(), slug(&other).unwrap());
        assert_ne!(one, other);
        assert!(one.len() <= 80, "{one}");
    }

    #[test]
    fn an_article_is_filed_under_tags_and_authors_of_the_same_name() {
        let trailer = Trailer {
            tags: vec!["Ada Example".to_owned()],
            authors: vec!["Ada Example".to_owned()],
            ..Trailer::default()
        };
        let kinds: Vec<SubjectKind> = subjects(&trailer)
            .into_iter()
            .map(|subject| subject.kind)
            .collect();
        assert_eq!(kinds, [SubjectKind::Tag, SubjectKind::Author]);
    }
}
