//! The tags of a profile. EMV's own keep their numbers; those of the private class are ours.

use crate::wire::tlv::Tag;

/// The profile itself.
pub const PROFILE: Tag = Tag::new(0xE0);
/// One application: `4F`, `50`, `87`, and `9F12` with `9F11`.
pub const APPLICATION: Tag = Tag::new(0xE1);
/// One record: short file identifier (01–1E) || record number (01–FF) || content of the template
/// `70`, 3–255 octets.
pub const RECORD: Tag = Tag::new(0xC6);
/// Version of the format, 1 octet: 01.
pub const VERSION: Tag = Tag::new(0xC0);
/// Scheme (01 `UnionPay`, 02 Visa, 03 Mastercard) || CVN || DKI, 3 octets.
pub const SCHEME: Tag = Tag::new(0xC1);
/// Issuer discretionary data at the end of `9F10`, 0–24 octets, the scheme permitting.
pub const ISSUER_DISCRETIONARY: Tag = Tag::new(0xC2);
/// Switches, 1 octet: [`flags`].
pub const FLAGS: Tag = Tag::new(0xC3);
/// CVM policy (01 always on the device, 02 flexible, 03 PIN first) || methods at the POS (80 online
/// PIN, 40 signature), 2 octets.
pub const CVM_POLICY: Tag = Tag::new(0xC4);
/// Limits, 21 octets: unverified tap n12 || unverified taps || unverified sum n12 || any tap n12 ||
/// seconds that a verification holds.
pub const LIMITS: Tag = Tag::new(0xC5);

/// The algorithms of the card's keys, one or two octets in ascending order
/// ([`Algorithm::octet`](crate::crypto::Algorithm::octet)); absent: triple DES.
pub const ALGORITHMS: Tag = Tag::new(0xC7);

/// The bits of [`FLAGS`](FLAGS); the others are zero.
pub mod flags {
    /// "Verified on the device" is said in CVR byte 5 bit 3, under the MAC.
    pub const VERIFIED_IN_IAD: u8 = 0x80;
    /// Where an ARQC would be wasted, decline with an AAC instead of 6985. It costs a key.
    pub const DECLINE_WITH_AAC: u8 = 0x40;
    /// The card pays in its own currency only. A card whose cryptogram does not cover the currency
    /// (CVN 17) must.
    pub const DOMESTIC_ONLY: u8 = 0x20;
    /// "Verify and tap again" (6986) may be answered; else 6985.
    pub const SECOND_TAP: u8 = 0x10;
    /// Every defined bit.
    pub const DEFINED: u8 = VERIFIED_IN_IAD | DECLINE_WITH_AAC | DOMESTIC_ONLY | SECOND_TAP;
}
