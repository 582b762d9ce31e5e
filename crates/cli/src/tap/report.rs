//! The report of a tap: the one model that text, page and JSON show.

use serde::Serialize;
use understudy_core::card::{CardId, Refusal, Standing};
use understudy_core::wire::tags::Kernel;
use understudy_issuer::{
    AuthorisationId, Reason as IssuerReason, TokenSummary, Verdict, demonstration,
};
use understudy_pos::pin_pad::PinProblem;
use understudy_pos::till::{Conclusion, ReversalEnd};
use understudy_pos::{LinkError, Outcome, Reason, Step, TapReport, TransactionType};
use understudy_wallet::CardSummary;

use super::advice;
use super::checks::Checked;
use super::cryptogram::{CryptogramResult, CryptogramView};
use super::host::Decision;
use super::link::Told;
use super::order::Order;
use super::view::{
    EventView, IssuerView, PromptView, RequestView, Subject, TerminalView, TransactionView,
};
use crate::cards::CardView;
use crate::failure::Failure;
use crate::home::TillName;
use crate::shop::ReceiptView;
use crate::state::{IssuerSide, WalletSide};
use crate::trace::Annotator;

/// One tap.
#[derive(Serialize)]
pub(super) struct TapDocument {
    format: &'static str,
    /// `approved`, `declined`, `pin-required`, …
    pub(super) result: &'static str,
    /// The reason of the result; `None` for an approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// The advice for the next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
    pub(super) transaction: TransactionView,
    #[serde(flatten)]
    pub(super) subject: Subject,
    pub(super) events: Vec<EventView>,
    pub(super) terminal: TerminalView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<RequestView>,
    /// The card's cryptogram, if the issuer is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cryptogram: Option<CryptogramView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer: Option<IssuerView>,
    /// The reason of the card's refusal, which only the wallet knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refusal: Option<String>,
    /// The amount on the phone's display, if the user must verify and tap again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt: Option<PromptView>,
    /// True if the reader waited for storage: no key was armed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) waited: bool,
    /// The name of an approval's entry in the terminal's batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entry: Option<String>,
    /// The entry of an owed reversal, which was sent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reversed: Option<String>,
    /// As `reversed`, for a reversal that the issuer refused for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reversal_refused: Option<String>,
    /// Both copies of the receipt, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<ReceiptView>,
    /// The failure between terminal and card, or the reason for which the issuer did not answer.
    #[serde(skip)]
    pub(super) failure: Option<Failure>,
    #[serde(skip)]
    printed: Option<ReceiptView>,
    /// The terminal's last decision about the verification of the cardholder.
    #[serde(skip)]
    verification: Option<Step>,
    #[serde(skip)]
    kind: TransactionType,
    #[serde(skip)]
    till: Option<TillName>,
}

impl TapDocument {
    /// The report of a tap and of the issuer's decision, if there was one.
    pub(super) fn new(
        subject: Subject,
        order: &Order,
        tap: &TapReport,
        decision: Option<Decision>,
    ) -> Self {
        let mut annotator = Annotator::new(Kernel::UnionPay, order.test_cards);
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
            Outcome::OnlineRequest(request) => {
                Some((RequestView::new(&annotator, request), request))
            }
            _ => None,
        };
        let cryptogram = request.as_ref().and_then(|(view, request)| {
            CryptogramView::new(&request.de55, &view.objects, subject.algorithms())
        });
        let is_verification = |step: &&Step| matches!(step, Step::Verification { .. });
        let verification = tap.steps().filter(is_verification).last();
        let mut report = Self {
            format: "understudy.tap/1",
            result: result(&tap.outcome),
            reason: tap.outcome.reason().map(ToString::to_string),
            advice: advice::for_outcome(&tap.outcome, subject.is_own()).map(str::to_owned),
            transaction: TransactionView::new(&order.transaction, order.terminal.config()),
            subject,
            events,
            terminal: TerminalView::new(&tap.outcome, verification),
            request: request.map(|(view, _)| view),
            cryptogram,
            issuer: None,
            refusal: None,
            prompt: None,
            waited: false,
            entry: None,
            reversed: None,
            reversal_refused: None,
            receipt: None,
            failure: broken_link(&tap.outcome),
            printed: None,
            verification: verification.cloned(),
            kind: order.transaction.kind(),
            till: order.till.name().cloned(),
        };
        if let Some(decision) = decision {
            report.decide(decision);
        }
        report
    }

    pub(super) fn approved(&self) -> bool {
        self.issuer.as_ref().is_some_and(|issuer| issuer.approved)
    }

    /// Adds the result of the owed reversal.
    pub(super) fn tell_earlier(&mut self, ended: Option<ReversalEnd>) {
        let Some(ReversalEnd { entry, refused }) = ended else {
            return;
        };
        match refused {
            None => self.reversed = Some(entry.to_string()),
            Some(_) => self.reversal_refused = Some(entry.to_string()),
        }
    }

    /// Shows the receipt, if it was requested and there is one.
    pub(super) fn show_receipt(&mut self, wanted: bool) {
        self.receipt = self.printed.take().filter(|_| wanted);
    }

    /// Adds the information that only the wallet and its issuer have about the card.
    pub(super) fn look_into_wallet(
        &mut self,
        card: CardId,
        told: Told,
        wallet: &WalletSide,
        issuer: &IssuerSide,
        may_verify: bool,
    ) {
        let cards = wallet.wallet.cards();
        let after = cards.into_iter().find(|other| other.id == card);
        if let (Subject::Own { view, .. }, Some(after)) = (&mut self.subject, &after) {
            **view = CardView::new(after);
        }
        self.waited = told.waited;
        self.prompt = told.prompt.as_ref().map(PromptView::new);
        if let Some(refusal) = told.refusal {
            self.refuse(refusal, after.as_ref());
        }
        let token = match (wallet.wallet.device(), &after) {
            // Without the issuer's record there is less advice.
            (Some(device), Some(after)) if !self.approved() => {
                issuer.token_of(device, after).ok().flatten()
            }
            _ => None,
        };
        if self.approved()
            && let Some(after) = after.as_ref().filter(|after| after.ledger.keys == 0)
        {
            self.advice = Some(advice::replenishing(after.id));
        }
        let suspended = after.and_then(|after| after.suspended_by_issuer);
        if let Some(token) = token {
            self.advise(&token, suspended.is_some(), may_verify);
        }
    }

    /// Adds a refusal. To a reader a suspended card looks like a missing one; its user is told.
    fn refuse(&mut self, refusal: Refusal, card: Option<&CardSummary>) {
        let suspended = card.is_some_and(|card| card.standing == Standing::Suspended);
        self.refusal = Some(match refusal {
            Refusal::NotFound | Refusal::CardGone if suspended => {
                "the card is suspended".to_owned()
            }
            refusal => refusal.to_string(),
        });
        let card = card.map(CardView::new);
        let advice = card.and_then(|card| advice::for_refusal(refusal, &card));
        self.advice = advice.or(self.advice.take());
    }

    fn advise(&mut self, token: &TokenSummary, suspended: bool, may_verify: bool) {
        if self.result == PIN_REQUIRED {
            let is_demonstration = demonstration::is_test_pan(&token.pan);
            self.advice = Some(if token.has_pin {
                advice::for_missing_pin(is_demonstration, may_verify)
            } else {
                advice::for_no_pin(token)
            });
        }
        let declined = self.issuer.as_ref().map(|issuer| issuer.reason);
        match declined.and_then(IssuerReason::from_name) {
            Some(reason) => {
                let of_token = advice::for_token(reason, token);
                self.advice = of_token.or(self.advice.take());
                self.tell_limits(reason);
            }
            None if suspended => self.advice = Some(advice::for_suspended(token)),
            None => {}
        }
    }

    /// Adds the card's limits, if the amount exceeded them.
    fn tell_limits(&mut self, reason: IssuerReason) {
        let Subject::Own { view, .. } = &self.subject else {
            return;
        };
        let limits = match reason {
            IssuerReason::NoCvm | IssuerReason::VerificationDue => {
                format!("Without it the card pays {}.", view.limits().unverified())
            }
            IssuerReason::OverLimit => format!("It pays at most {}.", view.limits().any_tap()),
            _ => return,
        };
        let advice = self.advice.take();
        self.advice = Some(advice.map_or(limits.clone(), |advice| format!("{advice} {limits}")));
    }

    fn decide(&mut self, decision: Decision) {
        match decision {
            Decision::NoPin(problem) => {
                self.result = PIN_REQUIRED;
                self.reason = Some(match problem {
                    PinProblem::TimedOut => {
                        "the terminal asks for the PIN and none was given".to_owned()
                    }
                    problem => problem.to_string(),
                });
                self.advice = Some(advice::for_missing_pin(false, false));
            }
            Decision::Concluded {
                answer,
                conclusion,
                outcome,
            } => {
                self.result = result(&outcome);
                self.terminal = TerminalView::new(&outcome, self.verification.as_ref());
                let number = answer
                    .as_ref()
                    .ok()
                    .and_then(|verdict| verdict.authorisation);
                self.conclude(&conclusion, number.map(AuthorisationId::get));
                match answer {
                    Ok(verdict) => self.judge(&verdict),
                    Err(fault) => {
                        self.reason = outcome.reason().map(ToString::to_string);
                        self.advice = Some(advice::UNANSWERED.to_owned());
                        self.failure = fault.map(Failure::from);
                    }
                }
            }
        }
    }

    fn conclude(&mut self, conclusion: &Conclusion, number: Option<u64>) {
        self.entry = conclusion.entry.map(|entry| entry.to_string());
        // What made no entry is followed by nothing.
        let number = number.filter(|_| conclusion.entry.is_some());
        self.printed = Some(ReceiptView::new(&conclusion.receipt, number));
    }

    fn judge(&mut self, verdict: &Verdict) {
        let kind = match self.kind {
            TransactionType::Refund => Checked::Refund,
            _ => Checked::Tap,
        };
        self.issuer = Some(IssuerView::new(verdict, kind));
        if let Some(cryptogram) = &mut self.cryptogram {
            cryptogram.result = CryptogramResult::of(verdict.reason);
        }
        if verdict.approved() {
            let number = verdict.authorisation;
            let till = self.till.as_ref();
            self.advice = number.and_then(|number| advice::for_approval(self.kind, number, till));
        } else {
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

const PIN_REQUIRED: &str = "pin-required";

fn broken_link(outcome: &Outcome) -> Option<Failure> {
    match outcome.reason()? {
        Reason::Link(error @ LinkError::Broken(_)) => {
            Some(Failure::Link(format!("--card: {error}")))
        }
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
