//! Answers: a body and a status word in one buffer (ISO/IEC 7816-4 §5.1).

use core::iter;

use super::status::StatusWord;
use super::tlv::Writer;

/// The longest answer: a body of 256 octets and the status word.
pub const ANSWER_MAX: usize = BODY_MAX + 2;

const BODY_MAX: usize = 256;

/// Lets `body` write up to 256 octets and appends `9000`. If `body` fails, nothing of it stands:
/// the answer is its status word alone.
///
/// All of `buffer` behind the answer is zeroed, so that neither a dropped body nor an earlier
/// answer stays behind.
pub fn answer<'b>(
    buffer: &'b mut [u8; ANSWER_MAX],
    body: impl FnOnce(&mut Writer<'_>) -> Result<(), StatusWord>,
) -> &'b [u8] {
    let mut writer = Writer::new(buffer.get_mut(..BODY_MAX).unwrap_or_default());
    let (length, status) = match body(&mut writer) {
        Ok(()) => (writer.len(), StatusWord::SUCCESS),
        Err(status) => (0, status),
    };
    let tail = status.octets().into_iter().chain(iter::repeat(0));
    for (slot, octet) in buffer.iter_mut().skip(length).zip(tail) {
        *slot = octet;
    }
    buffer.get(..length + 2).unwrap_or_default()
}
