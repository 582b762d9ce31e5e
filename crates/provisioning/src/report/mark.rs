use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::tlv::{Overflow, Writer};

use crate::letter::amount;
use crate::octets::Fields;

/// The highest counter that a card used. 4 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardUse {
    /// The card.
    pub card: CardId,
    /// The highest counter that was used; `None` (0000) if none was.
    pub highest: Option<Atc>,
}

impl CardUse {
    /// Octets of one.
    pub const LEN: usize = 4;

    pub(crate) const fn parse([a, b, c, d]: [u8; Self::LEN]) -> Option<Self> {
        let highest = match u16::from_be_bytes([c, d]) {
            0 => None,
            atc => match Atc::new(atc) {
                None => return None,
                some => some,
            },
        };
        match u16::from_be_bytes([a, b]) {
            0 => None,
            card => Some(Self {
                card: CardId(card),
                highest,
            }),
        }
    }

    pub(crate) fn emit(self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        out.octets(&self.card.0.to_be_bytes())?;
        out.octets(&self.highest.map_or([0; 2], Atc::octets))
    }
}

/// One key that was used, with its payment as far as it is known. 21 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The card.
    pub card: CardId,
    /// The key's counter.
    pub atc: Atc,
    /// The payment; `None` if the device lost power and cannot know if the key was used.
    pub payment: Option<Payment>,
}

/// A payment as the device saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The field was lost so soon after the answer that the terminal may not have received it.
    pub possibly_torn: bool,
    /// The time of the payment; `None` if the device did not know it.
    pub at: Option<UnixTime>,
    /// The amount that the terminal asked for; `None` for a code that was shown, which pays any.
    pub amount: Option<Amount>,
}

impl Mark {
    /// Octets of one.
    pub const LEN: usize = 21;

    const SENT: u8 = 0x01;
    const POSSIBLY_TORN: u8 = 0x02;
    const UNKNOWN: u8 = 0x03;
    const CODE: u8 = 0x04;

    pub(crate) fn parse(octets: &[u8; Self::LEN]) -> Option<Self> {
        let mut fields = Fields::new(octets);
        let card = CardId(fields.u16()?);
        let atc = Atc::new(fields.u16()?)?;
        let payment = match fields.u8()? {
            Self::SENT => Some(payment(&mut fields, false)?),
            Self::POSSIBLY_TORN => Some(payment(&mut fields, true)?),
            Self::UNKNOWN => {
                zeros::<16>(&mut fields)?;
                None
            }
            Self::CODE => Some(code(&mut fields)?),
            _ => return None,
        };
        Some(Self { card, atc, payment })
    }

    pub(crate) fn emit(&self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        out.octets(&self.card.0.to_be_bytes())?;
        out.octets(&self.atc.octets())?;
        let Some(payment) = &self.payment else {
            out.octets(&[Self::UNKNOWN])?;
            return out.octets(&[0; 16]);
        };
        out.octets(&[match payment.amount {
            None => Self::CODE,
            Some(_) if payment.possibly_torn => Self::POSSIBLY_TORN,
            Some(_) => Self::SENT,
        }])?;
        out.octets(&payment.at.map_or(0, |UnixTime(at)| at).to_be_bytes())?;
        let Some(amount) = payment.amount else {
            return out.octets(&[0; 8]);
        };
        out.octets(&amount.to_bcd())?;
        out.octets(&amount.currency().to_bcd())
    }
}

fn payment(fields: &mut Fields<'_>, possibly_torn: bool) -> Option<Payment> {
    Some(Payment {
        possibly_torn,
        at: time(fields)?,
        amount: Some(amount(fields)?),
    })
}

/// A code that was shown: its time, and nothing else.
fn code(fields: &mut Fields<'_>) -> Option<Payment> {
    let at = time(fields)?;
    zeros::<8>(fields)?;
    Some(Payment {
        possibly_torn: false,
        at,
        amount: None,
    })
}

#[expect(
    clippy::option_option,
    reason = "the outer one is None where octets have no meaning, the inner one for an unknown time"
)]
fn time(fields: &mut Fields<'_>) -> Option<Option<UnixTime>> {
    let seconds = fields.u64()?;
    Some((seconds != 0).then_some(UnixTime(seconds)))
}

fn zeros<const N: usize>(fields: &mut Fields<'_>) -> Option<()> {
    let octets = fields.array::<N>()?;
    octets.iter().all(|octet| *octet == 0).then_some(())
}
