//! Errors of the issuer as HTTP answers: a status and one sentence.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use understudy_issuer::{
    CodeError, DeviceError, EnrolError, Fault, IdentityError, IssueError, ReportError, ResendError,
};

/// A status, and a sentence about the error. It holds no data of a card.
#[derive(Debug)]
pub(crate) struct Refusal(StatusCode, String);

impl Refusal {
    /// 400: a part of the request is invalid.
    pub(crate) fn malformed(what: &str) -> Self {
        Self(StatusCode::BAD_REQUEST, what.to_owned())
    }

    /// 404: there is no such device or card.
    pub(crate) fn unknown(what: &str) -> Self {
        Self(StatusCode::NOT_FOUND, what.to_owned())
    }

    /// 503: a failure of the service itself. The device is not told its cause.
    pub(crate) fn internal() -> Self {
        let sentence = "the service cannot do this at the moment; try again later";
        Self(StatusCode::SERVICE_UNAVAILABLE, sentence.to_owned())
    }

    fn by(status: StatusCode, error: &dyn std::error::Error) -> Self {
        Self(status, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, mut sentence) = self;
        sentence.push('\n');
        let mut response = (status, sentence).into_response();
        response.extensions_mut().insert(InOwnWords);
        response
    }
}

/// The mark of an error whose text is this crate's.
#[derive(Clone, Copy)]
struct InOwnWords;

/// An error of the web framework with a sentence of this crate; other answers as they are. Headers
/// stay, such as the methods that a path takes.
pub(crate) async fn in_own_words(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<InOwnWords>().is_some() {
        return response;
    }
    let mut told = Refusal(status, sentence(status).to_owned()).into_response();
    for (name, value) in response.headers() {
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            told.headers_mut().insert(name, HeaderValue::clone(value));
        }
    }
    told
}

/// The sentence about a request that no handler took.
fn sentence(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "there is no such path",
        StatusCode::METHOD_NOT_ALLOWED => "the path does not take this method",
        StatusCode::PAYLOAD_TOO_LARGE => "the body is longer than 72 KiB",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            "the body must be a form: application/x-www-form-urlencoded"
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            "a field of the form is missing or is not what it should be"
        }
        status if status.is_client_error() => "a part of the request is not what the path takes",
        _ => "the service cannot do this at the moment; try again later",
    }
}

impl From<Fault> for Refusal {
    fn from(_: Fault) -> Self {
        Self::internal()
    }
}

impl From<EnrolError> for Refusal {
    fn from(error: EnrolError) -> Self {
        match &error {
            EnrolError::Refused(_) => Self::by(StatusCode::BAD_REQUEST, &error),
            EnrolError::Known => Self::by(StatusCode::CONFLICT, &error),
            EnrolError::Attestation(_) => Self::by(StatusCode::FORBIDDEN, &error),
            EnrolError::Fault(_) => Self::internal(),
        }
    }
}

impl From<DeviceError> for Refusal {
    fn from(error: DeviceError) -> Self {
        match &error {
            DeviceError::Unknown => Self::by(StatusCode::NOT_FOUND, &error),
            DeviceError::NotActive(_) => Self::by(StatusCode::CONFLICT, &error),
            DeviceError::Wiped => Self::by(StatusCode::GONE, &error),
            DeviceError::Fault(_) => Self::internal(),
        }
    }
}

impl From<ReportError> for Refusal {
    fn from(error: ReportError) -> Self {
        match &error {
            ReportError::Refused(_) => Self::by(StatusCode::BAD_REQUEST, &error),
            ReportError::UnknownDevice => Self::by(StatusCode::NOT_FOUND, &error),
            ReportError::Ahead { .. } => Self::by(StatusCode::CONFLICT, &error),
            ReportError::Wiped => Self::by(StatusCode::GONE, &error),
            ReportError::Fault(_) => Self::internal(),
        }
    }
}

impl From<IssueError> for Refusal {
    fn from(error: IssueError) -> Self {
        match &error {
            IssueError::Pan | IssueError::PanIsToken | IssueError::Expired(_) => {
                Self::by(StatusCode::BAD_REQUEST, &error)
            }
            IssueError::UnknownToken(_) | IssueError::UnknownDevice => {
                Self::by(StatusCode::NOT_FOUND, &error)
            }
            IssueError::DeviceSuspended => Self::by(StatusCode::FORBIDDEN, &error),
            IssueError::Rests => Self::by(StatusCode::TOO_MANY_REQUESTS, &error),
            IssueError::DeviceWiped => Self::by(StatusCode::GONE, &error),
            IssueError::AlreadyOnDevice(_)
            | IssueError::OutboxFull
            | IssueError::ReportFirst
            | IssueError::NotActive(_)
            | IssueError::CountersExhausted { .. } => Self::by(StatusCode::CONFLICT, &error),
            // Other errors are not caused by the device: the terms are the issuer's own.
            _ => Self::internal(),
        }
    }
}

impl From<CodeError> for Refusal {
    fn from(error: CodeError) -> Self {
        Self::by(StatusCode::BAD_REQUEST, &error)
    }
}

impl From<IdentityError> for Refusal {
    fn from(error: IdentityError) -> Self {
        let status = match &error {
            IdentityError::Wrong { .. } => StatusCode::FORBIDDEN,
            IdentityError::Expired | IdentityError::Exhausted => StatusCode::GONE,
            IdentityError::Rests => StatusCode::TOO_MANY_REQUESTS,
            IdentityError::NotPending(_) => StatusCode::CONFLICT,
            IdentityError::Unknown(_) => StatusCode::NOT_FOUND,
            IdentityError::Fault(_) => return Self::internal(),
        };
        Self::by(status, &error)
    }
}

impl From<ResendError> for Refusal {
    fn from(error: ResendError) -> Self {
        let status = match &error {
            ResendError::Rests | ResendError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            ResendError::NotPending(_) => StatusCode::CONFLICT,
            ResendError::Unknown(_) => StatusCode::NOT_FOUND,
            ResendError::NotSent(_) | ResendError::Fault(_) => return Self::internal(),
        };
        Self::by(status, &error)
    }
}
