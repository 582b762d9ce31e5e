use super::Report;
use crate::enrolment::Enrolled;
use crate::inbox::{Order, Place, Sequence};
use crate::keys::{DeviceId, KeyId, ReceiveKey, VerifyKey};
use crate::message::{Frame, Header, Kind, Refusal};
use crate::octets::Wiped;

/// An issuer's record of a device's reports, updated in the same transaction as the effects of a
/// report.
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
    /// The ledger of a device that has just enrolled.
    #[must_use]
    pub const fn enrolled(device: &Enrolled<'_>) -> Self {
        Self {
            reports: device.reports,
            generation: 0,
            epoch: 1,
        }
    }
}

/// A device that sends reports, as its issuer knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The device.
    pub device: DeviceId,
    /// The key that it enrolled with.
    pub verify: VerifyKey,
    /// The state of its reports.
    pub ledger: Ledger,
}

/// The holder of the issuer's receive key: the key itself, or a module that does not export it.
pub trait Opener {
    /// The key's name.
    fn key_id(&self) -> KeyId;

    /// Opens a report into `room`, with [`Sealed::open`].
    ///
    /// # Errors
    /// [`Refusal::Sealed`], [`Refusal::Room`].
    fn open<'r>(&self, report: &Sealed<'_>, room: &'r mut [u8]) -> Result<Opened<'r>, Refusal>;
}

impl Opener for ReceiveKey {
    fn key_id(&self) -> KeyId {
        self.public().id()
    }

    fn open<'r>(&self, report: &Sealed<'_>, room: &'r mut [u8]) -> Result<Opened<'r>, Refusal> {
        report.open(self, room)
    }
}

/// A report of a known device, not decrypted yet.
pub struct Sealed<'m>(&'m Frame<'m>);

impl Sealed<'_> {
    /// Decrypts the content into `room`.
    ///
    /// # Errors
    /// [`Refusal::Sealed`], [`Refusal::Room`].
    pub fn open<'r>(&self, key: &ReceiveKey, room: &'r mut [u8]) -> Result<Opened<'r>, Refusal> {
        self.0.open(key, room).map(Opened)
    }
}

/// The content of a report, decrypted and not checked yet; wiped with the value.
#[derive(Debug)]
pub struct Opened<'r>(Wiped<'r>);

/// The result of taking a report.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is nothing to box it with, and it lives for one match"
)]
pub enum Arrival<'r> {
    /// The last report again, octet by octet: its effects are stored already; acknowledge it again.
    Done,
    /// A new report that passed every check.
    Fresh(Accepted<'r>),
}

/// A report that passed every check, and the ledger to be stored with its effects. Its content is
/// wiped with the value.
#[derive(Debug)]
pub struct Accepted<'r> {
    /// The header.
    pub header: Header,
    /// To be stored in the same transaction as the report's effects. Its
    /// [`reports`](Ledger::reports) is the content of [`Notice::ReportAccepted`].
    ///
    /// [`Notice::ReportAccepted`]: crate::letter::Notice::ReportAccepted
    pub ledger: Ledger,
    /// The report without its tables.
    head: Report<'static>,
    /// The number of cards in its table.
    cards: usize,
    content: Opened<'r>,
}

impl Accepted<'_> {
    /// The content.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        self.head.with_tables(self.content.0.0, self.cards)
    }
}

/// The device that a report claims to be from, which determines the key to verify it with. Nothing
/// of the report is verified by then.
///
/// # Errors
/// [`Refusal::Framing`], [`Refusal::Version`], [`Refusal::Suite`], [`Refusal::Kind`].
pub fn claimed_device(report: &[u8]) -> Result<DeviceId, Refusal> {
    header(report).map(|header| header.device)
}

/// The octets of room that [`take`] needs for this report, at most [`CONTENT_MAX`]. Nothing of the
/// report is verified by then.
///
/// # Errors
/// As [`claimed_device`].
///
/// [`CONTENT_MAX`]: crate::message::CONTENT_MAX
pub fn content_len(report: &[u8]) -> Result<usize, Refusal> {
    header(report)?.content_len()
}

fn header(report: &[u8]) -> Result<Header, Refusal> {
    let header = Header::of(report)?;
    if header.kind == Kind::Report {
        Ok(header)
    } else {
        Err(Refusal::Kind)
    }
}

/// Takes a report: its framing, its signature, the device that it is from and the issuer's key that
/// it is for, its place in the sequence, its content, and that it follows what the ledger holds, are
/// checked, in this order. None may be left out between two reports. Nothing is changed.
///
/// The content is decrypted into `room`, which must hold [`content_len`] octets and is wiped when
/// the report is let go, or at once if it is refused.
///
/// # Errors
/// [`Refusal`], the first that applies. [`Refusal::Conflict`], [`Refusal::Fork`] and
/// [`Refusal::Generation`]: the device's store was copied or put back.
pub fn take<'r>(
    report: &[u8],
    from: &Sender,
    to: &(impl Opener + ?Sized),
    room: &'r mut [u8],
) -> Result<Arrival<'r>, Refusal> {
    let frame = Frame::parse(report)?;
    let header = frame.header;
    if header.kind != Kind::Report {
        return Err(Refusal::Kind);
    }
    frame.verify(&from.verify)?;
    if header.device != from.device {
        return Err(Refusal::Device);
    }
    if header.issuer_key != to.key_id() {
        return Err(Refusal::IssuerKey);
    }
    if header.card.is_some() {
        return Err(Refusal::Card);
    }
    let sequence = Sequence::at(&frame);
    if from.ledger.reports.place(&sequence, Order::NoGaps)? == Place::Same {
        return Ok(Arrival::Done);
    }
    let content = to.open(&Sealed(&frame), room)?;
    let report = Report::parse(content.0.0).ok_or(Refusal::Content)?;
    let (head, cards) = (report.without_tables(), report.cards().count());
    let ledger = follows(&from.ledger, &header, &head, sequence)?;
    Ok(Arrival::Fresh(Accepted {
        header,
        ledger,
        head,
        cards,
        content,
    }))
}

/// The ledger after a report that follows it.
fn follows(
    ledger: &Ledger,
    header: &Header,
    report: &Report<'_>,
    sequence: Sequence,
) -> Result<Ledger, Refusal> {
    if report.previous != ledger.reports.digest() {
        return Err(Refusal::Fork);
    }
    if report.generation < ledger.generation {
        return Err(Refusal::Generation);
    }
    let next_epoch = ledger.epoch.checked_add(1);
    if header.epoch != ledger.epoch || next_epoch != Some(report.epoch) {
        return Err(Refusal::Epoch);
    }
    Ok(Ledger {
        reports: sequence,
        generation: report.generation,
        epoch: report.epoch,
    })
}
