//! Lists of documents as text: numbers in printable characters, so that a list stands in a script as it is and costs
//! little more than bytes would; what gzip makes of it is the same.
//!
//! A list holds, for each document, how many were passed over since the one before, times four, plus its impact.

use crate::search::terms::Impact;

/// The digits are the characters from `#` to `~` but the backslash: none needs an escape in a string, and `!` and the
/// space stand between lists.
const DIGITS: u32 = 91;
/// Numbers below [`ONE`] take one digit, below [`TWO`] two, below [`THREE`] three, all others up to `u32::MAX` six.
const ONE: u32 = 70;
const TWO: u32 = ONE + 15 * DIGITS;
const THREE: u32 = TWO + 5 * DIGITS * DIGITS;
/// First digits that announce a second, two more, and five more.
const TWO_DIGITS: u32 = 70;
const THREE_DIGITS: u32 = 85;
const SIX_DIGITS: u32 = 90;

/// A document in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    /// Its place in the order of archiving.
    pub(crate) ordinal: u32,
    /// How much it is about the term.
    pub(crate) impact: Impact,
}

/// A list in the making.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct List {
    /// The least ordinal that may follow.
    next: u32,
    bytes: Vec<u8>,
}

impl List {
    /// An empty list of documents from this one on.
    pub(crate) fn from(start: u32) -> List {
        List {
            next: start,
            bytes: Vec::new(),
        }
    }

    /// A list as it was written, which takes no more.
    pub(crate) fn written(text: &str) -> List {
        List {
            next: u32::MAX,
            bytes: text.as_bytes().to_owned(),
        }
    }

    /// A list that was put aside, and goes on with this ordinal.
    pub(crate) fn put_aside(next: u32, bytes: Vec<u8>) -> List {
        List { next, bytes }
    }

    /// Takes a document whose ordinal is greater than any before.
    pub(crate) fn push(&mut self, posting: Posting) {
        let gap = posting.ordinal.saturating_sub(self.next);
        write(&mut self.bytes, gap * 4 + u32::from(posting.impact));
        self.next = posting.ordinal + 1;
    }

    /// Takes a list that begins at `start` and whose documents come after its own.
    pub(crate) fn join(&mut self, later: &List, start: u32) {
        let mut numbers = Numbers(&later.bytes);
        let Some(first) = numbers.next() else {
            return;
        };
        let gap = (start + first / 4).saturating_sub(self.next);
        write(&mut self.bytes, gap * 4 + first % 4);
        self.bytes.extend_from_slice(numbers.0);
        self.next = later.next;
    }

    /// The least ordinal that may follow.
    pub(crate) fn next(&self) -> u32 {
        self.next
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a list of documents from `start` on.
pub(crate) fn read(text: &[u8], start: u32) -> impl Iterator<Item = Posting> + '_ {
    let mut numbers = Numbers(text);
    let mut next = start;
    std::iter::from_fn(move || {
        let number = numbers.next()?;
        let ordinal = next.checked_add(number / 4)?;
        next = ordinal.checked_add(1)?;
        Some(Posting {
            ordinal,
            impact: Impact::try_from(number % 4).ok()?,
        })
    })
}

/// Appends a number.
pub(crate) fn write(target: &mut Vec<u8>, number: u32) {
    if number < ONE {
        digit(target, number);
    } else if number < TWO {
        let rest = number - ONE;
        digit(target, TWO_DIGITS + rest / DIGITS);
        digit(target, rest % DIGITS);
    } else if number < THREE {
        let rest = number - TWO;
        digit(target, THREE_DIGITS + rest / (DIGITS * DIGITS));
        digit(target, rest / DIGITS % DIGITS);
        digit(target, rest % DIGITS);
    } else {
        digit(target, SIX_DIGITS);
        for power in (0..5).rev() {
            digit(target, number / DIGITS.pow(power) % DIGITS);
        }
    }
}

fn digit(target: &mut Vec<u8>, digit: u32) {
    let code = b'#' + u8::try_from(digit).unwrap_or_default();
    target.push(code + u8::from(code >= b'\\'));
}

/// Numbers as [`write`] wrote them; ends at the first that is cut off or no number.
pub(crate) struct Numbers<'a>(pub(crate) &'a [u8]);

impl Numbers<'_> {
    fn digit(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        let code = first.checked_sub(u8::from(*first > b'\\'))?;
        let digit = code.checked_sub(b'#').map(u32::from)?;
        (digit < DIGITS).then_some(digit)
    }

    fn digits(&mut self, first: u32, more: u32) -> Option<u32> {
        (0..more).try_fold(first, |number, _| {
            number.checked_mul(DIGITS)?.checked_add(self.digit()?)
        })
    }
}

impl Iterator for Numbers<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self.digit()? {
            first @ ..TWO_DIGITS => Some(first),
            first @ TWO_DIGITS..THREE_DIGITS => {
                self.digits(first - TWO_DIGITS, 1).map(|rest| ONE + rest)
            }
            first @ THREE_DIGITS..SIX_DIGITS => {
                self.digits(first - THREE_DIGITS, 2).map(|rest| TWO + rest)
            }
            _ => self.digits(0, 5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_read_back() {
        let numbers = [
            0,
            1,
            69,
            70,
            71,
            1434,
            1435,
            1436,
            42_839,
            42_840,
            42_841,
            1 << 20,
            4 * 1_000_000_000,
        ];
        let mut text = Vec::new();
        for number in numbers {
            write(&mut text, number);
        }
        assert!(!text.contains(&b'\\') && text.iter().all(|byte| (b'#'..=b'~').contains(byte)));
        assert_eq!(Numbers(&text).collect::<Vec<_>>(), numbers);
    }

    #[test]
    fn a_list_is_read_back_and_ends_where_it_is_cut_off() {
        let postings = [(7, 0), (8, 3), (5000, 1), (900_000, 2)]
            .map(|(ordinal, impact)| Posting { ordinal, impact });
        let mut list = List::from(7);
        for posting in postings {
            list.push(posting);
        }
        let text = list.as_bytes();
        assert_eq!(read(text, 7).collect::<Vec<_>>(), postings);
        assert_eq!(read(&text[..text.len() - 1], 7).count(), 3);
        assert_eq!(read(b" \xff~", 7).count(), 0);
    }

    #[test]
    fn lists_that_are_joined_are_the_list_of_all() {
        let postings = [(7, 0), (8, 3), (5000, 1), (900_000, 2), (900_001, 3)]
            .map(|(ordinal, impact)| Posting { ordinal, impact });
        let list = |postings: &[Posting]| {
            let mut list = List::from(7);
            postings.iter().for_each(|posting| list.push(*posting));
            list
        };
        for border in 0..=postings.len() {
            let (before, after) = postings.split_at(border);
            let mut joined = list(before);
            joined.join(&list(after), 7);
            assert_eq!(joined, list(&postings), "at {border}");
        }
    }
}
