/// Why a message is refused. Carries nothing of the message; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 01: the length is not what the header says, or a count that starts at 1 is 0.
    #[error("the message is cut, or longer than it says, or misshapen")]
    Framing,
    /// 02: the version is not 01.
    #[error("the message's version is not 01")]
    Version,
    /// 03: the suite is not 01.
    #[error("the message's suite is not 01")]
    Suite,
    /// 04: no kind of message that goes in this direction.
    #[error("the message is of no kind that is expected here")]
    Kind,
    /// 05: it names a key of the issuer that is not known.
    #[error("the message names a key of the issuer that is not known")]
    IssuerKey,
    /// 06: the signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// 07: it is for or from another device.
    #[error("the message is not of this device")]
    Device,
    /// 08: no such card here, or a card where there should be none, or none where there should.
    #[error("the message does not fit the card that it names")]
    Card,
    /// 09: its sequence number is below the last one accepted.
    #[error("the message's sequence number is below the last one accepted")]
    Stale,
    /// 0A: another message with this sequence number was accepted.
    #[error("another message with this sequence number was accepted")]
    Conflict,
    /// 0B: a report is missing before it.
    #[error("a report is missing before this one")]
    Gap,
    /// 0C: the receive key of its epoch is not held any more, or not yet.
    #[error("no key of the message's epoch is held")]
    Epoch,
    /// 0D: it does not open under the key.
    #[error("the message does not open")]
    Sealed,
    /// 0E: its content is not what its kind may hold.
    #[error("the content is not one that a message of its kind may hold")]
    Content,
    /// 0F: a report does not follow the last one accepted: its device was copied or put back.
    #[error("the report does not follow the last one accepted")]
    Fork,
    /// 10: the store's generation is lower than in the last report: it was put back.
    #[error("the store's generation fell")]
    Generation,
    /// 11: an enrolment request answers another challenge.
    #[error("the request answers another challenge")]
    Challenge,
    /// Not the message's fault, and not reported: the caller's room is shorter than the content.
    #[error("the room for the content is too short")]
    Room,
}

/// Every refusal that is reported, in the order of its code, from 01.
const REPORTED: [Refusal; 17] = [
    Refusal::Framing,
    Refusal::Version,
    Refusal::Suite,
    Refusal::Kind,
    Refusal::IssuerKey,
    Refusal::Signature,
    Refusal::Device,
    Refusal::Card,
    Refusal::Stale,
    Refusal::Conflict,
    Refusal::Gap,
    Refusal::Epoch,
    Refusal::Sealed,
    Refusal::Content,
    Refusal::Fork,
    Refusal::Generation,
    Refusal::Challenge,
];

impl Refusal {
    /// The code that a report says it with; `None` for what is not reported.
    #[must_use]
    pub fn code(self) -> Option<u8> {
        (1..)
            .zip(REPORTED)
            .find(|(_, refusal)| *refusal == self)
            .map(|(code, _)| code)
    }

    fn from_code(code: u8) -> Option<Self> {
        (1..)
            .zip(REPORTED)
            .find(|(known, _)| *known == code)
            .map(|(_, refusal)| refusal)
    }
}

/// What a device refused so far, for its next report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Refusals {
    count: u32,
    last: Option<Refusal>,
}

impl Refusals {
    /// Octets of the stored and the reported form: count (4) and code of the last one (1).
    pub const LEN: usize = 5;

    /// Counts one more; the count stays at its highest value.
    pub fn note(&mut self, refusal: Refusal) {
        if refusal.code().is_some() {
            self.count = self.count.saturating_add(1);
            self.last = Some(refusal);
        }
    }

    /// How many there were.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The last one.
    #[must_use]
    pub const fn last(&self) -> Option<Refusal> {
        self.last
    }

    /// The stored form.
    #[must_use]
    pub fn octets(&self) -> [u8; Self::LEN] {
        let [a, b, c, d] = self.count.to_be_bytes();
        let code = self.last.and_then(Refusal::code).unwrap_or(0);
        [a, b, c, d, code]
    }

    /// What was stored; `None` for an unknown code, or a code without a count.
    #[must_use]
    pub fn from_octets([a, b, c, d, code]: [u8; Self::LEN]) -> Option<Self> {
        let count = u32::from_be_bytes([a, b, c, d]);
        let last = match code {
            0 => None,
            code => Some(Refusal::from_code(code)?),
        };
        (last.is_some() == (count > 0)).then_some(Self { count, last })
    }
}
