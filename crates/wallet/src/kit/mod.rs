//! A phone and its issuer, for tests.

mod clock;
mod issuer;
mod phone;

pub(crate) use clock::{DAY, HandClock, START};
pub(crate) use issuer::{issuer_keys, issuer_of, limits, spec};
pub(crate) use phone::{Answer, Phone, card, key, states};
