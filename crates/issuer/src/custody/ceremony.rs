//! The ceremony in which a new issuer master key is put together from components.

use std::fmt;

use understudy_core::card::Scheme;
use understudy_core::crypto::Key;

use super::check_value::CheckValue;
use super::component::{self, Component};
use super::family::KeyFamily;
use super::master::{self, MasterKeyError};
use crate::person::Person;
use crate::random::NoRandomness;

/// The reason for which a step of a ceremony was refused. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    /// Fewer than two components, or more than nine.
    #[error("a key is put together from 2 to 9 components")]
    Number,
    /// The ceremony began with another number of components.
    #[error("the ceremony began for {0} components")]
    OtherNumber(u8),
    /// The ceremony that has begun is for a key of another scheme or algorithm.
    #[error("the ceremony that has begun is for a {0} key: end or abandon it first")]
    OtherFamily(KeyFamily),
    /// Every component was entered.
    #[error("all components were entered: confirm the key's check value, or abandon the ceremony")]
    Complete,
    /// The same person entered one before.
    #[error("this person entered a component before: each comes from another one")]
    SameCustodian,
    /// A component with the same check value was entered before.
    #[error("this component was entered before: each is drawn for itself")]
    SameComponent,
    /// The components make a weak key.
    #[error("these components make a weak key: abandon the ceremony and draw new ones")]
    WeakKey,
    /// The components make a published test key.
    #[error("these components make a published test key: abandon the ceremony and draw new ones")]
    TestKey,
    /// No ceremony has begun.
    #[error("no component was entered")]
    NotBegun,
    /// Components are missing.
    #[error("{entered} of {of} components were entered")]
    Incomplete {
        /// The number that was entered.
        entered: usize,
        /// The number that is needed.
        of: u8,
    },
    /// The key has another check value than the one to be confirmed.
    #[error("the key does not have the check value {0}")]
    CheckValue(CheckValue),
    /// The key is not added.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// There is no randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

/// A component that was entered: by whom, and its check value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The person.
    pub custodian: Person,
    /// The component's check value.
    pub check_value: CheckValue,
}

/// A ceremony that has begun. Of the components it keeps their sum so far.
pub struct Ceremony {
    scheme: Scheme,
    of: u8,
    sum: Key,
    entered: Vec<Entered>,
}

impl Ceremony {
    /// The numbers of components that a ceremony may have.
    const NUMBERS: std::ops::RangeInclusive<u8> = 2..=9;

    /// The scheme and the algorithm of the key.
    #[must_use]
    pub const fn family(&self) -> KeyFamily {
        KeyFamily {
            scheme: self.scheme,
            algorithm: self.sum.algorithm(),
        }
    }

    /// The number of components that it needs.
    #[must_use]
    pub const fn of(&self) -> u8 {
        self.of
    }

    /// The components that were entered.
    #[must_use]
    pub fn entered(&self) -> &[Entered] {
        &self.entered
    }

    /// The check value of the key, once every component was entered.
    #[must_use]
    pub fn check_value(&self) -> Option<CheckValue> {
        self.is_complete().then(|| CheckValue::of(&self.sum))
    }

    /// The sum of the components so far.
    pub(super) const fn sum(&self) -> &Key {
        &self.sum
    }

    /// The key, without its ceremony.
    pub(super) fn into_sum(self) -> Key {
        self.sum
    }

    /// Puts a stored ceremony together; `None` if it cannot be one.
    pub(super) fn restore(scheme: Scheme, of: u8, sum: Key, entered: Vec<Entered>) -> Option<Self> {
        let good = Self::NUMBERS.contains(&of) && (1..=usize::from(of)).contains(&entered.len());
        good.then_some(Self {
            scheme,
            of,
            sum,
            entered,
        })
    }

    fn is_complete(&self) -> bool {
        self.entered.len() >= usize::from(self.of)
    }

    /// Begins with the first of `of` components.
    pub(super) fn begin(
        scheme: Scheme,
        of: u8,
        component: &Component,
        custodian: Person,
    ) -> Result<Self, CeremonyError> {
        if !Self::NUMBERS.contains(&of) {
            return Err(CeremonyError::Number);
        }
        let check_value = component.check_value();
        Ok(Self {
            scheme,
            of,
            sum: component.copy(),
            entered: vec![Entered {
                custodian,
                check_value,
            }],
        })
    }

    pub(super) fn enter(
        &mut self,
        component: &Component,
        custodian: Person,
    ) -> Result<(), CeremonyError> {
        if self.is_complete() {
            return Err(CeremonyError::Complete);
        }
        if self
            .entered
            .iter()
            .any(|entered| entered.custodian.is(&custodian))
        {
            return Err(CeremonyError::SameCustodian);
        }
        let check_value = component.check_value();
        if self
            .entered
            .iter()
            .any(|entered| entered.check_value == check_value)
        {
            return Err(CeremonyError::SameComponent);
        }
        let sum = component::sum(&self.sum, component.as_ref());
        if self.entered.len() + 1 == usize::from(self.of) {
            check_key(&sum)?;
        }
        self.sum = sum;
        self.entered.push(Entered {
            custodian,
            check_value,
        });
        Ok(())
    }
}

/// Refuses a key that no issuer should have.
fn check_key(key: &Key) -> Result<(), CeremonyError> {
    component::check_strength(key).map_err(|_| CeremonyError::WeakKey)?;
    if master::is_published(key.expose()) {
        return Err(CeremonyError::TestKey);
    }
    Ok(())
}

impl fmt::Debug for Ceremony {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ceremony")
            .field("family", &self.family())
            .field("of", &self.of)
            .field("entered", &self.entered)
            .finish_non_exhaustive()
    }
}
