//! Challenges for enrolment requests. A challenge contains the time of its drawing and a keyed
//! digest, so that the database stores none, however many are drawn.

use subtle::ConstantTimeEq as _;
use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::message::Refusal;

use super::EnrolError;
use crate::custody::{CustodyError, KeyCustody, Purpose};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::random;
use crate::store::Transaction;

/// The seconds for which a challenge may be answered.
const HOLDS: u64 = 3600;

/// Octets of the time, the random part and the digest: 32 in all.
const TIME: usize = 8;
const RANDOM: usize = 8;
const DIGEST: usize = 16;

impl Issuer {
    /// Draws a challenge for one enrolment request, which must arrive within an hour. Nothing is
    /// stored before it is answered.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn challenge(&self, now: UnixTime) -> Result<Challenge, Fault> {
        let (time, random) = (now.0.to_be_bytes(), random::octets::<RANDOM>()?);
        let digest = digest(self.keys(), time, *random)?;
        let octets = time.iter().chain(&*random).chain(&digest);
        let mut challenge = Challenge([0; TIME + RANDOM + DIGEST]);
        for (to, from) in challenge.0.iter_mut().zip(octets) {
            *to = *from;
        }
        Ok(challenge)
    }
}

/// Refuses a challenge that this issuer has not drawn, that is older than an hour, or that a device
/// has already answered.
pub(super) fn admit(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    challenge: &Challenge,
    now: UnixTime,
) -> Result<(), EnrolError> {
    let (time, random, drawn) = parts(&challenge.0);
    let ours = digest(keys, time, random).map_err(Fault::from)?;
    let expires = u64::from_be_bytes(time).saturating_add(HOLDS);
    let open = bool::from(ours.ct_eq(&drawn)) && now.0 <= expires && !answered(db, challenge)?;
    if open {
        Ok(())
    } else {
        Err(Refusal::Challenge.into())
    }
}

/// Stores the challenge that a device answered.
pub(super) fn keep(
    db: &Transaction<'_>,
    device: DeviceId,
    challenge: &Challenge,
) -> Result<(), Fault> {
    db.execute(
        "UPDATE device SET challenge = ?2 WHERE id = ?1",
        (device.0, challenge.0),
    )?;
    Ok(())
}

fn answered(db: &Transaction<'_>, challenge: &Challenge) -> Result<bool, Fault> {
    let mut statement = db.prepare_cached("SELECT 1 FROM device WHERE challenge = ?1")?;
    Ok(statement.exists([challenge.0])?)
}

const fn parts(octets: &[u8; 32]) -> ([u8; TIME], [u8; RANDOM], [u8; DIGEST]) {
    let [
        t0,
        t1,
        t2,
        t3,
        t4,
        t5,
        t6,
        t7,
        r0,
        r1,
        r2,
        r3,
        r4,
        r5,
        r6,
        r7,
        digest @ ..,
    ] = *octets;
    (
        [t0, t1, t2, t3, t4, t5, t6, t7],
        [r0, r1, r2, r3, r4, r5, r6, r7],
        digest,
    )
}

fn digest(
    keys: &dyn KeyCustody,
    time: [u8; TIME],
    random: [u8; RANDOM],
) -> Result<[u8; DIGEST], CustodyError> {
    let whole = keys.digest(Purpose::Challenge, &[&time, &random])?;
    Ok(whole.first_chunk().copied().unwrap_or_default())
}
