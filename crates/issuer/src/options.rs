//! The options with which the issuer issues a token.

use understudy_core::card::{CvmOrder, Limits};
use understudy_core::crypto::{Cvn, Field};
use understudy_core::scheme::unionpay::IDD_MAX;
use understudy_core::wire::amount::{Amount, Currency};

use crate::issue::IssueError;

/// The scheme's product of the token, which determines its AID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Product {
    /// `UnionPay` debit, A000000333010101.
    Debit,
    /// `UnionPay` credit, A000000333010102.
    Credit,
}

impl Product {
    /// The application identifier, 8 octets.
    #[must_use]
    pub const fn aid(self) -> [u8; 8] {
        match self {
            Self::Debit => [0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01],
            Self::Credit => [0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x02],
        }
    }

    /// A short stable name, such as `debit`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Debit, Self::Credit]
            .into_iter()
            .find(|product| product.name() == name)
    }

    /// The application label (`50`).
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Debit => "UnionPay Debit",
            Self::Credit => "UnionPay Credit",
        }
    }
}

/// The card's options for cardholder verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CvmOptions {
    /// The order of the methods.
    pub order: CvmOrder,
    /// The PIN may be entered at the POS.
    pub online_pin: bool,
    /// The cardholder may sign. The issuer counts such a tap as unverified.
    pub signature: bool,
    /// The card may ask for a second tap (6986).
    pub second_tap: bool,
}

/// The options with which a token is issued.
#[derive(Clone, Debug)]
pub struct IssueOptions {
    /// Debit or credit.
    pub product: Product,
    /// The cryptogram version: `UnionPay01` or `UnionPay17`.
    pub cvn: Cvn,
    /// The card sequence number (`5F34`), two BCD digits.
    pub psn: Option<u8>,
    /// Issuer discretionary data at the end of `9F10`, 0–23 octets.
    pub discretionary: Vec<u8>,
    /// Single-use keys in the first package, 1–1000.
    pub keys: u16,
    /// The card's limits, and its currency.
    pub limits: Limits,
    /// The card's cardholder verification.
    pub cvm: CvmOptions,
    /// "Verified on the device" is stated under the MAC, in CVR byte 5 bit 3. Without it the issuer
    /// accepts no verification on the device.
    pub verified_in_iad: bool,
    /// The card declines with an AAC instead of 6985.
    pub decline_with_aac: bool,
    /// The card pays in its own currency only. Mandatory for `UnionPay17`, whose MAC does not cover
    /// the currency.
    pub domestic_only: bool,
}

impl Default for IssueOptions {
    /// A debit card in yuan with ten keys: 1000.00 a tap without verification, 50 such taps or
    /// 10,000.00 until the next verification, 50,000.00 a tap in any case.
    fn default() -> Self {
        Self {
            product: Product::Debit,
            cvn: Cvn::UnionPay01,
            psn: Some(0x01),
            discretionary: Vec::new(),
            keys: 10,
            limits: Limits {
                currency: Currency::CNY,
                unverified_tap: 1_000 * YUAN,
                unverified_taps: 50,
                unverified_sum: 10_000 * YUAN,
                verified_tap: 50_000 * YUAN,
                validity: 60,
            },
            cvm: CvmOptions {
                order: CvmOrder::Flexible,
                online_pin: true,
                signature: false,
                second_tap: true,
            },
            verified_in_iad: true,
            decline_with_aac: false,
            domestic_only: false,
        }
    }
}

/// One yuan in minor units.
const YUAN: u64 = 100;

/// The most keys in one package.
pub(crate) const KEYS_MAX: u16 = 1000;

impl IssueOptions {
    /// Checks everything that the types do not enforce.
    pub(crate) fn check(&self) -> Result<(), IssueError> {
        check_key_count(self.keys)?;
        if !matches!(self.cvn, Cvn::UnionPay01 | Cvn::UnionPay17) {
            return Err(IssueError::Cvn(self.cvn));
        }
        if !currency_is_protected(self.cvn, self.domestic_only) {
            return Err(IssueError::CurrencyUnprotected(self.cvn));
        }
        if self.psn.is_some_and(|psn| psn >> 4 > 9 || psn & 0x0F > 9) {
            return Err(IssueError::SequenceNumber);
        }
        if self.discretionary.len() > IDD_MAX {
            return Err(IssueError::DiscretionaryData);
        }
        if limits_are_sound(&self.limits) {
            Ok(())
        } else {
            Err(IssueError::Limits)
        }
    }
}

/// True if an attacker between card and terminal cannot change the currency of an amount: it is
/// under the MAC, or only one is allowed.
pub(crate) fn currency_is_protected(cvn: Cvn, domestic_only: bool) -> bool {
    domestic_only || cvn.fields().contains(&Field::Currency)
}

pub(crate) fn check_key_count(keys: u16) -> Result<(), IssueError> {
    if (1..=KEYS_MAX).contains(&keys) {
        Ok(())
    } else {
        Err(IssueError::KeyCount(keys))
    }
}

/// True if each amount has at most twelve digits, and no unverified limit is above that for any
/// tap.
pub(crate) const fn limits_are_sound(limits: &Limits) -> bool {
    limits.unverified_tap <= limits.verified_tap
        && limits.verified_tap <= Amount::MAX_MINOR
        && limits.unverified_sum <= Amount::MAX_MINOR
}
