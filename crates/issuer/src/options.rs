//! The options with which the issuer issues a token.

use understudy_core::card::{CvmOrder, Limits, Scheme};
use understudy_core::crypto::{Algorithms, Cvn};
use understudy_core::scheme::Product;
use understudy_core::wire::amount::{Amount, Currency};

use crate::issue::IssueError;

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
#[expect(clippy::struct_excessive_bools, reason = "switches of the profile")]
pub struct IssueOptions {
    /// The scheme.
    pub scheme: Scheme,
    /// The product, one of the [scheme's](Scheme::products), which determines the AID.
    pub product: Product,
    /// The cryptogram version, one of the [scheme's](Scheme::versions); with the feature `limited-use`
    /// also one whose keys are limited-use keys.
    pub cvn: Cvn,
    /// The algorithms of the card's keys, which the scheme [permits](Scheme::permits) together.
    pub algorithms: Algorithms,
    /// The card has a record though its scheme needs none, for readers that refuse an answer without
    /// an AFL. A card whose scheme needs one has it in any case.
    pub with_record: bool,
    /// The card sequence number (`5F34`), two BCD digits.
    pub psn: Option<u8>,
    /// Issuer discretionary data in `9F10`, at most
    /// [`Scheme::longest_discretionary`] octets.
    pub discretionary: Vec<u8>,
    /// Single-use keys in the first package, 1–1000; of a limited-use key, its counters.
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
    /// The card pays in its own currency only. Mandatory for a version whose MAC does not
    /// [cover](Scheme::authenticates_currency) the currency.
    pub domestic_only: bool,
}

impl Default for IssueOptions {
    /// [`IssueOptions::of`] `UnionPay`.
    fn default() -> Self {
        Self::of(Scheme::UnionPay)
    }
}

impl IssueOptions {
    /// A card of the scheme's usual product and version in yuan, with ten keys of triple DES: 1000.00
    /// a tap without verification, 50 such taps or 10,000.00 until the next verification, 50,000.00
    /// a tap in any case.
    #[must_use]
    pub const fn of(scheme: Scheme) -> Self {
        Self {
            scheme,
            product: scheme.usual_product(),
            cvn: scheme.usual_version(),
            algorithms: Algorithms::TDES,
            with_record: false,
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
        self.check_scheme()?;
        if self.psn.is_some_and(|psn| psn >> 4 > 9 || psn & 0x0F > 9) {
            return Err(IssueError::SequenceNumber);
        }
        if limits_are_sound(&self.limits) {
            Ok(())
        } else {
            Err(IssueError::Limits)
        }
    }

    fn check_version(&self) -> Result<(), IssueError> {
        let Self { scheme, cvn, .. } = *self;
        #[cfg(feature = "limited-use")]
        if scheme.limited_use_versions().contains(&cvn) {
            let usable = self.algorithms == Algorithms::TDES
                && self.discretionary.is_empty()
                && self.domestic_only;
            return if usable {
                Ok(())
            } else {
                Err(IssueError::LimitedUse(cvn))
            };
        }
        if scheme.versions().contains(&cvn) {
            Ok(())
        } else {
            Err(IssueError::Cvn(scheme, cvn))
        }
    }

    /// Checks what the scheme has a rule for.
    fn check_scheme(&self) -> Result<(), IssueError> {
        let Self { scheme, cvn, .. } = *self;
        if !scheme.products().contains(&self.product) {
            return Err(IssueError::Product(scheme, self.product));
        }
        self.check_version()?;
        if !scheme.permits(self.algorithms) {
            return Err(IssueError::Algorithms(scheme, self.algorithms));
        }
        if !self.domestic_only && !scheme.authenticates_currency(cvn) {
            return Err(IssueError::CurrencyUnprotected(scheme, cvn));
        }
        if self.discretionary.len() > scheme.longest_discretionary(cvn) {
            return Err(IssueError::DiscretionaryData(scheme, cvn));
        }
        Ok(())
    }
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
