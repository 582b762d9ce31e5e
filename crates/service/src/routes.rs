//! The paths and their handlers. Bodies are octets; errors are one sentence of text.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Form, Path, Query, State};
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::routing::{get, post};
use serde::Deserialize;
use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{Actor, Code, IssueError, Issuer, Request, TokenId, TokenStatus};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::DeviceId;

use crate::Service;
use crate::refusal::{self, Refusal};

/// Octets of a body, at most: an enrolment request with the longest attestation fits.
const BODY_MAX: usize = 72 * 1024;

/// The version of the answer to a challenge.
const VERSION: u8 = 1;

/// The paths of `docs/http.md`.
pub fn router(service: Service) -> Router {
    Router::new()
        .route("/v1/challenges", post(challenge))
        .route("/v1/devices", post(enrol))
        .route("/v1/devices/{device}/cards", post(bind))
        .route("/v1/devices/{device}/cards/{card}/code", post(verify))
        .route("/v1/devices/{device}/cards/{card}/code/again", post(resend))
        .route("/v1/devices/{device}/cards/{card}/keys", post(replenish))
        .route("/v1/devices/{device}/letters", get(letters))
        .route("/v1/devices/{device}/reports", post(report))
        .fallback(|| async { StatusCode::NOT_FOUND })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(map_response(refusal::in_own_words))
        .with_state(service)
}

type Reply<T> = Result<T, Refusal>;

/// Runs one act of the issuer, which waits for its disk, on a thread for blocking work, so that no
/// other device waits.
async fn act<T: Send + 'static>(
    service: Service,
    act: impl FnOnce(&Service) -> Reply<T> + Send + 'static,
) -> Reply<T> {
    tokio::task::spawn_blocking(move || act(&service))
        .await
        .unwrap_or_else(|_| Err(Refusal::internal()))
}

/// Runs one act on the token of a device's card, at the present time. It has no answer but 204.
async fn act_on_token(
    service: Service,
    device: String,
    card: u16,
    act_on: impl FnOnce(&Service, &Issuer, TokenId, UnixTime) -> Reply<()> + Send + 'static,
) -> Reply<StatusCode> {
    act(service, move |service| {
        let token = token(service, &device, card)?;
        let issuer = acting_for(service, &device)?;
        act_on(service, &issuer, token, (service.clock)())?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// A challenge, and the issuer's keys: version (1 octet, 01), challenge (32), receive key (32),
/// verify key (32).
async fn challenge(State(service): State<Service>) -> Reply<(StatusCode, Vec<u8>)> {
    act(service, |service| {
        let challenge = service.issuer.challenge((service.clock)())?;
        let keys = service.issuer.public_keys();
        let mut body = vec![VERSION];
        body.extend(challenge.0);
        body.extend(keys.receive.octets());
        body.extend(keys.verify.octets());
        Ok((StatusCode::CREATED, body))
    })
    .await
}

/// Takes an enrolment request; answers the device's name, 16 octets.
async fn enrol(State(service): State<Service>, body: Bytes) -> Reply<(StatusCode, Vec<u8>)> {
    act(service, move |service| {
        let now = (service.clock)();
        let device = service.issuer.enrol(&body, &*service.attestation, now)?;
        Ok((StatusCode::CREATED, device.id.0.to_vec()))
    })
    .await
}

/// A bank card to bind.
#[derive(Deserialize)]
struct Binding {
    /// Its number, 13 to 19 digits.
    number: String,
    /// Its month of expiry, YYMM.
    expiry: String,
}

/// Issues a token for a bank card to the device and sends the code to the cardholder; answers the
/// card's name on the device, a decimal number.
///
/// A device whose answer was lost asks again: as long as the token waits for its code, the same device
/// with the same number and expiry gets the same answer. Nothing is made, and no other code is sent.
async fn bind(
    State(service): State<Service>,
    Path(device): Path<String>,
    Form(binding): Form<Binding>,
) -> Reply<(StatusCode, String)> {
    act(service, move |service| {
        let device = device_id(&device)?;
        let pan = CardNumber::parse(&binding.number)
            .map_err(|_| Refusal::malformed("the card number is not 8 to 19 digits"))?;
        let expiry = Expiry::parse(&binding.expiry)
            .map_err(|_| Refusal::malformed("the expiry is not a year and a month, YYMM"))?;
        let request = Request {
            pan: &pan,
            expiry,
            device,
            options: &service.terms.options,
            funds: service.terms.funds,
            restrictions: &service.terms.restrictions,
        };
        let now = (service.clock)();
        let bank = service.issuer.acting_for(Actor::Device(device));
        let card = match bank.issue(&request, &*service.verification, now) {
            Ok(issued) => issued.card,
            Err(error @ IssueError::AlreadyOnDevice(token)) => {
                pending(service, token, &request)?.ok_or(error)?
            }
            Err(error) => return Err(error.into()),
        };
        Ok((StatusCode::CREATED, card.0.to_string()))
    })
    .await
}

/// The card of a token that this request made before and that waits for its code.
fn pending(service: &Service, token: TokenId, request: &Request<'_>) -> Reply<Option<CardId>> {
    let token = service.issuer.token(token)?;
    let same = token
        .filter(|token| token.status == TokenStatus::Inactive && token.expiry == request.expiry);
    let home = same.and_then(|token| token.home);
    let home = home.filter(|home| home.device == request.device);
    Ok(home.map(|home| home.card))
}

/// Takes the code that the cardholder was sent.
async fn verify(
    State(service): State<Service>,
    Path((device, card)): Path<(String, u16)>,
    body: String,
) -> Reply<StatusCode> {
    act_on_token(service, device, card, move |_, issuer, token, now| {
        let code = Code::parse(body.trim())?;
        Ok(issuer.verify_identity(token, &code, now)?)
    })
    .await
}

/// Sends the cardholder another code.
async fn resend(
    State(service): State<Service>,
    Path((device, card)): Path<(String, u16)>,
) -> Reply<StatusCode> {
    act_on_token(service, device, card, |service, issuer, token, now| {
        Ok(issuer.resend_code(token, &*service.verification, now)?)
    })
    .await
}

/// Makes new keys for a card; they come with the letters.
async fn replenish(
    State(service): State<Service>,
    Path((device, card)): Path<(String, u16)>,
) -> Reply<StatusCode> {
    act_on_token(service, device, card, |service, issuer, token, now| {
        issuer.replenish(token, service.terms.options.keys, now)?;
        Ok(())
    })
    .await
}

/// The issuer, acting for a device.
fn acting_for(service: &Service, device: &str) -> Reply<Issuer> {
    let device = device_id(device)?;
    Ok(service.issuer.acting_for(Actor::Device(device)))
}

/// The number of the last letter that the device accepted.
#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
}

/// The letters after that number, in order, each behind its length (4 octets).
async fn letters(
    State(service): State<Service>,
    Path(device): Path<String>,
    Query(After { after }): Query<After>,
) -> Reply<Vec<u8>> {
    act(service, move |service| {
        let device = device_id(&device)?;
        let letters = service.issuer.letters(device, (service.clock)())?;
        let mut body = Vec::new();
        for letter in letters {
            let number = Sequence::after(&letter).map_or(0, |place| place.last());
            if number > after {
                let length = u32::try_from(letter.len()).map_err(|_| Refusal::internal())?;
                body.extend(length.to_be_bytes());
                body.extend(letter);
            }
        }
        Ok(body)
    })
    .await
}

/// Takes a report. The answer is a letter, also if the issuer detected a copied store.
async fn report(
    State(service): State<Service>,
    Path(device): Path<String>,
    body: Bytes,
) -> Reply<StatusCode> {
    act(service, move |service| {
        device_id(&device)?;
        service.issuer.receive_report(&body, (service.clock)())?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

fn device_id(hex_digits: &str) -> Reply<DeviceId> {
    let mut octets = [0; 16];
    hex::decode_to_slice(hex_digits, &mut octets)
        .map_err(|_| Refusal::malformed("a device is named by 32 hexadecimal digits"))?;
    Ok(DeviceId(octets))
}

/// The token behind a card of a device.
fn token(service: &Service, device: &str, card: u16) -> Reply<TokenId> {
    let device = device_id(device)?;
    let home = understudy_issuer::Home {
        device,
        card: CardId(card),
    };
    let token = service.issuer.token_at(home)?;
    token
        .map(|token| token.id)
        .ok_or_else(|| Refusal::unknown("the device holds no card of this name"))
}
