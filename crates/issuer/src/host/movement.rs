//! Movements of money, and their sums.

use std::fmt;

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;

use crate::id::{AuthorisationId, MovementId};

/// The sums of an account's movements in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The currency.
    pub currency: Currency,
    /// Reserved by pre-authorisations: zero or negative.
    pub held: i64,
    /// Booked.
    pub posted: i64,
}

/// Money that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Its name.
    pub id: MovementId,
    /// The authorisation that moved it.
    pub authorisation: AuthorisationId,
    /// Reserved or booked.
    pub kind: MovementKind,
    /// Minor units; negative takes from the cardholder.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// It takes another movement of the same authorisation back.
    pub undoes: bool,
    /// When.
    pub at: UnixTime,
}

/// The kind of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// It is reserved, or a reservation ends.
    Held,
    /// It is booked.
    Posted,
}

impl MovementKind {
    /// `held` or `posted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Posted => "posted",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Held, Self::Posted]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl fmt::Display for MovementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
