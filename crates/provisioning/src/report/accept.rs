use super::Report;
use crate::enrolment::Enrolled;
use crate::inbox::{Order, Place, Sequence};
use crate::keys::{DeviceId, KeyId, ReceiveKey, VerifyKey};
use crate::message::{Frame, Header, Kind, Refusal};
use crate::octets::Wiped;

/// What an issuer keeps of a device's reports; moved in the same transaction as what it takes from
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The last report accepted.
    pub reports: Sequence,
    /// The store's generation in it.
    pub generation: u64,
    /// The newest epoch that the device offered a key for.
    pub epoch: u32,
}

impl Ledger {
    /// What is known once a device is enrolled.
    #[must_use]
    pub const fn enrolled(device: &Enrolled<'_>) -> Self {
        Self {
            reports: device.reports,
            generation: 0,
            epoch: 1,
        }
    }
}

/// A device whose reports an issuer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The device.
    pub device: DeviceId,
    /// The key that it enrolled with.
    pub verify: VerifyKey,
}

/// A report whose lengths agree. Nothing of it is known to be true.
pub struct Received<'m>(Frame<'m>);

impl<'m> Received<'m> {
    /// Cuts a report into its parts.
    ///
    /// # Errors
    /// [`Refusal::Framing`], [`Refusal::Version`], [`Refusal::Suite`], [`Refusal::Kind`].
    pub fn parse(message: &'m [u8]) -> Result<Self, Refusal> {
        let frame = Frame::parse(message)?;
        if frame.header.kind != Kind::Report {
            return Err(Refusal::Kind);
        }
        Ok(Self(frame))
    }

    /// The device that it says it is from: whose key to verify it with.
    #[must_use]
    pub const fn claimed_device(&self) -> DeviceId {
        self.0.header.device
    }

    /// Verifies the signature under this device's key.
    ///
    /// # Errors
    /// [`Refusal::Signature`].
    pub fn authenticate(self, from: &Sender) -> Result<Authentic<'m>, Refusal> {
        self.0.verify(&from.verify)?;
        Ok(Authentic {
            frame: self.0,
            from: from.device,
        })
    }
}

/// A report that the holder of a device's key signed.
pub struct Authentic<'m> {
    frame: Frame<'m>,
    from: DeviceId,
}

impl<'m> Authentic<'m> {
    /// The header, for a log: it is what the device wrote.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.frame.header
    }

    /// Checks that it says it is from the device whose key verified it, and that it is for the
    /// issuer's receive key of this name.
    ///
    /// # Errors
    /// [`Refusal::Device`], [`Refusal::IssuerKey`], [`Refusal::Card`] if it names a card.
    pub fn address(self, issuer: KeyId) -> Result<Addressed<'m>, Refusal> {
        let header = &self.frame.header;
        if header.device != self.from {
            return Err(Refusal::Device);
        }
        if header.issuer_key != issuer {
            return Err(Refusal::IssuerKey);
        }
        if header.card.is_some() {
            return Err(Refusal::Card);
        }
        Ok(Addressed(self.frame))
    }
}

/// A report of this device to this issuer.
pub struct Addressed<'m>(Frame<'m>);

/// What comes of comparing a report with the last one accepted.
#[expect(
    clippy::large_enum_variant,
    reason = "there is nothing to box it with, and it lives for one match"
)]
pub enum Arrival<'m> {
    /// It is to be opened.
    Fresh(Fresh<'m>),
    /// It is the last one again, octet by octet: done already, to be acknowledged once more.
    Done,
}

impl<'m> Addressed<'m> {
    /// Compares it with the last report accepted. None may be left out.
    ///
    /// # Errors
    /// [`Refusal::Stale`], [`Refusal::Gap`]; [`Refusal::Conflict`]: two reports have one number, so
    /// two devices have one store.
    pub fn sequence(self, ledger: &Ledger) -> Result<Arrival<'m>, Refusal> {
        let sequence = Sequence::at(&self.0);
        Ok(match ledger.reports.place(&sequence, Order::NoGaps)? {
            Place::Same => Arrival::Done,
            Place::Next => Arrival::Fresh(Fresh {
                frame: self.0,
                ledger: *ledger,
                sequence,
            }),
        })
    }
}

/// A report that was not accepted before.
pub struct Fresh<'m> {
    frame: Frame<'m>,
    ledger: Ledger,
    sequence: Sequence,
}

impl Fresh<'_> {
    /// Decrypts the content into `room`, which must hold [`Header::length`] octets and is wiped when
    /// the value goes, or at once if this fails.
    ///
    /// # Errors
    /// [`Refusal::Sealed`], [`Refusal::Room`].
    pub fn open<'r>(self, key: &ReceiveKey, room: &'r mut [u8]) -> Result<Opened<'r>, Refusal> {
        Ok(Opened {
            content: self.frame.open(key, room)?,
            header: self.frame.header,
            ledger: self.ledger,
            sequence: self.sequence,
        })
    }

    /// Octets of room that the content takes.
    #[must_use]
    pub const fn length(&self) -> u32 {
        self.frame.header.length
    }
}

/// A report that was opened. Its content is wiped with the value.
pub struct Opened<'r> {
    content: Wiped<'r>,
    header: Header,
    ledger: Ledger,
    sequence: Sequence,
}

impl Opened<'_> {
    /// Checks all of the content, and that it follows what the ledger holds.
    ///
    /// # Errors
    /// [`Refusal::Content`]; [`Refusal::Fork`], [`Refusal::Generation`]: the store was copied or put
    /// back; [`Refusal::Epoch`]: the fresh key is not of the next epoch.
    pub fn validate(&self) -> Result<Valid<'_>, Refusal> {
        let report = Report::parse(self.content.0).ok_or(Refusal::Content)?;
        let ledger = &self.ledger;
        if report.previous != ledger.reports.digest() {
            return Err(Refusal::Fork);
        }
        if report.generation < ledger.generation {
            return Err(Refusal::Generation);
        }
        let next_epoch = ledger.epoch.checked_add(1);
        if self.header.epoch != ledger.epoch || next_epoch != Some(report.epoch) {
            return Err(Refusal::Epoch);
        }
        Ok(Valid {
            header: &self.header,
            ledger: Ledger {
                reports: self.sequence,
                generation: report.generation,
                epoch: report.epoch,
            },
            report,
        })
    }
}

/// A report that passed every check, and what to write down with what is taken from it.
#[derive(Debug)]
pub struct Valid<'o> {
    /// The header.
    pub header: &'o Header,
    /// The content.
    pub report: Report<'o>,
    /// To be stored in the same transaction as what is taken from the report. Its
    /// [`reports`](Ledger::reports) is what [`Notice::ReportAccepted`] says.
    ///
    /// [`Notice::ReportAccepted`]: crate::letter::Notice::ReportAccepted
    pub ledger: Ledger,
}
