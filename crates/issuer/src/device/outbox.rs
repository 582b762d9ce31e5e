//! The outbox of a device. A command or a notice waits here in the clear, since it holds no secret,
//! and is sealed when the device asks for its letters, or before a package is sealed: the numbers
//! follow the order in which letters were made.

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::tlv::Writer;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Letter};
use understudy_provisioning::message::{Kind, OVERHEAD};

use super::{Device, DeviceError};
use crate::custody::{BatchLetter, BatchOrder};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{Act, Letters, Of, Sort, StoreError, View};
use crate::token::{Home, KeyBatch, Token};

/// Octets of room for any command or notice.
const ROOM: usize = 64;

/// The number of waiting packages, profiles and commands at which a device gets no further package.
pub(crate) const WAITING_MAX: u32 = 128;

/// The most notices of payments that wait for a device.
pub(crate) const NOTICES_MAX: u32 = 256;

/// The most waiting letters of a sort that a later one makes obsolete: of each command to a card or
/// to a device, of profiles for a card, and of acceptances of a device's reports.
pub(crate) const SUPERSEDED_MAX: u32 = 8;

impl Issuer {
    /// Every letter that the device has not acknowledged yet, in the order of their numbers. The
    /// same octets are returned until a report acknowledges them. A suspended device gets its
    /// letters too, without packages.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn letters(&self, device: DeviceId, now: UnixTime) -> Result<Vec<Vec<u8>>, DeviceError> {
        self.act(now, |act| {
            let mut device = Device::load(act, device)?.ok_or(DeviceError::Unknown)?;
            seal_queued(act, &mut device)?;
            device.update(act)?;
            Ok(Letters(device.id).sealed(act)?)
        })
    }
}

/// Puts a command or a notice into a device's outbox; one about the device itself names no card.
pub(crate) fn queue(
    act: &Act<'_>,
    device: DeviceId,
    card: Option<CardId>,
    body: &Body<'_>,
) -> Result<(), Fault> {
    let mut room = [0; ROOM];
    let mut content = Writer::new(&mut room);
    let written = content
        .octets(&[body.kind().octet()])
        .and_then(|()| body.emit(&mut content));
    written.map_err(|_| StoreError::Value("a letter is too long"))?;
    let content = content.written();
    let command = command(body.kind(), content);
    Letters(device).queue(act, card, content, command)?;
    forget_oldest(act, device, card, body.kind(), command)
}

/// The octet of the command, after that of the kind.
fn command(kind: Kind, content: &[u8]) -> Option<[u8; 1]> {
    match (kind, content) {
        (Kind::Command, [_, command, ..]) => Some([*command]),
        _ => None,
    }
}

/// True if the greatest number of packages and commands waits for a device: it must take and report
/// them before it gets another package.
pub(crate) fn is_full(view: &View<'_>, device: DeviceId) -> Result<bool, Fault> {
    Ok(Letters(device).count_without_notices(view)? >= WAITING_MAX)
}

/// Deletes the oldest letters of a sort for which a later one has the same effect: the same command
/// to the same card, or to the device; a profile of the same card; an acceptance of a report.
/// Different commands do not replace one another, so that none is lost. Notices of payments are for
/// display. Numbers of letters may have gaps.
fn forget_oldest(
    act: &Act<'_>,
    device: DeviceId,
    card: Option<CardId>,
    kind: Kind,
    command: Option<[u8; 1]>,
) -> Result<(), Fault> {
    let (of, kept) = match (kind, card) {
        (Kind::Notice, Some(_)) => (Of::AnyCard, NOTICES_MAX),
        _ => (Of::One(card), SUPERSEDED_MAX),
    };
    let sort = Sort { kind, of, command };
    Letters(device).keep_newest(act, sort, kept)
}

/// Lets the custodian make a batch of keys and seal it to a device, and appends the letter to the
/// waiting ones. The caller updates the device in the same transaction.
pub(crate) fn post_batch(
    act: &Act<'_>,
    device: &mut Device,
    card: CardId,
    batch: &BatchOrder<'_>,
) -> Result<Vec<u8>, Fault> {
    seal_queued(act, device)?;
    let sequence = next_number(device)?;
    let letter = BatchLetter {
        card,
        sequence,
        issued_at: act.now,
    };
    let sealed = act.keys.seal_batch(batch, &letter, &device.recipient())?;
    device.last_letter = sequence;
    Letters(device.id).append(act, Some(card), sequence, &sealed)?;
    device.packaged_epoch = device.ledger.epoch;
    Ok(sealed)
}

/// As [`post_batch`], for a profile of a card that keeps its keys. It contains the token's
/// number, so it does not wait in the clear either.
pub(crate) fn post_profile(
    act: &Act<'_>,
    device: &mut Device,
    card: CardId,
    profile: &[u8],
) -> Result<Vec<u8>, Fault> {
    let sealed = post(act, device, Some(card), Body::Profile(profile))?;
    forget_oldest(act, device.id, Some(card), Kind::Profile, None)?;
    Ok(sealed)
}

/// Seals a letter and appends it to the device's waiting letters.
pub(super) fn post(
    act: &Act<'_>,
    device: &mut Device,
    card: Option<CardId>,
    body: Body<'_>,
) -> Result<Vec<u8>, Fault> {
    seal_queued(act, device)?;
    let sealed = seal(act, device, card, body)?;
    Letters(device.id).append(act, card, device.last_letter, &sealed)?;
    Ok(sealed)
}

/// Withdraws packages that a device has not acknowledged: those of a card, or all. The counters of
/// their keys stay issued. The profile is due again, since it may have been in one.
pub(crate) fn withdraw_packages(
    act: &Act<'_>,
    device: DeviceId,
    card: Option<CardId>,
) -> Result<(), Fault> {
    for (card, packages) in Letters(device).delete_packages(act, card)? {
        let home = Home { device, card };
        Token::make_profile_due(act, home)?;
        KeyBatch::withdraw(act, home, packages)?;
    }
    Ok(())
}

/// Seals the waiting letters, in the order in which they were queued.
fn seal_queued(act: &Act<'_>, device: &mut Device) -> Result<(), Fault> {
    for letter in Letters(device.id).queued(act)? {
        let body = read(&letter.content).ok_or(StoreError::Value("a letter"))?;
        let sealed = seal(act, device, letter.card, body)?;
        letter.set_sealed(act, device.last_letter, &sealed)?;
    }
    Ok(())
}

fn read(content: &[u8]) -> Option<Body<'_>> {
    let (kind, body) = content.split_first()?;
    Body::parse(Kind::from_octet(*kind)?, body)
}

/// Seals a letter under the next number.
fn seal(
    act: &Act<'_>,
    device: &mut Device,
    card: Option<CardId>,
    body: Body<'_>,
) -> Result<Vec<u8>, Fault> {
    let sequence = next_number(device)?;
    let content = match &body {
        Body::Package(package) => package.octets().len(),
        Body::Profile(profile) => profile.len(),
        Body::Command(_) | Body::Notice(_) => ROOM,
    };
    let letter = Letter {
        card,
        sequence,
        issued_at: act.now,
        body,
    };
    let mut out = vec![0; content.saturating_add(OVERHEAD)];
    let length = (act.keys)
        .seal(&mut out, &letter, &device.recipient())?
        .len();
    out.truncate(length);
    device.last_letter = sequence;
    Ok(out)
}

fn next_number(device: &Device) -> Result<u64, StoreError> {
    device.last_letter.checked_add(1).ok_or(StoreError::Full)
}
