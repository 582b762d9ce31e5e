//! One of each message, for tests and for the peer that they are tried against. The card is that of
//! nobody: its number is not of any issuer's range.

use alloc::vec::Vec;

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, Track2};

use crate::field::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, ProcessingCode, Reference,
    ResponseCode, TerminalId, TraceNumber, TransactionKind,
};
use crate::iso8583::{Error, Message, emit_request, emit_response};
use crate::message::{
    Authorisation, Balance, BatchNumber, ChipData, CurrencyTotals, FollowUp, Identity, Original,
    PinBlock, Request, Response, Reversal, Settlement, Tally, Totals,
};

/// A sale with everything that a request with a card may have.
///
/// # Errors
/// None: each part is of its form.
pub fn sale() -> Result<Authorisation, FieldError> {
    let number = CardNumber::parse("6228480000000000014").map_err(|_| FieldError::Track2)?;
    let expiry = Expiry::new(30, 12).ok_or(FieldError::Expiry)?;
    let track2 = Track2::new(number, expiry, [2, 2, 0], &[1, 0, 0, 0, 0, 5, 6, 7, 8]);
    Ok(Authorisation {
        identity: identity(1)?,
        reference: Reference::parse("632616000001")?,
        processing_code: ProcessingCode::SALE,
        amount: amount(12_34)?,
        expiry: Some(expiry),
        entry_mode: EntryMode::contactless_chip(true),
        psn: Some(0x01),
        track2: track2.map_err(|_| FieldError::Track2)?,
        pin_block: Some(PinBlock::Format0([
            0x1B, 0x9C, 0x18, 0x45, 0xEB, 0x99, 0x3A, 0x7A,
        ])),
        chip_data: ChipData::new(&CHIP)?,
        original: None,
    })
}

/// Each request, by its name.
///
/// # Errors
/// None: each part is of its form.
pub fn requests() -> Result<[(&'static str, Request); 13], FieldError> {
    let sale = sale()?;
    let of = |processing_code| Authorisation {
        processing_code,
        ..sale.clone()
    };
    let bare = Authorisation {
        pin_block: None,
        psn: None,
        expiry: None,
        entry_mode: EntryMode::contactless_chip(false),
        ..sale.clone()
    };
    let code = Authorisation {
        entry_mode: EntryMode::consumer_code(),
        ..bare.clone()
    };
    let format_4 = Authorisation {
        pin_block: Some(PinBlock::Format4([0xA5; 16])),
        ..sale.clone()
    };
    let refund = Authorisation {
        original: Some(original()?),
        ..of(ProcessingCode::REFUND)
    };
    let reversal = |kind, chip_data| -> Result<_, FieldError> {
        Ok(Request::Reversal(Reversal {
            original: identity(2)?,
            reference: Reference::parse("632616000002")?,
            kind,
            amount: amount(999)?,
            chip_data,
        }))
    };
    Ok([
        ("sale", Request::Authorisation(sale.clone())),
        ("sale without a PIN", Request::Authorisation(bare)),
        ("sale by a code", Request::Authorisation(code)),
        (
            "sale with a PIN block of format 4",
            Request::Authorisation(format_4),
        ),
        (
            "pre-authorisation",
            Request::Authorisation(of(ProcessingCode::PRE_AUTHORISATION)),
        ),
        (
            "balance inquiry",
            Request::Authorisation(of(ProcessingCode::BALANCE)),
        ),
        ("refund with the card", Request::Authorisation(refund)),
        ("completion", Request::Completion(follow_up()?)),
        ("void", Request::Void(follow_up()?)),
        ("refund without the card", Request::Refund(follow_up()?)),
        (
            "reversal of a sale",
            reversal(TransactionKind::Sale, Some(ChipData::new(&CHIP[..9])?))?,
        ),
        (
            "reversal of a completion",
            reversal(TransactionKind::Completion, None)?,
        ),
        ("settlement", Request::Settlement(settlement()?)),
    ])
}

/// Each message: the requests, and an answer to each.
///
/// # Errors
/// None: each part is of its form.
pub fn messages() -> Result<Vec<Message>, Error> {
    let mut messages = Vec::new();
    for (_, request) in &requests()? {
        let message = emit_request(request)?;
        let answer = emit_response(&message, &answer(request)?)?;
        messages.extend([message, answer]);
    }
    Ok(messages)
}

/// An answer with everything that the answer to this request may have.
///
/// # Errors
/// None: each part is of its form.
pub fn answer(request: &Request) -> Result<Response, FieldError> {
    let approved = Response::new(ResponseCode::APPROVED);
    let code = Some(ApprovalCode::parse("04711A")?);
    Ok(match request {
        Request::Authorisation(request) => Response {
            approval: code,
            arpc: Some([1, 2, 3, 4, 5, 6, 7, 8]),
            balance: (request.processing_code.kind() == TransactionKind::Balance).then_some(
                Balance {
                    amount: request.amount,
                    owed: true,
                },
            ),
            ..approved
        },
        Request::Reversal(_) => Response::new(ResponseCode::NO_ORIGINAL),
        Request::Settlement(settlement) => Response {
            totals: Some(settlement.totals.clone()),
            ..Response::new(ResponseCode::TOTALS_DIFFER)
        },
        _ => Response {
            approval: code,
            ..approved
        },
    })
}

/// `9F26`, `9F10` and `9F36`: chip data need not be whole to be carried whole.
const CHIP: [u8; 26] = [
    0x9F, 0x36, 0x02, 0x00, 0x07, 0x95, 0x02, 0x80, 0x00, 0x9F, 0x26, 0x08, 0x11, 0x22, 0x33, 0x44,
    0x55, 0x66, 0x77, 0x88, 0x9F, 0x10, 0x03, 0x07, 0x01, 0xFF,
];

fn identity(trace: u32) -> Result<Identity, FieldError> {
    Ok(Identity {
        merchant: MerchantId::parse("CAFE No. 7     ")?,
        terminal: TerminalId::parse("TERM-001")?,
        trace: TraceNumber::new(trace)?,
        local_time: LocalTime::parse("163005", "1122")?,
    })
}

fn amount(minor: u64) -> Result<Amount, FieldError> {
    Amount::new(minor, Currency::CNY).ok_or(FieldError::Amount)
}

fn original() -> Result<Original, FieldError> {
    Ok(Original {
        reference: Reference::parse("632616000042")?,
        approval: Some(ApprovalCode::parse("000815")?),
    })
}

fn follow_up() -> Result<FollowUp, FieldError> {
    Ok(FollowUp {
        identity: identity(3)?,
        reference: Reference::parse("632616000003")?,
        original: original()?,
        amount: amount(100)?,
    })
}

fn settlement() -> Result<Settlement, FieldError> {
    let group = |currency, count| CurrencyTotals {
        currency,
        sales: Tally {
            count,
            sum: 9_999_999_999_999_999,
        },
        voids: Tally { count: 1, sum: 100 },
        refunds: Tally::default(),
    };
    Ok(Settlement {
        identity: identity(999_999)?,
        batch: BatchNumber::new(17)?,
        totals: Totals::new([group(Currency::EUR, 3), group(Currency::CNY, 9_999_999_999)])?,
        close: true,
    })
}
