//! Command and response APDUs (ISO/IEC 7816-3 §12.1, 7816-4 §5.1).

use core::fmt;
use core::num::NonZero;

use thiserror::Error;

use super::status::StatusWord;
use super::tlv::{Overflow, Writer};

/// A command: a header of four octets, up to 65535 octets of data, and Ne.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Command<'a> {
    /// CLA. A parsed command never holds `FF`.
    pub class: u8,
    /// INS.
    pub instruction: u8,
    /// P1.
    pub p1: u8,
    /// P2.
    pub p2: u8,
    /// The command data; empty if there is no Lc.
    pub data: &'a [u8],
    /// Ne, the greatest number of octets wanted in the answer: 1–65536, or `None` without Le.
    pub expected: Option<usize>,
}

/// The reason for which octets are not a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ApduError {
    /// Fewer than the four octets of a header.
    #[error("a command has at least four octets")]
    Header,
    /// The class is `FF`, which ISO/IEC 7816-3 keeps for another protocol.
    #[error("class FF is not a class")]
    Class,
    /// Lc and Le disagree with the number of octets.
    #[error("Lc and Le disagree with the number of octets")]
    Length,
}

impl<'a> Command<'a> {
    /// Reads one whole command: cases 1, 2S, 3S, 4S, 2E, 3E and 4E of ISO/IEC 7816-3 §12.1.3.
    ///
    /// # Errors
    /// See [`ApduError`]; octets after Le are an [`ApduError::Length`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, ApduError> {
        let (header, body) = octets.split_first_chunk().ok_or(ApduError::Header)?;
        let &[class, instruction, p1, p2] = header;
        if class == 0xFF {
            return Err(ApduError::Class);
        }
        let (data, expected) = split_body(body).ok_or(ApduError::Length)?;
        Ok(Self {
            class,
            instruction,
            p1,
            p2,
            data,
            expected,
        })
    }

    /// Writes the command into `out` with short length fields where possible, else with extended
    /// ones. An `expected` of 0 is written like `None`.
    ///
    /// # Errors
    /// [`Overflow`] if `out` is too small, the data longer than 65535 octets, or `expected` above
    /// 65536.
    pub fn emit<'b>(&self, out: &'b mut [u8]) -> Result<&'b [u8], Overflow> {
        let expected = self.expected.unwrap_or(0);
        let lc = u16::try_from(self.data.len()).map_err(|_| Overflow)?;
        // Le counts modulo 256 or 65536: the greatest Ne is written as zeros.
        let le = match expected {
            0x1_0000 => 0,
            ne => u16::try_from(ne).map_err(|_| Overflow)?,
        };
        let mut writer = Writer::new(out);
        writer.octets(&[self.class, self.instruction, self.p1, self.p2])?;
        let extended = lc > 0xFF || expected > 0x100;
        if extended {
            writer.octets(&[0])?;
        }
        if lc > 0 {
            writer.octets(length_field(&lc.to_be_bytes(), extended))?;
            writer.octets(self.data)?;
        }
        if expected > 0 {
            writer.octets(length_field(&le.to_be_bytes(), extended))?;
        }
        Ok(writer.finish())
    }
}

/// A length field: two octets if extended, else the low one.
fn length_field(number: &[u8; 2], extended: bool) -> &[u8] {
    let [_, low @ ..] = number;
    if extended { number } else { low }
}

/// Splits what follows the header into data and Ne.
fn split_body(body: &[u8]) -> Option<(&[u8], Option<usize>)> {
    match *body {
        // Case 1.
        [] => Some((&[], None)),
        // Case 2S.
        [le] => Some((&[], Some(short_ne(le)))),
        // Case 2E.
        [0, high, low] => Some((&[], Some(extended_ne([high, low])))),
        // Cases 3E and 4E.
        [0, high, low, ref rest @ ..] => {
            let (data, le) = split_data(rest, u16::from_be_bytes([high, low]))?;
            match *le {
                [] => Some((data, None)),
                [high, low] => Some((data, Some(extended_ne([high, low])))),
                _ => None,
            }
        }
        // Cases 3S and 4S.
        [lc, ref rest @ ..] => {
            let (data, le) = split_data(rest, u16::from(lc))?;
            match *le {
                [] => Some((data, None)),
                [le] => Some((data, Some(short_ne(le)))),
                _ => None,
            }
        }
    }
}

/// Splits off the data. An Lc of zero does not exist.
fn split_data(octets: &[u8], lc: u16) -> Option<(&[u8], &[u8])> {
    let lc = NonZero::new(lc)?;
    octets.split_at_checked(usize::from(lc.get()))
}

/// A short Le of zero is 256.
fn short_ne(le: u8) -> usize {
    NonZero::new(le).map_or(0x100, |le| usize::from(le.get()))
}

/// An extended Le of zero is 65536.
fn extended_ne(le: [u8; 2]) -> usize {
    NonZero::new(u16::from_be_bytes(le)).map_or(0x1_0000, |le| usize::from(le.get()))
}

/// A response as a terminal sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Response<'a> {
    /// All octets but the last two.
    pub body: &'a [u8],
    /// The last two octets.
    pub status: StatusWord,
}

/// A response of fewer than two octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("a response ends with a status word of two octets")]
pub struct NoStatusWord;

impl<'a> Response<'a> {
    /// Splits a response into its body and its status word.
    ///
    /// # Errors
    /// [`NoStatusWord`] if there are fewer than two octets.
    pub fn parse(octets: &'a [u8]) -> Result<Self, NoStatusWord> {
        let (body, &status) = octets.split_last_chunk::<2>().ok_or(NoStatusWord)?;
        Ok(Self {
            body,
            status: StatusWord::from(status),
        })
    }
}

/// Shows the length of the data instead of the data, which may be a PIN.
impl fmt::Debug for Command<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = u32::from_be_bytes([self.class, self.instruction, self.p1, self.p2]);
        let (data, expected) = (self.data.len(), self.expected.unwrap_or(0));
        write!(f, "Command({header:08X}, {data} octets, Ne {expected})")
    }
}

/// Shows the length of the body instead of the body, which may be a card's.
impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Response({} octets, {:04X})",
            self.body.len(),
            self.status.0
        )
    }
}

#[cfg(test)]
mod tests;
