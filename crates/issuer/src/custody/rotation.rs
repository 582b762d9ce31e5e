//! New versions of the issuer master key: put together in a ceremony, or drawn at random.

use super::ceremony::{Ceremony, CeremonyError};
use super::component::Component;
use super::keys::IssuerKeys;
use super::master::{CheckValue, KeyFamily, KeyVersion};
use crate::person::Person;
use crate::random::tdes_key;
use crate::secret::Secret;

impl IssuerKeys {
    /// Takes one component of a new master key, as the first of a ceremony for `of` components, or as
    /// the next one.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn enter(
        &mut self,
        component: &Component,
        custodian: Person,
        of: Option<u8>,
    ) -> Result<&Ceremony, CeremonyError> {
        let entered = match self.ceremony.take() {
            None => Ceremony::begin(of.unwrap_or(2), component, custodian),
            Some(mut begun) => {
                let taken = match of {
                    Some(of) if of != begun.of() => Err(CeremonyError::OtherNumber(begun.of())),
                    _ => begun.enter(component, custodian),
                };
                if let Err(error) = taken {
                    self.ceremony = Some(begun);
                    return Err(error);
                }
                Ok(begun)
            }
        };
        Ok(self.ceremony.insert(entered?))
    }

    /// Ends the ceremony: the key whose check value is confirmed becomes the newest version, and
    /// nothing of its components stays.
    ///
    /// # Errors
    /// [`CeremonyError`]; the ceremony goes on.
    pub fn confirm(&mut self, check_value: CheckValue) -> Result<KeyVersion, CeremonyError> {
        let ceremony = self.ceremony.as_ref().ok_or(CeremonyError::NotBegun)?;
        let found = ceremony.check_value().ok_or(CeremonyError::Incomplete {
            entered: ceremony.entered().len(),
            of: ceremony.of(),
        })?;
        if found != check_value {
            return Err(CeremonyError::CheckValue(check_value));
        }
        let key = Secret::new(*ceremony.sum());
        let dki = self.application_cryptogram.add(key)?;
        self.ceremony = None;
        Ok(KeyVersion {
            family: KeyFamily::UNIONPAY_TDES,
            dki,
            check_value,
        })
    }

    /// Gives the ceremony up; false if none had begun.
    pub fn abandon(&mut self) -> bool {
        self.ceremony.take().is_some()
    }

    /// Adds a new random version of the issuer master key, which nobody ever sees.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn rotate(&mut self) -> Result<KeyVersion, CeremonyError> {
        let key = Secret::from(tdes_key()?);
        let check_value = CheckValue::of(&key);
        let dki = self.application_cryptogram.add(key)?;
        Ok(KeyVersion {
            family: KeyFamily::UNIONPAY_TDES,
            dki,
            check_value,
        })
    }
}
