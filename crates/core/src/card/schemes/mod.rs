//! The payment schemes. A scheme is one file, in this order: the objects that its PDOL must ask
//! for, its path, the cardholder verification that it can express, its issuer application data, the
//! data under the MAC, its answer. The tap machine calls this module and knows no scheme.

mod unionpay;

use super::gpo::Decision;
use super::{Profile, Refusal};
use crate::crypto::{Atc, Cryptogram, CryptogramInput, Cvn, Field, TransactionData};
use crate::wire::qualifiers::Ttq;
use crate::wire::tlv::{Overflow, Tag, Writer};

/// A payment scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `UnionPay` `QuickPass` (qPBOC, qUICS): JR/T 0025.12.
    UnionPay,
}

impl Scheme {
    /// The scheme by its octet in the profile ([`tags::SCHEME`](super::tags::SCHEME)).
    pub(super) const fn from_octet(octet: u8) -> Option<Self> {
        match octet {
            0x01 => Some(Self::UnionPay),
            _ => None,
        }
    }

    /// The cryptogram version that the scheme calls `octet`.
    pub(super) const fn cvn(self, octet: u8) -> Option<Cvn> {
        match self {
            Self::UnionPay => Cvn::unionpay(octet),
        }
    }

    /// True if the currency is under the MAC. If it is not, a relay can exchange it, and the card
    /// must be restricted to its own currency.
    pub(super) fn authenticates_currency(self, cvn: Cvn) -> bool {
        match self {
            Self::UnionPay => cvn.fields().contains(&Field::Currency),
        }
    }

    /// The objects that the PDOL must ask for, with their lengths in octets.
    pub(super) const fn required_in_pdol(self, cvn: Cvn) -> &'static [(Tag, usize)] {
        match self {
            Self::UnionPay => unionpay::required_in_pdol(cvn),
        }
    }

    /// Refuses a reader that has no path in common with the card.
    pub(super) fn path(self, reader: Ttq) -> Result<(), Refusal> {
        match self {
            Self::UnionPay => unionpay::path(reader),
        }
    }

    /// Writes the issuer application data, `9F10`, at most 32 octets.
    pub(super) fn emit_iad<B: AsRef<[u8]>>(
        self,
        profile: &Profile<B>,
        decision: Decision,
        iad: &mut Writer<'_>,
    ) -> Result<(), Overflow> {
        match self {
            Self::UnionPay => unionpay::emit_iad(profile, decision, iad),
        }
    }

    /// The input of the cryptogram, without the counter.
    pub(super) fn input<'i, B: AsRef<[u8]>>(
        self,
        profile: &Profile<B>,
        data: &TransactionData,
        iad: &'i [u8],
    ) -> Result<CryptogramInput<'i>, Refusal> {
        match self {
            Self::UnionPay => unionpay::input(profile, data, iad),
        }
    }

    /// Writes the answer to GET PROCESSING OPTIONS.
    pub(super) fn emit_answer<B: AsRef<[u8]>>(
        self,
        profile: &Profile<B>,
        answer: &Answer<'_>,
        body: &mut Writer<'_>,
    ) -> Result<(), Overflow> {
        match self {
            Self::UnionPay => unionpay::emit_answer(profile, answer, body),
        }
    }
}

/// The parts of an answer that are not in the profile.
pub(super) struct Answer<'a> {
    pub(super) decision: Decision,
    pub(super) iad: &'a [u8],
    pub(super) atc: Atc,
    pub(super) cryptogram: Cryptogram,
}
