//! The terminal, for its owner.

use crate::attempt::Attempt;
use crate::config::Config;
use crate::exception_file::ExceptionFile;
use crate::link::Transceive;
use crate::outcome::Outcome;
use crate::parameters::OutcomeParameters;
use crate::random::UnpredictableNumbers;
use crate::report::TapReport;
use crate::transaction::Transaction;

/// A terminal: its configuration and exception file, without any state that changes from tap to
/// tap.
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

    /// Starts a transaction and processes its first tap only. If Try Again is to be followed by
    /// another tap, use [`Terminal::start`].
    pub fn tap(
        &self,
        transaction: &Transaction,
        link: &mut dyn Transceive,
        random: &mut dyn UnpredictableNumbers,
    ) -> TapReport {
        self.start(transaction).tap(link, random).report
    }

    /// The parameters of an outcome that was decided after the tap, by
    /// [`OnlineRequest::complete`](crate::OnlineRequest::complete). `language` is the card's
    /// preference, as in the tap's messages.
    #[must_use]
    pub fn parameters(&self, outcome: &Outcome, language: Option<&str>) -> OutcomeParameters {
        OutcomeParameters::new(outcome, self.config.tap.hold_time, language)
    }

    pub(crate) const fn exceptions(&self) -> &ExceptionFile {
        &self.exceptions
    }
}
