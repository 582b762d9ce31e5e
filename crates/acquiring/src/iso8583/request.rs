//! The fields of each request.
//!
//! | request | type | DE 3 | DE 25 |
//! |---|---|---|---|
//! | sale, cash, cashback, balance inquiry | 0200 | 00, 01, 09, 31 | 00 |
//! | pre-authorisation | 0100 | 03 | 06 |
//! | completion | 0200 | 00 | 06 |
//! | void | 0200 | 20 | 00 |
//! | refund, with the card (DE 35) or without | 0220 | 20 | 00 |
//! | reversal | 0400 | the request's | the request's |
//! | settlement | 0500 | | |

use super::digits::{digits, number};
use super::error::{Error, Problem};
use super::message::Message;
use super::message_type::MessageType;
use super::totals::{set_totals, totals};
use super::values::{Fields, expiry, psn, set_track2, trace_digits, track2};
use crate::field::{EntryMode, FieldError, ProcessingCode, TransactionKind};
use crate::message::{
    Authorisation, BatchNumber, ChipData, FollowUp, Identity, PinBlock, Request, Reversal,
    Settlement, Totals,
};

/// DE 25 of whatever is neither a pre-authorisation nor its completion.
const NORMAL: [u8; 2] = *b"00";
/// DE 25 of a pre-authorisation and of its completion.
const PRE_AUTHORISED: [u8; 2] = *b"06";
/// The last three digits of DE 60: the end of a batch, if the totals agree and in any case.
const END_OF_BATCH: [[u8; 3]; 2] = [*b"201", *b"202"];

/// A request as fields.
///
/// # Errors
/// [`Error::Field`] and [`Error::Value`] for a request that no message can say: a track 2 of more
/// than 37 characters, a total of more than 16 digits, an original of anything but a refund.
pub fn emit_request(request: &Request) -> Result<Message, Error> {
    match request {
        Request::Authorisation(request) => emit_authorisation(request),
        Request::Completion(request) => emit_follow_up(request, TransactionKind::Completion),
        Request::Void(request) => emit_follow_up(request, TransactionKind::Void),
        Request::Refund(request) => emit_follow_up(request, TransactionKind::Refund),
        Request::Reversal(reversal) => emit_reversal(reversal),
        Request::Settlement(settlement) => emit_settlement(settlement),
    }
}

/// The request that fields stand for.
///
/// # Errors
/// [`Error`]: every field that the request needs must be there, every one that it does not know must
/// not.
pub fn parse_request(message: &Message) -> Result<Request, Error> {
    let mut fields = Fields::of(message);
    let request = match message.message_type() {
        MessageType::AuthorisationRequest
        | MessageType::FinancialRequest
        | MessageType::FinancialAdvice => parse_payment(message, &mut fields),
        MessageType::ReversalRequest => parse_reversal(&mut fields).map(Request::Reversal),
        MessageType::SettlementRequest => parse_settlement(&mut fields).map(Request::Settlement),
        _ => Err(Error::MessageType),
    }?;
    fields.end()?;
    Ok(request)
}

/// The message type and DE 25 of a kind of transaction.
const fn shape(kind: TransactionKind) -> (MessageType, [u8; 2]) {
    match kind {
        TransactionKind::PreAuthorisation => (MessageType::AuthorisationRequest, PRE_AUTHORISED),
        TransactionKind::Completion => (MessageType::FinancialRequest, PRE_AUTHORISED),
        TransactionKind::Refund => (MessageType::FinancialAdvice, NORMAL),
        TransactionKind::Sale
        | TransactionKind::Cash
        | TransactionKind::Cashback
        | TransactionKind::Balance
        | TransactionKind::Void => (MessageType::FinancialRequest, NORMAL),
    }
}

/// DE 3 of a kind of transaction, default accounts.
const fn default_code(kind: TransactionKind) -> [u8; 6] {
    match kind {
        TransactionKind::Sale | TransactionKind::Completion => *b"000000",
        TransactionKind::Cash => *b"010000",
        TransactionKind::PreAuthorisation => *b"030000",
        TransactionKind::Cashback => *b"090000",
        TransactionKind::Refund | TransactionKind::Void => *b"200000",
        TransactionKind::Balance => *b"310000",
    }
}

fn emit_authorisation(request: &Authorisation) -> Result<Message, Error> {
    let kind = request.processing_code.kind();
    let (message_type, condition) = shape(kind);
    let mut message = Message::new(message_type);
    message.set(3, request.processing_code.text().as_bytes())?;
    message.set_amount(request.amount)?;
    message.set_identity(&request.identity)?;
    if let Some(expiry) = request.expiry {
        let date = u64::from(expiry.year()) * 100 + u64::from(expiry.month());
        message.set(14, &digits::<4>(date).ok_or(FieldError::Expiry)?)?;
    }
    message.set(22, &request.entry_mode.characters())?;
    if let Some(psn) = request.psn {
        message.set(23, &[b'0', b'0' + (psn >> 4), b'0' + (psn & 0x0F)])?;
    }
    message.set(25, &condition)?;
    set_track2(&mut message, &request.track2)?;
    message.set(37, &request.reference.characters())?;
    match &request.pin_block {
        Some(PinBlock::Format0(block)) => message.set(52, block)?,
        Some(PinBlock::Format4(block)) => message.set(62, block)?,
        None => {}
    }
    message.set(55, request.chip_data.octets())?;
    match &request.original {
        Some(original) if kind == TransactionKind::Refund => message.set_original(original)?,
        Some(_) => return Err(Error::Field(61, Problem::Unexpected)),
        None => {}
    }
    Ok(message)
}

fn emit_follow_up(request: &FollowUp, kind: TransactionKind) -> Result<Message, Error> {
    let (message_type, condition) = shape(kind);
    let mut message = Message::new(message_type);
    message.set(3, &default_code(kind))?;
    message.set_amount(request.amount)?;
    message.set_identity(&request.identity)?;
    message.set(25, &condition)?;
    message.set(37, &request.reference.characters())?;
    message.set_original(&request.original)?;
    Ok(message)
}

fn emit_reversal(reversal: &Reversal) -> Result<Message, Error> {
    let (original_type, condition) = shape(reversal.kind);
    let mut message = Message::new(MessageType::ReversalRequest);
    message.set(3, &default_code(reversal.kind))?;
    message.set_amount(reversal.amount)?;
    message.set_identity(&reversal.original)?;
    message.set(25, &condition)?;
    message.set(37, &reversal.reference.characters())?;
    if let Some(data) = &reversal.chip_data {
        message.set(55, data.octets())?;
    }
    message.set(90, &original_data(original_type, &reversal.original))?;
    Ok(message)
}

/// DE 90: type, trace number, date and time of a request, and two institutions that are not said.
fn original_data(message_type: MessageType, original: &Identity) -> [u8; 42] {
    let mut data = [b'0'; 42];
    let parts = message_type.digits().into_iter();
    let parts = parts.chain(trace_digits(original.trace));
    let parts = parts.chain(original.local_time.text().bytes());
    for (slot, digit) in data.iter_mut().zip(parts) {
        *slot = digit;
    }
    data
}

fn emit_settlement(settlement: &Settlement) -> Result<Message, Error> {
    let mut message = Message::new(MessageType::SettlementRequest);
    message.set_identity(&settlement.identity)?;
    set_totals(&mut message, &settlement.totals)?;
    let batch = u64::from(settlement.batch.get()) * 1_000;
    let [agreed, forced] = END_OF_BATCH;
    let end = if settlement.close { forced } else { agreed };
    let batch = batch + number(&end).unwrap_or_default();
    message.set(60, &digits::<11>(batch).ok_or(FieldError::Batch)?)?;
    Ok(message)
}

fn parse_payment(message: &Message, fields: &mut Fields<'_>) -> Result<Request, Error> {
    let code: [u8; 6] = fields.array(3, FieldError::ProcessingCode)?;
    let condition = fields.array(25, FieldError::ConditionCode)?;
    let follow_up = match (message.message_type(), &code, message.get(35)) {
        (MessageType::FinancialRequest, b"000000", _) if condition == PRE_AUTHORISED => {
            Some(TransactionKind::Completion)
        }
        (MessageType::FinancialRequest, b"200000", _) => Some(TransactionKind::Void),
        (MessageType::FinancialAdvice, b"200000", None) => Some(TransactionKind::Refund),
        _ => None,
    };
    let Some(kind) = follow_up else {
        let code = ProcessingCode::new(code)?;
        admit_shape(message.message_type(), condition, code.kind())?;
        return parse_authorisation(fields, code).map(Request::Authorisation);
    };
    admit_shape(message.message_type(), condition, kind)?;
    let request = parse_follow_up(fields)?;
    Ok(match kind {
        TransactionKind::Completion => Request::Completion(request),
        TransactionKind::Void => Request::Void(request),
        _ => Request::Refund(request),
    })
}

/// Refuses a kind of transaction that is not asked for by this type and DE 25.
fn admit_shape(
    message_type: MessageType,
    condition: [u8; 2],
    kind: TransactionKind,
) -> Result<(), FieldError> {
    let (expected_type, expected) = shape(kind);
    if message_type != expected_type {
        return Err(FieldError::ProcessingCode);
    }
    if condition != expected {
        return Err(FieldError::ConditionCode);
    }
    Ok(())
}

fn parse_authorisation(
    fields: &mut Fields<'_>,
    processing_code: ProcessingCode,
) -> Result<Authorisation, Error> {
    Ok(Authorisation {
        processing_code,
        identity: fields.identity()?,
        reference: fields.reference()?,
        amount: fields.amount()?,
        expiry: fields.maybe(14).map(expiry).transpose()?,
        entry_mode: EntryMode::new(fields.array(22, FieldError::EntryMode)?)?,
        psn: fields.maybe(23).map(psn).transpose()?,
        track2: track2(fields.need(35)?)?,
        pin_block: parse_pin_block(fields)?,
        chip_data: ChipData::new(fields.need(55)?)?,
        original: match processing_code.kind() {
            TransactionKind::Refund => fields.original()?,
            _ => None,
        },
    })
}

/// DE 52 or DE 62, not both.
fn parse_pin_block(fields: &mut Fields<'_>) -> Result<Option<PinBlock>, Error> {
    if let Some(block) = fields.maybe(52) {
        let block = block.try_into().map_err(|_| FieldError::PinBlock)?;
        return Ok(Some(PinBlock::Format0(block)));
    }
    let block = fields.maybe(62).map(TryInto::try_into).transpose();
    let block = block.map_err(|_| FieldError::PinBlock4)?;
    Ok(block.map(PinBlock::Format4))
}

fn parse_follow_up(fields: &mut Fields<'_>) -> Result<FollowUp, Error> {
    let missing = Error::Field(61, Problem::Missing);
    Ok(FollowUp {
        identity: fields.identity()?,
        reference: fields.reference()?,
        amount: fields.amount()?,
        original: fields.original()?.ok_or(missing)?,
    })
}

fn parse_reversal(fields: &mut Fields<'_>) -> Result<Reversal, Error> {
    const KINDS: [TransactionKind; 8] = TransactionKind::ALL;
    let code: [u8; 6] = fields.array(3, FieldError::ProcessingCode)?;
    let condition: [u8; 2] = fields.array(25, FieldError::ConditionCode)?;
    let data: [u8; 42] = fields.array(90, FieldError::OriginalData)?;
    let original = fields.identity()?;
    let named = |kind: &TransactionKind| {
        let (message_type, expected) = shape(*kind);
        default_code(*kind) == code
            && expected == condition
            && original_data(message_type, &original) == data
    };
    let kind = KINDS.into_iter().find(named);
    Ok(Reversal {
        original,
        reference: fields.reference()?,
        kind: kind.ok_or(FieldError::OriginalData)?,
        amount: fields.amount()?,
        chip_data: fields.maybe(55).map(ChipData::new).transpose()?,
    })
}

fn parse_settlement(fields: &mut Fields<'_>) -> Result<Settlement, Error> {
    let data: [u8; 11] = fields.array(60, FieldError::Batch)?;
    let [b'0', b'0', batch @ .., a, b, c] = data else {
        return Err(FieldError::Batch.into());
    };
    let batch: [u8; 6] = batch;
    let end = END_OF_BATCH.iter().position(|end| *end == [a, b, c]);
    let batch = number(&batch).and_then(|batch| u32::try_from(batch).ok());
    let totals = fields.maybe(48).map(totals).transpose()?;
    Ok(Settlement {
        identity: fields.identity()?,
        batch: BatchNumber::new(batch.unwrap_or(0))?,
        totals: totals.unwrap_or(Totals::NONE),
        close: end.ok_or(FieldError::Batch)? == 1,
    })
}
