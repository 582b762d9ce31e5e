//! The summary of a tap: a sentence for each side, the result, and the next step.

use super::report::TapDocument;
use super::view::{EventView, IssuerView, PromptView, RequestView, Subject, TerminalView};
use crate::cards::keys;

/// A line of the summary.
pub(super) struct Statement {
    /// The side that it is about, or `Result`, `Next`.
    pub(super) label: &'static str,
    pub(super) text: String,
    /// The result of the tap: true for an approval. `None` for every other statement.
    pub(super) approved: Option<bool>,
}

/// The detail in which a tap is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Detail {
    /// The summary alone.
    Summary,
    /// Also each command and answer, object by object.
    Trace,
    /// Also their octets, DE 55 and the octets under the MAC.
    Octets,
}

impl Detail {
    /// The detail for this number of `-v`.
    pub(super) const fn of(count: u8) -> Self {
        match count {
            0 => Self::Summary,
            1 => Self::Trace,
            _ => Self::Octets,
        }
    }
}

impl Statement {
    fn new(label: &'static str, text: String) -> Self {
        Self {
            label,
            text,
            approved: None,
        }
    }
}

impl TapDocument {
    /// The summary in order. What only matters beside the octets is left out of the shortest one.
    pub(super) fn statements(&self, detail: Detail) -> Vec<Statement> {
        let is_full = detail > Detail::Summary;
        let request = self.request.as_ref().filter(|_| is_full);
        let of = |label, text: Option<String>| text.map(|text| Statement::new(label, text));
        let waited = (self.waited && is_full).then(|| WAITED.to_owned());
        let (side, left) = self.card_after();
        let statements = [
            of("Online", request.map(sent)),
            of(
                "Issuer",
                self.issuer.as_ref().map(|issuer| verdict(issuer, is_full)),
            ),
            of("Till", self.reversed.as_ref().map(|entry| reversed(entry))),
            of(
                "Till",
                self.reversal_refused
                    .as_ref()
                    .map(|entry| never_reversed(entry)),
            ),
            of("Terminal", Some(terminal(&self.terminal))),
            of(
                "Card",
                self.refusal
                    .as_ref()
                    .map(|refusal| format!("refused: {refusal}.")),
            ),
            of("Phone", self.prompt.as_ref().map(asks)),
            of("Wallet", waited),
            of(side, Some(left)),
        ];
        let mut statements: Vec<_> = statements.into_iter().flatten().collect();
        statements.push(Statement {
            label: "Result",
            text: self.result_in_capitals(),
            approved: Some(self.approved()),
        });
        statements.extend(of("Next", self.advice.clone()));
        statements
    }

    /// The state of the card after the tap, with the side that states it.
    fn card_after(&self) -> (&'static str, String) {
        let time = self.time();
        match &self.subject {
            Subject::Own { view, .. } => ("Wallet", format!("{}, {time}.", keys(view.keys_left()))),
            Subject::Other(_) => ("Card", format!("{time}.")),
        }
    }

    /// The card's time for all its answers, in words.
    fn time(&self) -> String {
        let times = self.events.iter().filter_map(|event| match event {
            EventView::Exchange {
                answer: Some(_),
                microseconds,
                ..
            } => Some(*microseconds),
            EventView::Exchange { .. } | EventView::Step { .. } => None,
        });
        match times.fold((0, 0_u64), |(count, sum), time| (count + 1, sum + time)) {
            (0, _) => "no command answered".to_owned(),
            (1, sum) => format!("1 command answered in {}", milliseconds(sum)),
            (count, sum) => format!("{count} commands answered in {}", milliseconds(sum)),
        }
    }

    fn result_in_capitals(&self) -> String {
        match (self.result, &self.refusal) {
            ("end-application", Some(_)) => "REFUSED".to_owned(),
            ("end-application", None) => "ENDED".to_owned(),
            (result, _) => result.replace('-', " ").to_uppercase(),
        }
    }
}

/// A transaction and its card, in words.
pub(super) fn title(kind: &str, amount: &str, subject: &Subject) -> String {
    let card = match subject {
        Subject::Own { view, .. } => view.name(),
        Subject::Other(peer) => format!("the card behind {peer}"),
    };
    format!("{kind} of {amount} with {card}")
}

/// A time: `0.434 ms`.
pub(super) fn milliseconds(microseconds: u64) -> String {
    format!("{}.{:03} ms", microseconds / 1000, microseconds % 1000)
}

const WAITED: &str = "no key was armed, so the reader waited for storage.";

pub(crate) fn reversed(entry: &str) -> String {
    format!("first sent the reversal of {entry}, which was owed.")
}

pub(crate) fn never_reversed(entry: &str) -> String {
    format!(
        "first sent the reversal of {entry}, which was owed: the issuer refuses it for good, and \
         `understudy settle` names it."
    )
}

pub(crate) fn terminal(terminal: &TerminalView) -> String {
    let message = match terminal.message_text {
        "" => String::new(),
        text => format!(" It shows \"{text}\"."),
    };
    match &terminal.verification {
        Some(why) => format!("{}, {why}.{message}", terminal.outcome),
        None => format!("{}.{message}", terminal.text),
    }
}

/// The phone's display after the first of two taps.
fn asks(prompt: &PromptView) -> String {
    let merchant = prompt.merchant.as_deref();
    let merchant = merchant
        .map(|name| format!(" to {name}"))
        .unwrap_or_default();
    format!(
        "shows {}{merchant}, and asks for verification within {} seconds. No key was used.",
        prompt.amount, prompt.seconds
    )
}

fn sent(request: &RequestView) -> String {
    format!(
        "DE 22 {}, DE 35 of {}, DE 55 with {} octets; {}.",
        request.entry_mode,
        request.token,
        request.de55.len() / 2,
        request.cvm
    )
}

pub(crate) fn verdict(issuer: &IssuerView, is_full: bool) -> String {
    let answer = if issuer.approved {
        "approves".to_owned()
    } else {
        format!("declines ({})", issuer.reason)
    };
    let shown = |name: &str, value: Option<&String>| {
        value.map_or(String::new(), |value| format!(" {name} {value}."))
    };
    let number = issuer.authorisation.map(|number| number.to_string());
    format!(
        "{answer}, response code {}: {}{}{}{}",
        issuer.response_code,
        issuer.explanation,
        shown("Balance", issuer.balance.as_ref()),
        shown("Authorisation", number.as_ref()),
        shown("ARPC", issuer.arpc.as_ref().filter(|_| is_full)),
    )
}
