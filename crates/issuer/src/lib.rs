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
mod calendar;
mod config;
mod custody;
pub mod demonstration;
mod device;
mod fault;
mod host;
mod issue;
mod issuer;
mod options;
mod par;
mod pin;
mod profile;
mod random;
mod range;
mod secret;
mod store;
mod token;

pub use account::AccountId;
pub use config::{IssuerConfig, TokenRequestor};
pub use custody::{
    CardIdentity, CryptogramCheck, CustodyError, IssuerKeys, KeyCustody, PinMatch, Place,
    PublicKeys, Purpose, SoftwareCustody,
};
pub use fault::Fault;
pub use host::{
    ApprovalCode, AuthorisationFilter, AuthorisationId, AuthorisationRequest, AuthorisationSummary,
    Balance, COMPLETION_MAX_PERCENT, EntryMode, FieldError, FollowUpRequest, Holder, Identity,
    LocalTime, MerchantId, Movement, MovementKind, Original, ProcessingCode, Reason, Reference,
    ReversalRequest, ReversalVerdict, SettlementId, SettlementRequest, SettlementVerdict,
    Statement, Tally, TerminalId, Totals, TraceNumber, TransactionKind, Verdict,
};
pub use issue::IssueError;
pub use issuer::Issuer;
pub use options::{CvmOptions, CvmOrder, IssueOptions, Product};
pub use par::Par;
pub use pin::{PIN_MAX, PIN_MIN, Pin, PinError, PinReference, TerminalPinKey};
pub use random::NoRandomness;
pub use range::{BinRange, RangeError};
pub use secret::Secret;
pub use store::StoreError;
pub use token::restriction::{Country, MerchantName, Restrictions};
pub use token::{Home, TokenId, TokenStatus};
