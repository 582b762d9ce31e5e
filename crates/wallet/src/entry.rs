//! The entries of the journal: changes that are too frequent or too urgent for a new generation.
//! `docs/formats.md` has every octet.

use understudy_core::card::{CardId, Cvm, DrainGuard, Exposure, Refusal, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::qualifiers::CryptogramType;

use crate::card::Armed;
use crate::fields::{
    amount, atc, boot, cryptogram, cvm, merchant, put_amount, put_boot, put_cryptogram, put_cvm,
    put_guard, put_merchant, put_reason, put_time, reason, time,
};
use crate::octets::{Fields, Out as _, Room};
use crate::store::{RECORD_LEN, Record as Octets};
use crate::time::TrustedTime;

/// One entry of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// 01: the card's next key may be used in this boot. Durable before the key is used.
    Armed {
        card: CardId,
        armed: Armed,
        trusted: TrustedTime,
    },
    /// 02: the armed key was used.
    Marked(Marked),
    /// 03: the terminal may not have received the answer.
    Torn { card: CardId, atc: Atc },
    /// 04: a GET PROCESSING OPTIONS was refused.
    Refused(Refused),
    /// 05: the user acted, and possibly verified, for any card or for one.
    Acted(Acted),
    /// 06: a try of the payment password begins. Durable before the comparison.
    Tried,
    /// 07: the try was right.
    Right,
    /// 08: the armed key was used for a code. Durable before the code is shown.
    Shown(Shown),
}

/// An act of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acted {
    /// 00: no verification.
    Only,
    /// 01: verified, for any card.
    Verified,
    /// 02: verified, for one card.
    VerifiedFor(CardId),
}

/// A used key and its payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) card: CardId,
    pub(crate) atc: Atc,
    pub(crate) at: Option<UnixTime>,
    pub(crate) amount: Amount,
    pub(crate) date: [u8; 3],
    pub(crate) transaction_type: u8,
    pub(crate) merchant: Option<[u8; 20]>,
    pub(crate) cvm: Cvm,
    pub(crate) cryptogram: CryptogramType,
    pub(crate) exposure: Exposure,
    pub(crate) guard: DrainGuard,
}

/// A key that was used for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) card: CardId,
    pub(crate) atc: Atc,
    pub(crate) at: UnixTime,
    pub(crate) guard: DrainGuard,
}

/// A tap that was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) card: CardId,
    pub(crate) at: Option<UnixTime>,
    pub(crate) reason: Refusal,
    pub(crate) amount: Option<Amount>,
    pub(crate) merchant: Option<[u8; 20]>,
}

const ARMED: u8 = 0x01;
const MARKED: u8 = 0x02;
const TORN: u8 = 0x03;
const REFUSED: u8 = 0x04;
const ACTED: u8 = 0x05;
const TRIED: u8 = 0x06;
const RIGHT: u8 = 0x07;
const SHOWN: u8 = 0x08;

impl Entry {
    pub(crate) fn octets(&self) -> Octets {
        let mut octets = [0; RECORD_LEN];
        let mut out = Room::new(&mut octets);
        match self {
            Self::Armed {
                card,
                armed,
                trusted,
            } => {
                out.u8(ARMED);
                out.u16(card.0);
                out.u16(armed.atc.get());
                put_boot(&mut out, armed.boot);
                crate::fields::put_trusted(&mut out, trusted);
            }
            Self::Marked(marked) => {
                out.u8(MARKED);
                marked.emit(&mut out);
            }
            Self::Torn { card, atc } => {
                out.u8(TORN);
                out.u16(card.0);
                out.u16(atc.get());
            }
            Self::Refused(refused) => {
                out.u8(REFUSED);
                refused.emit(&mut out);
            }
            Self::Acted(acted) => {
                out.u8(ACTED);
                let (kind, card) = match acted {
                    Acted::Only => (0, 0),
                    Acted::Verified => (1, 0),
                    Acted::VerifiedFor(card) => (2, card.0),
                };
                out.u8(kind);
                out.u16(card);
            }
            Self::Tried => out.u8(TRIED),
            Self::Right => out.u8(RIGHT),
            Self::Shown(shown) => {
                out.u8(SHOWN);
                shown.emit(&mut out);
            }
        }
        octets
    }

    /// The entry of these octets; `None` unless they are the encoding of an entry.
    pub(crate) fn from_octets(octets: &Octets) -> Option<Self> {
        let mut fields = Fields::new(octets);
        let entry = match fields.u8()? {
            ARMED => {
                let card = CardId(fields.u16()?);
                let armed = Armed {
                    atc: atc(&mut fields)?,
                    boot: boot(&mut fields)?,
                };
                let trusted = crate::fields::trusted(&mut fields)?;
                Self::Armed {
                    card,
                    armed,
                    trusted,
                }
            }
            MARKED => Self::Marked(Marked::parse(&mut fields)?),
            TORN => Self::Torn {
                card: CardId(fields.u16()?),
                atc: atc(&mut fields)?,
            },
            REFUSED => Self::Refused(Refused::parse(&mut fields)?),
            ACTED => Self::Acted(match (fields.u8()?, fields.u16()?) {
                (0, 0) => Acted::Only,
                (1, 0) => Acted::Verified,
                (2, card) => Acted::VerifiedFor(CardId(card)),
                _ => return None,
            }),
            TRIED => Self::Tried,
            RIGHT => Self::Right,
            SHOWN => Self::Shown(Shown::parse(&mut fields)?),
            _ => return None,
        };
        fields.padding()?;
        Some(entry)
    }
}

impl Marked {
    /// The amount that the cryptogram pays, in minor units; 0 for one that declines.
    #[cfg(feature = "limited-use")]
    pub(crate) fn paid(&self) -> u64 {
        match self.cryptogram {
            CryptogramType::Arqc | CryptogramType::Tc => self.amount.minor(),
            CryptogramType::Aac => 0,
        }
    }

    fn emit(&self, out: &mut Room<'_>) {
        out.u16(self.card.0);
        out.u16(self.atc.get());
        put_time(out, self.at);
        put_amount(out, self.amount);
        out.put(&self.date);
        out.u8(self.transaction_type);
        put_merchant(out, self.merchant);
        put_cvm(out, self.cvm);
        put_cryptogram(out, self.cryptogram);
        out.u8(self.exposure.taps);
        out.u64(self.exposure.sum);
        out.u8(self.guard.since_act);
        for then in self.guard.recent {
            out.u64(then);
        }
    }

    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            card: CardId(fields.u16()?),
            atc: atc(fields)?,
            at: time(fields)?,
            amount: amount(fields)?,
            date: *fields.array()?,
            transaction_type: fields.u8()?,
            merchant: merchant(fields)?,
            cvm: cvm(fields)?,
            cryptogram: cryptogram(fields)?,
            exposure: Exposure {
                taps: fields.u8()?,
                sum: fields.u64()?,
            },
            guard: crate::fields::guard(fields)?,
        })
    }
}

impl Shown {
    fn emit(&self, out: &mut Room<'_>) {
        out.u16(self.card.0);
        out.u16(self.atc.get());
        out.u64(self.at.0);
        put_guard(out, &self.guard);
    }

    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            card: CardId(fields.u16()?),
            atc: atc(fields)?,
            at: UnixTime(fields.u64()?),
            guard: crate::fields::guard(fields)?,
        })
    }
}

impl Refused {
    fn emit(&self, out: &mut Room<'_>) {
        out.u16(self.card.0);
        put_time(out, self.at);
        put_reason(out, self.reason);
        match self.amount {
            Some(amount) => {
                out.u8(1);
                put_amount(out, amount);
            }
            None => out.put(&[0; 9]),
        }
        put_merchant(out, self.merchant);
    }

    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            card: CardId(fields.u16()?),
            at: time(fields)?,
            reason: reason(fields)?,
            amount: if fields.flag()? {
                Some(amount(fields)?)
            } else {
                fields.zeros(8)?;
                None
            },
            merchant: merchant(fields)?,
        })
    }
}

#[cfg(test)]
mod tests;
