//! The accounts of the book, and postings between them.
//!
//! The book is the issuer's: what it owes is a credit. A posting debits one account and credits
//! another in the same currency, so that the balances of a currency sum to zero.

use understudy_acquiring::{Identity, MerchantId, TerminalId};
use understudy_core::wire::amount::Currency;

use super::movement::MovementKind;
use crate::id::{AccountId, AuthorisationId, SettlementId};

/// The kind of an account of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerKind {
    /// The sum that a cardholder may spend.
    Funds,
    /// The sum that pre-authorisations reserve of a cardholder's funds.
    Held,
    /// The bank's counter-account of the funds with which accounts are opened.
    Opening,
    /// The sum that is owed to the merchant of a terminal for what is not settled.
    Payable,
    /// The sum that settlements have paid to the merchant of a terminal.
    Settled,
}

impl LedgerKind {
    const ALL: [Self; 5] = [
        Self::Funds,
        Self::Held,
        Self::Opening,
        Self::Payable,
        Self::Settled,
    ];

    /// A short stable name, such as `funds`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Funds => "funds",
            Self::Held => "held",
            Self::Opening => "opening",
            Self::Payable => "payable",
            Self::Settled => "settled",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An account of the book, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    pub(crate) owner: Owner,
    pub(crate) currency: Currency,
}

/// The owner of an account of the book, with its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Funds(AccountId),
    Held(AccountId),
    Opening,
    Payable(MerchantId, TerminalId),
    Settled(MerchantId, TerminalId),
}

impl Owner {
    /// The account of the book for what is owed to the merchant of a request's terminal.
    pub(crate) const fn payable(request: &Identity) -> Self {
        Self::Payable(request.merchant, request.terminal)
    }

    pub(crate) const fn kind(self) -> LedgerKind {
        match self {
            Self::Funds(_) => LedgerKind::Funds,
            Self::Held(_) => LedgerKind::Held,
            Self::Opening => LedgerKind::Opening,
            Self::Payable(..) => LedgerKind::Payable,
            Self::Settled(..) => LedgerKind::Settled,
        }
    }
}

/// Money that moves from one account of the book to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) debit: Owner,
    pub(crate) credit: Owner,
    /// Minor units, above zero.
    pub(crate) amount: u64,
    pub(crate) currency: Currency,
    pub(crate) cause: Cause,
}

/// The cause of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// An account is opened.
    Opening(AccountId),
    /// A request moves the money of an account.
    Request(AccountId, AuthorisationId, MovementKind),
    /// A terminal is settled.
    Settlement(SettlementId),
}

/// The sum of the balances of all accounts of a kind, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookSum {
    /// The currency.
    pub currency: Currency,
    /// The kind of the accounts.
    pub kind: LedgerKind,
    /// Credits less debits, in minor units.
    pub balance: i64,
}
