//! The profile of a token in the form in which the card reads it.

use understudy_core::card::{Limits, tags as ours};
use understudy_core::crypto::Cvn;
use understudy_core::wire::digits::{CardNumber, u64_to_bcd};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Overflow, Writer};
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use zeroize::Zeroizing;

use crate::calendar;
use crate::config::TokenRequestor;
use crate::options::{CvmOptions, CvmOrder, IssueOptions};

/// More than any profile takes.
const ROOM: usize = 1024;

const FORMAT_VERSION: u8 = 0x01;
const SCHEME_UNIONPAY: u8 = 0x01;
const HIGHEST_PRIORITY: u8 = 0x01;
const LANGUAGE: &[u8] = b"zhen";

/// No offline data authentication, no other function.
pub(crate) const AIP: [u8; 2] = [0x00, 0x00];

/// What CVN 01 needs (a superset of what CVN 17 needs), then what the wallet's history shows, which
/// is not under the MAC.
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

/// Whose card the profile makes.
pub(crate) struct Cardholder<'a> {
    pub(crate) track2: &'a Track2,
    pub(crate) pan: &'a CardNumber,
    pub(crate) token_requestor: Option<TokenRequestor>,
}

/// Writes the profile, a whole E0 object.
///
/// # Errors
/// [`Overflow`] if a limit has more than twelve digits or the profile is too long.
pub(crate) fn write(
    holder: &Cardholder<'_>,
    options: &IssueOptions,
) -> Result<Zeroizing<Vec<u8>>, Overflow> {
    let mut room = Zeroizing::new([0; ROOM]);
    let mut writer = Writer::new(room.as_mut_slice());
    writer.template(ours::PROFILE, |profile| {
        profile.object(ours::VERSION, &[FORMAT_VERSION])?;
        application(profile, options)?;
        profile.object(tags::LANGUAGE_PREFERENCE, LANGUAGE)?;
        profile.object(tags::PDOL, &PDOL)?;
        card(profile, holder, options)?;
        rules(profile, options)
    })?;
    Ok(Zeroizing::new(writer.finish().to_vec()))
}

fn application(profile: &mut Writer<'_>, options: &IssueOptions) -> Result<(), Overflow> {
    profile.template(ours::APPLICATION, |application| {
        application.object(tags::APPLICATION_IDENTIFIER, &options.product.aid())?;
        application.object(tags::APPLICATION_LABEL, options.product.label().as_bytes())?;
        application.object(tags::APPLICATION_PRIORITY_INDICATOR, &[HIGHEST_PRIORITY])
    })
}

/// What the card says of itself.
fn card(
    profile: &mut Writer<'_>,
    holder: &Cardholder<'_>,
    options: &IssueOptions,
) -> Result<(), Overflow> {
    profile.object(tags::AIP, &AIP)?;
    let mut track2 = Zeroizing::new([0; TRACK2_MAX]);
    profile.object(
        tags::TRACK_2_EQUIVALENT_DATA,
        holder.track2.encode(&mut track2),
    )?;
    let last_day = calendar::last_day(holder.track2.expiry());
    profile.object(tags::APPLICATION_EXPIRATION_DATE, &last_day)?;
    if let Some(psn) = options.psn {
        profile.object(tags::PAN_SEQUENCE_NUMBER, &[psn])?;
    }
    profile.object(
        tags::APPLICATION_CURRENCY_CODE_SCHEME,
        &options.limits.currency.to_bcd(),
    )?;
    if let Some(requestor) = holder.token_requestor {
        profile.object(tags::TOKEN_REQUESTOR_ID, &requestor.to_bcd())?;
    }
    profile.object(tags::LAST_4_DIGITS_OF_PAN, &last_four(holder.pan))
}

/// What the card decides by.
fn rules(profile: &mut Writer<'_>, options: &IssueOptions) -> Result<(), Overflow> {
    let scheme = [SCHEME_UNIONPAY, Cvn::byte(options.cvn), options.dki];
    profile.object(ours::SCHEME, &scheme)?;
    if !options.discretionary.is_empty() {
        profile.object(ours::ISSUER_DISCRETIONARY, &options.discretionary)?;
    }
    profile.object(ours::FLAGS, &[flags(options)])?;
    profile.object(ours::CVM_POLICY, &cvm_policy(options.cvm))?;
    profile.template(ours::LIMITS, |value| limits(value, &options.limits))
}

fn flags(options: &IssueOptions) -> u8 {
    use ours::flags::{DECLINE_WITH_AAC, DOMESTIC_ONLY, SECOND_TAP, VERIFIED_IN_IAD};
    [
        (options.verified_in_iad, VERIFIED_IN_IAD),
        (options.decline_with_aac, DECLINE_WITH_AAC),
        (options.domestic_only, DOMESTIC_ONLY),
        (options.cvm.second_tap, SECOND_TAP),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .fold(0, |flags, (_, bit)| flags | bit)
}

const fn cvm_policy(cvm: CvmOptions) -> [u8; 2] {
    let order = match cvm.order {
        CvmOrder::AlwaysOnDevice => 0x01,
        CvmOrder::Flexible => 0x02,
        CvmOrder::PinFirst => 0x03,
    };
    let online_pin = if cvm.online_pin { 0x80 } else { 0x00 };
    let signature = if cvm.signature { 0x40 } else { 0x00 };
    [order, online_pin | signature]
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
