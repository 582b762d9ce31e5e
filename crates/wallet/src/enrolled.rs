//! The wallet as its issuer's device: enrolment, letters and reports.

use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::DeviceId;

use crate::device::{self, IssuerKeys, Taken};
use crate::store::Folder;
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// Draws a new identity for an issuer and returns the request that enrols it there
    /// (`docs/formats.md`, "Enrolment request"). Before the first card, enrolling again replaces
    /// the identity; afterwards the wallet keeps its issuer. `attestation` is 1 to 65,535 octets.
    ///
    /// # Errors
    /// [`WalletError::KeepsIssuer`], [`WalletError::NoVerifyKey`], [`WalletError::Seal`],
    /// [`WalletError::Store`], [`WalletError::Wiped`]; then nothing has changed.
    pub fn enrol(
        &self,
        issuer: IssuerKeys,
        challenge: Challenge,
        attestation: Option<&[u8]>,
    ) -> Result<Vec<u8>, WalletError> {
        self.change(|book, _| {
            if !book.given.is_empty() {
                return Err(WalletError::KeepsIssuer);
            }
            let (device, request) = device::enrol(issuer, challenge, attestation)?;
            book.device = Some(device);
            book.parting = Vec::new();
            // The new issuer has signed no time yet.
            book.time.reached = None;
            Ok(request)
        })
    }

    /// The name that the wallet drew for itself when it enrolled.
    pub fn device(&self) -> Option<DeviceId> {
        self.live().book.device.as_ref().map(|device| device.id)
    }

    /// Takes a letter of the issuer: checks it in the order of `docs/formats.md`, and stores its
    /// effect together with the state of the sequence. The last letter again gives [`Taken::Done`].
    /// After a deletion, a wipe, a rotation or a reset of the password, the erased data is also
    /// removed from older generations of the store before this returns.
    ///
    /// # Errors
    /// [`WalletError`]. Nothing has changed, except that a refusal is counted for the next report:
    /// [`WalletError::Refused`], and what is wrong with a package. After [`WalletError::Store`] the
    /// same letter can be given again.
    pub fn receive(&self, letter: &[u8]) -> Result<Taken, WalletError> {
        let mut side = self.store();
        let taken = self.change_if(&mut side, |book, context| {
            let taken = device::take(book, letter, context)?;
            book.forgetting |= taken.as_ref().is_some_and(Taken::must_be_forgotten);
            Ok(taken)
        });
        if let Some(refusal) = taken.as_ref().err().and_then(WalletError::refusal) {
            self.change_in(&mut side, |book, _| {
                book.device_mut()?.refusals.note(refusal);
                Ok(())
            })?;
        }
        let taken = taken?.unwrap_or(Taken::Done);
        if taken.must_be_forgotten() {
            self.forget_in(&mut side)?;
        }
        Ok(taken)
    }

    /// The report of the keys that were used, with a fresh receive key: a new one, stored before it
    /// is returned, or the last one again as long as the issuer has not accepted it.
    ///
    /// # Errors
    /// [`WalletError::NotEnrolled`], [`WalletError::Seal`], [`WalletError::Store`],
    /// [`WalletError::Wiped`]; then nothing has changed.
    pub fn report(&self) -> Result<Vec<u8>, WalletError> {
        let mut side = self.store();
        if let Some(report) = &self.live().book.device()?.in_flight {
            return Ok(report.to_vec());
        }
        self.change_in(&mut side, device::report)
    }

    /// The last reports of a device that its issuer wiped, to be sent in this order: the one that
    /// was in flight, if any, and one that acknowledges the letter. Kept until the wallet enrols
    /// again.
    pub fn parting_reports(&self) -> Vec<Vec<u8>> {
        let live = self.live();
        let reports = live.book.parting.iter();
        reports.map(|report| report.to_vec()).collect()
    }

    /// The number of the last letter that was accepted; 0 before the first one. The issuer keeps
    /// letters until a report acknowledges them; those up to this number need not be fetched again.
    pub fn last_letter(&self) -> u64 {
        let live = self.live();
        let device = live.book.device.as_ref();
        device.map_or(0, |device| device.inbox.last())
    }

    /// The latest time that the issuer signed, in a letter that was accepted.
    pub fn signed_time(&self) -> Option<UnixTime> {
        self.live().book.device.as_ref()?.signed_time
    }

    /// The wallet's time, by the rules of [`Wallet`]; `None` if it is unknown.
    pub fn time(&self) -> Option<UnixTime> {
        let live = self.live();
        self.moment(&live).now()
    }
}
