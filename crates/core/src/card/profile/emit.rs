//! Writing a profile.

use super::sheet::Sheet;
use super::table::{APPLICATION, PROFILE};
use super::{Application, CvmPolicy, Flags, Limits, ProfileError, tags as ours};
use crate::crypto::{Algorithms, Cvn};
use crate::scheme::{RecordData, Scheme};
use crate::wire::digits::{CardNumber, PAD};
use crate::wire::tags;
use crate::wire::tlv::Writer;
use crate::wire::track2::Track2;

/// The version of the format.
pub(super) const VERSION: u8 = 0x01;
/// The octets of 19 digits.
const CARD_NUMBER_MAX: usize = 10;

/// All that a card is personalised with. An empty slice is an object that the card does not have.
#[derive(Clone, Copy, Debug)]
pub struct Personalisation<'a> {
    /// The applications, 1–4.
    pub applications: &'a [Application<&'a [u8]>],
    /// `5F2D`, languages.
    pub language: &'a [u8],
    /// `BF0C`, FCI issuer discretionary data.
    pub discretionary_fci: &'a [u8],
    /// `9F38`.
    pub pdol: &'a [u8],
    /// `82`, application interchange profile.
    pub aip: [u8; 2],
    /// `57`, the stand-in card's track 2.
    pub track2: &'a [u8],
    /// `5F24`, YYMMDD in BCD.
    pub expiry: [u8; 3],
    /// `5F34`, two BCD digits.
    pub psn: Option<u8>,
    /// `9F24`, payment account reference.
    pub reference: &'a [u8],
    /// `9F19`, token requestor.
    pub requestor: &'a [u8],
    /// `9F25`, last four digits of the bank card's number.
    pub last_four: &'a [u8],
    /// `9F6E`, form factor indicator.
    pub form_factor: &'a [u8],
    /// `9F63`, product identification.
    pub product: &'a [u8],
    /// The scheme.
    pub scheme: Scheme,
    /// The cryptogram version, one of the scheme's.
    pub cvn: Cvn,
    /// The derivation key index.
    pub dki: u8,
    /// The algorithms of the card's keys.
    pub algorithms: Algorithms,
    /// Issuer discretionary data in `9F10`.
    pub discretionary: &'a [u8],
    /// The switches.
    pub flags: Flags,
    /// The order and methods of cardholder verification.
    pub policy: CvmPolicy,
    /// The limits, and the card's currency.
    pub limits: Limits,
    /// A record though the scheme needs none, for readers that refuse an answer without an AFL.
    pub with_record: bool,
}

impl Personalisation<'_> {
    /// Appends the profile: one `E0` template.
    ///
    /// The presence and the length of each object are checked, its value is not:
    /// [`Profile::parse`](super::Profile::parse) does that.
    ///
    /// # Errors
    /// [`ProfileError`] names the first object that is missing or of a wrong length.
    pub fn emit(&self, writer: &mut Writer<'_>) -> Result<(), ProfileError> {
        let currency = self.limits.currency.to_bcd();
        let scheme = [self.scheme.octet(), self.cvn.byte(), self.dki];
        let limits = self.limits.octets();
        let limits = limits.ok_or(ProfileError::Value(ours::LIMITS))?;
        let mut room = [0; 2];
        let algorithms = match self.algorithms {
            implied if implied.are_implied() => &[],
            named => named.octets(&mut room),
        };
        let objects: [(_, &[u8]); 20] = [
            (ours::VERSION, &[VERSION]),
            (tags::LANGUAGE_PREFERENCE, self.language),
            (tags::FCI_ISSUER_DISCRETIONARY_DATA, self.discretionary_fci),
            (tags::PDOL, self.pdol),
            (tags::AIP, &self.aip),
            (tags::TRACK_2_EQUIVALENT_DATA, self.track2),
            (tags::APPLICATION_EXPIRATION_DATE, &self.expiry),
            (tags::PAN_SEQUENCE_NUMBER, self.psn.as_slice()),
            (tags::APPLICATION_CURRENCY_CODE_SCHEME, &currency),
            (tags::PAYMENT_ACCOUNT_REFERENCE, self.reference),
            (tags::TOKEN_REQUESTOR_ID, self.requestor),
            (tags::LAST_4_DIGITS_OF_PAN, self.last_four),
            (tags::FORM_FACTOR_INDICATOR, self.form_factor),
            (tags::PRODUCT_IDENTIFICATION, self.product),
            (ours::SCHEME, &scheme),
            (ours::ISSUER_DISCRETIONARY, self.discretionary),
            (ours::FLAGS, &[self.flags.octet()]),
            (ours::CVM_POLICY, &self.policy.octets()),
            (ours::LIMITS, &limits),
            (ours::ALGORITHMS, algorithms),
        ];
        let sheet = Sheet::new(&PROFILE).filled(&objects)?;
        writer.template(ours::PROFILE, |profile| {
            profile.object(ours::VERSION, sheet.value(ours::VERSION))?;
            self.applications
                .iter()
                .try_for_each(|application| application.emit(profile))?;
            if self.with_record || !self.scheme.required_in_records().is_empty() {
                profile.template(ours::RECORD, |record| self.emit_record(record))?;
            }
            sheet.emit_all_but(ours::VERSION, profile)
        })
    }
}

impl Personalisation<'_> {
    /// Appends the content of a `C6`: the one record of a stand-in card, the first of file 1.
    fn emit_record(&self, record: &mut Writer<'_>) -> Result<(), ProfileError> {
        let invalid = ProfileError::Value(tags::TRACK_2_EQUIVALENT_DATA);
        let track2 = Track2::parse(self.track2).map_err(|_| invalid)?;
        let mut number = [0; CARD_NUMBER_MAX];
        let number = emit_number(track2.number(), &mut number);
        let data = RecordData {
            track2: self.track2,
            number,
            expiry: self.expiry,
            psn: self.psn.as_slice(),
            currency: self.limits.currency.to_bcd(),
            requestor: self.requestor,
            reference: self.reference,
            online_pin: self.policy.online_pin,
            signature: self.policy.signature,
        };
        record.octets(&[1, 1])?;
        Ok(self.scheme.emit_record(&data, record)?)
    }
}

/// The number as `5A` holds it: two digits an octet, an `F` behind an odd one.
fn emit_number<'o>(number: &CardNumber, octets: &'o mut [u8; CARD_NUMBER_MAX]) -> &'o [u8] {
    let mut digits = number.digits();
    for octet in octets.iter_mut() {
        let high = digits.next().unwrap_or(PAD);
        *octet = high << 4 | digits.next().unwrap_or(PAD);
    }
    octets.get(..number.len().div_ceil(2)).unwrap_or_default()
}

impl Application<&[u8]> {
    fn emit(&self, profile: &mut Writer<'_>) -> Result<(), ProfileError> {
        let code_table = [self.code_table];
        let named = !self.preferred_name.is_empty();
        let objects: [(_, &[u8]); 5] = [
            (tags::APPLICATION_IDENTIFIER, self.aid),
            (tags::APPLICATION_LABEL, self.label),
            (tags::APPLICATION_PRIORITY_INDICATOR, &[self.priority]),
            (tags::APPLICATION_PREFERRED_NAME, self.preferred_name),
            (
                tags::ISSUER_CODE_TABLE_INDEX,
                if named { &code_table } else { &[] },
            ),
        ];
        let sheet = Sheet::new(&APPLICATION).filled(&objects)?;
        profile.template(ours::APPLICATION, |application| {
            sheet.emit_all_but(ours::VERSION, application)
        })
    }
}
