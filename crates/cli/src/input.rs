//! Values of the command line, and values that come through the standard input instead.

use std::convert::Infallible;
use std::io::IsTerminal as _;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::hex;
use crate::passphrase;
use crate::secret::{self, Whole};
use crate::usage::hide_text;

/// The longest line that is read as a value: 1 MiB.
const LINE_MAX: usize = 1 << 20;

/// A value from the command line: wiped on drop, never printed.
#[derive(Clone)]
pub(crate) struct Given(Zeroizing<String>);

impl FromStr for Given {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

impl Given {
    /// The next line of the standard input.
    pub(crate) fn standard_input() -> Self {
        Self(Zeroizing::new("-".to_owned()))
    }

    /// A value that was read elsewhere.
    pub(crate) const fn secret(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// True if the value is `-` and the standard input is a terminal: somebody types it.
    pub(crate) fn is_typed(&self) -> bool {
        self.0.as_str() == "-" && is_typed()
    }
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given(..)")
    }
}

/// The text of an option: the given one, or for `-` the next line of the standard input. A terminal
/// there is asked for it, without echo.
pub(crate) fn text(option: &str, given: &Given) -> Result<Zeroizing<String>, Failure> {
    if given.0.as_str() != "-" {
        return Ok(Zeroizing::new(given.0.trim().to_owned()));
    }
    match passphrase::hidden(&format!("{option} (not echoed): "))? {
        Some(typed) => Ok(Zeroizing::new(typed.trim().to_owned())),
        None => line(option),
    }
}

/// The next line of the standard input, which is no terminal.
fn line(option: &str) -> Result<Zeroizing<String>, Failure> {
    next_line(option)?.ok_or_else(|| {
        Failure::Input(format!(
            "{option}: the standard input ended before a line for this value"
        ))
    })
}

/// The next line of the standard input, which is no terminal; `None` at its end.
pub(crate) fn next_line(option: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    let unreadable =
        |reason: &str| Failure::Input(format!("{option}: the standard input {reason}"));
    let line = secret::read_line(secret::stdin(), LINE_MAX);
    let line = line.map_err(|error| unreadable(&format!("cannot be read: {error}")))?;
    let line = match line {
        Some(Whole::Yes(line)) => line,
        Some(Whole::TooLong) => return Err(unreadable("holds a line longer than 1 MiB")),
        None => return Ok(None),
    };
    match std::str::from_utf8(&line) {
        Ok(line) => Ok(Some(Zeroizing::new(line.trim().to_owned()))),
        Err(_) => Err(unreadable("holds a line that is not text")),
    }
}

/// A secret that is typed at the terminal without echo, or the next line of the standard input.
pub(crate) fn secret(name: &str, question: &str) -> Result<Zeroizing<String>, Failure> {
    match passphrase::hidden(question)? {
        Some(typed) => Ok(typed),
        None => line(name),
    }
}

/// True if the standard input is a terminal.
pub(crate) fn is_typed() -> bool {
    std::io::stdin().is_terminal()
}

/// The most octets of data that a calculation takes: 64 KiB.
pub(crate) const DATA_MAX: usize = 1 << 16;

/// The longest message of a device: 16 MiB.
const FILE_MAX: usize = 16 << 20;

/// The octets of a file, or for `-` of the standard input.
pub(crate) fn file(option: &str, source: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let failure = |error: &str| Failure::Input(format!("{option} {}: {error}", hide_text(source)));
    let read = if source == "-" {
        secret::read_all(secret::stdin(), FILE_MAX)
    } else {
        std::fs::File::open(source).and_then(|file| secret::read_all(file, FILE_MAX))
    };
    match read.map_err(|error| failure(&error.to_string()))? {
        Whole::Yes(octets) => Ok(octets),
        Whole::TooLong => Err(failure("it is longer than any message")),
    }
}

/// The octets of an option, `least` to `most` of them.
pub(crate) fn octets(
    option: &str,
    given: &Given,
    least: usize,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let octets = any_octets(option, given)?;
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

/// The octets of an option, in one of these lengths.
pub(crate) fn octets_of(
    option: &str,
    given: &Given,
    lengths: &[usize],
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let octets = any_octets(option, given)?;
    if lengths.contains(&octets.len()) {
        return Ok(octets);
    }
    Err(Failure::Input(format!(
        "{option}: {} octets are needed, {} given",
        alternatives(lengths),
        octets.len()
    )))
}

/// `8`, `8 or 16`, `8, 16 or 24`.
fn alternatives(lengths: &[usize]) -> String {
    let texts: Vec<String> = lengths.iter().map(usize::to_string).collect();
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

fn any_octets(option: &str, given: &Given) -> Result<Zeroizing<Vec<u8>>, Failure> {
    hex::parse(&without_separators(&text(option, given)?))
        .map_err(|error| Failure::Input(format!("{option}: {error}")))
}

/// The text with blanks in place of colons, hyphens and `0x`, so that positions are unchanged.
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

/// Exactly `N` octets of an option.
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

/// A number of keys, 1 to 1000.
pub(crate) fn key_count(text: &str) -> Result<u16, &'static str> {
    let count = text.parse().ok();
    count
        .filter(|count| (1..=1000).contains(count))
        .ok_or("1 to 1000 keys are made at once")
}

/// Decimal digits of an option, `least` to `most` of them; white space between them is ignored.
pub(crate) fn digits(
    option: &str,
    given: &Given,
    least: usize,
    most: usize,
) -> Result<Zeroizing<String>, Failure> {
    let text = text(option, given)?;
    // The capacity of the text suffices, so that the string never grows.
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    digits.extend(text.chars().filter(|character| !character.is_whitespace()));
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
