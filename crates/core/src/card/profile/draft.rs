//! A profile's objects: each known, of its right length and single; then each by its value.

use super::emit::VERSION;
use super::records;
use super::sheet::Sheet;
use super::table::{APPLICATION, PROFILE, RECORD_LENGTH};
use super::tags as ours;
use super::{Application, Applications, CvmPolicy, Fields, Flags, Limits, ProfileError, Span};
use crate::card::code::is_marked;
use crate::card::{Scheme, UnixTime};
use crate::crypto::Algorithms;
#[cfg(feature = "limited-use")]
use crate::crypto::KeyIndex;
use crate::scheme::CryptogramCommand;
use crate::wire::amount::Currency;
use crate::wire::digits::bcd_to_u64;
use crate::wire::dol::Dol;
use crate::wire::tags;
use crate::wire::tlv::{Reader, Tag, find};
use crate::wire::track2::Track2;

/// Short APDUs carry 255 octets, of which `83` and its length take up to 3.
const LONGEST_PDOL_DATA: usize = 252;
/// Nothing precedes the data of CDOL1.
const LONGEST_CDOL_DATA: usize = 255;

/// A profile's objects, each of its right length; their values are not interpreted yet.
pub(super) struct Draft<'o> {
    octets: &'o [u8],
    applications: Applications,
    sheet: Sheet<'o, 20>,
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
            match object.tag {
                ours::APPLICATION => {
                    let place = places.next().ok_or(ProfileError::TooManyApplications)?;
                    *place = application(octets, object.value)?;
                }
                ours::RECORD if RECORD_LENGTH.contains(&object.value.len()) => {}
                ours::RECORD => return Err(ProfileError::Length(ours::RECORD)),
                _ => sheet.take(object)?,
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
        if self.sheet.array(ours::VERSION)? != [VERSION] {
            return Err(ProfileError::Value(ours::VERSION));
        }
        let [scheme, cvn, dki] = self.sheet.array(ours::SCHEME)?;
        let scheme = valid(ours::SCHEME, Scheme::from_octet(scheme))?;
        let cvn = valid(ours::SCHEME, scheme.version(cvn))?;
        if self.sheet.value(ours::ISSUER_DISCRETIONARY).len() > scheme.longest_discretionary(cvn) {
            return Err(ProfileError::Length(ours::ISSUER_DISCRETIONARY));
        }
        let algorithms = valid(ours::ALGORITHMS, self.algorithms(scheme))?;
        let [flags] = self.sheet.array(ours::FLAGS)?;
        let flags = valid(ours::FLAGS, Flags::from_octet(flags))?;
        if !scheme.authenticates_currency(cvn) && !flags.domestic_only {
            return Err(ProfileError::Value(ours::FLAGS));
        }
        #[cfg(feature = "limited-use")]
        if scheme.has_limited_use_key(cvn) {
            self.limited_use(algorithms, flags)?;
        }
        let policy = self.sheet.array(ours::CVM_POLICY)?;
        Ok(Fields {
            language: self.span(tags::LANGUAGE_PREFERENCE),
            discretionary_fci: self.template(tags::FCI_ISSUER_DISCRETIONARY_DATA)?,
            pdol: self.pdol()?,
            aip: self.aip()?,
            expiry: self.expiry()?,
            track2: self.track2()?,
            psn: self.psn()?,
            product: self.span(tags::PRODUCT_IDENTIFICATION),
            requestor: self.span(tags::TOKEN_REQUESTOR_ID),
            reference: self.span(tags::PAYMENT_ACCOUNT_REFERENCE),
            form_factor: self.span(tags::FORM_FACTOR_INDICATOR),
            last_four: self.span(tags::LAST_4_DIGITS_OF_PAN),
            scheme,
            cvn,
            algorithms,
            dki,
            issuer_discretionary: self.span(ours::ISSUER_DISCRETIONARY),
            flags,
            policy: valid(ours::CVM_POLICY, CvmPolicy::from_octets(policy))?,
            limits: self.limits()?,
            cdol1: match scheme.cryptogram_command() {
                CryptogramCommand::GetProcessingOptions => 0..0,
                CryptogramCommand::GenerateAc => self.cdol1()?,
            },
            applications: self.applications,
            records: records::count(self.octets)?,
        })
    }

    /// The algorithms, which the scheme must permit together; `None` also if they are those that are
    /// meant where none are named, and named.
    fn algorithms(&self, scheme: Scheme) -> Option<Algorithms> {
        match self.sheet.value(ours::ALGORITHMS) {
            [] => Algorithms::IMPLIED,
            octets => Algorithms::from_octets(octets)
                .filter(|named| !named.are_implied() && scheme.permits(*named)),
        }
    }

    /// Checks that a limited-use key can be used: of triple DES, in the card's currency, in which its
    /// sum is limited, and with room for its index in track 2 and in `9F10`, where nothing else is.
    #[cfg(feature = "limited-use")]
    fn limited_use(&self, algorithms: Algorithms, flags: Flags) -> Result<(), ProfileError> {
        if algorithms != Algorithms::TDES {
            return Err(ProfileError::Value(ours::ALGORITHMS));
        }
        if !flags.domestic_only {
            return Err(ProfileError::Value(ours::FLAGS));
        }
        if !self.sheet.value(ours::ISSUER_DISCRETIONARY).is_empty() {
            return Err(ProfileError::Length(ours::ISSUER_DISCRETIONARY));
        }
        let track2 = Track2::parse(self.sheet.value(tags::TRACK_2_EQUIVALENT_DATA)).ok();
        let room = track2.filter(|track2| track2.discretionary().len() >= KeyIndex::DIGITS);
        valid(tags::TRACK_2_EQUIVALENT_DATA, room.map(|_| ()))
    }

    fn limits(&self) -> Result<Limits, ProfileError> {
        let currency = self.sheet.array(tags::APPLICATION_CURRENCY_CODE_SCHEME)?;
        let currency = valid(
            tags::APPLICATION_CURRENCY_CODE_SCHEME,
            Currency::from_bcd(currency),
        )?;
        let octets = self.sheet.array(ours::LIMITS)?;
        valid(ours::LIMITS, Limits::from_octets(currency, octets))
    }

    fn pdol(&self) -> Result<Span, ProfileError> {
        let dol = Dol::parse(self.sheet.value(tags::PDOL)).ok();
        valid(
            tags::PDOL,
            dol.filter(|dol| dol.data_length() <= LONGEST_PDOL_DATA),
        )?;
        Ok(self.span(tags::PDOL))
    }

    /// CDOL1, which a record holds; empty if none does.
    fn cdol1(&self) -> Result<Span, ProfileError> {
        let mut records = records::records(self.octets);
        let found = records.find_map(|record| find(record.content, tags::CDOL1).ok().flatten());
        let value = found.unwrap_or_default();
        let dol = Dol::parse(value).ok();
        valid(
            tags::CDOL1,
            dol.filter(|dol| dol.data_length() <= LONGEST_CDOL_DATA),
        )?;
        Ok(span(self.octets, value))
    }

    /// Track 2. Its month of expiry must be that of `5F24`.
    fn track2(&self) -> Result<Span, ProfileError> {
        let track2 = Track2::parse(self.sheet.value(tags::TRACK_2_EQUIVALENT_DATA)).ok();
        let [year, month, _] = self.sheet.array(tags::APPLICATION_EXPIRATION_DATE)?;
        let agrees = track2.filter(|track2| track2.expiry().to_bcd() == [year, month]);
        valid(tags::TRACK_2_EQUIVALENT_DATA, agrees)?;
        Ok(self.span(tags::TRACK_2_EQUIVALENT_DATA))
    }

    /// The AIP of taps: without the mark of codes.
    fn aip(&self) -> Result<[u8; 2], ProfileError> {
        let aip = self.sheet.array(tags::AIP)?;
        valid(tags::AIP, (!is_marked(aip)).then_some(aip))
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

pub(super) fn valid<T>(tag: Tag, value: Option<T>) -> Result<T, ProfileError> {
    value.ok_or(ProfileError::Value(tag))
}

/// The range of `part` within `whole`, of which it was borrowed; empty if `part` is.
pub(super) fn span(whole: &[u8], part: &[u8]) -> Span {
    if part.is_empty() {
        return 0..0;
    }
    let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    let place = |n: usize| u16::try_from(n).unwrap_or_default();
    place(start)..place(start.saturating_add(part.len()))
}
