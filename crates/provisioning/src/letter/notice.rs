use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::{Overflow, Writer};

use crate::inbox::Sequence;
use crate::octets::Fields;

/// A notice from the issuer to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// 05: the payment was approved; 01 in the form without a time.
    Approved(Verdict),
    /// 06: the payment was declined; 02 in the form without a time.
    Declined(Verdict),
    /// 07: an approved payment was reversed, in whole or in part; 03 in the form without a time.
    Reversed(Verdict),
    /// 0C: money of an approved payment was refunded; the amount is the sum of its refunds.
    Refunded(Verdict),
    /// 04, names no card: the report with this number and digest was accepted.
    ReportAccepted(Sequence),
}

/// The payment that a notice is about. 20 octets; 12 without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The payment's counter.
    pub atc: Atc,
    /// The response code, DE 39: two digits or capital letters.
    pub response_code: [u8; 2],
    /// The amount that was approved, declined, reversed or refunded.
    pub amount: Amount,
    /// The time of the issuer's decision, by its clock; `None` in the older form of a notice, which
    /// has no time. A notice of a refund has one.
    pub at: Option<UnixTime>,
}

impl Notice {
    pub(crate) fn parse(content: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(content);
        let code = fields.u8()?;
        let notice = match code {
            REPORT_ACCEPTED => Self::ReportAccepted(Sequence::from_octets(fields.array()?)),
            APPROVED | APPROVED_AT => Self::Approved(verdict(&mut fields, code)?),
            DECLINED | DECLINED_AT => Self::Declined(verdict(&mut fields, code)?),
            REVERSED | REVERSED_AT => Self::Reversed(verdict(&mut fields, code)?),
            REFUNDED_AT => Self::Refunded(verdict(&mut fields, code)?),
            _ => return None,
        };
        fields.end()?;
        Some(notice)
    }

    pub(crate) fn emit(&self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        let (code, verdict) = match self {
            Self::Approved(verdict) => (APPROVED, verdict),
            Self::Declined(verdict) => (DECLINED, verdict),
            Self::Reversed(verdict) => (REVERSED, verdict),
            Self::Refunded(verdict) => (REFUNDED, verdict),
            Self::ReportAccepted(sequence) => {
                out.octets(&[REPORT_ACCEPTED])?;
                return out.octets(&sequence.octets());
            }
        };
        out.octets(&[if verdict.at.is_some() {
            code | TIMED
        } else {
            code
        }])?;
        out.octets(&verdict.atc.octets())?;
        out.octets(&verdict.response_code)?;
        out.octets(&verdict.amount.to_bcd())?;
        out.octets(&verdict.amount.currency().to_bcd())?;
        match verdict.at {
            Some(UnixTime(at)) => out.octets(&at.to_be_bytes()),
            None => Ok(()),
        }
    }
}

const APPROVED: u8 = 0x01;
const DECLINED: u8 = 0x02;
const REVERSED: u8 = 0x03;
const REPORT_ACCEPTED: u8 = 0x04;
/// Has no form without a time.
const REFUNDED: u8 = 0x08;
/// The bit of a notice's code that says that a time follows the amount.
const TIMED: u8 = 0x04;
const APPROVED_AT: u8 = APPROVED | TIMED;
const DECLINED_AT: u8 = DECLINED | TIMED;
const REVERSED_AT: u8 = REVERSED | TIMED;
const REFUNDED_AT: u8 = REFUNDED | TIMED;

fn verdict(fields: &mut Fields<'_>, code: u8) -> Option<Verdict> {
    let atc = Atc::new(fields.u16()?)?;
    let response_code = *fields.array()?;
    let known = |octet: &u8| octet.is_ascii_digit() || octet.is_ascii_uppercase();
    if !response_code.iter().all(known) {
        return None;
    }
    let amount = amount(fields)?;
    let at = match code & TIMED {
        0 => None,
        _ => Some(fields.u64().filter(|at| *at > 0).map(UnixTime)?),
    };
    Some(Verdict {
        atc,
        response_code,
        amount,
        at,
    })
}

/// An amount (n12) and its currency (n4, ISO 4217).
pub(crate) fn amount(fields: &mut Fields<'_>) -> Option<Amount> {
    let minor = *fields.array()?;
    let currency = Currency::from_bcd(*fields.array()?)?;
    Amount::from_bcd(minor, currency)
}
