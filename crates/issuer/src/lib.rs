//! Token service and issuer host: issues stand-in cards and decides about their payments.
//!
//! A device enrols with [`Issuer::enrol`]; [`Issuer::issue`] binds a token to it, which
//! [`Issuer::verify_identity`] activates; [`Issuer::replenish`] makes more keys. All messages to
//! the device are among its [`Issuer::letters`]; its used keys come back in reports,
//! [`Issuer::receive_report`]. All data is in one database; the keys are behind [`KeyCustody`].
//!
//! [`Issuer::authorise`] checks a tap in a fixed order and answers with one [`Reason`];
//! [`Issuer::void`], [`Issuer::refund`] and [`Issuer::complete`] follow it without the card,
//! [`Issuer::reverse`] undoes a request even if that never arrived, and [`Issuer::settle`] ends a
//! terminal's batch. The same request again gets the same answer, and money moves once.
//!
//! The host decides about cardholder verification only by authenticated data: a correct PIN, or the
//! bit that the card sets under the MAC of its cryptogram. The card transaction qualifiers and the
//! entry mode are not authenticated, and are ignored.
#![forbid(unsafe_code)]

mod account;
mod audit;
mod calendar;
mod config;
mod custody;
pub mod demonstration;
mod device;
mod fault;
mod host;
mod id;
mod issue;
mod issuer;
mod key;
mod options;
mod par;
mod person;
mod pin;
mod profile;
mod published;
mod random;
mod range;
mod secret;
mod store;
#[cfg(test)]
mod testkit;
mod token;
mod verification;

pub use audit::{Actor, AuditAnchor, AuditDefect, AuditEntry, AuditVerdict, Deed, Subject};
pub use config::{HOLD, IssuerConfig, LimitBounds, TestKeys, TokenRequestor};
#[cfg(feature = "limited-use")]
pub use custody::KeyLimits;
pub use custody::{
    BatchKeys, BatchLetter, BatchOrder, CardIdentity, Ceremony, CeremonyError, CheckValue,
    Component, ComponentError, CryptogramCheck, CustodyError, Entered, IssuerKeys, KeyCustody,
    KeyFamily, KeyFile, KeyFileError, KeyVersion, MasterKeyError, MasterKeys, PinMatch, Place,
    PublicKeys, Purpose, SingleUse, SoftwareCustody,
};
pub use device::{
    Attestation, AttestationRefused, CloneOrRollback, DeviceError, DeviceStanding, DeviceSummary,
    EnrolError, NoAttestation, Reconciliation, ReportError, ReportOutcome,
};
pub use fault::Fault;
pub use host::{
    Answered, AnsweredMessage, AuthorisationFilter, AuthorisationSummary, Balance, BookSum,
    COMPLETION_MAX_PERCENT, Decided, Holder, LedgerKind, Movement, MovementKind, NetTotals, Reason,
    RefundLimits, RefundMerchant, ReversalVerdict, SettlementVerdict, Statement, Unanswered,
    Verdict,
};
pub use id::{AccountId, AuthorisationId, MovementId, SettlementId, TokenId};
pub use issue::{CodeSent, IssueError, Issued, PackageOctets, Personalised, Request};
pub use issuer::Issuer;
pub use options::{CvmOptions, IssueOptions};
pub use par::Par;
pub use person::Person;
pub use pin::{AesTerminalPinKey, PIN_MAX, PIN_MIN, Pin, PinError, PinReference, TerminalPinKey};
pub use random::NoRandomness;
pub use range::{BinRange, RangeError};
pub use secret::Secret;
pub use store::{PAGE, StoreError};
pub use token::restriction::{Country, MerchantName, Restrictions};
pub use token::{
    ChangeError, Home, NewLimits, ReplaceError, TokenError, TokenStatus, TokenSummary,
};
pub use understudy_acquiring::{
    ApprovalCode, Authorisation, BatchNumber, ChipData, CurrencyTotals, EntryMode, FieldError,
    FollowUp, Identity, LocalTime, MerchantId, Original, PinBlock, ProcessingCode, Reference,
    Settlement, Tally, TerminalId, Totals, TraceNumber, TransactionKind,
};
pub use understudy_core::card::CvmOrder;
pub use understudy_core::scheme::Product;
pub use verification::{
    Code, CodeError, IdentityError, PendingVerification, ResendError, Verification,
    VerificationError, VerificationTarget,
};
