//! Before the field is on: what this transaction means for the reader (EMV Contactless Book B,
//! pre-processing).

use understudy_core::wire::qualifiers::Ttq;

use crate::config::{Config, ReaderFeatures};
use crate::report::{CvmRequirement, Step};
use crate::transaction::Transaction;

/// What stays the same during one tap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) config: &'a Config,
    pub(crate) transaction: &'a Transaction,
    pub(crate) cvm: CvmRequirement,
    pub(crate) ttq: Ttq,
}

impl<'a> Setting<'a> {
    pub(crate) fn new(config: &'a Config, transaction: &'a Transaction) -> Self {
        let cvm = cvm_requirement(config, transaction);
        let ttq = ttq(config.reader, cvm.required());
        Self {
            config,
            transaction,
            cvm,
            ttq,
        }
    }

    pub(crate) const fn step(&self) -> Step {
        Step::PreProcessing {
            ttq: self.ttq,
            cvm: self.cvm,
        }
    }

    /// Whether the transaction is in the currency of the terminal's limits.
    pub(crate) fn in_terminal_currency(&self) -> bool {
        self.transaction.amount().currency() == self.config.currency
    }
}

fn cvm_requirement(config: &Config, transaction: &Transaction) -> CvmRequirement {
    let amount = transaction.amount();
    if amount.currency() != config.currency {
        CvmRequirement::OtherCurrency
    } else if amount.minor() >= config.limits.cvm_required {
        CvmRequirement::LimitReached
    } else {
        CvmRequirement::BelowLimit
    }
}

/// The TTQ (`9F66`). A reader that is not offline only never approves by itself, so it requires an
/// online cryptogram for every transaction.
fn ttq(reader: ReaderFeatures, cvm_required: bool) -> Ttq {
    [
        (reader.emv_mode, Ttq::EMV),
        (reader.contact, Ttq::CONTACT),
        (reader.offline_only, Ttq::OFFLINE_ONLY),
        (reader.online_pin, Ttq::ONLINE_PIN),
        (reader.signature, Ttq::SIGNATURE),
        (!reader.offline_only, Ttq::ONLINE_CRYPTOGRAM_REQUIRED),
        (cvm_required, Ttq::CVM_REQUIRED),
        (reader.device_cvm, Ttq::CDCVM),
    ]
    .into_iter()
    .filter_map(|(set, bit)| set.then_some(bit))
    .fold(Ttq::default(), |ttq, bit| ttq | bit)
}
