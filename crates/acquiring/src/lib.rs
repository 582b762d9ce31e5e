//! The messages between a terminal and an issuer's host, in one vocabulary for both: `no_std`,
//! without allocation and without `unsafe`.
//!
//! [`field`] has the data elements, each in its form of ISO 8583:1987. [`message`] has a terminal's
//! [`Request`]s and the host's [`Response`]s, as types. [`iso8583`] has the same as octets: one
//! table of fields, in two variants, BCD and ASCII. `line` (with the feature of this name) secures
//! those octets: the MAC, the working keys of terminals, and PIN blocks.
//!
//! ```text
//! field ← message ← iso8583 ← line
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(any(test, feature = "samples"))]
extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod field;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod iso8583;
#[cfg(feature = "line")]
pub mod line;
pub mod message;
#[cfg(any(test, feature = "samples"))]
#[doc(hidden)]
pub mod samples;

pub use field::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, ProcessingCode, Reference,
    ResponseCode, TerminalId, TraceNumber, TransactionKind,
};
pub use message::{
    Authorisation, Balance, BatchNumber, CURRENCIES_MAX, ChipData, CurrencyTotals, FollowUp,
    Identity, Original, PinBlock, Request, Response, Reversal, Settlement, Tally, Totals,
};
