//! Android Key Attestation: a chain of certificates in which a device's keystore says where a key
//! lives, how the device was started, and which challenge it answers.
//!
//! The attestation of an enrolment request is the chain, the key's certificate first, each
//! certificate in DER directly behind the one before. The key's certificate carries a description of
//! the key (extension 1.3.6.1.4.1.11129.2.1.17) with the issuer's challenge.

mod chain;
mod description;

use understudy_issuer::{Attestation, AttestationRefused};
use understudy_provisioning::enrolment::Enrolled;

use chain::Chain;
use description::KeyDescription;
pub use description::{BootState, SecurityLevel};

/// Octets of an X.509 certificate in DER.
pub type Certificate = Vec<u8>;

/// The judge of Android's key attestations.
///
/// An attestation, if there is one, must be sound: signed up to one of the roots, and made for the
/// challenge that the request answers. Its contents are recorded; the least that they must show is
/// [`Demands`]. Certificates are not looked up in a list of revoked ones, and their dates are not
/// compared with the time: a keystore's clock is not to be trusted, and its certificates outlive
/// the factory's.
#[derive(Clone, Debug, Default)]
pub struct KeystoreAttestation {
    /// Certificates of the keystores' makers, one of which every chain must end in or be signed by.
    pub roots: Vec<Certificate>,
    /// The least that a device must show.
    pub demands: Demands,
}

/// The least that a device must show to be enrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demands {
    /// Nothing: a device without an attestation is recorded as one of which nothing is known.
    #[default]
    Nothing,
    /// A sound attestation, whatever it says.
    Attestation,
    /// A key in hardware, on a locked device that started software its maker signed.
    Hardware,
}

/// The reason for which an attestation is not sound. It holds none of the attestation's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Defect {
    #[error("it is no chain of certificates")]
    Chain,
    #[error("a certificate is not signed by the one behind it")]
    Signature,
    #[error("a certificate that signs another is none of an authority")]
    Authority,
    #[error("the chain ends in no root that the issuer knows")]
    Root,
    #[error("the key's certificate has no description of the key, or a damaged one")]
    Description,
    #[error("it was made for another challenge")]
    Challenge,
    #[error("none was brought, and the issuer wants one")]
    Missing,
    #[error("the key is not in hardware, or the device was unlocked or started foreign software")]
    Weak,
}

impl Attestation for KeystoreAttestation {
    fn judge(&self, device: &Enrolled<'_>) -> Result<String, AttestationRefused> {
        self.judged(device)
            .map_err(|defect| AttestationRefused(defect.to_string()))
    }
}

impl KeystoreAttestation {
    fn judged(&self, device: &Enrolled<'_>) -> Result<String, Defect> {
        let Some(octets) = device.enrolment.attestation else {
            return match self.demands {
                Demands::Nothing => Ok("none".to_owned()),
                Demands::Attestation | Demands::Hardware => Err(Defect::Missing),
            };
        };
        let chain = Chain::parse(octets)?;
        chain.verify(&self.roots)?;
        let description = KeyDescription::of(chain.key())?;
        if description.challenge != device.enrolment.challenge.0 {
            return Err(Defect::Challenge);
        }
        if self.demands == Demands::Hardware && !description.is_in_hardware() {
            return Err(Defect::Weak);
        }
        Ok(description.to_string())
    }
}
