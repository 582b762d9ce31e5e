//! The parts of a tap's report.

use serde::Serialize;
use understudy_core::crypto::Algorithms;
use understudy_issuer::{AuthorisationId, Verdict};
use understudy_pos::host::Moment;
use understudy_pos::{Config, Event, Exchange, OnlineRequest, Outcome, Step, Transaction, money};
use understudy_wallet::{CardSummary, PROMPT_WINDOW, Prompt};

use super::checks::{CheckView, Checked, checks};
use crate::cards::CardView;
use crate::hex;
use crate::trace::{Annotator, AnswerView, CommandView, Node};
use crate::usage::hide_text;

/// The subject of the tap.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Subject {
    /// A card of the wallet.
    #[serde(rename = "card")]
    Own {
        #[serde(flatten)]
        view: Box<CardView>,
        /// True if it was issued for this tap.
        issued_now: bool,
        /// The number of keys before the tap.
        #[serde(skip)]
        keys_before: u16,
        /// The algorithms of its keys.
        #[serde(skip)]
        algorithms: Algorithms,
    },
    /// Another program or peer.
    #[serde(rename = "peer")]
    Other(String),
}

#[derive(Serialize)]
pub(crate) struct TransactionView {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) amount: String,
    minor_units: u64,
    currency: u16,
    /// The merchant's name, by the terminal's configuration.
    pub(crate) merchant: String,
    /// The terminal's date and time: `2026-11-28 04:01:56`.
    pub(crate) time: String,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub(super) enum EventView {
    Exchange {
        command: Box<CommandView>,
        #[serde(skip_serializing_if = "Option::is_none")]
        answer: Option<Box<AnswerView>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<String>,
        microseconds: u64,
    },
    Step {
        text: String,
    },
}

#[derive(Serialize)]
pub(crate) struct TerminalView {
    pub(crate) outcome: &'static str,
    pub(crate) text: String,
    message: u8,
    pub(crate) message_text: &'static str,
    /// The cardholder verification and the reason for it, if the tap went well as far as there.
    #[serde(skip)]
    pub(crate) verification: Option<String>,
}

/// The request to the issuer, sent or not.
#[derive(Serialize)]
pub(super) struct RequestView {
    pub(super) cvm: String,
    pub(super) entry_mode: String,
    pub(super) token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) psn: Option<String>,
    pub(super) de55: String,
    /// The objects of DE 55, explained.
    #[serde(skip)]
    pub(super) objects: Vec<Node>,
}

/// The phone's display after a tap for which the user must verify.
#[derive(Serialize)]
pub(super) struct PromptView {
    card: u16,
    pub(super) amount: String,
    minor_units: u64,
    currency: u16,
    /// The merchant, as the reader stated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) merchant: Option<String>,
    /// The seconds within which the tap can be repeated.
    pub(super) seconds: u32,
}

#[derive(Serialize)]
pub(crate) struct IssuerView {
    pub(crate) approved: bool,
    /// The number in `understudy authorisations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorisation: Option<u64>,
    pub(crate) reason: &'static str,
    pub(crate) response_code: String,
    pub(crate) explanation: &'static str,
    pub(crate) cardholder: &'static str,
    pub(crate) merchant: &'static str,
    /// The answer to a balance inquiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) balance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) arpc: Option<String>,
    /// The issuer's checks, in their order.
    pub(crate) checks: Vec<CheckView>,
}

impl Subject {
    pub(super) fn own(card: &CardSummary, issued_now: bool) -> Self {
        Self::Own {
            view: Box::new(CardView::new(card)),
            issued_now,
            keys_before: card.ledger.keys,
            algorithms: card.algorithms,
        }
    }

    /// True for a card of the wallet, for which our user can act.
    pub(super) fn is_own(&self) -> bool {
        matches!(self, Self::Own { .. })
    }

    /// The algorithms of the card's keys, if they are known.
    pub(super) fn algorithms(&self) -> Option<Algorithms> {
        match self {
            Self::Own { algorithms, .. } => Some(*algorithms),
            Self::Other(_) => None,
        }
    }

    pub(super) fn other(card: &str) -> Self {
        Self::Other(hide_text(card))
    }
}

impl TransactionView {
    pub(crate) fn new(transaction: &Transaction, config: &Config) -> Self {
        let amount = transaction.amount();
        Self {
            kind: transaction.kind().name(),
            amount: money::format_amount(amount),
            minor_units: amount.minor(),
            currency: amount.currency().numeric(),
            merchant: config.merchant_name().to_owned(),
            time: Moment::from(transaction.time()).to_string(),
        }
    }
}

impl TerminalView {
    pub(crate) fn new(outcome: &Outcome, verification: Option<&Step>) -> Self {
        let message = outcome.message();
        let verification = verification.filter(|_| outcome.reason().is_none());
        Self {
            outcome: outcome.name(),
            text: outcome.to_string(),
            message: message.identifier(),
            message_text: message.text(),
            verification: verification.map(ToString::to_string),
        }
    }
}

impl PromptView {
    pub(super) fn new(prompt: &Prompt) -> Self {
        Self {
            card: prompt.card.0,
            amount: money::format_amount(prompt.amount),
            minor_units: prompt.amount.minor(),
            currency: prompt.amount.currency().numeric(),
            merchant: prompt.merchant.as_ref().and_then(merchant),
            seconds: PROMPT_WINDOW,
        }
    }
}

/// A merchant's name for display; `None` if the reader gave none.
fn merchant(octets: &[u8; 20]) -> Option<String> {
    let text = String::from_utf8_lossy(octets);
    let shown = |c: char| if c.is_control() { '?' } else { c };
    let text: String = text.trim_matches([' ', '\0']).chars().map(shown).collect();
    (!text.is_empty()).then_some(text)
}

impl IssuerView {
    pub(crate) fn new(verdict: &Verdict, kind: Checked) -> Self {
        let reason = verdict.reason;
        Self {
            approved: verdict.approved(),
            authorisation: verdict.authorisation.map(AuthorisationId::get),
            reason: reason.name(),
            response_code: verdict.response_code().escape_ascii().to_string(),
            explanation: reason.explanation(),
            cardholder: reason.cardholder_action(),
            merchant: reason.merchant_action(),
            balance: verdict.balance.map(money::format_amount),
            arpc: verdict.arpc.map(|arpc| hex::upper(&arpc)),
            checks: checks(reason, kind),
        }
    }
}

impl RequestView {
    pub(super) fn new(annotator: &Annotator, request: &OnlineRequest) -> Self {
        Self {
            cvm: request.cvm.to_string(),
            entry_mode: request.entry_mode().to_string(),
            token: request.track2.number().to_string(),
            psn: request.psn.map(|psn| format!("{psn:02X}")),
            de55: annotator.objects_hex(&request.de55),
            objects: annotator.objects(&request.de55),
        }
    }
}

impl EventView {
    /// The view of an event; `None` for a message, because the report has the last one.
    pub(super) fn new(annotator: &mut Annotator, event: &Event) -> Option<Self> {
        match event {
            Event::Step(step) => Some(Self::Step {
                text: annotator.text(&step.to_string()),
            }),
            Event::Exchange(exchange) => Some(Self::exchange(annotator, exchange)),
            Event::Ui(_) => None,
        }
    }

    fn exchange(annotator: &mut Annotator, exchange: &Exchange) -> Self {
        let command = Box::new(annotator.command(&exchange.command));
        let (answer, problem) = match &exchange.answer {
            Ok(octets) => (Some(Box::new(annotator.answer(octets))), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let microseconds = u64::try_from(exchange.elapsed.as_micros()).unwrap_or(u64::MAX);
        Self::Exchange {
            command,
            answer,
            problem,
            microseconds,
        }
    }
}
