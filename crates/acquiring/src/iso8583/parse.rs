//! The parsing of a message from octets.

use super::error::{Error, Problem};
use super::message::Message;
use super::message_type::MessageType;
use super::table::{Encoding, Field, Variant, field};

/// Reads a message from octets that are nothing else.
///
/// # Errors
/// [`Error`] names the first field that is wrong; nothing is left out or guessed.
pub fn parse(octets: &[u8], variant: Variant) -> Result<Message, Error> {
    let mut rest = octets;
    let mut digits = [0; 4];
    take(&mut rest, variant.numbers(), &mut digits).ok_or(Error::MessageType)?;
    let message_type = MessageType::from_digits(digits).ok_or(Error::MessageType)?;
    let mut message = Message::new(message_type);
    for number in numbers(bitmap(&mut rest, variant)?) {
        let row = field(number).ok_or(Error::UnknownField(number))?;
        parse_field(&mut rest, variant, row, &mut message)?;
    }
    match rest.len() {
        0 => Ok(message),
        behind => Err(Error::Trailing(behind)),
    }
}

/// Both bitmaps, the second 0 if it is not there.
fn bitmap(rest: &mut &[u8], variant: Variant) -> Result<u128, Error> {
    let mut half = || -> Result<u64, Error> {
        let mut half = [0; 8];
        take(rest, variant.bitmaps(), &mut half).ok_or(Error::Bitmap)?;
        Ok(u64::from_be_bytes(half))
    };
    let first = half()?;
    let second = if first >> 63 == 1 { half()? } else { 0 };
    if first >> 63 == 1 && second == 0 {
        return Err(Error::Bitmap);
    }
    Ok(u128::from(first) << 64 | u128::from(second))
}

/// The fields of a bitmap. Bit 1 is no field: it says that there is a second bitmap.
fn numbers(bitmap: u128) -> impl Iterator<Item = u8> {
    (2..=128_u8).filter(move |&number| bitmap >> (128 - u32::from(number)) & 1 == 1)
}

fn parse_field(
    rest: &mut &[u8],
    variant: Variant,
    row: &Field,
    message: &mut Message,
) -> Result<(), Error> {
    let bad = |problem| Error::Field(row.number, problem);
    let count = count(rest, variant, row).map_err(bad)?;
    let encoding = row.encoding(variant);
    let split = rest.split_at_checked(encoding.size(count));
    if count > row.length.most() {
        return Err(bad(Problem::Length));
    }
    let (octets, behind) = split.ok_or(bad(Problem::CutOff))?;
    *rest = behind;
    message.set_with(row, count, |value| encoding.parse(octets, value))
}

/// The length of the field that comes next, in characters or octets.
fn count(rest: &mut &[u8], variant: Variant, row: &Field) -> Result<usize, Problem> {
    let mut room = [b'0'; 3];
    let digits = room.get_mut(3 - row.length.digits()..).unwrap_or_default();
    if digits.is_empty() {
        return Ok(row.length.most());
    }
    if rest.len() < variant.numbers().size(digits.len()) {
        return Err(Problem::CutOff);
    }
    take(rest, variant.numbers(), digits).ok_or(Problem::Length)?;
    digits.iter().try_fold(0, |count, digit| match digit {
        b'0'..=b'9' => Ok(10 * count + usize::from(digit - b'0')),
        _ => Err(Problem::Length),
    })
}

/// Reads a value of a fixed number of characters or octets; none if it is cut off or not well-formed.
fn take(rest: &mut &[u8], encoding: Encoding, value: &mut [u8]) -> Option<()> {
    let (octets, behind) = rest.split_at_checked(encoding.size(value.len()))?;
    encoding.parse(octets, value).ok()?;
    *rest = behind;
    Some(())
}
