//! New versions of the issuer master keys: put together in a ceremony, or drawn at random.

use understudy_core::card::Scheme;

use super::ceremony::{Ceremony, CeremonyError};
use super::check_value::CheckValue;
use super::component::Component;
use super::family::{KeyFamily, KeyVersion};
use super::keys::IssuerKeys;
use crate::person::Person;
use crate::random;

impl IssuerKeys {
    /// Takes one component of a scheme's new master key, which is of the component's algorithm: as the
    /// first of a ceremony for `of` components (2 if not given), or as the next one.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn enter(
        &mut self,
        scheme: Scheme,
        component: &Component,
        custodian: Person,
        of: Option<u8>,
    ) -> Result<&Ceremony, CeremonyError> {
        let algorithm = component.algorithm();
        let family = KeyFamily { scheme, algorithm };
        let entered = match self.ceremony.take() {
            None => Ceremony::begin(scheme, of.unwrap_or(2), component, custodian),
            Some(mut begun) => {
                let taken = match of {
                    _ if family != begun.family() => {
                        Err(CeremonyError::OtherFamily(begun.family()))
                    }
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
        let scheme = ceremony.family().scheme;
        // An error leaves the ceremony as it is.
        self.application_cryptogram
            .index_for(scheme, ceremony.sum())?;
        let ceremony = self.ceremony.take().ok_or(CeremonyError::NotBegun)?;
        Ok(self
            .application_cryptogram
            .add(scheme, ceremony.into_sum())?)
    }

    /// Gives the ceremony up; the family of its key, or `None` if none had begun.
    pub fn abandon(&mut self) -> Option<KeyFamily> {
        self.ceremony.take().map(|ceremony| ceremony.family())
    }

    /// Adds a new random version of a family's master key, which nobody ever sees: the first, if there
    /// is none yet.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn rotate(&mut self, family: KeyFamily) -> Result<KeyVersion, CeremonyError> {
        let key = random::key(family.algorithm)?;
        Ok(self.application_cryptogram.add(family.scheme, key)?)
    }
}
