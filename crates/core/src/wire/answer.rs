//! Answers: a body and a status word in one buffer (ISO/IEC 7816-4 §5.1).

use super::status::StatusWord;
use super::tlv::Writer;

/// The longest answer: a body of 256 octets and the status word.
pub const ANSWER_MAX: usize = BODY_MAX + 2;

const BODY_MAX: usize = 256;

/// An answer: the body that `body` writes, up to 256 octets, and `9000`. If `body` fails, nothing
/// of it remains: the answer is its status word alone.
///
/// The rest of `buffer` is zeroed, so that neither a dropped body nor an earlier answer remains in
/// it.
pub fn answer(
    buffer: &mut [u8; ANSWER_MAX],
    body: impl FnOnce(&mut Writer<'_>) -> Result<(), StatusWord>,
) -> &[u8] {
    let mut writer = Writer::new(buffer.get_mut(..BODY_MAX).unwrap_or_default());
    let (length, status) = match body(&mut writer) {
        Ok(()) => (writer.len(), StatusWord::SUCCESS),
        Err(status) => (0, status),
    };
    let rest = buffer.get_mut(length..).unwrap_or_default();
    rest.fill(0);
    for (slot, octet) in rest.iter_mut().zip(status.octets()) {
        *slot = octet;
    }
    buffer.get(..length + 2).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tlv::{Overflow, Tag};

    const TAG: Tag = Tag::new(0x57);

    #[test]
    fn a_body_is_followed_by_9000() {
        let mut buffer = [0xEE; ANSWER_MAX];
        let octets = answer(&mut buffer, |body| Ok(body.object(TAG, &[1, 2])?));
        assert_eq!(octets, [0x57, 2, 1, 2, 0x90, 0x00]);
    }

    #[test]
    fn a_refusal_drops_the_body_and_leaves_no_octet_of_it_behind() {
        let mut buffer = [0xEE; ANSWER_MAX];
        let octets = answer(&mut buffer, |body| {
            body.octets(&[0xAA; 200])?;
            Err(StatusWord::CONDITIONS_NOT_SATISFIED)
        });
        assert_eq!(octets, [0x69, 0x85]);
        assert_eq!(buffer[2..], [0; ANSWER_MAX - 2]);
    }

    #[test]
    fn an_answer_leaves_nothing_of_an_earlier_one_or_a_dropped_template_behind() {
        let mut buffer = [0xEE; ANSWER_MAX];
        let octets = answer(&mut buffer, |body| {
            let dropped = body.template(TAG, |inner| {
                inner.octets(&[0xAA; 100])?;
                Err(Overflow)
            });
            assert_eq!(dropped, Err(Overflow));
            Ok(body.octets(&[7])?)
        });
        assert_eq!(octets, [7, 0x90, 0x00]);
        assert_eq!(buffer[3..], [0; ANSWER_MAX - 3]);
    }

    #[test]
    fn a_body_of_256_octets_fits_and_one_more_is_6f00() {
        let mut buffer = [0; ANSWER_MAX];
        let octets = answer(&mut buffer, |body| Ok(body.octets(&[0xAA; 256])?));
        assert_eq!(octets.len(), ANSWER_MAX);
        assert_eq!(octets[256..], [0x90, 0x00]);
        let octets = answer(&mut buffer, |body| Ok(body.octets(&[0xAA; 257])?));
        assert_eq!(octets, [0x6F, 0x00]);
    }

    #[test]
    fn an_empty_body_is_9000_alone() {
        let mut buffer = [0xEE; ANSWER_MAX];
        assert_eq!(answer(&mut buffer, |_| Ok(())), [0x90, 0x00]);
    }
}
