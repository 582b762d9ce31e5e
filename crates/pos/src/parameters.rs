//! The parameters of an outcome: what the terminal does with it (EMV Contactless Book A, outcome
//! parameters).

use std::time::Duration;

use crate::outcome::{Cvm, Outcome, Start};
use crate::ui::{Message, Status, UiRequest};

/// What goes with an outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomeParameters {
    /// Where the entry point starts again; `None`: not at all.
    pub start: Option<Start>,
    /// Whether the issuer's answer brings the card back into the field.
    pub online_response_data: OnlineResponseData,
    /// How the cardholder is or was verified; `None` for an outcome that needs no verification.
    pub cvm: Option<Cvm>,
    /// What is shown with the outcome.
    pub ui_on_outcome: UiRequest,
    /// What is shown when the field is on again for a restart.
    pub ui_on_restart: Option<UiRequest>,
    /// Whether the outcome brings data for the host (DE 55).
    pub data_record: bool,
    /// Whether the merchant's copy of the receipt is needed, for a signature.
    pub receipt: bool,
    /// The field goes off for this long before the restart; `None`: no request for it.
    pub field_off: Option<Duration>,
    /// How long the card is awaited back after the issuer's answer: never, so zero.
    pub removal_timeout: Duration,
}

/// Which answer of the issuer starts the entry point again, for a card that is to see it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OnlineResponseData {
    /// None: the card has left for good. So with every outcome of this terminal.
    NotApplicable,
}

impl OutcomeParameters {
    /// The parameters of `outcome`; an error is shown for `hold_time`, every other message until
    /// the next one.
    pub(crate) fn new(outcome: &Outcome, hold_time: Duration, language: Option<&str>) -> Self {
        let request = |message, status| UiRequest {
            message,
            status,
            hold_time: hold(status, hold_time),
            language: language.map(str::to_owned),
            value: None,
        };
        let again = matches!(outcome, Outcome::TryAgain(_));
        let cvm = match outcome {
            Outcome::Approved(cvm) => Some(*cvm),
            Outcome::OnlineRequest(request) => Some(request.cvm),
            _ => None,
        };
        Self {
            start: outcome.start(),
            online_response_data: OnlineResponseData::NotApplicable,
            cvm,
            ui_on_outcome: request(outcome.message(), outcome.status()),
            ui_on_restart: again.then(|| request(Message::PresentCardAgain, Status::ReadyToRead)),
            data_record: matches!(outcome, Outcome::OnlineRequest(_)),
            receipt: matches!(outcome, Outcome::Approved(Cvm::Signature)),
            field_off: again.then_some(hold_time),
            removal_timeout: Duration::ZERO,
        }
    }
}

/// How long a message with this status stays at least.
pub(crate) const fn hold(status: Status, hold_time: Duration) -> Duration {
    match status {
        Status::ProcessingError => hold_time,
        _ => Duration::ZERO,
    }
}
