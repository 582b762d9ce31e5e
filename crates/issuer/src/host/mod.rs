//! The issuer host: what is asked about a payment, and what becomes of the money.

mod answer;
mod authorise;
mod bounds;
mod chip_data;
mod completion;
mod decide;
mod domain;
mod follow_up;
mod hold;
mod line;
mod list;
mod money;
mod notify;
mod original;
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

pub use answer::{Answered, Decided};
pub use completion::COMPLETION_MAX_PERCENT;
pub use line::{AnsweredMessage, Unanswered};
pub use list::{AuthorisationFilter, AuthorisationSummary};
pub use reason::Reason;
pub use refund_merchant::{RefundLimits, RefundMerchant};
pub use request::{AuthorisationRequest, FollowUp, Identity, Original, ReversalRequest};
pub use settle::{SettlementRequest, SettlementVerdict, Tally, Totals};
pub use statement::{Balance, Holder, Movement, MovementId, MovementKind, Statement};
pub use understudy_acquiring::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, ProcessingCode, Reference,
    TerminalId, TraceNumber, TransactionKind,
};
pub use verdict::{AuthorisationId, ReversalVerdict, SettlementId, Verdict};
