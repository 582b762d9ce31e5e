//! The payment schemes. A scheme is a room: a module with everything that differs between schemes,
//! named in one `Definition`. The card, the issuer and the command ask [`Scheme`] and know no
//! scheme themselves.
//!
//! | of a scheme | stands in |
//! |---|---|
//! | name, products with their AIDs, requirements on a DOL, answers, records | `<scheme>/mod.rs` |
//! | cryptogram versions, the data under the MAC, the key's derivation | `<scheme>/cvn.rs` |
//! | issuer application data, read and written | `<scheme>/iad.rs` |

mod cvm;
mod cvn;
mod definition;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod iad;
#[cfg(feature = "mastercard")]
pub mod mastercard;
#[cfg(any(feature = "unionpay", feature = "visa"))]
mod qualified;
#[cfg(test)]
mod tests;
#[cfg(feature = "unionpay")]
pub mod unionpay;
#[cfg(feature = "visa")]
pub mod visa;

use crate::crypto::{Algorithm, Algorithms, Cvn, Field};
use crate::wire::dol::DolData;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Tag, Writer};

pub use cvm::Cvm;
pub use definition::Product;
pub(crate) use definition::{Answer, CardData, CryptogramCommand, Decision, Reader, RecordData};
pub use iad::Iad;

use definition::Definition;

/// A payment scheme whose cards this crate is built to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `UnionPay` `QuickPass` (qPBOC, qUICS): JR/T 0025.12.
    #[cfg(feature = "unionpay")]
    UnionPay,
    /// Visa contactless (qVSDC).
    #[cfg(feature = "visa")]
    Visa,
    /// Mastercard contactless (M/Chip, EMV mode).
    #[cfg(feature = "mastercard")]
    Mastercard,
}

impl Scheme {
    /// Every scheme of this build.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "unionpay")]
        Self::UnionPay,
        #[cfg(feature = "visa")]
        Self::Visa,
        #[cfg(feature = "mastercard")]
        Self::Mastercard,
    ];

    /// The scheme's room: the one place that distinguishes schemes.
    const fn definition(self) -> &'static Definition {
        match self {
            #[cfg(feature = "unionpay")]
            Self::UnionPay => &unionpay::DEFINITION,
            #[cfg(feature = "visa")]
            Self::Visa => &visa::DEFINITION,
            #[cfg(feature = "mastercard")]
            Self::Mastercard => &mastercard::DEFINITION,
        }
    }

    /// The scheme by its octet in the profile ([`tags::SCHEME`](crate::card::tags::SCHEME)).
    #[must_use]
    pub fn from_octet(octet: u8) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|scheme| scheme.octet() == octet)
    }

    /// The scheme by its [name](Self::name), in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|scheme| scheme.name().eq_ignore_ascii_case(name))
    }

    /// The octet that stands for the scheme in a profile.
    #[must_use]
    pub const fn octet(self) -> u8 {
        self.definition().octet
    }

    /// The name, such as `UnionPay`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.definition().name
    }

    /// The scheme's products, the first of which is the usual one.
    #[must_use]
    pub const fn products(self) -> &'static [Product] {
        self.definition().products
    }

    /// The product of this name.
    #[must_use]
    pub fn product(self, name: &str) -> Option<Product> {
        let mut products = self.products().iter().copied();
        products.find(|product| product.name == name)
    }

    /// The usual product.
    #[cfg(feature = "issuer")]
    #[must_use]
    pub const fn usual_product(self) -> Product {
        self.definition().usual.product
    }

    /// The usual cryptogram version.
    #[cfg(feature = "issuer")]
    #[must_use]
    pub const fn usual_version(self) -> Cvn {
        self.definition().usual.version
    }

    /// The form factor indicator, `9F6E`, of a stand-in card on a phone, 4 octets; empty if the scheme
    /// has none.
    #[cfg(feature = "issuer")]
    #[must_use]
    pub const fn form_factor(self) -> &'static [u8] {
        self.definition().usual.form_factor
    }

    /// The cryptogram versions of a stand-in card: those whose key is good for one counter alone.
    #[must_use]
    pub const fn versions(self) -> &'static [Cvn] {
        self.definition().versions
    }

    /// The cryptogram versions of a stand-in card whose key is good for a few counters.
    #[cfg(feature = "limited-use")]
    #[must_use]
    pub const fn limited_use_versions(self) -> &'static [Cvn] {
        self.definition().limited_use
    }

    /// True if the version's key is a limited-use key.
    #[cfg(feature = "limited-use")]
    pub(crate) fn has_limited_use_key(self, cvn: Cvn) -> bool {
        self.limited_use_versions().contains(&cvn)
    }

    /// The stand-in card's version that `9F10` and the profile call `octet`.
    #[must_use]
    pub fn version(self, octet: u8) -> Option<Cvn> {
        let versions = self.versions().iter();
        #[cfg(feature = "limited-use")]
        let versions = versions.chain(self.limited_use_versions());
        versions.copied().find(|cvn| cvn.byte() == octet)
    }

    /// The version with which a transaction is verified whose `9F10` calls it `octet`: that of
    /// [`Scheme::version`], and of other octets that are known to mean one.
    #[must_use]
    pub fn accepts(self, octet: u8) -> Option<Cvn> {
        (self.definition().accepted)(octet)
    }

    /// True if the currency is under the MAC. If it is not, a relay can exchange it, and the card
    /// must be restricted to its own currency.
    #[must_use]
    pub fn authenticates_currency(self, cvn: Cvn) -> bool {
        cvn.fields().contains(&Field::Currency)
    }

    /// The most issuer discretionary data that `9F10` of a version holds, in octets.
    #[must_use]
    pub fn longest_discretionary(self, cvn: Cvn) -> usize {
        (self.definition().longest_discretionary)(cvn)
    }

    /// The application interchange profile, `82`, of a stand-in card: no offline data
    /// authentication.
    #[must_use]
    pub const fn aip(self) -> [u8; 2] {
        self.definition().aip
    }

    /// The PDOL, `9F38`, of a stand-in card. Where GET PROCESSING OPTIONS is answered with the
    /// cryptogram: all that any version puts under the MAC, then time and merchant for the wallet's
    /// history, which are under none. Empty if the scheme needs none.
    #[must_use]
    pub const fn pdol(self) -> &'static [u8] {
        self.definition().pdol
    }

    /// The command that a card of the scheme answers with its cryptogram.
    pub(crate) const fn cryptogram_command(self) -> CryptogramCommand {
        self.definition().cryptogram_command
    }

    /// The objects, with their lengths in octets, that the data object list of the cryptogram's
    /// command must ask for: PDOL or CDOL1.
    pub(crate) fn required(self, cvn: Cvn) -> &'static [(Tag, usize)] {
        (self.definition().required)(cvn)
    }

    /// The objects that a card's records must hold. Empty: it needs no record.
    pub(crate) const fn required_in_records(self) -> &'static [Tag] {
        self.definition().required_in_records
    }

    /// True if GET DATA of this tag gives the card's currency.
    pub(crate) fn is_currency(self, tag: Tag) -> bool {
        self.definition().currency_tags.contains(&tag)
    }

    /// The objects that the list must ask for besides, with their lengths in octets, if the card has
    /// keys of these algorithms: those by which a reader chooses.
    #[must_use]
    pub fn required_for(self, algorithms: Algorithms) -> &'static [(Tag, usize)] {
        (self.definition().required_for)(algorithms)
    }

    /// True if a card of the scheme may have keys of these algorithms: of one, or of two between which
    /// its readers choose.
    #[must_use]
    pub fn permits(self, algorithms: Algorithms) -> bool {
        algorithms.iter().count() == 1 || (self.definition().negotiates)(algorithms)
    }

    /// The algorithms that a card of the scheme may have: each one alone, and the pairs between which
    /// its readers choose.
    #[cfg(feature = "issuer")]
    pub fn permitted_algorithms(self) -> impl Iterator<Item = Algorithms> {
        let ones = Algorithm::ALL.iter().map(|one| Algorithms::one(*one));
        let pairs = Algorithm::ALL.iter().flat_map(|first| {
            let seconds = Algorithm::ALL.iter();
            seconds.filter_map(|second| Algorithms::two(*first, *second))
        });
        ones.chain(pairs)
            .filter(move |algorithms| self.permits(*algorithms))
    }

    /// The algorithm of a tap by the data that the reader sent for a cryptogram; `None` if it has none
    /// in common with the card.
    pub(crate) fn algorithm(
        self,
        algorithms: Algorithms,
        data: &DolData<'_, '_>,
    ) -> Option<Algorithm> {
        (self.definition().algorithm)(algorithms, data)
    }

    /// Reads the value of `9F10`, if it is one that a stand-in card of this scheme writes.
    #[must_use]
    pub fn parse_iad(self, octets: &[u8]) -> Option<Iad<'_>> {
        (self.definition().parse_iad)(octets)
    }

    /// Appends the value of `9F10`, at most 32 octets.
    ///
    /// # Errors
    /// [`Overflow`] if it does not fit, or has more discretionary data than
    /// [`Scheme::longest_discretionary`].
    pub fn emit_iad(self, iad: &Iad<'_>, writer: &mut Writer<'_>) -> Result<(), Overflow> {
        (self.definition().emit_iad)(iad, writer)
    }

    /// The reader by the data that it sent for a cryptogram; `None` if it has no path in common
    /// with the card.
    pub(crate) fn reader(self, data: &DolData<'_, '_>) -> Option<Reader> {
        (self.definition().reader)(data)
    }

    /// Writes the objects of a stand-in card's one record.
    pub(crate) fn emit_record(
        self,
        card: &RecordData<'_>,
        record: &mut Writer<'_>,
    ) -> Result<(), Overflow> {
        (self.definition().emit_record)(card, record)
    }

    /// Writes the answer with the cryptogram.
    pub(crate) fn emit_answer(
        self,
        card: &CardData<'_>,
        answer: &Answer<'_>,
        body: &mut Writer<'_>,
    ) -> Result<(), Overflow> {
        (self.definition().emit_answer)(card, answer, body)
    }
}

/// The algorithm of a scheme in which a reader cannot choose: the card's only one.
fn only(algorithms: Algorithms, _: &DolData<'_, '_>) -> Option<Algorithm> {
    let mut algorithms = algorithms.iter();
    algorithms.next().filter(|_| algorithms.next().is_none())
}

/// Appends an object, unless its value is empty (not personalised).
pub(crate) fn optional(body: &mut Writer<'_>, tag: Tag, value: &[u8]) -> Result<(), Overflow> {
    if value.is_empty() {
        Ok(())
    } else {
        body.object(tag, value)
    }
}

/// Appends a template of objects, without those whose value is empty.
fn emit_template(
    template: Tag,
    objects: &[(Tag, &[u8])],
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    body.template(template, |body| {
        let mut objects = objects.iter();
        objects.try_for_each(|(tag, value)| optional(body, *tag, value))
    })
}

/// A record for readers that want one though the answer holds track 2: the number and the expiry.
fn emit_number_and_expiry(card: &RecordData<'_>, record: &mut Writer<'_>) -> Result<(), Overflow> {
    record.object(tags::APPLICATION_PAN, card.number)?;
    record.object(tags::APPLICATION_EXPIRATION_DATE, &card.expiry)
}
