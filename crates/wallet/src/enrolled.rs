//! What a wallet does as an issuer's device.

use rand_core::TryCryptoRng;
use understudy_core::card::UnixTime;
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::DeviceId;

use crate::device::{self, IssuerKeys, Taken, Wants};
use crate::image::Journal;
use crate::{Clock, Wallet, WalletError};

impl<J: Journal, C: Clock> Wallet<J, C> {
    /// Draws a new identity for an issuer and returns the request that makes it known there
    /// (`docs/formats.md`, "Enrolment request"). Until a card was given, enrolling again replaces
    /// the identity; then the wallet keeps its issuer. `attestation` is 1 to 65,535 octets.
    ///
    /// # Errors
    /// [`WalletError::KeepsIssuer`], [`WalletError::NoVerifyKey`], [`WalletError::Seal`],
    /// [`WalletError::Journal`]; then nothing has changed.
    pub fn enrol(
        &mut self,
        issuer: IssuerKeys,
        challenge: Challenge,
        attestation: Option<&[u8]>,
        rng: &mut impl TryCryptoRng,
    ) -> Result<Vec<u8>, WalletError> {
        self.host.commit(|book| {
            if !book.given.is_empty() {
                return Err(WalletError::KeepsIssuer);
            }
            let (device, request) = device::enrol(issuer, challenge, attestation, rng)?;
            book.device = Some(device);
            Ok(request)
        })
    }

    /// The name that the wallet gave itself when it enrolled.
    pub fn device(&self) -> Option<DeviceId> {
        self.host.book.device.as_ref().map(|device| device.id)
    }

    /// Takes a letter of the issuer: checks it in the order of `docs/formats.md`, and stores what
    /// it does together with its place in the sequence. The last letter again is
    /// [`Taken::Done`].
    ///
    /// # Errors
    /// [`WalletError`]. Nothing has changed, except that a refusal is counted for the next report:
    /// [`WalletError::Refused`], and what is wrong with a package. After
    /// [`WalletError::Journal`] the same letter can be given again.
    pub fn receive(&mut self, letter: &[u8]) -> Result<Taken, WalletError> {
        let taken = self.take(letter);
        if let Some(refusal) = taken.as_ref().err().and_then(WalletError::refusal) {
            self.host.commit(|book| {
                book.device_mut()?.refusals.note(refusal);
                Ok(())
            })?;
        }
        taken
    }

    /// The report that tells the issuer what was used: a new one, stored before it is returned, or
    /// the last one again as long as the issuer did not accept it.
    ///
    /// # Errors
    /// [`WalletError::NotEnrolled`], [`WalletError::Seal`], [`WalletError::Journal`]; then nothing
    /// has changed.
    pub fn report(&mut self, rng: &mut impl TryCryptoRng) -> Result<Vec<u8>, WalletError> {
        if let Some(report) = &self.host.book.device()?.in_flight {
            return Ok(report.to_vec());
        }
        let time = self.host.clock.time().or(self.signed_time());
        let issued_at = time.unwrap_or(UnixTime(0));
        self.host
            .commit(|book| device::report(book, issued_at, rng))
    }

    /// The number of the last letter that was accepted; 0 before the first one. The issuer keeps
    /// letters until a report acknowledges them: those up to this one need not be given again.
    pub fn last_letter(&self) -> u64 {
        let device = self.host.book.device.as_ref();
        device.map_or(0, |device| device.inbox.last())
    }

    /// What the issuer asked for and did not get yet; nothing for a wallet that is not enrolled.
    pub fn wants(&self) -> Wants {
        let device = self.host.book.device.as_ref();
        device.map(device::Device::wants).unwrap_or_default()
    }

    /// The latest time that the issuer signed, in a letter that was accepted.
    pub fn signed_time(&self) -> Option<UnixTime> {
        self.host.book.device.as_ref()?.signed_time
    }

    fn take(&mut self, letter: &[u8]) -> Result<Taken, WalletError> {
        let taken = self.host.commit(|book| device::take(book, letter))?;
        Ok(taken.unwrap_or(Taken::Done))
    }
}
