//! Enrolment of a device.

use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::{Enrolled, Received};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::Ledger;

use super::{Device, DeviceStanding, DeviceSummary, challenge};
use crate::audit::{Actor, Deed, Subject};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{StoreError, View};

/// The judge of devices' attestations.
pub trait Attestation {
    /// The entry about a device's attestation: a few words without secrets; `none` if it brought
    /// nothing that was examined. The request's signature is verified by then; its challenge is
    /// looked up afterwards.
    ///
    /// # Errors
    /// [`AttestationRefused`]: the device is not enrolled.
    fn judge(&self, device: &Enrolled<'_>) -> Result<String, AttestationRefused>;
}

/// The device may not hold cards.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the attestation is refused: {0}")]
pub struct AttestationRefused(
    /// The reason, without secrets.
    pub String,
);

/// A judge that admits every device, and records `none`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAttestation;

impl Attestation for NoAttestation {
    fn judge(&self, _: &Enrolled<'_>) -> Result<String, AttestationRefused> {
        Ok("none".to_owned())
    }
}

/// The reason for which a device was not enrolled. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The request is invalid, or answers no open challenge.
    #[error("the enrolment request is refused: {0}")]
    Refused(#[from] Refusal),
    /// A device of this name was enrolled by another request.
    #[error("a device of this name is enrolled already; wipe the device and enrol it anew")]
    Known,
    /// Its attestation was refused.
    #[error(transparent)]
    Attestation(#[from] AttestationRefused),
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for EnrolError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Issuer {
    /// Enrols the device that made a request, and uses its challenge up. A repetition of a request
    /// that enrolled a device has no further effect.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub fn enrol(
        &self,
        request: &[u8],
        attestation: &dyn Attestation,
        now: UnixTime,
    ) -> Result<DeviceSummary, EnrolError> {
        let received = Received::parse(request)?;
        let claimed = received.claimed_challenge();
        let enrolled = received.authenticate(&claimed)?;
        let done = self.view(|view| enrolled_before(view, &enrolled))?;
        if let Some(summary) = done {
            return Ok(summary);
        }
        let judged = attestation.judge(&enrolled)?;
        self.act(now, |act| {
            if let Some(summary) = enrolled_before(act, &enrolled)? {
                return Ok(summary);
            }
            let challenge = &enrolled.enrolment.challenge;
            if !challenge::is_open(act, challenge)? {
                return Err(Refusal::Challenge.into());
            }
            let device = new_device(&enrolled, judged, now);
            device.insert(act)?;
            device.set_challenge(act, challenge)?;
            device.keep_report(act)?;
            let detail = format!("attestation: {}", device.attestation);
            // Unless somebody else is named, the device itself asked for it.
            let own = Actor::Device(device.id);
            let actor = match act.actor {
                Actor::Issuer => &own,
                named => named,
            };
            act.record_for(
                actor,
                Deed::DeviceEnrolled,
                Subject::Device(device.id),
                detail,
            )?;
            Ok(DeviceSummary::of(act, device)?)
        })
    }
}

/// The device that this request enrolled before, if it did.
fn enrolled_before(
    view: &View<'_>,
    enrolled: &Enrolled<'_>,
) -> Result<Option<DeviceSummary>, EnrolError> {
    let Some(device) = Device::load(view, enrolled.enrolment.device)? else {
        return Ok(None);
    };
    if device.report(view, 0)? == Some(enrolled.reports.digest()) {
        Ok(Some(DeviceSummary::of(view, device)?))
    } else {
        Err(EnrolError::Known)
    }
}

fn new_device(enrolled: &Enrolled<'_>, attestation: String, now: UnixTime) -> Device {
    Device {
        id: enrolled.enrolment.device,
        standing: DeviceStanding::Active,
        attestation,
        verify: enrolled.verify,
        receive: enrolled.enrolment.receive,
        ledger: Ledger::enrolled(enrolled),
        refusals: Refusals::default(),
        reported_at: now,
        reported_through: 0,
        last_letter: 0,
        next_card: 1,
        enrolled_at: now,
        packaged_epoch: 0,
        wipe_letter: None,
        wiped_at: None,
    }
}
