use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::{Overflow, Writer};

use crate::inbox::Sequence;
use crate::octets::Fields;

/// What an issuer lets a device know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// 01: the payment was approved.
    Approved(Verdict),
    /// 02: the payment was declined.
    Declined(Verdict),
    /// 03: an approved payment was taken back, in whole or in part.
    Reversed(Verdict),
    /// 04, names no card: the report that stands at this place was accepted.
    ReportAccepted(Sequence),
}

/// The payment that a notice is about. 12 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The payment's counter.
    pub atc: Atc,
    /// Why: the response code, DE 39, two digits or capital letters.
    pub response_code: [u8; 2],
    /// The amount that was approved, declined or taken back.
    pub amount: Amount,
}

impl Notice {
    pub(crate) fn parse(content: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(content);
        let notice = match fields.u8()? {
            0x01 => Self::Approved(verdict(&mut fields)?),
            0x02 => Self::Declined(verdict(&mut fields)?),
            0x03 => Self::Reversed(verdict(&mut fields)?),
            0x04 => Self::ReportAccepted(Sequence::from_octets(fields.array()?)),
            _ => return None,
        };
        fields.end()?;
        Some(notice)
    }

    pub(crate) fn write(&self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        let (code, verdict) = match self {
            Self::Approved(verdict) => (0x01, verdict),
            Self::Declined(verdict) => (0x02, verdict),
            Self::Reversed(verdict) => (0x03, verdict),
            Self::ReportAccepted(sequence) => {
                out.octets(&[0x04])?;
                return out.octets(&sequence.octets());
            }
        };
        out.octets(&[code])?;
        out.octets(&verdict.atc.octets())?;
        out.octets(&verdict.response_code)?;
        out.octets(&verdict.amount.to_bcd())?;
        out.octets(&verdict.amount.currency().to_bcd())
    }
}

fn verdict(fields: &mut Fields<'_>) -> Option<Verdict> {
    let atc = Atc::new(fields.u16()?)?;
    let response_code = *fields.array()?;
    let known = |octet: &u8| octet.is_ascii_digit() || octet.is_ascii_uppercase();
    if !response_code.iter().all(known) {
        return None;
    }
    let amount = amount(fields)?;
    Some(Verdict {
        atc,
        response_code,
        amount,
    })
}

/// An amount (n12) and its currency (n4, ISO 4217).
pub(crate) fn amount(fields: &mut Fields<'_>) -> Option<Amount> {
    let minor = *fields.array()?;
    let currency = Currency::from_bcd(*fields.array()?)?;
    Amount::from_bcd(minor, currency)
}
