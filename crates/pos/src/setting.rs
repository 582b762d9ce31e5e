//! The constant circumstances of one tap.

use crate::config::Config;
use crate::exception_file::ExceptionFile;
use crate::preprocessing::{self, Combination, Indicators};
use crate::transaction::Transaction;

/// The circumstances that every module of a tap may read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) config: &'a Config,
    pub(crate) exceptions: &'a ExceptionFile,
    pub(crate) transaction: &'a Transaction,
    pub(crate) combinations: &'a [Combination],
}

impl Setting<'_> {
    /// True if the transaction is in the currency of the terminal's limits.
    pub(crate) fn in_terminal_currency(&self) -> bool {
        preprocessing::in_terminal_currency(self.config, self.transaction)
    }
}

/// The circumstances after a candidate is chosen: its application, and its result of
/// pre-processing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen<'a> {
    pub(crate) setting: &'a Setting<'a>,
    pub(crate) combination: &'a Combination,
    pub(crate) indicators: Indicators,
}
