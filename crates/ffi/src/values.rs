//! Values that cross: flat, and without a card number or a key.

use understudy_core::card::{Event, Refusal, Standing};
use understudy_core::wire::amount::{Amount as CoreAmount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_wallet::{
    CardNeeds, CardSummary, Filter, Outcome, PasswordStatus, Record, StorageSummary, Taken,
    WalletEvent,
};

use crate::error::WalletError;

/// An amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Amount {
    /// In minor units of the currency: 1234 are 12.34 yuan.
    pub minor: u64,
    /// ISO 4217, numeric: 156 is CNY.
    pub currency: u16,
}

impl From<CoreAmount> for Amount {
    fn from(amount: CoreAmount) -> Self {
        Self {
            minor: amount.minor(),
            currency: amount.currency().numeric(),
        }
    }
}

impl TryFrom<Amount> for CoreAmount {
    type Error = WalletError;

    fn try_from(amount: Amount) -> Result<Self, WalletError> {
        Currency::new(amount.currency)
            .and_then(|currency| Self::new(amount.minor, currency))
            .ok_or_else(|| {
                WalletError::Argument("an amount has at most 12 digits, a currency 3".to_owned())
            })
    }
}

/// The answer to a command, and what it was for the user.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Answer {
    /// 2 to 258 octets, for the reader.
    pub octets: Vec<u8>,
    /// What the user may be told; none for most commands.
    pub event: Option<TapEvent>,
}

/// What happened in a tap.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum TapEvent {
    /// A reader selected a card.
    CardSelected {
        /// The card.
        card: u16,
    },
    /// The user must verify and tap again; no key was used.
    VerificationNeeded {
        /// The card.
        card: u16,
        /// What the reader asked for.
        amount: Amount,
    },
    /// A cryptogram left for the reader. Whether it was paid is the issuer's to say.
    Sent {
        /// The card.
        card: u16,
        /// What the reader asked for.
        amount: Amount,
        /// The counter.
        atc: u16,
    },
    /// The card refused.
    Refused {
        /// A sentence that says why.
        reason: String,
    },
    /// The reader's field went away.
    FieldLost,
    /// A tap had to wait for the storage, because nothing was armed.
    Waited {
        /// The card.
        card: u16,
    },
}

impl TapEvent {
    /// The event for the user; `None` for what only a reader is told.
    pub(crate) fn of(event: WalletEvent) -> Option<Self> {
        let event = match event {
            WalletEvent::Waited(card) => return Some(Self::Waited { card: card.0 }),
            WalletEvent::Tap(event) => event,
        };
        Some(match event {
            Event::Selected { card } => Self::CardSelected { card: card.0 },
            Event::Answered {
                card, atc, payment, ..
            } => Self::Sent {
                card: card.0,
                amount: payment.amount.into(),
                atc: atc.get(),
            },
            Event::Refused {
                card: Some(card),
                refusal: Refusal::UserMustAct,
                amount: Some(amount),
                ..
            } => Self::VerificationNeeded {
                card: card.0,
                amount: amount.into(),
            },
            Event::Refused {
                card: Some(_),
                amount: Some(_),
                refusal,
                ..
            } => Self::Refused {
                reason: refusal.to_string(),
            },
            Event::Refused { .. } => return None,
            Event::FieldLost { .. } => Self::FieldLost,
        })
    }
}

/// What a letter of the issuer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Effect {
    /// A new card is in the wallet.
    Installed,
    /// A card has a new profile, or other limits.
    Changed,
    /// A card has new keys.
    Replenished,
    /// A card does not pay until the issuer resumes it.
    Suspended,
    /// A card pays again.
    Resumed,
    /// A card and its history are erased.
    Deleted,
    /// Everything is erased: send the parting reports, then enrol anew.
    Wiped,
    /// What is stored is under new keys.
    Rotated,
    /// The payment password may be tried again.
    PasswordUnlocked,
    /// A new payment password may be set.
    PasswordReset,
    /// The issuer wants something: see `needs`.
    Wanted,
    /// The history says what became of a payment.
    Settled,
    /// The last report was accepted.
    ReportAccepted,
    /// It was done already.
    Done,
}

impl From<Taken> for Effect {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Installed(_) => Self::Installed,
            Taken::Reprovisioned(_) | Taken::ProfileChanged(_) | Taken::Limited(_) => Self::Changed,
            Taken::Replenished(_) => Self::Replenished,
            Taken::Suspended(..) => Self::Suspended,
            Taken::Resumed(_) => Self::Resumed,
            Taken::Deleted(_) => Self::Deleted,
            Taken::Wiped => Self::Wiped,
            Taken::Rotated => Self::Rotated,
            Taken::PasswordUnlocked => Self::PasswordUnlocked,
            Taken::PasswordReset => Self::PasswordReset,
            Taken::Wanted => Self::Wanted,
            Taken::Settled(..) => Self::Settled,
            Taken::ReportAccepted => Self::ReportAccepted,
            Taken::Done => Self::Done,
        }
    }
}

/// A card as its user may see it.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Card {
    /// Its name in this wallet.
    pub id: u16,
    /// The stand-in number's first six and last four digits.
    pub number: String,
    /// The label of its first application.
    pub label: String,
    /// The AIDs of its applications, 1 to 4, in upper-case hexadecimal digits, 10 to 32 each.
    pub aids: Vec<String>,
    /// The last four digits of the bank card, if the issuer gave them.
    pub bank_card: Option<String>,
    /// YYMMDD: the last day on which it pays.
    pub expiry: String,
    /// Whether it pays.
    pub state: CardState,
    /// It is the default card.
    pub is_default: bool,
    /// Readers see it now.
    pub is_presented: bool,
    /// Keys that are left and good.
    pub keys_left: u16,
}

/// Whether a card pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CardState {
    /// It does.
    Active,
    /// The user keeps it from paying.
    SuspendedByUser,
    /// The issuer keeps it from paying.
    SuspendedByIssuer,
}

impl From<CardSummary> for Card {
    fn from(card: CardSummary) -> Self {
        let state = match (card.standing, card.suspended_by_issuer) {
            (Standing::Active, _) => CardState::Active,
            (Standing::Suspended, None) => CardState::SuspendedByUser,
            (Standing::Suspended, Some(_)) => CardState::SuspendedByIssuer,
        };
        let [year, month, day] = card.expiry;
        Self {
            id: card.id.0,
            number: card.token,
            label: card.label,
            aids: card.aids.iter().map(hex::encode_upper).collect(),
            bank_card: card.last_four,
            expiry: format!("{year:02X}{month:02X}{day:02X}"),
            state,
            is_default: card.default,
            is_presented: card.presented,
            keys_left: card.ledger.keys,
        }
    }
}

/// What an app should see to before the user stands at the till.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Needs {
    /// Every card.
    pub cards: Vec<Keys>,
    /// Letters should be fetched.
    pub letters: bool,
    /// A report should be sent, and letters fetched after it.
    pub report: bool,
    /// `settle` should be called.
    pub settle: bool,
}

/// The keys of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Keys {
    /// The card.
    pub card: u16,
    /// Keys that are left and good.
    pub left: u16,
    /// The last second of the batch that ends first, in Unix time.
    pub next_end: Option<u64>,
    /// The card needs keys.
    pub wanted: bool,
}

impl From<CardNeeds> for Keys {
    fn from(needs: CardNeeds) -> Self {
        Self {
            card: needs.card.0,
            left: needs.keys_left,
            next_end: needs.next_end.map(|end| end.0),
            wanted: needs.keys,
        }
    }
}

/// A tap that waits for the user's verification and for a second tap.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Prompt {
    /// The card.
    pub card: u16,
    /// What the reader asked for.
    pub amount: Amount,
    /// The merchant as the reader gave it, not authenticated.
    pub merchant: Option<String>,
}

impl From<understudy_wallet::Prompt> for Prompt {
    fn from(prompt: understudy_wallet::Prompt) -> Self {
        Self {
            card: prompt.card.0,
            amount: prompt.amount.into(),
            merchant: prompt.merchant.map(|octets| merchant(&octets)),
        }
    }
}

/// The payment password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum PasswordState {
    /// There is none.
    Unset,
    /// There is one.
    Set {
        /// Tries that are left.
        tries_left: u8,
    },
    /// It was entered wrongly too often; the issuer unlocks or resets it.
    Locked,
}

impl From<PasswordStatus> for PasswordState {
    fn from(status: PasswordStatus) -> Self {
        match status {
            PasswordStatus::Unset => Self::Unset,
            PasswordStatus::Set { tries_left } => Self::Set { tries_left },
            PasswordStatus::Locked => Self::Locked,
        }
    }
}

/// Which entries of the history are wanted; without any field, all.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct HistoryFilter {
    /// Of this card.
    pub card: Option<u16>,
    /// From this second on, in Unix time.
    pub from: Option<u64>,
    /// Before this second.
    pub before: Option<u64>,
}

impl From<HistoryFilter> for Filter {
    fn from(filter: HistoryFilter) -> Self {
        Self {
            card: filter.card.map(understudy_core::card::CardId),
            from: filter.from.map(understudy_core::card::UnixTime),
            before: filter.before.map(understudy_core::card::UnixTime),
        }
    }
}

/// One tap.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct HistoryEntry {
    /// Counts the entries of this wallet.
    pub number: u64,
    /// The card.
    pub card: u16,
    /// Its counter; none if no key was used.
    pub atc: Option<u16>,
    /// When, in Unix time; none if the device did not know.
    pub at: Option<u64>,
    /// What the reader asked for.
    pub amount: Option<Amount>,
    /// `9C`: 00 purchase, 20 refund, 30 balance and so on.
    pub transaction_type: u8,
    /// The merchant as the reader gave it, not authenticated.
    pub merchant: Option<String>,
    /// What became of it.
    pub outcome: HistoryOutcome,
}

/// What the phone knows of a tap's fate.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum HistoryOutcome {
    /// The answer was given to the radio. Only the issuer knows whether it was paid.
    Sent,
    /// As sent; the reader may not have it.
    PossiblyTorn,
    /// The card declined under a cryptogram.
    DeclinedByCard,
    /// The card refused.
    Refused {
        /// A sentence that says why.
        reason: String,
    },
    /// The user had to verify first.
    NeedsVerification,
    /// The phone lost power: whether the key left is not known.
    UnknownPowerLost,
    /// The issuer approved.
    Approved {
        /// What it approved.
        amount: Amount,
    },
    /// The issuer declined.
    Declined {
        /// DE 39.
        response_code: String,
    },
    /// The issuer says that an approved payment was taken back.
    Reversed {
        /// How much of it.
        amount: Amount,
    },
}

impl From<&Record> for HistoryEntry {
    fn from(record: &Record) -> Self {
        Self {
            number: record.number,
            card: record.card.0,
            atc: record.atc.map(understudy_core::crypto::Atc::get),
            at: record.at.map(|at| at.0),
            amount: record.amount.map(Amount::from),
            transaction_type: record.transaction_type,
            merchant: record.merchant.map(|octets| merchant(&octets)),
            outcome: record.outcome.into(),
        }
    }
}

impl From<Outcome> for HistoryOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Sent(CryptogramType::Arqc | CryptogramType::Tc) => Self::Sent,
            Outcome::Sent(CryptogramType::Aac) => Self::DeclinedByCard,
            Outcome::PossiblyTorn => Self::PossiblyTorn,
            Outcome::Refused(refusal) => Self::Refused {
                reason: refusal.to_string(),
            },
            Outcome::NeedsVerification => Self::NeedsVerification,
            Outcome::PowerLost => Self::UnknownPowerLost,
            Outcome::Approved { amount, .. } => Self::Approved {
                amount: amount.into(),
            },
            Outcome::Declined { response_code, .. } => Self::Declined {
                response_code: String::from_utf8_lossy(&response_code).into_owned(),
            },
            Outcome::Reversed { amount, .. } => Self::Reversed {
                amount: amount.into(),
            },
        }
    }
}

/// What was paid to one merchant in one month in one currency.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct MonthlySum {
    /// The year.
    pub year: u64,
    /// The month, 1–12.
    pub month: u8,
    /// The merchant as the reader gave it, not authenticated; empty if it did not.
    pub merchant: String,
    /// ISO 4217, numeric.
    pub currency: u16,
    /// Approved by the issuer, in minor units.
    pub approved: u64,
    /// Taken back, and refunds.
    pub returned: u64,
    /// Sent, and not confirmed by the issuer.
    pub unconfirmed: u64,
    /// Taps that are in these sums.
    pub taps: u64,
}

impl From<understudy_wallet::MonthlySum> for MonthlySum {
    fn from(sum: understudy_wallet::MonthlySum) -> Self {
        Self {
            year: sum.year,
            month: sum.month,
            merchant: sum.merchant,
            currency: sum.currency.numeric(),
            approved: sum.approved,
            returned: sum.returned,
            unconfirmed: sum.unconfirmed,
            taps: sum.taps,
        }
    }
}

/// What is on the disk: never a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Storage {
    /// How many times the whole state was written.
    pub generation: u64,
    /// Octets of all files.
    pub octets: u64,
    /// Taps that had to wait for the storage since the wallet was opened.
    pub waited: u64,
    /// Keys that were given up because a file was damaged.
    pub keys_lost: u64,
}

impl From<StorageSummary> for Storage {
    fn from(summary: StorageSummary) -> Self {
        let keys_lost = summary.lost.map_or(0, |lost| lost.keys);
        Self {
            generation: summary.generation,
            octets: summary.octets,
            waited: summary.waited,
            keys_lost: keys_lost.try_into().unwrap_or(u64::MAX),
        }
    }
}

fn merchant(octets: &[u8; 20]) -> String {
    String::from_utf8_lossy(octets).trim_end().to_owned()
}
