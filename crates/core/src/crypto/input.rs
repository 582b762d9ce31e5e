//! The input of an application cryptogram.

use thiserror::Error;

use super::{Cvn, Field};

/// The longest issuer application data (EMV Book 3 Annex A, `9F10`).
const LONGEST_IAD: usize = 32;
/// The most octets under a MAC: those of terminal and card, and the whole issuer application data.
const LONGEST: usize = 33 + LONGEST_IAD;

/// The data elements of terminal and card under the MAC, each as the value of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionData {
    /// `9F02`, amount authorised, twelve BCD digits.
    pub amount_authorised: [u8; 6],
    /// `9F03`, amount other (cashback), twelve BCD digits.
    pub amount_other: [u8; 6],
    /// `9F1A`, country of the terminal.
    pub terminal_country: [u8; 2],
    /// `95`, terminal verification results.
    pub tvr: [u8; 5],
    /// `5F2A`, currency of the transaction.
    pub currency: [u8; 2],
    /// `9A`, date of the transaction, YYMMDD.
    pub date: [u8; 3],
    /// `9C`, transaction type.
    pub transaction_type: u8,
    /// `9F37`, the terminal's unpredictable number.
    pub unpredictable_number: [u8; 4],
    /// `82`, application interchange profile.
    pub aip: [u8; 2],
}

/// The input of an application cryptogram, without the counter.
///
/// It is checked here, so that making the cryptogram cannot fail.
#[derive(Clone, Copy, Debug)]
pub struct CryptogramInput<'a> {
    cvn: Cvn,
    data: TransactionData,
    /// The value of `9F10`, as long as the version needs.
    iad: &'a [u8],
}

/// The issuer application data does not have the length that the cryptogram version needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{length} octets of issuer application data, {cvn} needs {} to {LONGEST_IAD}", .cvn.shortest_iad())]
pub struct IadLength {
    /// The cryptogram version.
    pub cvn: Cvn,
    /// The length that was given, in octets.
    pub length: usize,
}

impl<'a> CryptogramInput<'a> {
    /// The input of a cryptogram of version `cvn`. `iad` is the value of `9F10`; the version
    /// determines the part of it that is under the MAC.
    ///
    /// The contents of `iad` are not checked: not its CVN and not its length octets.
    ///
    /// # Errors
    /// [`IadLength`] if `iad` is shorter than [`Cvn::shortest_iad`] or longer than 32 octets.
    pub fn new(cvn: Cvn, data: TransactionData, iad: &'a [u8]) -> Result<Self, IadLength> {
        let length = iad.len();
        if (cvn.shortest_iad()..=LONGEST_IAD).contains(&length) {
            Ok(Self { cvn, data, iad })
        } else {
            Err(IadLength { cvn, length })
        }
    }

    /// The cryptogram version.
    #[must_use]
    pub const fn cvn(&self) -> Cvn {
        self.cvn
    }

    /// Passes the octets under the MAC on, side by side: a MAC takes one part faster than many.
    pub(super) fn with_octets<T>(&self, atc: [u8; 2], take: impl FnOnce(&[u8]) -> T) -> T {
        let mut octets = [0; LONGEST];
        let mut length = 0;
        let fields = self.cvn.fields().iter();
        let under_mac = fields.flat_map(|field| self.part(*field, &atc));
        for (slot, octet) in octets.iter_mut().zip(under_mac) {
            *slot = *octet;
            length += 1;
        }
        take(octets.get(..length).unwrap_or_default())
    }

    fn part<'p>(&'p self, field: Field, atc: &'p [u8; 2]) -> &'p [u8] {
        match field {
            Field::AmountAuthorised => &self.data.amount_authorised,
            Field::AmountOther => &self.data.amount_other,
            Field::TerminalCountry => &self.data.terminal_country,
            Field::Tvr => &self.data.tvr,
            Field::Currency => &self.data.currency,
            Field::Date => &self.data.date,
            Field::TransactionType => core::slice::from_ref(&self.data.transaction_type),
            Field::UnpredictableNumber => &self.data.unpredictable_number,
            Field::Aip => &self.data.aip,
            Field::Atc => atc,
            Field::Cvr | Field::CvrFirstOctet | Field::Counters | Field::Iad => {
                match self.cvn.part_of_iad(field) {
                    Some(part) => self.iad.get(part).unwrap_or_default(),
                    None => self.iad,
                }
            }
        }
    }
}
