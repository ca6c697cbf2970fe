//! Named fields as WARC records and HTTP messages have them: `Name: value` a line, folded lines joined, what is no
//! field left out.

/// Fields in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The fields of lines; bytes that are not UTF-8 are replaced.
    pub(crate) fn of<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Headers {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines {
            let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
            let line = String::from_utf8_lossy(line);
            match (is_folded, fields.last_mut(), line.split_once(':')) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (false, _, Some((name, value))) => {
                    fields.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => {}
            }
        }
        Headers(fields)
    }

    /// The value of the first field of that name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        let field = fields.find(|(known, _)| known.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.as_str())
    }
}

/// The lines before the first empty one, without their ends, and what follows it. Nothing where there is no empty line.
pub(crate) fn parted(bytes: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let mut lines = Vec::new();
    let mut rest = bytes;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        rest = &rest[end + 1..];
        if line.is_empty() {
            return Some((lines, rest));
        }
        lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_case_and_folding() {
        let (lines, rest) = parted(b"A: 1\r\nb:2\n  and 3\r\nnone\r\n\r\nrest\n").unwrap();
        let headers = Headers::of(lines.into_iter());
        assert_eq!(
            (headers.get("a"), headers.get("B")),
            (Some("1"), Some("2 and 3"))
        );
        assert_eq!((headers.get("none"), rest), (None, &b"rest\n"[..]));
        assert_eq!(parted(b"A: 1\r\n"), None);
    }
}
