/// The reason for which a message is refused. It holds no data of the message; a refusal changes
/// nothing.
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
    /// 04: the kind is unknown, or does not exist in this direction.
    #[error("the message is of no kind that is expected here")]
    Kind,
    /// 05: the issuer's key that it names is not known.
    #[error("the message names a key of the issuer that is not known")]
    IssuerKey,
    /// 06: the signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// 07: it is for or from another device.
    #[error("the message is not of this device")]
    Device,
    /// 08: the card is unknown, or one is named where none may be, or none where one must be.
    #[error("the message does not fit the card that it names")]
    Card,
    /// 09: its sequence number is below the last one accepted.
    #[error("the message's sequence number is below the last one accepted")]
    Stale,
    /// 0A: another message with this sequence number was accepted.
    #[error("another message with this sequence number was accepted")]
    Conflict,
    /// 0B: a report before it is missing.
    #[error("a report is missing before this one")]
    Gap,
    /// 0C: the receive key of its epoch is not held any more, or not yet.
    #[error("no key of the message's epoch is held")]
    Epoch,
    /// 0D: the ciphertext cannot be opened with the key.
    #[error("the message does not open")]
    Sealed,
    /// 0E: the content is invalid for its kind.
    #[error("the content is not one that a message of its kind may hold")]
    Content,
    /// 0F: the report does not follow the last one accepted: the device's store was copied or
    /// restored from a copy.
    #[error("the report does not follow the last one accepted")]
    Fork,
    /// 10: the store's generation is lower than in the last report: the store was restored from a
    /// copy.
    #[error("the store's generation fell")]
    Generation,
    /// 11: the enrolment request answers another challenge.
    #[error("the request answers another challenge")]
    Challenge,
    /// The caller's room is shorter than the content. Not the message's fault, and not reported.
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
    /// The refusal's code in a report; `None` for one that is not reported.
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

/// The refusals of a device so far, for its next report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Refusals {
    count: u32,
    last: Option<Refusal>,
}

impl Refusals {
    /// Octets of the stored and the reported form: count (4) and code of the last one (1).
    pub const LEN: usize = 5;

    /// Adds one refusal; the count stops at its highest value.
    pub fn note(&mut self, refusal: Refusal) {
        if refusal.code().is_some() {
            self.count = self.count.saturating_add(1);
            self.last = Some(refusal);
        }
    }

    /// The number of refusals.
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

    /// The refusals from their stored form; `None` for an unknown code, or a code without a count.
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
