//! The digests that records carry: `sha1:` in Base32 (RFC 4648 §6) as crawlers write them, or any of SHA-1 and SHA-256
//! in Base32 or hexadecimal. A digest in another form says nothing.

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The digest that a header states, while its bytes come in.
pub(crate) struct Check {
    stated: String,
    sum: Sum,
}

enum Sum {
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Check {
    /// Of a header's value; nothing where the form is not known.
    pub(crate) fn of(value: &str) -> Option<Check> {
        let (algorithm, stated) = value.trim().split_once(':')?;
        let sum = match algorithm.to_ascii_lowercase().as_str() {
            "sha1" | "sha-1" => Sum::Sha1(Sha1::new()),
            "sha256" | "sha-256" => Sum::Sha256(Sha256::new()),
            _ => return None,
        };
        let stated = stated.trim_end_matches('=').to_ascii_lowercase();
        Some(Check { stated, sum })
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match &mut self.sum {
            Sum::Sha1(sum) => sum.update(bytes),
            Sum::Sha256(sum) => sum.update(bytes),
        }
    }

    /// Whether the bytes are those that were digested. What is in neither alphabet's length says nothing, and passes.
    pub(crate) fn passes(self) -> bool {
        let sum = match self.sum {
            Sum::Sha1(sum) => sum.finalize().to_vec(),
            Sum::Sha256(sum) => sum.finalize().to_vec(),
        };
        let (hexadecimal, base32) = (hexadecimal(&sum), base32(&sum));
        let is_known = [hexadecimal.len(), base32.len()].contains(&self.stated.len());
        !is_known || self.stated == hexadecimal || self.stated == base32
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Five bits a letter, without padding, in small letters.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let bit = |index: usize| {
        bytes
            .get(index / 8)
            .map_or(0, |byte| byte >> (7 - index % 8) & 1)
    };
    let letters = (bytes.len() * 8).div_ceil(5);
    let letter =
        |place: usize| (0..5).fold(0, |value, offset| value << 1 | bit(place * 5 + offset));
    (0..letters)
        .map(|place| char::from(ALPHABET[usize::from(letter(place))]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, bytes: &[u8], expected: Option<bool>) {
        let check = Check::of(value).map(|mut check| {
            check.update(bytes);
            check.passes()
        });
        assert_eq!(check, expected, "{value}");
    }

    #[test]
    fn digests_are_read_in_each_form() {
        // SHA-1 and SHA-256 of `abc` (FIPS 180-2, appendices A.1 and B.1), in Base32 by `base32` of GNU coreutils.
        check("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", b"abc", Some(true));
        check(
            "SHA-1:a9993e364706816aba3e25717850c26c9cd0d89d",
            b"abc",
            Some(true),
        );
        check("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", b"abd", Some(false));
        let sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        check(sha256, b"abc", Some(true));
        check(sha256, b"", Some(false));
        check("sha1:short", b"abc", Some(true));
        check("blake3:VGMT", b"abc", None);
        check("VGMT", b"abc", None);
    }
}
