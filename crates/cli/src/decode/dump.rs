//! Lines with columns: hex dumps, and the table of a listening reader.

use zeroize::Zeroizing;

use super::line::{Direction, Found, Line};
use super::span::Span;
use crate::hex;

/// The most octets on a line of a dump.
const ROW_MAX: usize = 16;
/// The parity marks and separators of a listener's table.
const TABLE_MARKS: [char; 2] = ['!', '\''];

/// A line of a hex dump: an offset of four or eight digits, up to 16 octets, and possibly the
/// octets as text. Only 0 and the next offset of the dump count as offsets: neither `9F10 08 07 01`
/// nor `0000:07:01` is from a dump.
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

/// True for the last line of a dump, which holds only the offset of its end.
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

/// The line of a dump. Text after the octets is read too, unless it shows the octets themselves.
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
    /// The text after the octets.
    behind: &'t str,
    /// True if that shows the octets as text.
    shown: bool,
}

/// Octets in words of up to `word_max` octets.
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

/// True if `text` is a dump's display of `octets`, apart from spaces at its ends.
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

/// True for a row of a listener's table: `start | end | Rdr or Tag | frame | …`.
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
