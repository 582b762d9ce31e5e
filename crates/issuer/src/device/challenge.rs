//! Challenges for enrolment requests. A challenge contains the time of its drawing and a keyed
//! digest, so that the database stores none, however many are drawn.

use subtle::ConstantTimeEq as _;
use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::Challenge;

use super::Device;
use crate::custody::{CustodyError, KeyCustody, Purpose};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::random;
use crate::store::Act;

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

/// True if this issuer has drawn a challenge, it is at most an hour old, and no device has answered
/// it.
pub(super) fn is_open(act: &Act<'_>, challenge: &Challenge) -> Result<bool, Fault> {
    let (time, random, drawn) = parts(&challenge.0);
    let ours = digest(act.keys, time, random)?;
    let expires = u64::from_be_bytes(time).saturating_add(HOLDS);
    let is_ours = bool::from(ours.ct_eq(&drawn));
    Ok(is_ours && act.now.0 <= expires && !Device::has_answered(act, challenge)?)
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
