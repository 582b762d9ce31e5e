//! The table `device`.

use rusqlite::{Row, named_params};
use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{DeviceId, PublicReceiveKey, VerifyKey};
use understudy_provisioning::message::Refusals;
use understudy_provisioning::report::Ledger;

use crate::device::{Device, DeviceStanding};
use crate::fault::Fault;
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};

impl Device {
    /// The device of this name.
    pub(crate) fn load(view: &View<'_>, id: DeviceId) -> Result<Option<Self>, Fault> {
        view.find("SELECT * FROM device WHERE id = ?1", [id.0], read)
    }

    /// The standing of a device, if it is enrolled.
    pub(crate) fn standing_of(
        view: &View<'_>,
        id: DeviceId,
    ) -> Result<Option<DeviceStanding>, Fault> {
        let sql = "SELECT standing, wipe_letter, wiped_at FROM device WHERE id = ?1";
        view.find(sql, [id.0], standing)
    }

    /// A page of all devices, in the order in which they enrolled, behind one of them.
    pub(crate) fn page(view: &View<'_>, after: Option<DeviceId>) -> Result<Vec<Self>, Fault> {
        let after = after.map_or(Ok(None), |after| Self::load(view, after))?;
        let after = after.map(|device| (device.enrolled_at.0, device.id.0));
        let (at, id) = after.map_or((0, Vec::new()), |(at, id)| (at, id.to_vec()));
        let sql = "SELECT * FROM device WHERE (enrolled_at, id) > (?1, ?2) \
                   ORDER BY enrolled_at, id LIMIT ?3";
        view.all(sql, (at, id, PAGE), read)
    }

    pub(crate) fn insert(&self, act: &Act<'_>) -> Result<(), Fault> {
        act.execute(
            INSERT,
            named_params! {
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
            },
        )?;
        Ok(())
    }

    /// Stores the changeable fields of a device.
    pub(crate) fn update(&self, act: &Act<'_>) -> Result<(), Fault> {
        act.execute(
            UPDATE,
            named_params! {
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
            },
        )?;
        Ok(())
    }

    /// Stores the challenge that the device answered.
    pub(crate) fn set_challenge(&self, act: &Act<'_>, challenge: &Challenge) -> Result<(), Fault> {
        let sql = "UPDATE device SET challenge = ?2 WHERE id = ?1";
        act.execute(sql, (self.id.0, challenge.0))?;
        Ok(())
    }

    /// True if a device has answered a challenge.
    pub(crate) fn has_answered(view: &View<'_>, challenge: &Challenge) -> Result<bool, Fault> {
        view.has("SELECT 1 FROM device WHERE challenge = ?1", [challenge.0])
    }

    /// Its standing in the database, in which the order to erase itself is a separate field.
    const fn stored_standing(&self) -> DeviceStanding {
        match self.standing {
            DeviceStanding::Wiping | DeviceStanding::Wiped => DeviceStanding::Suspended,
            standing => standing,
        }
    }
}

fn read(row: &Row<'_>) -> Result<Device, Fault> {
    let damaged = StoreError::Value;
    let wiped_at: Option<u64> = row.get("wiped_at")?;
    let verify = VerifyKey::parse(&row.get("verify_key")?);
    let receive = PublicReceiveKey::parse(&row.get("receive_key")?);
    let refusals = Refusals::from_octets(row.get("refusals")?);
    Ok(Device {
        id: DeviceId(row.get("id")?),
        standing: standing(row)?,
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
        wipe_letter: row.get("wipe_letter")?,
        wiped_at: wiped_at.map(UnixTime),
    })
}

fn standing(row: &Row<'_>) -> Result<DeviceStanding, Fault> {
    let stored: String = row.get("standing")?;
    let wipe_letter: Option<u64> = row.get("wipe_letter")?;
    let wiped_at: Option<u64> = row.get("wiped_at")?;
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
