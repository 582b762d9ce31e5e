//! Cards on the device: their keys, counters and history, around the card core.
//!
//! A [`Wallet`] holds up to ten cards, one of them presented to readers. Every change goes through
//! its [`Journal`] before it takes effect, and a key leaves only after the journal kept that it is
//! spent. What the journal keeps is one [`Image`], which [`Wallet::restore`] reads back.
//!
//! An [enrolled](Wallet::enrol) wallet is a device that its issuer writes to: it takes signed and
//! sealed letters ([`Wallet::receive`]) and says in reports what it used ([`Wallet::report`]).
//!
//! The image holds keys in the clear: protecting it at rest is the journal's job.

mod account;
mod book;
mod clock;
mod device;
mod enrolled;
mod error;
mod history;
mod host;
mod image;
pub mod store;
mod summary;
mod wallet;

pub use clock::{Clock, SystemClock};
pub use device::{IssuerKeys, Taken, Wants};
pub use error::{RestoreError, WalletError};
pub use history::{Outcome, Record};
pub use image::{Image, Journal, Volatile};
pub use summary::CardSummary;
pub use wallet::Wallet;
