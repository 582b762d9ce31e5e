//! Pre-processing, before the field is on: the indicators of a transaction for each application
//! (EMV Contactless Book B §3.1).
//!
//! Limits are compared in the terminal's currency. A transaction in another currency requires a CVM
//! and exceeds the floor limit, and a transaction limit counts as reached unless the configuration
//! says otherwise (`limits.other_currency`).

use understudy_core::wire::qualifiers::Ttq;

use crate::aid::Aid;
use crate::config::{Application, Config, OtherCurrency, ReaderFeatures, ReaderLimits, ZeroAmount};
use crate::kernel_id::KernelId;
use crate::money;
use crate::reason::NotAllowed;
use crate::step::{CvmRequirement, Step};
use crate::transaction::Transaction;

/// One application of the terminal with its result of pre-processing, for every tap of the
/// transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Combination {
    /// The terminal's AID, in full or its beginning.
    pub(crate) aid: Aid,
    pub(crate) kernel: KernelId,
    /// True if the AID may be a beginning.
    pub(crate) partial: bool,
    pub(crate) reader: ReaderFeatures,
    pub(crate) result: Result<Indicators, NotAllowed>,
}

/// The result of pre-processing for an allowed application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Indicators {
    /// The TTQ (`9F66`) for this transaction.
    pub ttq: Ttq,
    /// The CVM requirement of the reader, with its reason.
    pub cvm: CvmRequirement,
    /// True for an amount of a single unit of the currency, with which a status check is made.
    pub status_check: bool,
    /// True for an amount of zero.
    pub zero_amount: bool,
    /// True for an amount above the reader contactless floor limit, or in another currency.
    pub floor_limit_exceeded: bool,
}

impl Combination {
    /// True if the AID is the card's, or may be and is its beginning.
    pub(crate) fn names(&self, aid: &Aid) -> bool {
        self.aid == *aid || (self.partial && aid.starts_with(&self.aid))
    }

    pub(crate) const fn step(&self) -> Step {
        Step::PreProcessing {
            aid: self.aid,
            kernel: self.kernel,
            result: self.result,
        }
    }
}

/// Every application of the terminal with its result.
pub(crate) fn run(config: &Config, transaction: &Transaction) -> Vec<Combination> {
    let combination = |application: &Application| Combination {
        aid: application.aid,
        kernel: application.kernel,
        partial: application.partial,
        reader: application.reader,
        result: indicators(config, application, transaction),
    };
    config.applications.iter().map(combination).collect()
}

/// True if the transaction is in the currency of the terminal's limits.
pub(crate) fn in_terminal_currency(config: &Config, transaction: &Transaction) -> bool {
    transaction.amount().currency() == config.currency
}

fn indicators(
    config: &Config,
    application: &Application,
    transaction: &Transaction,
) -> Result<Indicators, NotAllowed> {
    let amount = transaction.amount();
    let minor = amount.minor();
    let comparable = in_terminal_currency(config, transaction);
    let limits = &application.limits;

    let status_check = application.status_check && minor == money::one_unit(amount.currency());
    let zero_amount = minor == 0;
    if zero_amount && application.zero_amount == ZeroAmount::NotAllowed {
        return Err(NotAllowed::ZeroAmount);
    }
    transaction_limit(limits, minor, comparable, config.limits.other_currency)?;
    let floor_limit_exceeded = !comparable || minor > limits.floor;
    let cvm = cvm_requirement(limits, minor, comparable);
    if zero_amount && application.reader.offline_only {
        return Err(NotAllowed::ZeroAmountOffline);
    }
    let online = status_check || zero_amount || floor_limit_exceeded;
    Ok(Indicators {
        ttq: ttq(application.reader, online, cvm.required()),
        cvm,
        status_check,
        zero_amount,
        floor_limit_exceeded,
    })
}

fn transaction_limit(
    limits: &ReaderLimits,
    minor: u64,
    comparable: bool,
    other_currency: OtherCurrency,
) -> Result<(), NotAllowed> {
    match limits.transaction {
        Some(limit) if comparable && minor >= limit => Err(NotAllowed::TransactionLimitReached),
        Some(_) if !comparable && other_currency == OtherCurrency::Reached => {
            Err(NotAllowed::OtherCurrency)
        }
        _ => Ok(()),
    }
}

fn cvm_requirement(limits: &ReaderLimits, minor: u64, comparable: bool) -> CvmRequirement {
    if !comparable {
        CvmRequirement::OtherCurrency
    } else if minor >= limits.cvm_required {
        CvmRequirement::LimitReached
    } else {
        CvmRequirement::BelowLimit
    }
}

/// The TTQ (`9F66`). A reader that can go online never approves by itself, so it requires an online
/// cryptogram for every transaction; an offline-only reader requires one only if the indicators of
/// pre-processing do.
fn ttq(reader: ReaderFeatures, online: bool, cvm_required: bool) -> Ttq {
    [
        (reader.emv_mode, Ttq::EMV),
        (reader.contact, Ttq::CONTACT),
        (reader.offline_only, Ttq::OFFLINE_ONLY),
        (reader.online_pin, Ttq::ONLINE_PIN),
        (reader.signature, Ttq::SIGNATURE),
        (
            online || !reader.offline_only,
            Ttq::ONLINE_CRYPTOGRAM_REQUIRED,
        ),
        (cvm_required, Ttq::CVM_REQUIRED),
        (reader.device_cvm, Ttq::CDCVM),
    ]
    .into_iter()
    .filter_map(|(set, bit)| set.then_some(bit))
    .fold(Ttq::default(), |ttq, bit| ttq | bit)
}
