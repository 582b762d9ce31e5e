//! The parameters of an outcome, for the terminal's further work (EMV Contactless Book A, outcome
//! parameters).

use std::time::Duration;

use crate::outcome::{Cvm, Outcome, Start};
use crate::ui::{Message, Status, UiRequest};

/// The parameters of an outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomeParameters {
    /// The point at which the entry point starts again; `None`: not at all.
    pub start: Option<Start>,
    /// The issuer's answer for which the card must return to the field.
    pub online_response_data: OnlineResponseData,
    /// The cardholder verification method; `None` for an outcome that needs none.
    pub cvm: Option<Cvm>,
    /// The message shown with the outcome.
    pub ui_on_outcome: UiRequest,
    /// The message shown when the field is on again for a restart.
    pub ui_on_restart: Option<UiRequest>,
    /// True if the outcome comes with data for the host (DE 55).
    pub data_record: bool,
    /// True if the merchant's copy of the receipt is needed, for a signature.
    pub receipt: bool,
    /// The time for which the field is off before the restart; `None`: not requested.
    pub field_off: Option<Duration>,
    /// The time for which the card is awaited after the issuer's answer; zero, as this terminal
    /// never does.
    pub removal_timeout: Duration,
}

/// The kind of issuer's answer after which the entry point starts again, to pass it to the card.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OnlineResponseData {
    /// None: the card does not return. The value for every outcome of this terminal.
    NotApplicable,
}

impl OutcomeParameters {
    /// The parameters of `outcome`. An error message is held for `hold_time`, every other message
    /// until the next one.
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

/// The shortest time for which a message with this status is shown.
pub(crate) const fn hold(status: Status, hold_time: Duration) -> Duration {
    match status {
        Status::ProcessingError => hold_time,
        _ => Duration::ZERO,
    }
}
