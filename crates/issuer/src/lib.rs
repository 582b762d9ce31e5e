//! Token service and issuer host: issues stand-in cards and decides about their payments.
//!
//! [`Issuer::issue`] makes a token for a card number, its profile and its first single-use keys;
//! [`Issuer::replenish`] makes more keys. [`Issuer::authorise`] checks a request in a fixed order
//! and answers with one [`Reason`]. Everything is in memory; a [`Snapshot`] carries it over.
//!
//! The host decides about cardholder verification only from what is authenticated: a correct PIN,
//! or the bit that the card sets under the MAC of its cryptogram. The card transaction qualifiers
//! and the entry mode are not, and are not looked at.
#![forbid(unsafe_code)]

mod account;
mod authorise;
mod calendar;
mod chip_data;
mod config;
mod custody;
mod decide;
pub mod demonstration;
mod issue;
mod issuer;
mod options;
mod pin;
mod profile;
mod random;
mod range;
mod reason;
mod secret;
mod snapshot;
#[cfg(test)]
mod tests;
mod token;
mod vault;
mod verdict;
mod verify;

pub use authorise::AuthorisationRequest;
pub use config::{IssuerConfig, TokenRequestor};
pub use custody::IssuerKeys;
pub use issue::{IssueError, Issued, PackageOctets};
pub use issuer::{Issuer, TokenError};
pub use options::{CvmOptions, CvmOrder, IssueOptions, Product};
pub use pin::{PIN_MAX, PIN_MIN, Pin, PinError, TerminalPinKey};
pub use random::NoRandomness;
pub use range::{BinRange, RangeError};
pub use reason::Reason;
pub use secret::Secret;
pub use snapshot::{Snapshot, SnapshotError};
pub use token::{TokenId, TokenStatus, TokenSummary};
pub use verdict::Verdict;
