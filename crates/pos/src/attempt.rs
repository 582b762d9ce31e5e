//! One transaction, from pre-processing to a final outcome, over all of its taps.

use crate::conversation::Conversation;
use crate::detection;
use crate::entry;
use crate::link::Transceive;
use crate::outcome::Outcome;
use crate::preprocessing::{self, Combination};
use crate::random::UnpredictableNumbers;
use crate::reason::{NotAllowed, Reason};
use crate::report::TapReport;
use crate::setting::Setting;
use crate::step::Step;
use crate::terminal::Terminal;
use crate::transaction::Transaction;
use crate::ui::{Message, Status};

/// A transaction that waits for a tap. Pre-processing was done once, when it started; every tap
/// begins at the PPSE (restart B) with a new unpredictable number.
///
/// The owner decides about the next tap. Dropping the attempt cancels the transaction; nothing was
/// sent to anybody. Before the next tap the field stays off for the time in the parameters. If the
/// cardholder must act on the phone first ([`Reason::SeePhone`]), it should stay off until that is
/// done: a phone that was left in the field refuses again, and each tap counts.
///
/// ```
/// # use understudy_pos::{Outcome, SystemRandom, TapReport, Terminal, Transaction, Transceive};
/// fn until_it_ends(
///     terminal: &Terminal,
///     transaction: &Transaction,
///     link: &mut dyn Transceive,
///     mut show: impl FnMut(&TapReport),
/// ) -> Outcome {
///     let mut attempt = terminal.start(transaction);
///     loop {
///         let tapped = attempt.tap(link, &mut SystemRandom);
///         show(&tapped.report);
///         let Some(again) = tapped.again else {
///             return tapped.report.outcome;
///         };
///         std::thread::sleep(tapped.report.parameters.field_off.unwrap_or_default());
///         attempt = again;
///     }
/// }
/// # use understudy_core::wire::amount::{Amount, Currency};
/// # use understudy_pos::{Config, LinkError, LocalTime, TransactionType};
/// # struct Silent(u32);
/// # impl Transceive for Silent {
/// #     fn transceive(&mut self, _: &[u8]) -> Result<Vec<u8>, LinkError> {
/// #         self.0 += 1;
/// #         Err(LinkError::NoAnswer)
/// #     }
/// #     fn reset(&mut self) {}
/// # }
/// # let config = Config::from_toml("tap = { restarts = 2, hold_time = 0 }").unwrap();
/// # let amount = Amount::new(1234, Currency::CNY).unwrap();
/// # let time = LocalTime::from_unix(0, 0).unwrap();
/// # let transaction = Transaction::new(TransactionType::Purchase, amount, time, 1).unwrap();
/// # let (mut card, mut taps) = (Silent(0), 0);
/// # let outcome = until_it_ends(&Terminal::new(config), &transaction, &mut card, |_| taps += 1);
/// # assert!(matches!(outcome, Outcome::EndApplication(_)));
/// # assert_eq!((taps, card.0), (3, 3));
/// ```
#[derive(Debug)]
#[must_use = "nothing happens before the tap"]
pub struct Attempt<'t> {
    terminal: &'t Terminal,
    transaction: Transaction,
    combinations: Vec<Combination>,
    /// The number of taps that are over.
    taps: u32,
}

/// A tap that is over.
#[derive(Debug)]
pub struct Tapped<'t> {
    /// The record of the tap.
    pub report: TapReport,
    /// The same transaction, for the next tap; `Some` exactly if the outcome is Try Again.
    pub again: Option<Attempt<'t>>,
}

impl<'t> Attempt<'t> {
    pub(crate) fn new(terminal: &'t Terminal, transaction: &Transaction) -> Self {
        Self {
            terminal,
            transaction: *transaction,
            combinations: preprocessing::run(terminal.config(), transaction),
            taps: 0,
        }
    }

    /// The transaction.
    #[must_use]
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Processes one tap, from the card's detection to the outcome, and resets the link at its end.
    /// It sends a bounded number of commands, whatever the card answers. If pre-processing allowed
    /// no application, the field is never switched on: Try Another Interface.
    ///
    /// Try Again is limited to `tap.restarts`; after those the outcome is End Application.
    pub fn tap(
        mut self,
        link: &mut dyn Transceive,
        random: &mut dyn UnpredictableNumbers,
    ) -> Tapped<'t> {
        let mut card = Conversation::new(link, self.terminal.config().tap);
        self.announce(&mut card);
        if let Some(reason) = self.nothing_allowed() {
            let outcome = Outcome::TryAnotherInterface(Reason::NotAllowed(reason));
            let report = card.finish_without_field(outcome);
            return Tapped {
                report,
                again: None,
            };
        }
        self.taps = self.taps.saturating_add(1);
        let outcome = self.outcome(&mut card, random);
        let report = card.finish(outcome);
        let again = matches!(report.outcome, Outcome::TryAgain(_)).then_some(self);
        Tapped { report, again }
    }

    /// Records the results of pre-processing, or the restart.
    fn announce(&self, card: &mut Conversation<'_>) {
        if self.taps > 0 {
            card.note(Step::Restart {
                tap: self.taps.saturating_add(1),
            });
            return;
        }
        for combination in &self.combinations {
            card.note(combination.step());
        }
    }

    /// The reason of the first application, if pre-processing allows none.
    fn nothing_allowed(&self) -> Option<NotAllowed> {
        let mut results = self.combinations.iter().map(|one| one.result);
        let first = results.next()?.err()?;
        results.all(|result| result.is_err()).then_some(first)
    }

    fn outcome(
        &self,
        card: &mut Conversation<'_>,
        random: &mut dyn UnpredictableNumbers,
    ) -> Outcome {
        let message = match self.taps {
            1 => Message::PresentCard,
            _ => Message::PresentCardAgain,
        };
        card.show_amount(message, Status::ReadyToRead, self.transaction.amount());
        let config = self.terminal.config();
        if let Err(outcome) = detection::one_card(card, config.tap.polls) {
            return self.limited(outcome);
        }
        let setting = Setting {
            config,
            exceptions: self.terminal.exceptions(),
            transaction: &self.transaction,
            combinations: &self.combinations,
        };
        self.limited(entry::run(&setting, card, random))
    }

    /// The outcome; End Application in place of a Try Again beyond the limit.
    fn limited(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::TryAgain(last) if self.taps > self.terminal.config().tap.restarts => {
                Outcome::EndApplication(Reason::RestartsUsedUp {
                    taps: self.taps,
                    last: Box::new(last),
                })
            }
            outcome => outcome,
        }
    }
}
