//! Messages under a message authentication code: DE 64, or DE 128 behind a second bitmap.

use core::fmt;

use cipher::KeyInit;
use des::Des;
use retail_mac::{Mac, RetailMac};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::ZeroizeOnDrop;

use crate::field::{MerchantId, TerminalId};
use crate::iso8583::{self, Encoding, Message, Problem, Variant, emit, field, parse};

/// The key of messages between one terminal and its host: double-length TDES, 16 octets, wiped when
/// dropped.
#[derive(ZeroizeOnDrop)]
pub struct MacKey([u8; 16]);

impl MacKey {
    /// The key of these octets. Parity is neither checked nor adjusted: DES ignores it.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The code over octets, eight octets: ANSI X9.19, which is ISO/IEC 9797-1 Algorithm 3 with DES and
    /// padding method 1.
    #[must_use]
    pub fn code(&self, octets: &[u8]) -> [u8; 8] {
        let mut mac = RetailMac::<Des>::new((&self.0).into());
        mac.update(octets);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey(..)")
    }
}

/// The keys that a host shares with its terminals.
pub trait TerminalKeys {
    /// The MAC key of a terminal; `None` for an unknown terminal.
    fn mac_key(&self, merchant: &MerchantId, terminal: &TerminalId) -> Option<MacKey>;
}

/// The reason for which octets from a line are not an authentic message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum LineError {
    /// The octets are not a message.
    #[error(transparent)]
    Format(#[from] iso8583::Error),
    /// There is no key for the terminal that the message names.
    #[error("no key is known of the terminal of DE 41 and the merchant of DE 42")]
    UnknownTerminal,
    /// The message authentication code is wrong.
    #[error("the message authentication code is wrong")]
    Code,
}

/// Writes a message with its code behind it and gives the octets. A code that `message` has is
/// refused.
///
/// # Errors
/// [`iso8583::Error`].
pub fn seal<'b>(
    message: &Message,
    variant: Variant,
    key: &MacKey,
    out: &'b mut [u8],
) -> Result<&'b [u8], iso8583::Error> {
    let mut whole = message.clone();
    if let Some(&number) = CODES.iter().find(|&&number| message.get(number).is_some()) {
        return Err(iso8583::Error::Field(number, Problem::Twice));
    }
    whole.set(place(message), &[0; CODE])?;
    let octets = emit(&whole, variant, out)?;
    let size = code_size(variant);
    let (covered, slots) = octets
        .split_at_mut_checked(octets.len().saturating_sub(size))
        .ok_or(iso8583::Error::Room)?;
    let code = key.code(covered);
    code_encoding(variant).emit(&code, slots);
    Ok(octets)
}

/// Reads a message and checks its code under the key of the terminal that it names. The message has
/// the code no more.
///
/// # Errors
/// [`LineError`].
pub fn open(
    octets: &[u8],
    variant: Variant,
    keys: &impl TerminalKeys,
) -> Result<Message, LineError> {
    let mut message = parse(octets, variant)?;
    let number = place(&message);
    let missing = iso8583::Error::Field(number, Problem::Missing);
    let code: [u8; CODE] = message
        .get(number)
        .and_then(|code| code.try_into().ok())
        .ok_or(missing)?;
    message.remove(number);
    if let Some(&other) = CODES.iter().find(|&&other| message.get(other).is_some()) {
        return Err(iso8583::Error::Field(other, Problem::Unexpected).into());
    }
    let key =
        terminal(&message).and_then(|(merchant, terminal)| keys.mac_key(&merchant, &terminal));
    let key = key.ok_or(LineError::UnknownTerminal)?;
    let covered = octets.len().saturating_sub(code_size(variant));
    let expected = key.code(octets.get(..covered).unwrap_or_default());
    if bool::from(expected.ct_eq(&code)) {
        Ok(message)
    } else {
        Err(LineError::Code)
    }
}

/// The octets of a code.
const CODE: usize = 8;
/// The field of the code without a second bitmap, and behind one.
const CODES: [u8; 2] = [64, 128];

/// The field of a message's code: its last one.
fn place(message: &Message) -> u8 {
    let [first, second] = CODES;
    let beyond = message.fields().any(|(row, _)| row.number > first);
    if beyond { second } else { first }
}

fn code_encoding(variant: Variant) -> Encoding {
    field(CODES[0]).map_or(Encoding::Octets, |row| row.encoding(variant))
}

fn code_size(variant: Variant) -> usize {
    code_encoding(variant).size(CODE)
}

/// The merchant and the terminal that a message names.
#[must_use]
pub fn terminal(message: &Message) -> Option<(MerchantId, TerminalId)> {
    let merchant = message.get(42)?.try_into().ok()?;
    let terminal = message.get(41)?.try_into().ok()?;
    Some((
        MerchantId::new(merchant).ok()?,
        TerminalId::new(terminal).ok()?,
    ))
}
