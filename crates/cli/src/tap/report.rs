//! A tap as it is told, in text or JSON.

use serde::Serialize;
use understudy_core::card::Refusal;
use understudy_core::wire::tags::Kernel;
use understudy_issuer::{Reason as IssuerReason, demonstration};
use understudy_pos::{LinkError, Outcome, Reason, TapReport, Transaction};
use understudy_wallet::CardSummary;

use super::advice;
use super::host::Decision;
use super::view::{EventView, IssuerView, RequestView, Subject, TerminalView, TransactionView};
use crate::cards::CardView;
use crate::state::IssuerSide;
use crate::trace::Annotator;

/// One tap.
#[derive(Serialize)]
pub(super) struct Report {
    format: &'static str,
    /// `approved`, `declined`, `pin-required`, …
    pub(super) result: &'static str,
    /// Why it ended so; none for an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
    pub(super) transaction: TransactionView,
    #[serde(flatten)]
    pub(super) subject: Subject,
    pub(super) events: Vec<EventView>,
    pub(super) terminal: TerminalView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<RequestView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<IssuerView>,
    /// Why the card refused, as only the wallet knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<String>,
    /// What broke between terminal and card.
    #[serde(skip)]
    pub(super) broken_link: Option<String>,
}

impl Report {
    /// Tells a tap and, if it came to that, the issuer's decision.
    pub(super) fn new(
        subject: Subject,
        transaction: &Transaction,
        tap: &TapReport,
        decision: Option<Decision>,
    ) -> Self {
        let mut annotator = Annotator::new(Kernel::UnionPay);
        for exchange in tap.exchanges() {
            annotator.learn(&exchange.command);
            annotator.learn(exchange.answer.as_deref().unwrap_or_default());
        }
        let events = tap
            .events
            .iter()
            .filter_map(|event| EventView::new(&mut annotator, event))
            .collect();
        let request = match &tap.outcome {
            Outcome::OnlineRequest(request) => Some(RequestView::new(&annotator, request)),
            _ => None,
        };
        let terminal = TerminalView::new(&tap.outcome);
        let mut report = Self {
            format: "understudy.tap/1",
            result: result(&tap.outcome),
            reason: tap.outcome.reason().map(ToString::to_string),
            advice: advice::for_outcome(&tap.outcome, subject.is_own()).map(str::to_owned),
            transaction: TransactionView::new(transaction),
            subject,
            events,
            terminal,
            request,
            issuer: None,
            refusal: None,
            broken_link: broken_link(&tap.outcome),
        };
        if let Some(decision) = decision {
            report.decide(&decision);
        }
        report
    }

    pub(super) fn approved(&self) -> bool {
        self.issuer.as_ref().is_some_and(|issuer| issuer.approved)
    }

    /// Adds what only the wallet and its issuer know about the card.
    pub(super) fn look_into_wallet(
        &mut self,
        after: Option<&CardSummary>,
        refusal: Option<Refusal>,
        issuer: &IssuerSide,
        may_verify: bool,
    ) {
        if let (Subject::Own { view, .. }, Some(after)) = (&mut self.subject, after) {
            *view = CardView::new(after);
        }
        if let Some(refusal) = refusal {
            self.refusal = Some(refusal.to_string());
            self.advice = advice::for_refusal(refusal)
                .map(str::to_owned)
                .or(self.advice.take());
        }
        if self.result == PIN_REQUIRED {
            let token = after.and_then(|card| issuer.token_of(card));
            let is_demonstration = issuer.issuer.tokens().any(|other| {
                Some(other.id) == token && other.pan.expose() == demonstration::TEST_PAN
            });
            self.advice = Some(advice::for_missing_pin(is_demonstration, may_verify));
        }
    }

    fn decide(&mut self, decision: &Decision) {
        match decision {
            Decision::PinMissing => {
                self.result = PIN_REQUIRED;
                self.reason = Some("the terminal asks for the PIN and none was given".to_owned());
                self.advice = Some(advice::for_missing_pin(false, false));
            }
            Decision::Verdict { verdict, outcome } => {
                self.result = result(outcome);
                self.terminal = TerminalView::new(outcome);
                self.issuer = Some(IssuerView::new(verdict));
                if !verdict.approved() {
                    self.reason = Some(verdict.reason.explanation().to_owned());
                    self.advice = Some(advice::for_decline(verdict.reason, self.subject.is_own()));
                }
                if verdict.reason == IssuerReason::UnknownToken {
                    self.advice = Some(
                        "This issuer did not issue the card, so its cryptogram was not verified."
                            .to_owned(),
                    );
                }
            }
        }
    }
}

const PIN_REQUIRED: &str = "pin-required";

fn broken_link(outcome: &Outcome) -> Option<String> {
    match outcome.reason()? {
        Reason::Link(error @ LinkError::Broken(_)) => Some(error.to_string()),
        _ => None,
    }
}

fn result(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Approved(_) => "approved",
        Outcome::Declined(_) => "declined",
        Outcome::SelectNext(_) => "select-next",
        Outcome::TryAgain(_) => "try-again",
        Outcome::OnlineRequest(_) => "online-request",
        Outcome::TryAnotherInterface(_) => "try-another-interface",
        Outcome::EndApplication(_) => "end-application",
    }
}
