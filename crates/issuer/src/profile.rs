//! The profile of a token in the format that the card reads.

use understudy_core::card::Limits;
use understudy_core::card::tags as ours;
use understudy_core::card::tags::flags::{
    DECLINE_WITH_AAC, DOMESTIC_ONLY, SECOND_TAP, VERIFIED_IN_IAD,
};
use understudy_core::crypto::Cvn;
use understudy_core::wire::digits::{CardNumber, u64_to_bcd};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Overflow, Writer};
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use zeroize::Zeroizing;

use crate::calendar;
use crate::config::TokenRequestor;
use crate::options::{CvmOptions, CvmOrder};
use crate::par::Par;
use crate::token::Terms;

/// Octets of room for any profile.
const ROOM: usize = 1024;

const FORMAT_VERSION: u8 = 0x01;
const SCHEME_UNIONPAY: u8 = 0x01;
const HIGHEST_PRIORITY: u8 = 0x01;
const LANGUAGE: &[u8] = b"zhen";

/// The application interchange profile: no offline data authentication, no other function.
pub(crate) const AIP: [u8; 2] = [0x00, 0x00];

/// The PDOL: the data for CVN 01 (a superset of that for CVN 17), then time and merchant for the
/// wallet's history, which are not under the MAC.
#[rustfmt::skip]
const PDOL: [u8; 30] = [
    0x9F, 0x66, 0x04, // terminal transaction qualifiers
    0x9F, 0x02, 0x06, // amount, authorised
    0x9F, 0x03, 0x06, // amount, other
    0x9F, 0x1A, 0x02, // terminal country code
    0x95, 0x05,       // terminal verification results
    0x5F, 0x2A, 0x02, // transaction currency code
    0x9A, 0x03,       // transaction date
    0x9C, 0x01,       // transaction type
    0x9F, 0x37, 0x04, // unpredictable number
    0x9F, 0x21, 0x03, // transaction time
    0x9F, 0x4E, 0x14, // merchant name and location
];

/// The cardholder's data in the profile.
pub(crate) struct Cardholder<'a> {
    pub(crate) track2: &'a Track2,
    pub(crate) pan: &'a CardNumber,
    pub(crate) par: &'a Par,
    pub(crate) token_requestor: Option<TokenRequestor>,
}

/// Writes the profile, a whole E0 object.
///
/// # Errors
/// [`Overflow`] if a limit has more than twelve digits or the profile is too long.
pub(crate) fn write(
    holder: &Cardholder<'_>,
    terms: &Terms,
) -> Result<Zeroizing<Vec<u8>>, Overflow> {
    let mut room = Zeroizing::new([0; ROOM]);
    let mut writer = Writer::new(room.as_mut_slice());
    writer.template(ours::PROFILE, |profile| {
        profile.object(ours::VERSION, &[FORMAT_VERSION])?;
        application(profile, terms)?;
        profile.object(tags::LANGUAGE_PREFERENCE, LANGUAGE)?;
        profile.object(tags::PDOL, &PDOL)?;
        card(profile, holder, terms)?;
        rules(profile, terms)
    })?;
    Ok(Zeroizing::new(writer.finish().to_vec()))
}

fn application(profile: &mut Writer<'_>, terms: &Terms) -> Result<(), Overflow> {
    profile.template(ours::APPLICATION, |application| {
        application.object(tags::APPLICATION_IDENTIFIER, &terms.product.aid())?;
        application.object(tags::APPLICATION_LABEL, terms.product.label().as_bytes())?;
        application.object(tags::APPLICATION_PRIORITY_INDICATOR, &[HIGHEST_PRIORITY])
    })
}

/// Writes the card's own data.
fn card(profile: &mut Writer<'_>, holder: &Cardholder<'_>, terms: &Terms) -> Result<(), Overflow> {
    profile.object(tags::AIP, &AIP)?;
    let mut track2 = Zeroizing::new([0; TRACK2_MAX]);
    profile.object(
        tags::TRACK_2_EQUIVALENT_DATA,
        holder.track2.emit(&mut track2),
    )?;
    let last_day = calendar::last_day(holder.track2.expiry());
    profile.object(tags::APPLICATION_EXPIRATION_DATE, &last_day)?;
    if let Some(psn) = terms.psn {
        profile.object(tags::PAN_SEQUENCE_NUMBER, &[psn])?;
    }
    profile.object(
        tags::APPLICATION_CURRENCY_CODE_SCHEME,
        &terms.limits.currency.to_bcd(),
    )?;
    profile.object(
        tags::PAYMENT_ACCOUNT_REFERENCE,
        holder.par.text().as_bytes(),
    )?;
    if let Some(requestor) = holder.token_requestor {
        profile.object(tags::TOKEN_REQUESTOR_ID, &requestor.to_bcd())?;
    }
    profile.object(tags::LAST_4_DIGITS_OF_PAN, &last_four(holder.pan))
}

/// Writes the rules for the card's decisions.
fn rules(profile: &mut Writer<'_>, terms: &Terms) -> Result<(), Overflow> {
    let scheme = [SCHEME_UNIONPAY, Cvn::byte(terms.cvn), terms.dki];
    profile.object(ours::SCHEME, &scheme)?;
    if !terms.discretionary.is_empty() {
        profile.object(ours::ISSUER_DISCRETIONARY, &terms.discretionary)?;
    }
    profile.object(ours::FLAGS, &[flags(terms)])?;
    profile.object(ours::CVM_POLICY, &cvm_policy(terms.cvm))?;
    profile.template(ours::LIMITS, |value| limits(value, &terms.limits))
}

/// The flags octet of the profile.
pub(crate) fn flags(terms: &Terms) -> u8 {
    [
        (terms.verified_in_iad, VERIFIED_IN_IAD),
        (terms.decline_with_aac, DECLINE_WITH_AAC),
        (terms.domestic_only, DOMESTIC_ONLY),
        (terms.cvm.second_tap, SECOND_TAP),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .fold(0, |flags, (_, bit)| flags | bit)
}

/// True if "verified on the device" is stated under the MAC.
pub(crate) const fn says_verified(flags: u8) -> bool {
    flags & VERIFIED_IN_IAD != 0
}

/// True if the card declines with an AAC.
pub(crate) const fn declines_with_aac(flags: u8) -> bool {
    flags & DECLINE_WITH_AAC != 0
}

/// True if the card pays in its own currency only.
pub(crate) const fn is_domestic_only(flags: u8) -> bool {
    flags & DOMESTIC_ONLY != 0
}

/// The CVM policy octets of the profile.
pub(crate) const fn cvm_policy(cvm: CvmOptions) -> [u8; 2] {
    let order = match cvm.order {
        CvmOrder::AlwaysOnDevice => 0x01,
        CvmOrder::Flexible => 0x02,
        CvmOrder::PinFirst => 0x03,
    };
    let online_pin = if cvm.online_pin { 0x80 } else { 0x00 };
    let signature = if cvm.signature { 0x40 } else { 0x00 };
    [order, online_pin | signature]
}

/// The options that [`cvm_policy`] and [`flags`] wrote; `None` for invalid octets.
pub(crate) const fn read_cvm_policy([order, methods]: [u8; 2], flags: u8) -> Option<CvmOptions> {
    Some(CvmOptions {
        order: match order {
            0x01 => CvmOrder::AlwaysOnDevice,
            0x02 => CvmOrder::Flexible,
            0x03 => CvmOrder::PinFirst,
            _ => return None,
        },
        online_pin: methods & 0x80 != 0,
        signature: methods & 0x40 != 0,
        second_tap: flags & SECOND_TAP != 0,
    })
}

fn limits(value: &mut Writer<'_>, limits: &Limits) -> Result<(), Overflow> {
    let n12 = |minor| u64_to_bcd::<6>(minor).ok_or(Overflow);
    value.octets(&n12(limits.unverified_tap)?)?;
    value.octets(&[limits.unverified_taps])?;
    value.octets(&n12(limits.unverified_sum)?)?;
    value.octets(&n12(limits.verified_tap)?)?;
    value.octets(&limits.validity.to_be_bytes())
}

/// The last four digits of the PAN in BCD, for receipts (`9F25`).
fn last_four(pan: &CardNumber) -> [u8; 2] {
    let mut digits = pan.digits().rev();
    let mut pair = || {
        let low = digits.next().unwrap_or(0);
        digits.next().unwrap_or(0) << 4 | low
    };
    let low = pair();
    [pair(), low]
}
