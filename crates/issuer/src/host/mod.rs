//! The issuer host: what is asked about a payment, and what becomes of the money.

mod authorise;
mod bounds;
mod chip_data;
mod decide;
mod domain;
mod field;
mod follow_up;
mod list;
mod money;
mod notify;
mod processing;
mod reason;
mod record;
mod request;
mod reversal;
mod settle;
mod stop;
mod verdict;
mod verify;

#[cfg(test)]
mod tests;

pub use field::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
};
pub use follow_up::COMPLETION_MAX_PERCENT;
pub use list::{AuthorisationFilter, AuthorisationSummary};
pub use money::{Balance, Holder, Movement, MovementKind, Statement};
pub use processing::{ProcessingCode, TransactionKind};
pub use reason::Reason;
pub use request::{AuthorisationRequest, FollowUpRequest, Identity, Original, ReversalRequest};
pub use settle::{SettlementRequest, SettlementVerdict, Tally, Totals};
pub use verdict::{AuthorisationId, ReversalVerdict, SettlementId, Verdict};
