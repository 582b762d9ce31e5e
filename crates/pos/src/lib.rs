//! A contactless terminal, simulated: entry point, kernel, outcome and the data for the host.
//!
//! It knows cards only by what they answer. A tap goes through the rooms in this order:
//!
//! | module | what happens there |
//! |---|---|
//! | `preprocessing` | the TTQ for this transaction |
//! | `entry` | PPSE, candidate list, final selection, next candidate |
//! | `kernel` | PDOL, GET PROCESSING OPTIONS, type of the cryptogram |
//! | `gpo` | the card's answer, read and checked |
//! | `no_pin`, `cvm` | how the cardholder is verified |
//! | `de55`, `online` | what goes to the issuer, and what the issuer's answer means |
//! | [`till`], [`batch`], [`host`], [`pin_pad`], [`receipt`] | what a merchant's terminal does around the tap |
//!
//! [`Terminal::tap`] ends with an [`Outcome`] in the words of EMV Contactless Book A and a report
//! of every command and decision. The terminal is online only: a card can't make it approve.
//! [`OnlineRequest::complete`] can, with the issuer's answer.
//!
//! Limits are in the terminal's currency; a transaction in another one counts as above them all.

mod aid;
pub mod batch;
mod clock;
mod config;
mod conversation;
mod cvm;
mod de55;
mod entry;
mod gpo;
pub mod host;
mod kernel;
mod link;
pub mod money;
mod no_pin;
mod online;
mod outcome;
pub mod pin_pad;
mod preprocessing;
mod random;
mod reason;
pub mod receipt;
mod report;
mod template;
mod terminal;
mod terminal_data;
pub mod till;
mod transaction;

pub use aid::Aid;
pub use clock::LocalTime;
pub use config::{Config, ConfigError, FieldProblem};
pub use link::{LinkError, Transceive};
pub use online::{HostAnswer, OnlineRequest};
pub use outcome::{Cvm, Message, Outcome, Start};
pub use random::{RandomError, SystemRandom, UnpredictableNumbers};
pub use reason::{Defect, Reason};
pub use report::{CvmReason, CvmRequirement, Event, Exchange, Step, TapReport};
pub use terminal::Terminal;
pub use transaction::{Transaction, TransactionError, TransactionType};
