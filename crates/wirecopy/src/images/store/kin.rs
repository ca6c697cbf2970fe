//! Pictures that look alike though their bytes differ: the same photograph in another size, cut a little closer, or
//! saved again.
//!
//! Likeness is compared by the bits in which two differ. To find all pairs among many without comparing each with
//! each, the 64 bits are cut in eight parts: two that differ in at most seven bits are equal in one of them.

use std::collections::{BTreeMap, HashMap};

use crate::images::store::{Original, Store};

/// The most bits in which two pictures differ that look alike. Two of chance differ in 32 of 64, and seven is what the
/// search below finds without exception.
pub const NEAR: u32 = 7;

/// A part of which more pictures than this have the same bits tells nothing: they are flat, or have one logo.
const MAX_SHELF: usize = 2_000;

/// Groups of two or more that look alike, the largest picture of each first.
pub fn groups(store: &Store) -> Vec<Vec<&Original>> {
    let originals: Vec<&Original> = store.originals().collect();
    let mut shelves: HashMap<(usize, u8), Vec<usize>> = HashMap::new();
    for (place, original) in originals.iter().enumerate() {
        for (part, byte) in original.likeness.to_be_bytes().into_iter().enumerate() {
            shelves.entry((part, byte)).or_default().push(place);
        }
    }
    let mut leaders: Vec<usize> = (0..originals.len()).collect();
    for shelf in shelves.values().filter(|shelf| shelf.len() <= MAX_SHELF) {
        for (number, one) in shelf.iter().enumerate() {
            for other in &shelf[number + 1..] {
                let differing = originals[*one].likeness ^ originals[*other].likeness;
                if differing.count_ones() <= NEAR {
                    join(&mut leaders, *one, *other);
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Original>> = BTreeMap::new();
    for (place, original) in originals.iter().enumerate() {
        let leader = leader(&mut leaders, place);
        groups.entry(leader).or_default().push(original);
    }
    let mut groups: Vec<_> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect();
    for group in &mut groups {
        group.sort_by_key(|original| {
            std::cmp::Reverse(u64::from(original.width) * u64::from(original.height))
        });
    }
    groups
}

fn leader(leaders: &mut [usize], mut place: usize) -> usize {
    while leaders[place] != place {
        leaders[place] = leaders[leaders[place]];
        place = leaders[place];
    }
    place
}

/// The earlier one leads, so that the order of comparing does not matter.
fn join(leaders: &mut [usize], one: usize, other: usize) {
    let (one, other) = (leader(leaders, one), leader(leaders, other));
    leaders[one.max(other)] = one.min(other);
}
