//! The issuer host: what is asked about a payment, and what becomes of the money.

mod admit;
mod answer;
mod approval;
mod authorise;
pub(crate) mod book;
mod bounds;
mod chip_data;
mod completion;
mod decide;
mod domain;
mod fingerprint;
mod follow_up;
mod followers;
mod hold;
pub(crate) mod ledger;
#[cfg(feature = "limited-use")]
mod limited_use;
mod line;
mod list;
pub(crate) mod money;
pub(crate) mod movement;
mod notify;
mod original;
pub(crate) mod reason;
pub(crate) mod record;
mod refund;
pub(crate) mod refund_limits;
mod refund_merchant;
mod reversal;
mod ruling;
mod settle;
mod standing;
mod statement;
mod stop;
pub(crate) mod totals;
mod verdict;
mod verify;

#[cfg(test)]
mod tests;

pub use answer::{Answered, Decided};
pub use completion::COMPLETION_MAX_PERCENT;
pub use ledger::{BookSum, LedgerKind};
pub use line::{AnsweredMessage, Unanswered};
pub use list::AuthorisationSummary;
pub use movement::{Balance, Movement, MovementKind};
pub use reason::Reason;
pub use record::AuthorisationFilter;
pub use refund_limits::RefundLimits;
pub use refund_merchant::RefundMerchant;
pub use settle::SettlementVerdict;
pub use statement::{Holder, Statement};
pub use totals::NetTotals;
pub use verdict::{ReversalVerdict, Verdict};
