//! A device's enrolment request.
//!
//! ```text
//! version 01, suite 01, kind 05, device (16), receive key (32), verify key (32), challenge (32),
//! length of the attestation (2), attestation, signature (64)
//! ```

use sha2::{Digest, Sha256};
use understudy_core::wire::tlv::{Overflow, Writer};

use crate::inbox::Sequence;
use crate::keys::{DeviceId, KEY_LEN, PublicReceiveKey, SIGNATURE_LEN, SigningKey, VerifyKey};
use crate::message::{Refusal, SUITE, SealError, VERSION, sign, signed_part};
use crate::octets::Fields;

const KIND: u8 = 0x05;

/// Octets of a request beside the attestation.
pub const OVERHEAD: usize = 3 + 16 + 3 * KEY_LEN + 2 + SIGNATURE_LEN;

/// 32 octets that an issuer drew for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge(pub [u8; 32]);

/// The statement of a device about itself. The epoch of its receive key is 1.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Enrolment<'a> {
    /// The device's name: 16 octets that it drew.
    pub device: DeviceId,
    /// Its first receive key.
    pub receive: PublicReceiveKey,
    /// The issuer's challenge.
    pub challenge: Challenge,
    /// A keystore's attestation of the device, for the issuer to judge; at most 65,535 octets.
    pub attestation: Option<&'a [u8]>,
}

impl core::fmt::Debug for Enrolment<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Enrolment")
            .field("device", &self.device)
            .field("attestation", &self.attestation.map(<[u8]>::len))
            .finish_non_exhaustive()
    }
}

/// Makes a request in `out`, which must hold the attestation and [`OVERHEAD`] octets.
///
/// # Errors
/// [`SealError::Overflow`]; [`SealError::Content`] for an attestation that is empty or too long.
pub fn request<'b>(
    out: &'b mut [u8],
    enrolment: &Enrolment<'_>,
    from: &SigningKey,
) -> Result<&'b [u8], SealError> {
    if enrolment.attestation.is_some_and(<[u8]>::is_empty) {
        return Err(SealError::Content);
    }
    let mut writer = Writer::new(out);
    emit(&mut writer, enrolment, &from.public())?;
    let len = writer.len();
    let end = sign(out, len, from)?;
    out.get(..end).ok_or(SealError::Overflow)
}

fn emit(
    out: &mut Writer<'_>,
    enrolment: &Enrolment<'_>,
    verify: &VerifyKey,
) -> Result<(), SealError> {
    let attestation = enrolment.attestation.unwrap_or_default();
    let length = u16::try_from(attestation.len()).map_err(|_| SealError::Content)?;
    let parts: [&[u8]; 7] = [
        &[VERSION, SUITE, KIND],
        &enrolment.device.0,
        enrolment.receive.octets(),
        verify.octets(),
        &enrolment.challenge.0,
        &length.to_be_bytes(),
        attestation,
    ];
    parts
        .into_iter()
        .try_for_each(|part| out.octets(part))
        .map_err(|Overflow| SealError::Overflow)
}

/// A request whose lengths agree. Nothing else of it is verified.
#[derive(Debug)]
pub struct Received<'m> {
    enrolment: Enrolment<'m>,
    verify: VerifyKey,
    signed: &'m [u8],
    signature: &'m [u8; SIGNATURE_LEN],
}

impl<'m> Received<'m> {
    /// Splits a request into its parts.
    ///
    /// # Errors
    /// [`Refusal::Framing`], [`Refusal::Version`], [`Refusal::Suite`], [`Refusal::Kind`];
    /// [`Refusal::Content`] if a key is unusable.
    pub fn parse(request: &'m [u8]) -> Result<Self, Refusal> {
        let framing = Refusal::Framing;
        let mut fields = Fields::new(request);
        match fields.array().ok_or(framing)? {
            [VERSION, SUITE, KIND] => {}
            [VERSION, SUITE, _] => return Err(Refusal::Kind),
            [VERSION, ..] => return Err(Refusal::Suite),
            _ => return Err(Refusal::Version),
        }
        let device = DeviceId(*fields.array().ok_or(framing)?);
        let receive = fields.array().ok_or(framing)?;
        let verify = fields.array().ok_or(framing)?;
        let challenge = Challenge(*fields.array().ok_or(framing)?);
        let length = fields.u16().ok_or(framing)?;
        let attestation = fields.slice(usize::from(length)).ok_or(framing)?;
        let signature = fields.array().ok_or(framing)?;
        fields.end().ok_or(framing)?;
        Ok(Self {
            enrolment: Enrolment {
                device,
                receive: PublicReceiveKey::parse(receive).ok_or(Refusal::Content)?,
                challenge,
                attestation: (!attestation.is_empty()).then_some(attestation),
            },
            verify: VerifyKey::parse(verify).ok_or(Refusal::Content)?,
            signed: signed_part(request).ok_or(framing)?,
            signature,
        })
    }

    /// The challenge that the request claims to answer: to be looked up among those that were
    /// drawn, after the signature is verified.
    #[must_use]
    pub const fn claimed_challenge(&self) -> Challenge {
        self.enrolment.challenge
    }

    /// Verifies that the device holds the signing key that it brings, and that it answers this
    /// challenge, which the issuer drew for it and must not take a second time.
    ///
    /// # Errors
    /// [`Refusal::Signature`]; [`Refusal::Challenge`] for another challenge.
    pub fn authenticate(self, challenge: &Challenge) -> Result<Enrolled<'m>, Refusal> {
        if !self.verify.verifies(self.signed, self.signature) {
            return Err(Refusal::Signature);
        }
        if self.enrolment.challenge != *challenge {
            return Err(Refusal::Challenge);
        }
        Ok(Enrolled {
            enrolment: self.enrolment,
            verify: self.verify,
            reports: reports_after(self.signed),
        })
    }
}

/// A request that its device signed and that answers the issuer's challenge. Evidence that a real
/// device sent it is in the attestation alone.
#[derive(Clone, Copy, Debug)]
pub struct Enrolled<'m> {
    /// The device's statement about itself.
    pub enrolment: Enrolment<'m>,
    /// The key that it signs its reports with.
    pub verify: VerifyKey,
    /// The state of its reports: none yet; their chain starts at this request.
    pub reports: Sequence,
}

/// The state of a device's reports after this request, for the device to store.
///
/// # Errors
/// [`Refusal::Framing`] if the octets are shorter than a signature.
pub fn reports(request: &[u8]) -> Result<Sequence, Refusal> {
    signed_part(request)
        .map(reports_after)
        .ok_or(Refusal::Framing)
}

fn reports_after(signed: &[u8]) -> Sequence {
    Sequence::enrolled(Sha256::digest(signed).into())
}

#[cfg(test)]
mod tests;
