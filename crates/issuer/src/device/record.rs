//! Devices in the database.

use rusqlite::{OptionalExtension as _, Row, named_params};
use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{DeviceId, PublicReceiveKey, VerifyKey};
use understudy_provisioning::letter::Recipient;
use understudy_provisioning::message::Refusals;
use understudy_provisioning::report::{Ledger, Sender};

use super::DeviceStanding;
use crate::fault::Fault;
use crate::store::{PAGE, StoreError, Transaction};

/// The number of a device's latest reports that are kept, to distinguish the repetition of an old
/// one from another one.
pub(crate) const REPORTS_KEPT: u64 = 256;

pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) standing: DeviceStanding,
    /// The entry about its attestation.
    pub(crate) attestation: String,
    pub(crate) verify: VerifyKey,
    /// The newest key that it offered.
    pub(crate) receive: PublicReceiveKey,
    pub(crate) ledger: Ledger,
    /// Its refusals, by its last report.
    pub(crate) refusals: Refusals,
    /// The time at which its last report was accepted, or of its enrolment.
    pub(crate) reported_at: UnixTime,
    /// The last request that the host had recorded by that time.
    pub(crate) reported_through: u64,
    /// The number of the last letter to it.
    pub(crate) last_letter: u64,
    /// The name of the next card.
    pub(crate) next_card: u16,
    pub(crate) enrolled_at: UnixTime,
    /// The epoch of the receive key that the last package was sealed to; 0 if none was.
    pub(crate) packaged_epoch: u32,
    /// The number of the letter that orders it to erase itself.
    pub(crate) wipe_letter: Option<u64>,
    /// The time at which a report acknowledged that letter.
    pub(crate) wiped_at: Option<UnixTime>,
}

impl Device {
    pub(crate) fn load(db: &Transaction<'_>, id: DeviceId) -> Result<Option<Self>, Fault> {
        let mut statement = db.prepare_cached("SELECT * FROM device WHERE id = ?1")?;
        let found = statement.query_row([id.0], |row| Ok(Self::read(row)));
        found.optional()?.transpose()
    }

    /// The device is enrolled and may pay. One that was told to erase itself is suspended in the
    /// database, too.
    pub(crate) fn is_active(db: &Transaction<'_>, id: DeviceId) -> Result<bool, Fault> {
        let mut statement =
            db.prepare_cached("SELECT 1 FROM device WHERE id = ?1 AND standing = 'active'")?;
        Ok(statement.exists([id.0])?)
    }

    /// A page of all devices, in the order in which they enrolled, behind one of them.
    pub(super) fn page(db: &Transaction<'_>, after: Option<DeviceId>) -> Result<Vec<Self>, Fault> {
        let after = after.map_or(Ok(None), |after| Self::load(db, after))?;
        let after = after.map(|device| (device.enrolled_at.0, device.id.0));
        let (at, id) = after.map_or((0, Vec::new()), |(at, id)| (at, id.to_vec()));
        let mut statement = db.prepare_cached(
            "SELECT * FROM device WHERE (enrolled_at, id) > (?1, ?2) \
             ORDER BY enrolled_at, id LIMIT ?3",
        )?;
        let rows = statement.query_map((at, id, PAGE), |row| Ok(Self::read(row)))?;
        rows.map(|row| row?).collect()
    }

    pub(crate) fn insert(&self, db: &Transaction<'_>) -> Result<(), Fault> {
        db.prepare_cached(INSERT)?.execute(named_params! {
            ":id": self.id.0,
            ":standing": self.stored_standing().name(),
            ":attestation": self.attestation,
            ":verify_key": self.verify.octets(),
            ":receive_key": self.receive.octets(),
            ":epoch": self.ledger.epoch,
            ":reports": self.ledger.reports.octets(),
            ":generation": self.ledger.generation,
            ":refusals": self.refusals.octets(),
            ":reported_at": self.reported_at.0,
            ":reported_through": self.reported_through,
            ":last_letter": self.last_letter,
            ":next_card": self.next_card,
            ":enrolled_at": self.enrolled_at.0,
        })?;
        Ok(())
    }

    /// Stores the changeable fields of a device.
    pub(crate) fn update(&self, db: &Transaction<'_>) -> Result<(), Fault> {
        db.prepare_cached(UPDATE)?.execute(named_params! {
            ":id": self.id.0,
            ":standing": self.stored_standing().name(),
            ":receive_key": self.receive.octets(),
            ":epoch": self.ledger.epoch,
            ":reports": self.ledger.reports.octets(),
            ":generation": self.ledger.generation,
            ":refusals": self.refusals.octets(),
            ":reported_at": self.reported_at.0,
            ":reported_through": self.reported_through,
            ":last_letter": self.last_letter,
            ":next_card": self.next_card,
            ":packaged_epoch": self.packaged_epoch,
            ":wipe_letter": self.wipe_letter,
            ":wiped_at": self.wiped_at.map(|at| at.0),
        })?;
        Ok(())
    }

    /// Stores the last report, so that it can be distinguished from others with its number until
    /// [`REPORTS_KEPT`] more have come. The enrolment request, number 0, is kept for good.
    pub(crate) fn note_report(&self, db: &Transaction<'_>, at: UnixTime) -> Result<(), Fault> {
        let reports = &self.ledger.reports;
        db.prepare_cached(
            "INSERT INTO report (device, sequence, digest, accepted_at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((self.id.0, reports.last(), reports.digest(), at.0))?;
        db.prepare_cached("DELETE FROM report WHERE device = ?1 AND sequence BETWEEN 1 AND ?2")?
            .execute((self.id.0, self.reports_forgotten()))?;
        Ok(())
    }

    /// The number up to which reports are deleted: older ones are not compared any more.
    pub(crate) const fn reports_forgotten(&self) -> u64 {
        self.ledger.reports.last().saturating_sub(REPORTS_KEPT)
    }

    /// The digest of the report of this number, if it was accepted; 0 is the enrolment request.
    pub(crate) fn report(
        &self,
        db: &Transaction<'_>,
        sequence: u64,
    ) -> Result<Option<[u8; 32]>, Fault> {
        let mut statement =
            db.prepare_cached("SELECT digest FROM report WHERE device = ?1 AND sequence = ?2")?;
        let digest = statement.query_row((self.id.0, sequence), |row| row.get(0));
        Ok(digest.optional()?)
    }

    /// The name of a new card.
    pub(crate) fn name_card(&mut self) -> Result<CardId, Fault> {
        let card = CardId(self.next_card);
        self.next_card = self.next_card.checked_add(1).ok_or(StoreError::Full)?;
        Ok(card)
    }

    pub(crate) const fn recipient(&self) -> Recipient {
        Recipient {
            device: self.id,
            epoch: self.ledger.epoch,
            key: self.receive,
        }
    }

    pub(crate) const fn sender(&self) -> Sender {
        Sender {
            device: self.id,
            verify: self.verify,
            ledger: self.ledger,
        }
    }

    fn read(row: &Row<'_>) -> Result<Self, Fault> {
        let damaged = StoreError::Value;
        let wipe_letter = row.get("wipe_letter")?;
        let wiped_at = row.get::<_, Option<u64>>("wiped_at")?.map(UnixTime);
        let verify = VerifyKey::parse(&row.get("verify_key")?);
        let receive = PublicReceiveKey::parse(&row.get("receive_key")?);
        let refusals = Refusals::from_octets(row.get("refusals")?);
        Ok(Self {
            id: DeviceId(row.get("id")?),
            standing: standing(row, wipe_letter, wiped_at)?,
            attestation: row.get("attestation")?,
            verify: verify.ok_or(damaged("a device's verify key"))?,
            receive: receive.ok_or(damaged("a device's receive key"))?,
            ledger: Ledger {
                reports: Sequence::from_octets(&row.get("reports")?),
                generation: row.get("generation")?,
                epoch: row.get("epoch")?,
            },
            refusals: refusals.ok_or(damaged("a device's refusals"))?,
            reported_at: UnixTime(row.get("reported_at")?),
            reported_through: row.get("reported_through")?,
            last_letter: row.get("last_letter")?,
            next_card: row.get("next_card")?,
            enrolled_at: UnixTime(row.get("enrolled_at")?),
            packaged_epoch: row.get("packaged_epoch")?,
            wipe_letter,
            wiped_at,
        })
    }

    /// Its standing in the database, in which the order to erase itself is a separate field.
    const fn stored_standing(&self) -> DeviceStanding {
        match self.standing {
            DeviceStanding::Wiping | DeviceStanding::Wiped => DeviceStanding::Suspended,
            standing => standing,
        }
    }
}

fn standing(
    row: &Row<'_>,
    wipe_letter: Option<u64>,
    wiped_at: Option<UnixTime>,
) -> Result<DeviceStanding, Fault> {
    let stored: String = row.get("standing")?;
    let known = [
        DeviceStanding::Active,
        DeviceStanding::Suspended,
        DeviceStanding::CloneOrRollback,
    ];
    let stored = known.into_iter().find(|known| known.name() == stored);
    let stored = stored.ok_or(StoreError::Value("a device's standing"))?;
    Ok(match (wipe_letter, wiped_at) {
        (None, _) => stored,
        (Some(_), None) => DeviceStanding::Wiping,
        (Some(_), Some(_)) => DeviceStanding::Wiped,
    })
}

const INSERT: &str = "\
    INSERT INTO device (id, standing, attestation, verify_key, receive_key, epoch, reports, \
        generation, refusals, reported_at, reported_through, last_letter, next_card, enrolled_at) \
    VALUES (:id, :standing, :attestation, :verify_key, :receive_key, :epoch, :reports, \
        :generation, :refusals, :reported_at, :reported_through, :last_letter, :next_card, \
        :enrolled_at)";

const UPDATE: &str = "\
    UPDATE device SET standing = :standing, receive_key = :receive_key, epoch = :epoch, \
        reports = :reports, generation = :generation, refusals = :refusals, \
        reported_at = :reported_at, reported_through = :reported_through, \
        last_letter = :last_letter, next_card = :next_card, packaged_epoch = :packaged_epoch, \
        wipe_letter = :wipe_letter, wiped_at = :wiped_at \
    WHERE id = :id";
