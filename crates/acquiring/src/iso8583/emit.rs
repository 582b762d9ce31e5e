//! The packing of a message into octets.

use super::error::Error;
use super::message::Message;
use super::table::{Encoding, FIELDS, Field, Variant};

/// The longest message, in octets: every field at its longest in the ASCII variant.
pub const MESSAGE_MAX: usize = {
    let mut longest = 4 + 2 * 16;
    let mut at = 0;
    while at < FIELDS.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        let row = &FIELDS[at];
        longest += row.length.digits() + row.ascii.size(row.length.most());
        at += 1;
    }
    longest
};

/// Writes a message and gives the octets that it takes, at most [`MESSAGE_MAX`].
///
/// # Errors
/// [`Error::Room`].
pub fn emit<'b>(
    message: &Message,
    variant: Variant,
    out: &'b mut [u8],
) -> Result<&'b mut [u8], Error> {
    let room = out.len();
    let mut writer = Writer {
        variant,
        rest: &mut *out,
    };
    writer.put(variant.numbers(), &message.message_type().digits())?;
    let bitmap = bitmap(message).to_be_bytes();
    let (first, second) = bitmap.split_at(8);
    writer.put(variant.bitmaps(), first)?;
    if second.iter().any(|&octet| octet != 0) {
        writer.put(variant.bitmaps(), second)?;
    }
    for (row, value) in message.fields() {
        writer.put_length(row, value.len())?;
        writer.put(row.encoding(variant), value)?;
    }
    let length = room - writer.rest.len();
    out.get_mut(..length).ok_or(Error::Room)
}

/// The room behind what is written.
struct Writer<'b> {
    variant: Variant,
    rest: &'b mut [u8],
}

impl Writer<'_> {
    /// Writes how long a field is, unless its length is fixed.
    fn put_length(&mut self, row: &Field, count: usize) -> Result<(), Error> {
        let digits = [100, 10, 1].map(|unit| {
            let [.., digit] = (count / unit % 10).to_be_bytes();
            b'0' + digit
        });
        let length = digits.get(digits.len() - row.length.digits()..);
        self.put(self.variant.numbers(), length.unwrap_or_default())
    }

    fn put(&mut self, encoding: Encoding, value: &[u8]) -> Result<(), Error> {
        let (slots, behind) = core::mem::take(&mut self.rest)
            .split_at_mut_checked(encoding.size(value.len()))
            .ok_or(Error::Room)?;
        encoding.emit(value, slots);
        self.rest = behind;
        Ok(())
    }
}

/// The bit of each field that is there, and bit 1 if one is above 64; bit 1 is the most significant.
fn bitmap(message: &Message) -> u128 {
    let bits = message.fields().fold(0, |bits, (row, _)| {
        bits | 1_u128 << (128 - u32::from(row.number))
    });
    let second = bits & u128::from(u64::MAX) != 0;
    bits | u128::from(second) << 127
}
