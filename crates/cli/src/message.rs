//! Sealed messages between devices and an issuer, from and to files, pipes and people.
//!
//! A file holds the octets of one message, or a line of hex for each. Through the standard input and
//! output (`-`) messages pass as lines of hex.

use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::hex;
use crate::home::write_new;
use crate::input;
use crate::output::Output;

/// The name of the standard input or output on the command line.
const STANDARD: &str = "-";

/// The octets of one message.
pub(crate) type Message = Zeroizing<Vec<u8>>;

/// One message: its octets or their hex, from a file or, for `-`, from the standard input.
pub(crate) fn read(option: &str, source: &str) -> Result<Message, Failure> {
    let octets = input::file(option, source)?;
    // A message begins with its version, 01, which is not an ASCII hex digit.
    let text = std::str::from_utf8(&octets).ok();
    Ok(match text.map(hex::parse) {
        Some(Ok(parsed)) => parsed,
        _ => octets,
    })
}

/// The messages in a file or, for `-`, on the standard input: the octets of one, or a line of hex for
/// each. A line that is not hex is a message that nobody understands.
pub(crate) fn read_several(option: &str, source: &str) -> Result<Vec<Message>, Failure> {
    let octets = input::file(option, source)?;
    let is_text = octets.first().is_none_or(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(&octets).ok().filter(|_| is_text);
    let Some(text) = text else {
        return Ok(vec![octets]);
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let message = |line: &str| {
        let parsed = hex::parse(line).ok();
        parsed.unwrap_or_else(|| Zeroizing::new(line.as_bytes().to_vec()))
    };
    Ok(lines.map(message).collect())
}

/// The place for messages that are written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'p> {
    /// The standard output.
    Standard,
    /// A new file.
    File(&'p Path),
}

impl<'p> Place<'p> {
    /// The place that an option names.
    pub(crate) fn new(path: &'p Path) -> Self {
        if path.as_os_str() == STANDARD {
            Self::Standard
        } else {
            Self::File(path)
        }
    }

    /// Writes one message. A file is never overwritten.
    pub(crate) fn write(self, message: &[u8], out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Standard if out.json() => Ok(()),
            Self::Standard => {
                out.line(hex::upper(message));
                Ok(())
            }
            Self::File(path) => write_new(path, message)
                .map_err(|error| Failure::Input(format!("{error}: name another file"))),
        }
    }
}
