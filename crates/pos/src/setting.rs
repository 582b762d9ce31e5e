//! What stays the same during one tap.

use crate::config::Config;
use crate::exception_file::ExceptionFile;
use crate::preprocessing::{self, Combination, Indicators};
use crate::transaction::Transaction;

/// What every room of a tap may look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) config: &'a Config,
    pub(crate) exceptions: &'a ExceptionFile,
    pub(crate) transaction: &'a Transaction,
    pub(crate) combinations: &'a [Combination],
}

impl Setting<'_> {
    /// Whether the transaction is in the currency of the terminal's limits.
    pub(crate) fn in_terminal_currency(&self) -> bool {
        preprocessing::in_terminal_currency(self.config, self.transaction)
    }
}

/// The setting once a candidate is chosen: its application, and what pre-processing found for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen<'a> {
    pub(crate) setting: &'a Setting<'a>,
    pub(crate) combination: &'a Combination,
    pub(crate) indicators: Indicators,
}
