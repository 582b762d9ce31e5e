//! The personalised data of a card, in the TLV form in which the issuer provisions it: written from
//! a [`Personalisation`], parsed and validated once into a [`Profile`], both by one table.
//! `docs/formats.md` has the layout.

mod draft;
mod emit;
mod parse;
mod records;
mod rules;
mod sheet;
mod table;
pub mod tags;

use core::ops::Range;

use super::Scheme;
use crate::crypto::{Algorithms, Cvn};
use crate::scheme::{CardData, CryptogramCommand};
use crate::wire;
use crate::wire::dol::Dol;
use crate::wire::tlv::{Tag, Writer};

pub use emit::Personalisation;
pub use parse::ProfileError;
pub(super) use records::AFL_MAX;
pub use rules::{CvmOrder, CvmPolicy, Flags, Limits};

/// The applications (AIDs) of one card; unused places have an empty AID.
type Applications = [Application<Span>; 4];

/// A card's personalised data, validated, over any octets: `&'static [u8]` on a chip, `Box<[u8]>`
/// in a wallet. No accessor fails.
#[derive(Clone)]
pub struct Profile<B> {
    octets: B,
    fields: Fields,
}

/// Where each data object's value lies in the octets. Empty: not personalised.
type Span = Range<u16>;

#[derive(Clone, Debug)]
struct Fields {
    applications: Applications,
    /// The number of records.
    records: u8,
    cdol1: Span,
    language: Span,
    discretionary_fci: Span,
    pdol: Span,
    aip: [u8; 2],
    track2: Span,
    expiry: [u8; 3],
    psn: Option<u8>,
    product: Span,
    requestor: Span,
    reference: Span,
    form_factor: Span,
    last_four: Span,
    scheme: Scheme,
    cvn: Cvn,
    algorithms: Algorithms,
    dki: u8,
    issuer_discretionary: Span,
    flags: Flags,
    policy: CvmPolicy,
    limits: Limits,
}

/// One application of the card, as the directory and SELECT name it.
#[derive(Clone, Debug, Default)]
pub struct Application<T> {
    /// `4F` / `84`, 5–16 octets.
    pub aid: T,
    /// `50`, ans 1–16.
    pub label: T,
    /// `87`: 1 is the highest of 15.
    pub priority: u8,
    /// `9F12`, ans 1–16; empty if not personalised.
    pub preferred_name: T,
    /// `9F11`: the code table of `9F12`.
    pub code_table: u8,
}

impl<B: AsRef<[u8]>> Profile<B> {
    /// The card's applications, in the order in which the directory lists them; 1–4.
    pub fn applications(&self) -> impl Iterator<Item = Application<&[u8]>> {
        self.fields
            .applications
            .iter()
            .filter(|a| !a.aid.is_empty())
            .map(|a| Application {
                aid: self.at(&a.aid),
                label: self.at(&a.label),
                priority: a.priority,
                preferred_name: self.at(&a.preferred_name),
                code_table: a.code_table,
            })
    }

    /// The stand-in card's track 2 equivalent data, `57`, at most 19 octets.
    pub fn track2(&self) -> &[u8] {
        self.at(&self.fields.track2)
    }

    /// The last four digits of the bank card's number, `9F25` (2 octets), for display.
    pub fn last_four(&self) -> Option<[u8; 2]> {
        self.at(&self.fields.last_four).first_chunk().copied()
    }

    /// `5F24`, n6 YYMMDD: the last day on which the card pays.
    pub fn expiry(&self) -> [u8; 3] {
        self.fields.expiry
    }

    /// The card's limits: those that it was personalised with, unless others were [set](Self::set_limits).
    pub fn limits(&self) -> &Limits {
        &self.fields.limits
    }

    /// Replaces the limits that the card was personalised with.
    pub fn set_limits(&mut self, limits: Limits) {
        self.fields.limits = limits;
    }

    /// The complete octets that the profile was parsed from.
    pub fn octets(&self) -> &[u8] {
        self.octets.as_ref()
    }

    pub(super) fn policy(&self) -> &CvmPolicy {
        &self.fields.policy
    }

    pub(super) fn flags(&self) -> Flags {
        self.fields.flags
    }

    /// The card's scheme.
    pub fn scheme(&self) -> Scheme {
        self.fields.scheme
    }

    pub(super) fn cvn(&self) -> Cvn {
        self.fields.cvn
    }

    /// The algorithms of the card's keys, of which the card has one each for every counter.
    pub fn algorithms(&self) -> Algorithms {
        self.fields.algorithms
    }

    /// True if the card's keys are limited-use keys.
    #[cfg(feature = "limited-use")]
    pub fn has_limited_use_key(&self) -> bool {
        self.fields.scheme.has_limited_use_key(self.fields.cvn)
    }

    pub(super) fn dki(&self) -> u8 {
        self.fields.dki
    }

    pub(super) fn aip(&self) -> [u8; 2] {
        self.fields.aip
    }

    pub(super) fn psn(&self) -> Option<u8> {
        self.fields.psn
    }

    pub(super) fn issuer_discretionary(&self) -> &[u8] {
        self.at(&self.fields.issuer_discretionary)
    }

    pub(super) fn language(&self) -> &[u8] {
        self.at(&self.fields.language)
    }

    pub(super) fn discretionary_fci(&self) -> &[u8] {
        self.at(&self.fields.discretionary_fci)
    }

    pub(super) fn pdol(&self) -> &[u8] {
        self.at(&self.fields.pdol)
    }

    /// The data that answers are made of.
    pub(super) fn card_data<'a>(&'a self, afl: &'a mut [u8; AFL_MAX]) -> CardData<'a> {
        CardData {
            aip: self.fields.aip,
            afl: self.afl_beside_cryptogram(afl),
            track2: self.track2(),
            psn: self.fields.psn.as_slice(),
            product: self.at(&self.fields.product),
            requestor: self.at(&self.fields.requestor),
            reference: self.at(&self.fields.reference),
            form_factor: self.at(&self.fields.form_factor),
        }
    }

    /// The PDOL, parsed again: it was valid when the profile was. Empty if not personalised.
    pub(super) fn parsed_pdol(&self) -> Option<Dol<'_>> {
        Dol::parse(self.pdol()).ok()
    }

    /// The data object list of the command that the cryptogram answers, and its tag; parsed again
    /// likewise.
    pub(super) fn cryptogram_dol(&self) -> (Tag, Option<Dol<'_>>) {
        match self.scheme().cryptogram_command() {
            CryptogramCommand::GetProcessingOptions => (wire::tags::PDOL, self.parsed_pdol()),
            CryptogramCommand::GenerateAc => {
                let cdol1 = self.at(&self.fields.cdol1);
                (wire::tags::CDOL1, Dol::parse(cdol1).ok())
            }
        }
    }

    /// The application file locator, `94`, that an answer with the cryptogram holds; empty if the
    /// records were named before it.
    fn afl_beside_cryptogram<'a>(&self, room: &'a mut [u8; AFL_MAX]) -> &'a [u8] {
        match self.scheme().cryptogram_command() {
            CryptogramCommand::GetProcessingOptions => self.afl(room),
            CryptogramCommand::GenerateAc => &[],
        }
    }

    /// The application file locator, `94`; empty without records.
    pub(super) fn afl<'a>(&self, room: &'a mut [u8; AFL_MAX]) -> &'a [u8] {
        let mut afl = Writer::new(room);
        match records::emit_afl(self.octets(), self.fields.records, &mut afl) {
            Ok(()) => afl.finish(),
            Err(_) => &[],
        }
    }

    /// The content of a record's template `70`.
    pub(super) fn record(&self, file: u8, number: u8) -> Option<&[u8]> {
        let mut records = records::records(self.octets());
        let record = records.find(|record| record.name == (file, number))?;
        Some(record.content)
    }

    #[inline(never)] // a chip has room for one of it
    fn at(&self, span: &Span) -> &[u8] {
        let range = usize::from(span.start)..usize::from(span.end);
        self.octets.as_ref().get(range).unwrap_or_default()
    }
}

impl<B> core::fmt::Debug for Profile<B> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Profile")
            .field("scheme", &self.fields.scheme)
            .finish_non_exhaustive()
    }
}
