use crate::message::{Frame, Refusal};
use crate::octets::Fields;

/// The state of one direction's messages: number and digest of the last one accepted. Both sides
/// store it durably, in the same transaction as the effect of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    last: u64,
    digest: [u8; 32],
}

/// The place of a message relative to the last one accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Its number is higher.
    Next,
    /// It is the last one, octet by octet.
    Same,
}

/// The rule about omitted numbers: letters allow gaps, reports do not.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    Gaps,
    NoGaps,
}

impl Sequence {
    /// Octets of the stored form: number (8), SHA-256 of all of the message but its signature (32).
    pub const LEN: usize = 40;

    /// The state before the first message from the issuer.
    pub const EMPTY: Self = Self {
        last: 0,
        digest: [0; 32],
    };

    /// The state after this message is accepted.
    ///
    /// # Errors
    /// [`Refusal`] if the octets are no message.
    pub fn after(message: &[u8]) -> Result<Self, Refusal> {
        Frame::parse(message).map(|frame| Self::at(&frame))
    }

    /// The state before the first report: the chain starts at the enrolment request.
    pub(crate) const fn enrolled(request: [u8; 32]) -> Self {
        Self {
            last: 0,
            digest: request,
        }
    }

    pub(crate) fn at(frame: &Frame<'_>) -> Self {
        Self {
            last: frame.header.sequence,
            digest: frame.digest(),
        }
    }

    /// The number of the last message accepted; 0 if there was none.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// The digest of that message; before the first report, that of the enrolment request.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The stored form.
    #[must_use]
    pub fn octets(&self) -> [u8; Self::LEN] {
        let mut octets = [0; Self::LEN];
        let parts = self.last.to_be_bytes().into_iter().chain(self.digest);
        for (to, from) in octets.iter_mut().zip(parts) {
            *to = from;
        }
        octets
    }

    /// The state from its stored form.
    #[must_use]
    pub fn from_octets(octets: &[u8; Self::LEN]) -> Self {
        let mut fields = Fields::new(octets);
        // The length is known, so neither field can be cut short.
        Self {
            last: fields.u64().unwrap_or_default(),
            digest: fields.array().copied().unwrap_or_default(),
        }
    }

    /// The place of the message `next`, or the refusal that it gets.
    pub(crate) fn place(&self, next: &Self, order: Order) -> Result<Place, Refusal> {
        if next.last < self.last {
            return Err(Refusal::Stale);
        }
        if next.last == self.last {
            return if next.digest == self.digest {
                Ok(Place::Same)
            } else {
                Err(Refusal::Conflict)
            };
        }
        match order {
            Order::NoGaps if self.last.checked_add(1) != Some(next.last) => Err(Refusal::Gap),
            Order::NoGaps | Order::Gaps => Ok(Place::Next),
        }
    }
}
