//! The data elements of a message, each in the form of its class (ISO 8583:1987 §4).
//!
//! The class decides what a field may hold: `n` decimal digits, `an` letters and digits, `ans` every
//! printable ASCII character, spaces included. A merchant (DE 42, `ans 15`) and a terminal (DE 41,
//! `ans 8`) may therefore be written with spaces and punctuation; an approval code (DE 38, `an 6`)
//! may hold letters though this project's issuer gives digits only.

mod entry_mode;
mod error;
mod local_time;
mod processing;
mod response_code;
mod text;
mod trace;

pub use entry_mode::EntryMode;
pub use error::FieldError;
pub use local_time::LocalTime;
pub use processing::{ProcessingCode, TransactionKind};
pub use response_code::ResponseCode;
pub use text::{ApprovalCode, MerchantId, Reference, TerminalId};
pub use trace::TraceNumber;

pub(crate) use text::Text;

#[cfg(test)]
mod tests;
