//! The issuer host: what is asked about a payment, and what becomes of the money.

mod authorise;
mod bounds;
mod chip_data;
mod completion;
mod decide;
mod domain;
mod field;
mod follow_up;
mod hold;
mod list;
mod money;
mod notify;
mod original;
mod processing;
mod reason;
mod record;
mod refund;
mod refund_merchant;
mod request;
mod reversal;
mod settle;
mod statement;
mod stop;
mod verdict;
mod verify;

#[cfg(test)]
mod tests;

pub use completion::COMPLETION_MAX_PERCENT;
pub use field::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
};
pub use list::{AuthorisationFilter, AuthorisationSummary};
pub use processing::{ProcessingCode, TransactionKind};
pub use reason::Reason;
pub use refund_merchant::{RefundLimits, RefundMerchant};
pub use request::{AuthorisationRequest, FollowUpRequest, Identity, Original, ReversalRequest};
pub use settle::{SettlementRequest, SettlementVerdict, Tally, Totals};
pub use statement::{Balance, Holder, Movement, MovementId, MovementKind, Statement};
pub use verdict::{AuthorisationId, ReversalVerdict, SettlementId, Verdict};
