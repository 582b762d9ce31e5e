//! A profile's objects: each known, of its right length and single; then each by its value.

use super::sheet::{Row, Sheet, may, must};
use super::tags::{self as ours, flags};
use super::{
    Application, Applications, CvmPolicy, Fields, Flags, Limits, Order, ProfileError, Span,
};
use crate::card::{Scheme, UnixTime};
use crate::wire::amount::Currency;
use crate::wire::digits::bcd_to_u64;
use crate::wire::dol::Dol;
use crate::wire::tags;
use crate::wire::tlv::{Reader, Tag};
use crate::wire::track2::Track2;

/// Every object of a profile, apart from its applications.
const PROFILE: [Row; 19] = [
    must(ours::VERSION, 1, 1),
    may(tags::LANGUAGE_PREFERENCE, 2, 8),
    may(tags::FCI_ISSUER_DISCRETIONARY_DATA, 0, 222),
    must(tags::PDOL, 1, 128),
    must(tags::AIP, 2, 2),
    must(tags::TRACK_2_EQUIVALENT_DATA, 1, 19),
    must(tags::APPLICATION_EXPIRATION_DATE, 3, 3),
    may(tags::PAN_SEQUENCE_NUMBER, 1, 1),
    must(tags::APPLICATION_CURRENCY_CODE_SCHEME, 2, 2),
    may(tags::PAYMENT_ACCOUNT_REFERENCE, 29, 29),
    may(tags::TOKEN_REQUESTOR_ID, 6, 6),
    may(tags::LAST_4_DIGITS_OF_PAN, 2, 2),
    may(tags::FORM_FACTOR_INDICATOR, 4, 32),
    may(tags::PRODUCT_IDENTIFICATION, 16, 16),
    must(ours::SCHEME, 3, 3),
    may(ours::ISSUER_DISCRETIONARY, 0, 23),
    must(ours::FLAGS, 1, 1),
    must(ours::CVM_POLICY, 2, 2),
    must(ours::LIMITS, 21, 21),
];

/// Every object of one application.
const APPLICATION: [Row; 5] = [
    must(tags::APPLICATION_IDENTIFIER, 5, 16),
    must(tags::APPLICATION_LABEL, 1, 16),
    must(tags::APPLICATION_PRIORITY_INDICATOR, 1, 1),
    may(tags::APPLICATION_PREFERRED_NAME, 1, 16),
    may(tags::ISSUER_CODE_TABLE_INDEX, 1, 1),
];

/// Short APDUs carry 255 octets, of which `83` and its length take up to 3.
const LONGEST_PDOL_DATA: usize = 252;

const ONLINE_PIN: u8 = 0x80;
const SIGNATURE: u8 = 0x40;

/// A profile's objects, each of its right length; their values are not interpreted yet.
pub(super) struct Draft<'o> {
    octets: &'o [u8],
    applications: Applications,
    sheet: Sheet<'o, 19>,
}

impl<'o> Draft<'o> {
    pub(super) fn parse(octets: &'o [u8]) -> Result<Self, ProfileError> {
        let mut outer = Reader::new(octets);
        let profile = match (outer.next(), outer.next()) {
            (Some(Ok(object)), None) if object.tag == ours::PROFILE => object,
            (Some(Err(error)), _) => return Err(error.into()),
            _ => return Err(ProfileError::NotAProfile),
        };
        if octets.len() > usize::from(u16::MAX) {
            return Err(ProfileError::NotAProfile);
        }
        let mut applications = Applications::default();
        let mut places = applications.iter_mut();
        let mut sheet = Sheet::new(&PROFILE);
        for object in Reader::new(profile.value) {
            let object = object?;
            if object.tag == ours::APPLICATION {
                let place = places.next().ok_or(ProfileError::TooManyApplications)?;
                *place = application(octets, object.value)?;
            } else {
                sheet.take(object)?;
            }
        }
        Ok(Self {
            octets,
            applications,
            sheet: sheet.complete()?,
        })
    }

    pub(super) fn validate(self) -> Result<Fields, ProfileError> {
        if self
            .applications
            .iter()
            .all(|application| application.aid.is_empty())
        {
            return Err(ProfileError::Missing(ours::APPLICATION));
        }
        if self.sheet.array(ours::VERSION)? != [1] {
            return Err(ProfileError::Value(ours::VERSION));
        }
        let [scheme, cvn, dki] = self.sheet.array(ours::SCHEME)?;
        let scheme = valid(ours::SCHEME, Scheme::from_octet(scheme))?;
        let cvn = valid(ours::SCHEME, scheme.cvn(cvn))?;
        let bits = self.bits()?;
        let domestic_only = bits & flags::DOMESTIC_ONLY != 0;
        if !scheme.authenticates_currency(cvn) && !domestic_only {
            return Err(ProfileError::Value(ours::FLAGS));
        }
        Ok(Fields {
            language: self.span(tags::LANGUAGE_PREFERENCE),
            discretionary_fci: self.template(tags::FCI_ISSUER_DISCRETIONARY_DATA)?,
            pdol: self.pdol()?,
            aip: self.sheet.array(tags::AIP)?,
            expiry: self.expiry()?,
            track2: self.track2()?,
            psn: self.psn()?,
            tolerated: ours::TOLERATED.map(|tag| self.span(tag)),
            last_four: self.span(tags::LAST_4_DIGITS_OF_PAN),
            scheme,
            cvn,
            dki,
            issuer_discretionary: self.span(ours::ISSUER_DISCRETIONARY),
            flags: Flags {
                verified_in_iad: bits & flags::VERIFIED_IN_IAD != 0,
                decline_with_aac: bits & flags::DECLINE_WITH_AAC != 0,
                domestic_only,
            },
            policy: self.policy(bits)?,
            limits: self.limits()?,
            applications: self.applications,
        })
    }

    fn bits(&self) -> Result<u8, ProfileError> {
        let [bits] = self.sheet.array(ours::FLAGS)?;
        valid(ours::FLAGS, (bits & !flags::DEFINED == 0).then_some(bits))
    }

    fn policy(&self, bits: u8) -> Result<CvmPolicy, ProfileError> {
        let [order, methods] = self.sheet.array(ours::CVM_POLICY)?;
        let order = match order {
            1 => Some(Order::AlwaysOnDevice),
            2 => Some(Order::Flexible),
            3 => Some(Order::PinFirst),
            _ => None,
        };
        let known = methods & !(ONLINE_PIN | SIGNATURE) == 0;
        Ok(CvmPolicy {
            order: valid(ours::CVM_POLICY, order.filter(|_| known))?,
            online_pin: methods & ONLINE_PIN != 0,
            signature: methods & SIGNATURE != 0,
            second_tap: bits & flags::SECOND_TAP != 0,
        })
    }

    fn limits(&self) -> Result<Limits, ProfileError> {
        let currency = self.sheet.array(tags::APPLICATION_CURRENCY_CODE_SCHEME)?;
        let (unverified_tap, unverified_taps, unverified_sum, verified_tap, validity) =
            split_limits(self.sheet.array(ours::LIMITS)?);
        let minor_units = |amount| valid(ours::LIMITS, bcd_to_u64(amount));
        let limits = Limits {
            currency: valid(
                tags::APPLICATION_CURRENCY_CODE_SCHEME,
                Currency::from_bcd(currency),
            )?,
            unverified_tap: minor_units(&unverified_tap)?,
            unverified_taps,
            unverified_sum: minor_units(&unverified_sum)?,
            verified_tap: minor_units(&verified_tap)?,
            validity: u16::from_be_bytes(validity),
        };
        let ordered = limits.unverified_tap <= limits.verified_tap;
        valid(ours::LIMITS, ordered.then_some(limits))
    }

    fn pdol(&self) -> Result<Span, ProfileError> {
        let dol = Dol::parse(self.sheet.value(tags::PDOL)).ok();
        valid(
            tags::PDOL,
            dol.filter(|dol| dol.data_length() <= LONGEST_PDOL_DATA),
        )?;
        Ok(self.span(tags::PDOL))
    }

    /// Track 2. Its month of expiry must be that of `5F24`.
    fn track2(&self) -> Result<Span, ProfileError> {
        let track2 = Track2::parse(self.sheet.value(tags::TRACK_2_EQUIVALENT_DATA)).ok();
        let [year, month, _] = self.sheet.array(tags::APPLICATION_EXPIRATION_DATE)?;
        let agrees = track2.filter(|track2| track2.expiry().to_bcd() == [year, month]);
        valid(tags::TRACK_2_EQUIVALENT_DATA, agrees)?;
        Ok(self.span(tags::TRACK_2_EQUIVALENT_DATA))
    }

    fn psn(&self) -> Result<Option<u8>, ProfileError> {
        let psn = self.sheet.value(tags::PAN_SEQUENCE_NUMBER);
        valid(tags::PAN_SEQUENCE_NUMBER, bcd_to_u64(psn))?;
        Ok(psn.first().copied())
    }

    fn expiry(&self) -> Result<[u8; 3], ProfileError> {
        let date = self.sheet.array(tags::APPLICATION_EXPIRATION_DATE)?;
        valid(
            tags::APPLICATION_EXPIRATION_DATE,
            UnixTime::end_of_day(date),
        )?;
        Ok(date)
    }

    /// The span of a template whose content is itself well-formed.
    fn template(&self, tag: Tag) -> Result<Span, ProfileError> {
        let well_formed = Reader::new(self.sheet.value(tag)).all(|object| object.is_ok());
        valid(tag, well_formed.then(|| self.span(tag)))
    }

    fn span(&self, tag: Tag) -> Span {
        span(self.octets, self.sheet.value(tag))
    }
}

/// The content of one `E1`.
fn application(octets: &[u8], template: &[u8]) -> Result<Application<Span>, ProfileError> {
    let mut sheet = Sheet::new(&APPLICATION);
    for object in Reader::new(template) {
        sheet.take(object?)?;
    }
    let sheet = sheet.complete()?;
    let named = |tag| sheet.find(tag).is_some();
    if named(tags::APPLICATION_PREFERRED_NAME) && !named(tags::ISSUER_CODE_TABLE_INDEX) {
        return Err(ProfileError::Missing(tags::ISSUER_CODE_TABLE_INDEX));
    }
    let label = sheet.value(tags::APPLICATION_LABEL);
    let printable = label.iter().all(|octet| matches!(octet, b' '..=b'~'));
    valid(tags::APPLICATION_LABEL, printable.then_some(()))?;
    Ok(Application {
        aid: span(octets, sheet.value(tags::APPLICATION_IDENTIFIER)),
        label: span(octets, label),
        priority: sheet.array::<1>(tags::APPLICATION_PRIORITY_INDICATOR)?[0],
        preferred_name: span(octets, sheet.value(tags::APPLICATION_PREFERRED_NAME)),
        code_table: sheet
            .value(tags::ISSUER_CODE_TABLE_INDEX)
            .first()
            .copied()
            .unwrap_or(0),
    })
}

fn valid<T>(tag: Tag, value: Option<T>) -> Result<T, ProfileError> {
    value.ok_or(ProfileError::Value(tag))
}

/// The range of `part` within `whole`, of which it was borrowed; empty if `part` is.
fn span(whole: &[u8], part: &[u8]) -> Span {
    if part.is_empty() {
        return 0..0;
    }
    let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    let place = |n: usize| u16::try_from(n).unwrap_or_default();
    place(start)..place(start.saturating_add(part.len()))
}

type LimitParts = ([u8; 6], u8, [u8; 6], [u8; 6], [u8; 2]);

/// `unverified tap || unverified taps || unverified sum || any tap || validity`.
#[rustfmt::skip]
fn split_limits(octets: [u8; 21]) -> LimitParts {
    let [a0, a1, a2, a3, a4, a5, n, b0, b1, b2, b3, b4, b5, c0, c1, c2, c3, c4, c5, v0, v1] = octets;
    ([a0, a1, a2, a3, a4, a5], n, [b0, b1, b2, b3, b4, b5], [c0, c1, c2, c3, c4, c5], [v0, v1])
}
