//! The terminal as its owner sees it.

use crate::config::Config;
use crate::conversation::Conversation;
use crate::entry;
use crate::link::Transceive;
use crate::preprocessing::Setting;
use crate::random::UnpredictableNumbers;
use crate::report::TapReport;
use crate::transaction::Transaction;

/// A terminal: a configuration, and nothing that changes from tap to tap.
#[derive(Clone, Debug)]
pub struct Terminal {
    config: Config,
}

impl Terminal {
    /// A terminal with this configuration.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    /// The configuration.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Processes one tap of a card for `transaction`, from the PPSE to the outcome, and resets the
    /// link at its end. It sends a bounded number of commands, whatever the card answers.
    ///
    /// After [`Outcome::TryAgain`](crate::Outcome::TryAgain) the same transaction can be tapped
    /// again; each tap has a new unpredictable number.
    pub fn tap(
        &self,
        transaction: &Transaction,
        link: &mut dyn Transceive,
        random: &mut dyn UnpredictableNumbers,
    ) -> TapReport {
        let setting = Setting::new(&self.config, transaction);
        let mut card = Conversation::new(link);
        card.note(setting.step());
        let outcome = entry::run(&setting, &mut card, random);
        card.finish(outcome)
    }
}
