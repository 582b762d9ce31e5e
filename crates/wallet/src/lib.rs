//! Cards on the device: their keys, counters and history, around the card of the core.
//!
//! A [`Wallet`] holds up to ten cards, one of which is presented to readers. It keeps them in a
//! [`store`], sealed under the caller's key. Every change is durable before it takes effect: the
//! death of the process loses nothing, and a power cut at most the one key that is armed. No tap
//! waits for storage: [`Wallet::settle`] does, beforehand.
//!
//! An [enrolled](Wallet::enrol) wallet is a device of its issuer: it takes signed and sealed
//! letters ([`Wallet::receive`]) and reports the keys that it used ([`Wallet::report`]). There is
//! no other way to add a card.

mod book;
mod card;
mod change;
mod choosing;
mod clock;
mod code;
mod device;
mod enrolled;
mod entry;
mod env;
mod error;
mod event;
mod fields;
mod history;
mod image;
mod keys;
#[cfg(test)]
mod kit;
mod live;
mod needs;
mod octets;
mod password;
mod settle;
mod stack;
pub mod store;
mod summary;
mod takeover;
#[cfg(test)]
mod tests;
mod time;
mod verify;
mod verifying;
mod wallet;

pub use clock::{BootId, Clock, SystemClock};
pub use code::PresentedCode;
pub use device::{IssuerKeys, Taken};
pub use error::{ImageError, OpenError, StateError, WalletError};
pub use event::WalletEvent;
pub use history::{EntryMode, Filter, MonthlySum, Record, RecordOutcome, csv, json, monthly_sums};
pub use needs::{CardNeeds, Needs, Thresholds};
pub use password::{DIGITS_MAX, DIGITS_MIN, PasswordError, PasswordStatus, TRIES_MAX};
#[cfg(any(test, feature = "simulation"))]
pub use store::Simulated;
pub use store::{Disk, Folder, StorageKey};
pub use summary::{CardSummary, Lost, StorageSummary};
pub use verify::{PROMPT_WINDOW, Prompt, Verification};
pub use wallet::Wallet;
