//! A phone and its issuer, for tests.

mod clock;
mod issuer;
mod phone;

pub(crate) use clock::{DAY, HandClock, START};
pub(crate) use issuer::{CHALLENGE, Issuer, limits, number, spec};
pub(crate) use phone::{Answer, Phone, card, key, states};
