//! Reports of devices about the keys that they used.

use understudy_core::card::UnixTime;
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Notice};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{self, Accepted, Arrival};
use zeroize::Zeroizing;

use super::life::flag;
use super::outbox::queue;
use super::rollback::{self, CloneOrRollback};
use super::{Device, DeviceStanding};
use crate::audit::Actor;
use crate::fault::Fault;
use crate::host::record::Record;
use crate::issuer::Issuer;
use crate::store::{Act, Letters, StoreError};

/// The result of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// The device.
    pub device: DeviceId,
    /// The outcome of the report.
    pub outcome: ReportOutcome,
    /// The sign that its device was copied or restored: it is marked so, and its tokens are
    /// suspended.
    pub finding: Option<CloneOrRollback>,
}

/// The outcome of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOutcome {
    /// It was accepted, and a notice tells the device so.
    Accepted {
        /// The number of counters that no report had marked before.
        marks: usize,
        /// The number of letters that the device acknowledged with it.
        letters: usize,
        /// The device's refusals since it enrolled.
        refusals: Refusals,
    },
    /// It is the last one again: nothing changed. The notice of its acceptance is among the letters
    /// until the device acknowledges it.
    Again,
    /// It does not follow the reports before it, and was not accepted.
    NotAccepted,
}

/// The reason for which a report was refused. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It is invalid.
    #[error("the report is refused: {0}")]
    Refused(#[from] Refusal),
    /// No such device is enrolled.
    #[error("no device of this name is enrolled; enrol it first")]
    UnknownDevice,
    /// The device accepted a letter that this database has not written.
    #[error(
        "the device accepted letter {accepted}, this database wrote {written}: the issuer's \
         database was put back; enrol the device anew"
    )]
    Ahead {
        /// The number of the letter that it accepted.
        accepted: u64,
        /// The number of the last letter written.
        written: u64,
    },
    /// The device confirmed in its last report that it erases itself.
    #[error("the device was wiped, and said so in its last report; enrol it anew")]
    Wiped,
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ReportError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Issuer {
    /// Takes a report: stores its marks, deletes the letters that it acknowledges, seals to its
    /// fresh key from now on, and looks for signs that the device was copied or restored.
    ///
    /// # Errors
    /// [`ReportError`]. A finding is no error: it is part of the answer, and the device is kept as
    /// [`CloneOrRollback`](crate::DeviceStanding::CloneOrRollback).
    pub fn receive_report(
        &self,
        octets: &[u8],
        now: UnixTime,
    ) -> Result<Reconciliation, ReportError> {
        let claimed = report::claimed_device(octets)?;
        let mut room = Zeroizing::new(vec![0; report::content_len(octets)?]);
        loop {
            let device = self.view(|view| Device::load(view, claimed))?;
            let sender = device.ok_or(ReportError::UnknownDevice)?.sender();
            let arrival = report::take(octets, &sender, self.keys(), &mut room);
            if let Err(refusal) = &arrival {
                CloneOrRollback::of(*refusal).ok_or(*refusal)?;
            }
            let reconciled = self.act(now, |act| {
                let device = Device::load(act, claimed)?.ok_or(ReportError::UnknownDevice)?;
                // Another report of the device may have been accepted in the meantime.
                if device.sender() != sender {
                    return Ok(None);
                }
                reconcile(act, device, octets, arrival).map(Some)
            })?;
            if let Some(reconciled) = reconciled {
                return Ok(reconciled);
            }
        }
    }
}

/// Applies an authentic report.
fn reconcile(
    act: &Act<'_>,
    mut device: Device,
    octets: &[u8],
    arrival: Result<Arrival<'_>, Refusal>,
) -> Result<Reconciliation, ReportError> {
    let id = device.id;
    let said = |outcome, finding| Reconciliation {
        device: id,
        outcome,
        finding,
    };
    if let Ok(Arrival::Done) = arrival {
        return Ok(said(ReportOutcome::Again, None));
    }
    if device.standing == DeviceStanding::Wiped {
        return Err(ReportError::Wiped);
    }
    let (outcome, finding) = match arrival {
        Ok(Arrival::Fresh(accepted)) => take(act, &mut device, &accepted)?,
        Ok(Arrival::Done) => (ReportOutcome::Again, None),
        Err(refusal) => {
            let place = Sequence::after(octets)?;
            let replayed = match device.report(act, place.last())? {
                Some(accepted) => accepted == place.digest(),
                None => place.last() <= device.reports_forgotten(),
            };
            let finding = CloneOrRollback::of(refusal).filter(|_| !replayed);
            (ReportOutcome::NotAccepted, Some(finding.ok_or(refusal)?))
        }
    };
    if finding.is_some() {
        flag(act, &mut device, &Actor::Issuer)?;
    }
    device.update(act)?;
    Ok(said(outcome, finding))
}

/// Accepts a report that was not accepted before. The device changes only if it is accepted.
fn take(
    act: &Act<'_>,
    device: &mut Device,
    accepted: &Accepted<'_>,
) -> Result<(ReportOutcome, Option<CloneOrRollback>), ReportError> {
    let report = &accepted.report();
    // The database counts in 63 bits, more than the number of a store's writes.
    i64::try_from(report.generation).map_err(|_| Refusal::Content)?;
    if report.accepted > device.last_letter {
        return Err(ReportError::Ahead {
            accepted: report.accepted,
            written: device.last_letter,
        });
    }
    let (marks, wrong) = rollback::keep_marks(act, device, report)?;
    let finding = match wrong {
        None => rollback::missing(act, device, report)?,
        some => some,
    };
    let outcome = ReportOutcome::Accepted {
        marks,
        letters: Letters(device.id).delete_through(act, report.accepted)?,
        refusals: report.refusals,
    };
    accept(act, device, accepted)?;
    Ok((outcome, finding))
}

fn accept(act: &Act<'_>, device: &mut Device, accepted: &Accepted<'_>) -> Result<(), Fault> {
    let report = accepted.report();
    device.ledger = accepted.ledger;
    device.receive = report.key;
    device.refusals = report.refusals;
    device.reported_at = act.now;
    device.reported_through = Record::last(act)?;
    device.keep_report(act)?;
    if let Some(wipe) = device.wipe_letter {
        // After that letter the device has no further use for letters.
        device.wiped_at = (report.accepted >= wipe).then_some(act.now);
        return Ok(());
    }
    let notice = Notice::ReportAccepted(accepted.ledger.reports);
    queue(act, device.id, None, &Body::Notice(notice))
}
