//! The fields of each response, and the check that it belongs to its request.

use understudy_core::wire::amount::Amount;

use super::digits::{digits, number};
use super::error::Error;
use super::message::Message;
use super::totals::{set_totals, totals};
use super::values::{Fields, currency, currency_digits};
use crate::field::{FieldError, ResponseCode};
use crate::message::{Balance, Response};

/// The fields of a request that its response repeats, those of them that the request has.
const REPEATED: [u8; 10] = [3, 4, 11, 12, 13, 25, 37, 41, 42, 49];
/// DE 60 of a settlement is repeated too.
const BATCH: u8 = 60;
/// Fields that other hosts put into a response and that a terminal ignores.
const PASSED_OVER: [u8; 3] = [15, 32, 44];
/// Account and amount type of DE 54: default account, available balance.
const AVAILABLE: [u8; 4] = *b"0002";

/// A response as fields: the message that answers `request`, which need not be understood.
///
/// # Errors
/// [`Error::MessageType`] if `request` is an answer itself, and [`Error::Value`] for totals that no
/// message can say.
pub fn emit_response(request: &Message, response: &Response) -> Result<Message, Error> {
    let message_type = request.message_type().answer().ok_or(Error::MessageType)?;
    let mut message = Message::new(message_type);
    for number in REPEATED.into_iter().chain([BATCH]) {
        if let Some(value) = request.get(number) {
            message.set(number, value)?;
        }
    }
    message.set(39, &response.response_code.characters())?;
    if let Some(approval) = response.approval {
        message.set(38, &approval.characters())?;
    }
    if let Some(totals) = &response.totals {
        set_totals(&mut message, totals)?;
    }
    if let Some(balance) = &response.balance {
        message.set(54, &emit_balance(balance)?)?;
    }
    if let Some(arpc) = response.arpc {
        message.set(55, &issuer_authentication(arpc, response.response_code))?;
    }
    Ok(message)
}

/// The response that fields stand for, if they answer `request`.
///
/// # Errors
/// [`Error::MessageType`] and [`Error::OtherRequest`] if they answer another one, and [`Error`] as for
/// a request.
pub fn parse_response(message: &Message, request: &Message) -> Result<Response, Error> {
    if Some(message.message_type()) != request.message_type().answer() {
        return Err(Error::MessageType);
    }
    let mut fields = Fields::of(message);
    for number in REPEATED.into_iter().chain([BATCH]) {
        if fields.maybe(number) != request.get(number) {
            return Err(Error::OtherRequest(number));
        }
    }
    for number in PASSED_OVER {
        fields.maybe(number);
    }
    let response_code = ResponseCode::new(fields.array(39, FieldError::ResponseCode)?)?;
    let response = Response {
        response_code,
        approval: fields.approval()?,
        totals: fields.maybe(48).map(totals).transpose()?,
        balance: fields.maybe(54).map(parse_balance).transpose()?,
        arpc: match fields.maybe(55) {
            Some(data) => Some(parse_arpc(data, response_code)?),
            None => None,
        },
    };
    fields.end()?;
    Ok(response)
}

/// DE 54: account type, amount type, currency, sign, twelve digits.
fn emit_balance(balance: &Balance) -> Result<[u8; 20], Error> {
    let sign = if balance.owed { b'D' } else { b'C' };
    let minor = digits::<12>(balance.amount.minor()).ok_or(FieldError::Balance)?;
    let parts = AVAILABLE
        .into_iter()
        .chain(currency_digits(balance.amount.currency()))
        .chain([sign])
        .chain(minor);
    let mut value = [0; 20];
    for (slot, character) in value.iter_mut().zip(parts) {
        *slot = character;
    }
    Ok(value)
}

fn parse_balance(value: &[u8]) -> Result<Balance, FieldError> {
    let bad = FieldError::Balance;
    let rest = value.strip_prefix(&AVAILABLE).ok_or(bad)?;
    let (code, rest) = rest.split_first_chunk::<3>().ok_or(bad)?;
    let (sign, minor) = rest.split_first().ok_or(bad)?;
    let owed = match sign {
        b'C' => false,
        b'D' => true,
        _ => return Err(bad),
    };
    let minor = number(minor).filter(|_| minor.len() == 12).ok_or(bad)?;
    let amount = Amount::new(minor, currency(code).map_err(|_| bad)?);
    Ok(Balance {
        amount: amount.ok_or(bad)?,
        owed,
    })
}

/// `91`: the issuer authentication data, the ARPC and the response code under it (EMV Book 3 Annex A).
fn issuer_authentication(arpc: [u8; 8], code: ResponseCode) -> [u8; 12] {
    let parts = [0x91, 10].into_iter().chain(arpc).chain(code.characters());
    let mut object = [0; 12];
    for (slot, octet) in object.iter_mut().zip(parts) {
        *slot = octet;
    }
    object
}

fn parse_arpc(data: &[u8], code: ResponseCode) -> Result<[u8; 8], FieldError> {
    let bad = FieldError::IssuerAuthentication;
    let arpc = data.get(2..10).and_then(|arpc| arpc.try_into().ok());
    let arpc = arpc.ok_or(bad)?;
    if data == issuer_authentication(arpc, code) {
        Ok(arpc)
    } else {
        Err(bad)
    }
}
