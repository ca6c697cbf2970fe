//! What failed a moment ago, so that it is not tried again for everyone who asks. Bounded in number.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Instant;

use crate::images::trouble::Trouble;

/// Failures remembered; beyond them all are forgotten, which costs an attempt each.
pub(super) const MAX_FAILURES: usize = 10_000;

/// Failures, and until when each is repeated without trying.
pub(super) struct Failures<K>(HashMap<K, (Trouble, Instant)>);

impl<K> Default for Failures<K> {
    fn default() -> Failures<K> {
        Failures(HashMap::new())
    }
}

impl<K: Eq + Hash> Failures<K> {
    /// The failure of this, if it is not to be tried yet.
    pub(super) fn recall(&self, key: &K, now: Instant) -> Result<(), Trouble> {
        match self.0.get(key).filter(|(_, until)| now < *until) {
            Some((trouble, _)) => Err(trouble.clone()),
            None => Ok(()),
        }
    }

    /// Remembers one.
    pub(super) fn note(&mut self, key: K, trouble: &Trouble, until: Instant) {
        if self.0.len() >= MAX_FAILURES {
            self.0.clear();
        }
        self.0.insert(key, (trouble.clone(), until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_failure_is_repeated_until_its_time_and_their_number_is_bounded() {
        let (mut failures, now) = (Failures::default(), Instant::now());
        let until = now + Duration::from_secs(60);
        failures.note(0, &Trouble::TimedOut, until);
        assert_eq!(failures.recall(&0, now), Err(Trouble::TimedOut));
        assert_eq!(failures.recall(&0, until), Ok(()));
        assert_eq!(failures.recall(&1, now), Ok(()));
        for number in 1..=MAX_FAILURES {
            failures.note(number, &Trouble::TimedOut, until);
        }
        assert!(failures.0.len() <= MAX_FAILURES);
        assert_eq!(failures.recall(&MAX_FAILURES, now), Err(Trouble::TimedOut));
    }
}
