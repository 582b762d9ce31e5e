//! Lines with columns: hex dumps, and the table of a reader that listens in.

use zeroize::Zeroizing;

use super::line::{Direction, Found, Line};
use super::span::Span;
use crate::hex;

/// No dump has more on a line.
const ROW_MAX: usize = 16;
/// The parity marks and separators of a listener's table.
const TABLE_MARKS: [char; 2] = ['!', '\''];

/// A line of a hex dump: an offset of four or eight digits, up to 16 octets, perhaps the octets as
/// text. Only 0 and the offset that must come next are offsets: `9F10 08 07 01` is not from a dump,
/// and neither is `0000:07:01`.
pub(super) fn with_offset(text: &str, next: Option<usize>) -> Option<Line> {
    let (word, rest) = text.split_once(char::is_whitespace)?;
    let offset = parse_offset(word.strip_suffix(':').unwrap_or(word))?;
    let Row {
        octets,
        behind,
        shown,
    } = row(rest, 2);
    let in_sequence = offset == 0 || Some(offset) == next;
    let wanted = octets.len() > 1 || !octets.is_empty() && offset > 0;
    (wanted && in_sequence).then(|| Line {
        offset: Some(offset),
        ..dump_line(text, octets, behind, shown)
    })
}

/// The last line of a dump: nothing but where it ends.
pub(super) fn is_end(text: &str, next: Option<usize>) -> bool {
    next.is_some() && parse_offset(text) == next
}

/// A line of a hex dump without offsets: octets, then the same octets as text.
pub(super) fn with_text(text: &str) -> Option<Line> {
    let Row {
        octets,
        behind,
        shown,
    } = row(text, 1);
    shown.then(|| Line {
        is_dump: true,
        ..dump_line(text, octets, behind, shown)
    })
}

/// What is behind the octets of a dump is read too, unless it is their text.
fn dump_line(text: &str, octets: Zeroizing<Vec<u8>>, behind: &str, shown: bool) -> Line {
    let all = Span::of(text);
    let before = text.len() - behind.len();
    let read = text.get(..before).map(Span::of);
    let span = if shown { all } else { read.unwrap_or(all) };
    let found = Found {
        octets,
        defect: None,
        span,
    };
    Line::new(Direction::Unknown, found)
}

fn parse_offset(text: &str) -> Option<usize> {
    let offset = usize::from_str_radix(text, 16).ok()?;
    matches!(text.len(), 4 | 8).then_some(offset)
}

/// A row of octets in a dump.
struct Row<'t> {
    octets: Zeroizing<Vec<u8>>,
    /// What follows them.
    behind: &'t str,
    /// Whether that is the octets as text.
    shown: bool,
}

/// Octets in words of up to `word_max` of them.
fn row(text: &str, word_max: usize) -> Row<'_> {
    let mut octets = Zeroizing::new(Vec::new());
    let mut rest = text.trim();
    while !rest.is_empty() {
        if rest.starts_with('|') || is_text_of(rest, &octets) {
            let shown = !octets.is_empty();
            return Row {
                octets,
                behind: rest,
                shown,
            };
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        match hex::parse(word) {
            Ok(word)
                if (1..=word_max).contains(&word.len()) && octets.len() + word.len() <= ROW_MAX =>
            {
                octets.extend_from_slice(&word);
            }
            _ => break,
        }
        rest = tail.trim_start();
    }
    Row {
        octets,
        behind: rest,
        shown: false,
    }
}

/// Whether `text` is what a dump prints for `octets`, spaces at its ends apart.
fn is_text_of(text: &str, octets: &[u8]) -> bool {
    let shown: String = octets
        .iter()
        .map(|octet| match octet {
            b' '..=b'~' => char::from(*octet),
            _ => '.',
        })
        .collect();
    !octets.is_empty() && shown.trim() == text
}

/// Whether a line is a row of a listener's table: `start | end | Rdr or Tag | frame | …`.
pub(super) fn is_table_row(text: &str) -> bool {
    columns(text).is_some()
}

/// The APDU in a row of a listener's table, without the frame's block byte and check octets; other
/// frames are remarks. A frame that carries an APDU and cannot be read is a defect.
pub(super) fn table_row(text: &str) -> Option<Line> {
    let (direction, frame) = columns(text)?;
    let frame = frame.replace(TABLE_MARKS, "");
    let (frame, defect) = hex::prefix(&frame);
    let ([0x02 | 0x03 | 0x12 | 0x13, rest @ ..] | [0x0A | 0x0B | 0x1A | 0x1B, _, rest @ ..]) =
        frame.as_slice()
    else {
        return None;
    };
    let apdu = match defect {
        None => rest.split_last_chunk::<2>().map_or(rest, |(apdu, _)| apdu),
        Some(_) => rest,
    };
    let found = Found {
        octets: Zeroizing::new(apdu.to_vec()),
        defect,
        span: Span::of(text),
    };
    (apdu.len() > 1).then(|| Line {
        marked: true,
        ..Line::new(direction, found)
    })
}

/// The direction and the frame of a table's row.
fn columns(text: &str) -> Option<(Direction, &str)> {
    let mut columns = text.split('|').map(str::trim).skip(2);
    let direction = match columns.next()? {
        "Rdr" => Direction::Command,
        "Tag" => Direction::Answer,
        _ => return None,
    };
    Some((direction, columns.next()?))
}
