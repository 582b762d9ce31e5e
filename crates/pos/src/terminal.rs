//! The terminal as its owner sees it.

use crate::attempt::Attempt;
use crate::config::Config;
use crate::exception_file::ExceptionFile;
use crate::link::Transceive;
use crate::outcome::Outcome;
use crate::parameters::OutcomeParameters;
use crate::random::UnpredictableNumbers;
use crate::report::TapReport;
use crate::transaction::Transaction;

/// A terminal: a configuration, and nothing that changes from tap to tap.
#[derive(Clone, Debug)]
pub struct Terminal {
    config: Config,
    exceptions: ExceptionFile,
}

impl Terminal {
    /// A terminal with this configuration and an empty exception file.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            exceptions: ExceptionFile::default(),
        }
    }

    /// The same terminal with this exception file.
    #[must_use]
    pub fn with_exception_file(self, exceptions: ExceptionFile) -> Self {
        Self { exceptions, ..self }
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Starts a transaction: pre-processing, before the field is on.
    pub fn start(&self, transaction: &Transaction) -> Attempt<'_> {
        Attempt::new(self, transaction)
    }

    /// Starts a transaction, processes its first tap and lets go of it. Where Try Again is to be
    /// followed by another tap, use [`Terminal::start`].
    pub fn tap(
        &self,
        transaction: &Transaction,
        link: &mut dyn Transceive,
        random: &mut dyn UnpredictableNumbers,
    ) -> TapReport {
        self.start(transaction).tap(link, random).report
    }

    /// What goes with an outcome that came after the tap, from
    /// [`OnlineRequest::complete`](crate::OnlineRequest::complete). `language` is the card's
    /// preference, as the tap's messages had it.
    #[must_use]
    pub fn parameters(&self, outcome: &Outcome, language: Option<&str>) -> OutcomeParameters {
        OutcomeParameters::new(outcome, self.config.tap.hold_time, language)
    }

    pub(crate) const fn exceptions(&self) -> &ExceptionFile {
        &self.exceptions
    }
}
