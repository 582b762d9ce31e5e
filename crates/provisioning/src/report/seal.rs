use rand_core::TryCryptoRng;
use understudy_core::card::UnixTime;
use understudy_core::wire::tlv::{Overflow, Writer};

use super::{CardUse, Mark, Report};
use crate::inbox::Sequence;
use crate::keys::{DeviceId, PublicReceiveKey, SigningKey};
use crate::message::{self, Envelope, Header, Kind, Refusals, SealError};

/// A report, before it is sealed.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The device.
    pub device: DeviceId,
    /// The last report that was accepted, from [`enrolment::reports`](crate::enrolment::reports) or
    /// [`Notice::ReportAccepted`](crate::letter::Notice::ReportAccepted).
    pub before: Sequence,
    /// The time of its making, by the device's clock; the issuer does not rely on it.
    pub issued_at: UnixTime,
    /// The generation of the store: the number of times that it was written.
    pub generation: u64,
    /// The number of the last message accepted; 0 for none.
    pub accepted: u64,
    /// The refusals since enrolment.
    pub refusals: Refusals,
    /// The epoch of the fresh receive key, from [`ReceiveKeys::push`](crate::keys::ReceiveKeys::push).
    pub epoch: u32,
    /// The fresh receive key.
    pub key: PublicReceiveKey,
    /// The device's cards, in ascending order; at most 255.
    pub cards: &'a [CardUse],
    /// Every key used since the report before, in ascending order of card and counter.
    pub marks: &'a [Mark],
}

/// Makes the report in `out`, which must hold its content ([`FIXED_LEN`](super::FIXED_LEN) octets,
/// [`CardUse::LEN`] a card, [`Mark::LEN`] a mark) and [`OVERHEAD`](crate::message::OVERHEAD). It is stored before it is sent, and the same octets are
/// sent until they are accepted.
///
/// # Errors
/// [`SealError`]; `out` is wiped then.
pub fn seal<'b>(
    out: &'b mut [u8],
    draft: &Draft<'_>,
    to: &PublicReceiveKey,
    from: &SigningKey,
    rng: &mut impl TryCryptoRng,
) -> Result<&'b [u8], SealError> {
    let next = draft.before.last().checked_add(1);
    let envelope = Envelope {
        header: Header {
            kind: Kind::Report,
            issuer_key: to.id(),
            device: draft.device,
            epoch: draft.epoch.saturating_sub(1),
            card: None,
            // 0 after the numbers are used up, which is refused.
            sequence: next.unwrap_or(0),
            issued_at: draft.issued_at,
            length: 0,
        },
        to,
        from,
    };
    message::seal(
        out,
        &envelope,
        rng,
        |content| emit(content, draft),
        |content| Report::parse(content).is_some(),
    )
}

/// Writes the content; more cards or marks than their counts can express are an overflow.
pub(crate) fn emit(out: &mut Writer<'_>, draft: &Draft<'_>) -> Result<(), Overflow> {
    let cards = u8::try_from(draft.cards.len()).map_err(|_| Overflow)?;
    let marks = u16::try_from(draft.marks.len()).map_err(|_| Overflow)?;
    out.octets(&draft.before.digest())?;
    out.octets(&draft.generation.to_be_bytes())?;
    out.octets(&draft.accepted.to_be_bytes())?;
    out.octets(&draft.refusals.octets())?;
    out.octets(&draft.epoch.to_be_bytes())?;
    out.octets(draft.key.octets())?;
    out.octets(&[cards])?;
    out.octets(&marks.to_be_bytes())?;
    draft.cards.iter().try_for_each(|card| card.emit(out))?;
    draft.marks.iter().try_for_each(|mark| mark.emit(out))
}
