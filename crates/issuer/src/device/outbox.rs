//! The outbox of a device. A command or a notice waits here in the clear, since it holds no secret,
//! and is sealed when the device asks for its letters, or before a package is sealed: the numbers
//! follow the order in which letters were made.

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::tlv::Writer;
use understudy_provisioning::Package;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Letter};
use understudy_provisioning::message::{Kind, OVERHEAD};

use super::Device;
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{StoreError, Transaction};

use super::DeviceError;

/// Octets of room for any command or notice.
const ROOM: usize = 64;

/// The number of waiting packages, profiles and commands at which a device gets no further package.
pub(crate) const WAITING_MAX: u32 = 128;

/// The most notices of payments that wait for a device.
pub(crate) const NOTICES_MAX: u32 = 256;

/// The most waiting letters of a sort that a later one makes obsolete: of each command to a card or
/// to a device, of profiles for a card, and of acceptances of a device's reports.
pub(crate) const SUPERSEDED_MAX: u32 = 8;

/// The SQL expression of a letter's kind: the first octet of a queued one, the third of a sealed
/// one.
const KIND: &str = "iif(sealed IS NULL, substr(content, 1, 1), substr(sealed, 3, 1))";

impl Issuer {
    /// Every letter that the device has not acknowledged yet, in the order of their numbers. The
    /// same octets are returned until a report acknowledges them. A suspended device gets its
    /// letters too, without packages.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn letters(&self, device: DeviceId, now: UnixTime) -> Result<Vec<Vec<u8>>, DeviceError> {
        self.store.write(|db| {
            let mut device = Device::load(db, device)?.ok_or(DeviceError::Unknown)?;
            seal_queued(db, self.keys(), &mut device, now)?;
            device.update(db)?;
            Ok(unacknowledged(db, device.id)?)
        })
    }
}

fn unacknowledged(db: &Transaction<'_>, device: DeviceId) -> Result<Vec<Vec<u8>>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT sealed FROM letter WHERE device = ?1 AND sealed IS NOT NULL ORDER BY sequence",
    )?;
    let rows = statement.query_map([device.0], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Puts a command or a notice into a device's outbox; one about the device itself names no card.
pub(crate) fn queue(
    db: &Transaction<'_>,
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
    db.prepare_cached(
        "INSERT INTO letter (device, card, content, command) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((device.0, card.map(|card| card.0), content, command))?;
    forget_oldest(db, device, card, body.kind(), command)
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
pub(crate) fn is_full(db: &Transaction<'_>, device: DeviceId) -> Result<bool, Fault> {
    let waiting = format!("SELECT count(*) FROM letter WHERE device = ?1 AND {KIND} <> ?2");
    let mut waiting = db.prepare_cached(&waiting)?;
    let notice = [Kind::Notice.octet()];
    let count: u32 = waiting.query_row((device.0, notice), |row| row.get(0))?;
    Ok(count >= WAITING_MAX)
}

/// Deletes the oldest letters of a sort for which a later one has the same effect: the same command
/// to the same card, or to the device; a profile of the same card; an acceptance of a report.
/// Different commands do not replace one another, so that none is lost. Notices of payments are for
/// display. Numbers of letters may have gaps.
fn forget_oldest(
    db: &Transaction<'_>,
    device: DeviceId,
    card: Option<CardId>,
    kind: Kind,
    command: Option<[u8; 1]>,
) -> Result<(), Fault> {
    let (of, kept) = match (kind, card) {
        (Kind::Notice, Some(_)) => ("card IS NOT NULL AND ?3 IS NOT NULL", NOTICES_MAX),
        _ => ("card IS ?3", SUPERSEDED_MAX),
    };
    let forget = format!(
        "DELETE FROM letter WHERE id IN (SELECT id FROM letter \
            WHERE device = ?1 AND {KIND} = ?2 AND {of} AND command IS ?4 \
            ORDER BY id DESC LIMIT -1 OFFSET ?5)"
    );
    let card = card.map(|card| card.0);
    db.prepare_cached(&forget)?
        .execute((device.0, [kind.octet()], card, command, kept))?;
    Ok(())
}

/// Seals a package to a device and appends it to the waiting letters. The caller updates the device
/// in the same transaction.
pub(crate) fn post_package(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    device: &mut Device,
    card: CardId,
    package: &[u8],
    now: UnixTime,
) -> Result<Vec<u8>, Fault> {
    let package = Package::parse(package).map_err(|_| StoreError::Value("a package"))?;
    let sealed = post(db, keys, device, Some(card), Body::Package(package), now)?;
    device.packaged_epoch = device.ledger.epoch;
    Ok(sealed)
}

/// As [`post_package`], for a profile of a card that keeps its keys. It contains the token's
/// number, so it does not wait in the clear either.
pub(crate) fn post_profile(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    device: &mut Device,
    card: CardId,
    profile: &[u8],
    now: UnixTime,
) -> Result<Vec<u8>, Fault> {
    let sealed = post(db, keys, device, Some(card), Body::Profile(profile), now)?;
    forget_oldest(db, device.id, Some(card), Kind::Profile, None)?;
    Ok(sealed)
}

/// Seals a letter and appends it to the device's waiting letters.
pub(super) fn post(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    device: &mut Device,
    card: Option<CardId>,
    body: Body<'_>,
    now: UnixTime,
) -> Result<Vec<u8>, Fault> {
    seal_queued(db, keys, device, now)?;
    let sealed = seal(keys, device, card, body, now)?;
    db.prepare_cached(
        "INSERT INTO letter (device, card, sequence, sealed) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((
        device.id.0,
        card.map(|card| card.0),
        device.last_letter,
        &sealed,
    ))?;
    Ok(sealed)
}

/// Withdraws every letter that a device has not acknowledged. The numbers of sealed ones stay used.
pub(super) fn withdraw_all(db: &Transaction<'_>, device: DeviceId) -> Result<(), Fault> {
    db.execute("DELETE FROM letter WHERE device = ?1", [device.0])?;
    Ok(())
}

/// Withdraws packages that a device has not acknowledged: those of a card, or all. The counters of
/// their keys stay issued. The profile is due again, since it may have been in one.
pub(crate) fn withdraw_packages(
    db: &Transaction<'_>,
    device: DeviceId,
    card: Option<CardId>,
) -> Result<(), Fault> {
    let which = (device.0, card.map(|card| card.0), [Kind::Package.octet()]);
    db.execute(
        "UPDATE token SET profile_due = 1 WHERE device = ?1 AND card IN \
            (SELECT card FROM letter WHERE device = ?1 AND ifnull(card = ?2, ?2 IS NULL) \
                AND substr(sealed, 3, 1) = ?3)",
        which,
    )?;
    db.execute(
        "DELETE FROM letter WHERE device = ?1 AND ifnull(card = ?2, ?2 IS NULL) \
            AND substr(sealed, 3, 1) = ?3",
        which,
    )?;
    Ok(())
}

/// Deletes the letters up to a number.
pub(super) fn acknowledge(
    db: &Transaction<'_>,
    device: DeviceId,
    accepted: u64,
) -> Result<usize, Fault> {
    let dropped = db.execute(
        "DELETE FROM letter WHERE device = ?1 AND sequence <= ?2",
        (device.0, accepted),
    )?;
    Ok(dropped)
}

/// Seals the waiting letters, in the order in which they were queued.
fn seal_queued(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    device: &mut Device,
    now: UnixTime,
) -> Result<(), Fault> {
    let mut waiting = db.prepare_cached(
        "SELECT id, card, content FROM letter \
         WHERE device = ?1 AND content IS NOT NULL ORDER BY id",
    )?;
    let mut rows = waiting.query([device.id.0])?;
    let mut sealed = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, card, content): (i64, Option<u16>, Vec<u8>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let body = read(&content).ok_or(StoreError::Value("a letter"))?;
        let letter = seal(keys, device, card.map(CardId), body, now)?;
        sealed.push((id, device.last_letter, letter));
    }
    let mut keep = db.prepare_cached(
        "UPDATE letter SET content = NULL, sequence = ?2, sealed = ?3 WHERE id = ?1",
    )?;
    for letter in sealed {
        keep.execute(letter)?;
    }
    Ok(())
}

fn read(content: &[u8]) -> Option<Body<'_>> {
    let (kind, body) = content.split_first()?;
    Body::parse(Kind::from_octet(*kind)?, body)
}

/// Seals a letter under the next number.
fn seal(
    keys: &dyn KeyCustody,
    device: &mut Device,
    card: Option<CardId>,
    body: Body<'_>,
    now: UnixTime,
) -> Result<Vec<u8>, Fault> {
    let sequence = device.last_letter.checked_add(1).ok_or(StoreError::Full)?;
    let content = match &body {
        Body::Package(package) => package.octets().len(),
        Body::Profile(profile) => profile.len(),
        Body::Command(_) | Body::Notice(_) => ROOM,
    };
    let letter = Letter {
        card,
        sequence,
        issued_at: now,
        body,
    };
    let mut out = vec![0; content.saturating_add(OVERHEAD)];
    let length = keys.seal(&mut out, &letter, &device.recipient())?.len();
    out.truncate(length);
    device.last_letter = sequence;
    Ok(out)
}
