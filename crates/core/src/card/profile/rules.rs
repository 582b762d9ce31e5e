//! The rules of the card's decisions, and their octets in the profile.

use super::tags::flags;
use crate::wire::amount::Currency;
use crate::wire::digits::{bcd_to_u64, u64_to_bcd};

const ONLINE_PIN: u8 = 0x80;
const SIGNATURE: u8 = 0x40;

/// The switches of the profile, [`tags::FLAGS`](super::tags::FLAGS).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the bits of one octet")]
pub struct Flags {
    /// "Verified on the device" is said in the issuer application data, under the MAC.
    pub verified_in_iad: bool,
    /// Where an ARQC would be wasted, decline with an AAC instead of 6985.
    pub decline_with_aac: bool,
    /// The card pays in its own currency only.
    pub domestic_only: bool,
    /// "Verify and tap again" (6986) may be answered; else 6985.
    pub second_tap: bool,
}

/// The order in which the card tries methods of cardholder verification when the user has not
/// verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CvmOrder {
    /// Always on the device.
    AlwaysOnDevice,
    /// None within the limits, else the PIN at the POS, else a signature, else on the device.
    Flexible,
    /// The PIN at the POS first, then as flexible.
    PinFirst,
}

/// The card's choice among cardholder verification methods,
/// [`tags::CVM_POLICY`](super::tags::CVM_POLICY).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CvmPolicy {
    /// The order of the methods.
    pub order: CvmOrder,
    /// The PIN may be entered at the POS.
    pub online_pin: bool,
    /// The cardholder may sign; such a tap counts as unverified.
    pub signature: bool,
}

/// Limits that hold whatever a reader says, [`tags::LIMITS`](super::tags::LIMITS). Amounts in minor
/// units of `currency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The card's currency (`9F51`); any other always wants verification.
    pub currency: Currency,
    /// The most for one tap without verification.
    pub unverified_tap: u64,
    /// The most taps without verification since the last one with it.
    pub unverified_taps: u8,
    /// The most for the sum of those taps.
    pub unverified_sum: u64,
    /// The most for one tap, however verified. An amount in a foreign currency is compared by its
    /// bare number of minor units: the card knows no exchange rates.
    pub verified_tap: u64,
    /// Seconds for which a verification on the device holds.
    pub validity: u16,
}

impl Flags {
    /// The switches by their octet; `None` if another bit is set.
    #[must_use]
    pub const fn from_octet(octet: u8) -> Option<Self> {
        if octet & !flags::DEFINED != 0 {
            return None;
        }
        Some(Self {
            verified_in_iad: octet & flags::VERIFIED_IN_IAD != 0,
            decline_with_aac: octet & flags::DECLINE_WITH_AAC != 0,
            domestic_only: octet & flags::DOMESTIC_ONLY != 0,
            second_tap: octet & flags::SECOND_TAP != 0,
        })
    }

    /// The octet of the switches.
    #[must_use]
    pub fn octet(self) -> u8 {
        [
            (self.verified_in_iad, flags::VERIFIED_IN_IAD),
            (self.decline_with_aac, flags::DECLINE_WITH_AAC),
            (self.domestic_only, flags::DOMESTIC_ONLY),
            (self.second_tap, flags::SECOND_TAP),
        ]
        .into_iter()
        .filter(|(set, _)| *set)
        .fold(0, |octet, (_, bit)| octet | bit)
    }
}

impl CvmPolicy {
    /// The policy by its octets; `None` if one of them is not defined.
    #[must_use]
    pub const fn from_octets([order, methods]: [u8; 2]) -> Option<Self> {
        let order = match order {
            0x01 => CvmOrder::AlwaysOnDevice,
            0x02 => CvmOrder::Flexible,
            0x03 => CvmOrder::PinFirst,
            _ => return None,
        };
        if methods & !(ONLINE_PIN | SIGNATURE) != 0 {
            return None;
        }
        Some(Self {
            order,
            online_pin: methods & ONLINE_PIN != 0,
            signature: methods & SIGNATURE != 0,
        })
    }

    /// The octets of the policy: order || methods.
    #[must_use]
    pub const fn octets(self) -> [u8; 2] {
        let order = match self.order {
            CvmOrder::AlwaysOnDevice => 0x01,
            CvmOrder::Flexible => 0x02,
            CvmOrder::PinFirst => 0x03,
        };
        let online_pin = if self.online_pin { ONLINE_PIN } else { 0 };
        let signature = if self.signature { SIGNATURE } else { 0 };
        [order, online_pin | signature]
    }
}

impl Limits {
    /// The limits by their octets; `None` if an amount is not decimal, or one tap without
    /// verification may be more than one with it.
    #[must_use]
    pub fn from_octets(currency: Currency, octets: [u8; 21]) -> Option<Self> {
        let (unverified_tap, rest) = octets.split_first_chunk::<6>()?;
        let (unverified_taps, rest) = rest.split_first()?;
        let (unverified_sum, rest) = rest.split_first_chunk::<6>()?;
        let (verified_tap, rest) = rest.split_first_chunk::<6>()?;
        let limits = Self {
            currency,
            unverified_tap: bcd_to_u64(unverified_tap)?,
            unverified_taps: *unverified_taps,
            unverified_sum: bcd_to_u64(unverified_sum)?,
            verified_tap: bcd_to_u64(verified_tap)?,
            validity: u16::from_be_bytes(rest.try_into().ok()?),
        };
        (limits.unverified_tap <= limits.verified_tap).then_some(limits)
    }

    /// The octets of the limits: unverified tap n12 || unverified taps || unverified sum n12 || any
    /// tap n12 || seconds that a verification holds. `None` if an amount has more than twelve
    /// digits.
    #[must_use]
    pub fn octets(&self) -> Option<[u8; 21]> {
        let [a0, a1, a2, a3, a4, a5] = u64_to_bcd(self.unverified_tap)?;
        let n = self.unverified_taps;
        let [b0, b1, b2, b3, b4, b5] = u64_to_bcd(self.unverified_sum)?;
        let [c0, c1, c2, c3, c4, c5] = u64_to_bcd(self.verified_tap)?;
        let [v0, v1] = self.validity.to_be_bytes();
        Some([
            a0, a1, a2, a3, a4, a5, n, b0, b1, b2, b3, b4, b5, c0, c1, c2, c3, c4, c5, v0, v1,
        ])
    }
}
