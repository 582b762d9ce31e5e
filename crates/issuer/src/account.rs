//! The account behind the tokens: a PAN, its PIN, and the number of wrong PINs.

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::CardNumber;

pub(crate) use crate::id::AccountId;
use crate::par::Par;
use crate::pin::PinReference;

pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) pan: CardNumber,
    pub(crate) par: Par,
    pub(crate) currency: Currency,
    pub(crate) pin: Option<PinReference>,
    pub(crate) wrong_pins: u8,
}

/// Wrong verification codes for the tokens of an account since the last right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongCodes {
    pub(crate) count: u8,
    /// The time of the last one.
    pub(crate) last_at: UnixTime,
}
