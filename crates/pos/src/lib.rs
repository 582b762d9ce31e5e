//! A simulated contactless terminal: entry point, kernel, outcome and the data for the host.
//!
//! It knows of a card only its answers. A tap passes through the modules in this order:
//!
//! | module | work |
//! |---|---|
//! | `preprocessing` | limits and TTQ for each application |
//! | `attempt`, `detection` | the taps of one transaction, one card in the field |
//! | `entry` | PPSE, candidate list, final selection, next candidate |
//! | `kernel` | a room for each kernel: PDOL, GET PROCESSING OPTIONS, records, GENERATE AC |
//! | `gpo`, `exception_file` | the card's answer, read and checked |
//! | `no_pin`, `cvm` | cardholder verification |
//! | `code` | a code that is scanned in place of a tap |
//! | `de55`, `online` | the request to the issuer, and the meaning of its answer |
//! | [`till`], [`batch`], [`host`], [`pin_pad`], [`receipt`] | a merchant's terminal around the tap |
//!
//! [`Terminal::start`] begins a transaction. [`Attempt::tap`] ends with an [`Outcome`] and its
//! parameters in the words of EMV Contactless Book A, and with a report of every command, decision
//! and message; after Try Again the same attempt is tapped again. The terminal is online only: a
//! card can't make it approve. [`OnlineRequest::complete`] can, with the issuer's answer.
//!
//! Limits are in the terminal's currency. A transaction in another currency counts as above all of
//! them, except for the transaction limit, for which the configuration decides.

mod aid;
mod attempt;
pub mod batch;
mod clock;
mod code;
mod config;
mod conversation;
mod cvm;
mod de55;
mod detection;
mod entry;
mod exception_file;
mod gpo;
pub mod host;
mod kernel;
mod kernel_id;
mod link;
pub mod money;
mod no_pin;
mod online;
mod outcome;
mod parameters;
pub mod pin_pad;
mod preprocessing;
mod random;
mod reason;
pub mod receipt;
mod report;
mod setting;
mod step;
mod template;
mod terminal;
mod terminal_data;
pub mod till;
mod transaction;
mod ui;

pub use aid::Aid;
pub use attempt::{Attempt, Tapped};
pub use clock::LocalTime;
pub use code::CodeError;
pub use config::{Config, ConfigError, FieldProblem};
pub use exception_file::{ExceptionFile, ExceptionFileError};
pub use kernel_id::{KernelId, RequestedKernel};
pub use link::{LinkError, Presence, Transceive};
pub use online::{CardEntry, HostAnswer, OnlineRequest};
pub use outcome::{Cvm, Outcome, Start};
pub use parameters::{OnlineResponseData, OutcomeParameters};
pub use preprocessing::Indicators;
pub use random::{RandomError, SystemRandom, UnpredictableNumbers};
pub use reason::{Defect, NotAllowed, Reason};
pub use report::{Event, Exchange, TapReport};
pub use step::{CvmReason, CvmRequirement, Step};
pub use terminal::Terminal;
pub use transaction::{Transaction, TransactionError, TransactionType};
pub use ui::{Message, Status, UiRequest};
