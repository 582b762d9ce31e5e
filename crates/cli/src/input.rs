//! Values of the command line, and values that come through the standard input instead.

use std::convert::Infallible;
use std::io::{BufRead as _, Read as _};
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::hex;
use crate::usage::hide_text;

/// The longest line that is read as a value: 1 MiB.
const LINE_MAX: u64 = 1 << 20;

/// A value as it stands on the command line: wiped on drop, never printed.
#[derive(Clone)]
pub(crate) struct Given(Zeroizing<String>);

impl FromStr for Given {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

impl Given {
    /// The text as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given(..)")
    }
}

/// The text behind an option: what was given, or for `-` the next line of the standard input.
pub(crate) fn text(option: &str, given: &Given) -> Result<Zeroizing<String>, Failure> {
    if given.0.as_str() != "-" {
        return Ok(Zeroizing::new(given.0.trim().to_owned()));
    }
    let unreadable =
        |reason: &str| Failure::Input(format!("{option}: the standard input {reason}"));
    let mut line = Zeroizing::new(Vec::new());
    let mut input = std::io::Read::take(std::io::stdin().lock(), LINE_MAX);
    let length = input
        .read_until(b'\n', &mut line)
        .map_err(|error| unreadable(&format!("cannot be read: {error}")))?;
    if length == 0 {
        return Err(unreadable("ended before a line for this value"));
    }
    if length as u64 == LINE_MAX && line.last() != Some(&b'\n') {
        return Err(unreadable("holds a line longer than 1 MiB"));
    }
    match std::str::from_utf8(&line) {
        Ok(line) => Ok(Zeroizing::new(line.trim().to_owned())),
        Err(_) => Err(unreadable("holds a line that is not text")),
    }
}

/// No message of a device is longer: 16 MiB.
const FILE_MAX: u64 = 16 << 20;

/// The octets of a file, or for `-` of the standard input.
pub(crate) fn file(option: &str, source: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let failure = |error: &str| Failure::Input(format!("{option} {}: {error}", hide_text(source)));
    let mut octets = Zeroizing::new(Vec::new());
    let read = if source == "-" {
        std::io::stdin()
            .lock()
            .take(FILE_MAX)
            .read_to_end(&mut octets)
    } else {
        std::fs::File::open(source).and_then(|file| file.take(FILE_MAX).read_to_end(&mut octets))
    };
    let length = read.map_err(|error| failure(&error.to_string()))?;
    if length as u64 == FILE_MAX {
        return Err(failure("it is longer than any message"));
    }
    Ok(octets)
}

/// The octets behind an option, `least` to `most` of them.
pub(crate) fn octets(
    option: &str,
    given: &Given,
    least: usize,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let octets = hex::parse(&without_separators(&text(option, given)?))
        .map_err(|error| Failure::Input(format!("{option}: {error}")))?;
    if (least..=most).contains(&octets.len()) {
        return Ok(octets);
    }
    let wanted = if least == most {
        format!("{least} octets ({} hex digits)", 2 * least)
    } else {
        format!("{least} to {most} octets")
    };
    Err(Failure::Input(format!(
        "{option}: {wanted} are needed, {} given",
        octets.len()
    )))
}

/// The text with blanks for colons, hyphens and `0x`, so that positions stay.
fn without_separators(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    let mut at_start = true;
    while let Some(character) = rest.chars().next() {
        let is_prefix = at_start && (rest.starts_with("0x") || rest.starts_with("0X"));
        let is_separator = character.is_whitespace() || matches!(character, ':' | '-');
        let (length, shown) = match (is_prefix, is_separator) {
            (true, _) => (2, "  "),
            (false, true) => (character.len_utf8(), " "),
            (false, false) => (character.len_utf8(), ""),
        };
        let (taken, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        plain.push_str(if shown.is_empty() { taken } else { shown });
        at_start = is_separator;
        rest = tail;
    }
    plain
}

/// Exactly `N` octets behind an option.
pub(crate) fn array<const N: usize>(
    option: &str,
    given: &Given,
) -> Result<Zeroizing<[u8; N]>, Failure> {
    let octets = octets(option, given, N, N)?;
    let mut array = Zeroizing::new([0; N]);
    for (to, from) in array.iter_mut().zip(octets.iter()) {
        *to = *from;
    }
    Ok(array)
}

/// Decimal digits behind an option, `least` to `most` of them; white space between them is
/// ignored.
pub(crate) fn digits(
    option: &str,
    given: &Given,
    least: usize,
    most: usize,
) -> Result<Zeroizing<String>, Failure> {
    let text = text(option, given)?;
    let digits: Zeroizing<String> = Zeroizing::new(
        text.chars()
            .filter(|character| !character.is_whitespace())
            .collect(),
    );
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Failure::Input(format!(
            "{option}: only decimal digits are allowed"
        )));
    }
    if !(least..=most).contains(&digits.len()) {
        let wanted = if least == most {
            format!("{least}")
        } else {
            format!("{least} to {most}")
        };
        return Err(Failure::Input(format!(
            "{option}: {wanted} digits are needed, {} given",
            digits.len()
        )));
    }
    Ok(digits)
}
