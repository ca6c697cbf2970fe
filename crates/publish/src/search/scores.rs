//! Documents with their scores, and how those of several terms become those of a query. Lists are sorted by ordinal.

use crate::search::postings::Posting;

/// Documents with their scores, by ordinal.
pub(crate) type Scores = Vec<(u32, f64)>;

/// The list of a term, and what each impact is worth in it.
pub(crate) struct Weighed<'a> {
    pub(crate) list: &'a [Posting],
    pub(crate) worth: [f64; 4],
    /// The least impact that counts.
    pub(crate) least: u8,
}

impl Weighed<'_> {
    fn score(&self, posting: &Posting) -> Option<f64> {
        (posting.impact >= self.least).then(|| self.worth[usize::from(posting.impact)])
    }
}

/// The documents that have all terms. They are looked for from the rarest term on, since what misses one is out; what
/// they have of each is added up in the order of the terms, as the script does, for equal sums.
pub(crate) fn having_all(terms: &[Weighed<'_>]) -> Scores {
    let mut rarest_first: Vec<&Weighed<'_>> = terms.iter().collect();
    rarest_first.sort_by_key(|term| term.list.len());
    let Some((rarest, others)) = rarest_first.split_first() else {
        return Vec::new();
    };
    let having = rarest
        .list
        .iter()
        .filter(|posting| rarest.score(posting).is_some());
    let mut scores: Scores = having.map(|posting| (posting.ordinal, 0.0)).collect();
    for other in others {
        let mut rest = other.list;
        scores.retain(|(ordinal, _)| {
            rest = from(rest, *ordinal);
            let here = rest.first().filter(|posting| posting.ordinal == *ordinal);
            here.is_some_and(|posting| other.score(posting).is_some())
        });
    }
    for term in terms {
        let mut rest = term.list;
        for (ordinal, score) in &mut scores {
            rest = from(rest, *ordinal);
            *score += rest
                .first()
                .and_then(|posting| term.score(posting))
                .unwrap_or_default();
        }
    }
    scores
}

/// The documents that have so many of the terms.
pub(crate) fn having_some(terms: &[Weighed<'_>], wanted: usize) -> Scores {
    let mut found: Vec<(u32, usize, f64)> = Vec::new();
    for term in terms {
        let scored = term
            .list
            .iter()
            .filter_map(|posting| Some((posting.ordinal, term.score(posting)?)));
        found = add(&found, scored);
    }
    let met = found.into_iter().filter(|(_, hits, _)| *hits >= wanted);
    met.map(|(ordinal, _, score)| (ordinal, score)).collect()
}

/// The rest of a list from an ordinal on, found in steps that double: most of a long list is leapt over.
fn from(list: &[Posting], ordinal: u32) -> &[Posting] {
    let mut step = 1;
    while list
        .get(step)
        .is_some_and(|posting| posting.ordinal < ordinal)
    {
        step *= 2;
    }
    let near = &list[..list.len().min(step + 1)];
    let place = near.partition_point(|posting| posting.ordinal < ordinal);
    &list[place..]
}

/// Adds a term's documents to those found so far.
fn add(
    found: &[(u32, usize, f64)],
    list: impl Iterator<Item = (u32, f64)>,
) -> Vec<(u32, usize, f64)> {
    let mut sum = Vec::with_capacity(found.len());
    let mut found = found.iter().copied().peekable();
    for (ordinal, score) in list {
        while let Some(before) = found.next_if(|(other, ..)| *other < ordinal) {
            sum.push(before);
        }
        let same = found.next_if(|(other, ..)| *other == ordinal);
        let (hits, before) = same.map_or((0, 0.0), |(_, hits, before)| (hits, before));
        sum.push((ordinal, hits + 1, before + score));
    }
    sum.extend(found);
    sum
}

/// The documents of both, with the sum of their scores.
pub(crate) fn intersect(one: &Scores, other: &Scores) -> Scores {
    let mut other = other.iter().peekable();
    let both = one.iter().filter_map(|(ordinal, score)| {
        while other
            .next_if(|(candidate, _)| candidate < ordinal)
            .is_some()
        {}
        let (_, more) = other.next_if(|(candidate, _)| candidate == ordinal)?;
        Some((*ordinal, score + more))
    });
    both.collect()
}

/// The documents of either, with the better of their scores.
pub(crate) fn either(one: &Scores, other: &Scores) -> Scores {
    let mut union = Vec::with_capacity(one.len().max(other.len()));
    let mut one = one.iter().copied().peekable();
    for (ordinal, score) in other {
        while let Some(before) = one.next_if(|(candidate, _)| candidate < ordinal) {
            union.push(before);
        }
        let same = one.next_if(|(candidate, _)| candidate == ordinal);
        union.push((
            *ordinal,
            same.map_or(*score, |(_, other)| other.max(*score)),
        ));
    }
    union.extend(one);
    union
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(places: &[(u32, u8)]) -> Vec<Posting> {
        let posting = |(ordinal, impact): &(u32, u8)| Posting {
            ordinal: *ordinal,
            impact: *impact,
        };
        places.iter().map(posting).collect()
    }

    #[track_caller]
    fn check(lists: &[&[(u32, u8)]], wanted: usize, expected: &[(u32, f64)]) {
        let lists: Vec<Vec<Posting>> = lists.iter().map(|places| list(places)).collect();
        let terms: Vec<Weighed<'_>> = lists
            .iter()
            .map(|list| Weighed {
                list,
                worth: [1.0, 2.0, 4.0, 8.0],
                least: 1,
            })
            .collect();
        assert_eq!(having_some(&terms, wanted), expected);
        if wanted == lists.len() {
            assert_eq!(having_all(&terms), expected);
        }
    }

    #[test]
    fn documents_have_all_or_some_of_the_terms_with_enough_impact() {
        let long: Vec<(u32, u8)> = (0..900).map(|ordinal| (ordinal, 1)).collect();
        let few = [(3, 3), (77, 0), (640, 2), (899, 1), (1_000, 3)];
        check(&[&long, &few], 2, &[(3, 10.0), (640, 6.0), (899, 4.0)]);
        check(&[&few, &long, &[(640, 1)]], 3, &[(640, 8.0)]);
        check(
            &[&few, &[(640, 1), (1_000, 1)], &[(3, 1)]],
            2,
            &[(3, 10.0), (640, 6.0), (1_000, 10.0)],
        );
        check(&[&[], &few], 2, &[]);
    }
}
