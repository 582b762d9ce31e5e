//! Lines from a program or a peer, of bounded length.

use std::io::{BufRead, Error};

/// The longest line in octets: somewhat more than the hex of 64 KiB.
const LINE_MAX: usize = 200_000;

/// A line that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The whole line, without its end.
    Whole(Vec<u8>),
    /// A line of more than 200 000 octets, which was skipped.
    TooLong,
}

/// The next line; `None` at the end of the input.
pub(crate) fn next(input: &mut impl BufRead) -> Result<Option<Line>, Error> {
    let mut line = Vec::new();
    let mut length = 0_usize;
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = chunk.iter().position(|octet| *octet == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let is_over = chunk.is_empty();
        length = length.saturating_add(part.len());
        if length <= LINE_MAX {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if is_over && length == 0 {
            return Ok(None);
        }
        if is_over || end.is_some() {
            let whole = length <= LINE_MAX;
            return Ok(Some(if whole {
                Line::Whole(line)
            } else {
                Line::TooLong
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn all(text: &str) -> Vec<Line> {
        let mut input = BufReader::with_capacity(7, text.as_bytes());
        std::iter::from_fn(|| next(&mut input).unwrap()).collect()
    }

    #[test]
    fn lines_end_where_they_end() {
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        assert_eq!(all(""), []);
        assert_eq!(all("\n"), [whole("")]);
        assert_eq!(all("9000"), [whole("9000")]);
        assert_eq!(
            all("00A40400\n\r\n9000\n"),
            [whole("00A40400"), whole("\r"), whole("9000")]
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_read_past_to_its_end() {
        let longest = "0".repeat(LINE_MAX);
        let lines = all(&format!("{longest}\n{longest}1\n9000\n"));
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], Line::Whole(longest.into_bytes()));
        assert_eq!(lines[1], Line::TooLong);
        assert_eq!(lines[2], Line::Whole(b"9000".to_vec()));
    }
}
