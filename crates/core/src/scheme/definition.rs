//! The contents of a scheme's room, as one value.

use super::{Cvm, Iad};
use crate::crypto::{Algorithm, Algorithms, Atc, Cryptogram, Cvn};
use crate::wire::dol::DolData;
use crate::wire::qualifiers::{CryptogramType, Ttq};
use crate::wire::tlv::{Overflow, Tag, Writer};

/// Everything that differs between schemes.
pub(super) struct Definition {
    /// The octet that stands for the scheme in a profile.
    pub(super) octet: u8,
    pub(super) name: &'static str,
    pub(super) products: &'static [Product],
    /// The cryptogram versions with a single-use key.
    pub(super) versions: &'static [Cvn],
    /// The cryptogram versions with a limited-use key.
    #[cfg(feature = "limited-use")]
    pub(super) limited_use: &'static [Cvn],
    /// The defaults of an issuer.
    #[cfg(feature = "issuer")]
    pub(super) usual: Usual,
    /// The version with which a transaction whose `9F10` has this octet is verified.
    pub(super) accepted: fn(u8) -> Option<Cvn>,
    /// The most issuer discretionary data in `9F10` of a version.
    pub(super) longest_discretionary: fn(Cvn) -> usize,
    /// The application interchange profile of a stand-in card.
    pub(super) aip: [u8; 2],
    /// The PDOL of a stand-in card.
    pub(super) pdol: &'static [u8],
    /// The command that the cryptogram answers.
    pub(super) cryptogram_command: CryptogramCommand,
    /// The objects that the data object list of that command must ask for.
    pub(super) required: fn(Cvn) -> &'static [(Tag, usize)],
    /// The objects that the records must hold.
    pub(super) required_in_records: &'static [Tag],
    /// The objects that GET DATA gives the card's currency for.
    pub(super) currency_tags: &'static [Tag],
    /// The objects that it must ask for besides, by which a reader chooses among the card's algorithms.
    pub(super) required_for: fn(Algorithms) -> &'static [(Tag, usize)],
    /// True of two algorithms if a reader chooses between them. A card of the scheme has one algorithm,
    /// or such a pair.
    pub(super) negotiates: fn(Algorithms) -> bool,
    /// The algorithm of a tap by the data that the reader sent; `None` without a common one.
    pub(super) algorithm: fn(Algorithms, &DolData<'_, '_>) -> Option<Algorithm>,
    /// The reader by the data that it sent; `None` without a common path.
    pub(super) reader: fn(&DolData<'_, '_>) -> Option<Reader>,
    pub(super) parse_iad: for<'o> fn(&'o [u8]) -> Option<Iad<'o>>,
    pub(super) emit_iad: fn(&Iad<'_>, &mut Writer<'_>) -> Result<(), Overflow>,
    /// Writes the answer with the cryptogram.
    pub(super) emit_answer: fn(&CardData<'_>, &Answer<'_>, &mut Writer<'_>) -> Result<(), Overflow>,
    /// Writes the objects of a stand-in card's record.
    pub(super) emit_record: fn(&RecordData<'_>, &mut Writer<'_>) -> Result<(), Overflow>,
}

/// The defaults of an issuer for the cards of a scheme.
#[cfg(feature = "issuer")]
pub(super) struct Usual {
    /// One of the products.
    pub(super) product: Product,
    /// One of the versions.
    pub(super) version: Cvn,
    /// The form factor indicator (`9F6E`) of a card on a phone, 4 octets; empty if the scheme has
    /// none.
    pub(super) form_factor: &'static [u8],
}

/// The command that a card answers with its cryptogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CryptogramCommand {
    /// GET PROCESSING OPTIONS, with the data of the PDOL (`9F38`).
    GetProcessingOptions,
    /// GENERATE AC behind it, with the data of CDOL1 (`8C`), which stands in a record.
    GenerateAc,
}

/// A product of a scheme: an application that the issuer can put on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Product {
    /// A short stable name, such as `debit`; no other product of the scheme has it.
    pub name: &'static str,
    /// The application identifier (`4F`, `84`), 5–16 octets.
    pub aid: &'static [u8],
    /// The application label (`50`), 1–16 printable characters.
    pub label: &'static str,
}

/// The reader's capabilities, as far as they decide a tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a bit that the reader sends"
)]
pub(crate) struct Reader {
    pub(crate) offline_only: bool,
    pub(crate) cvm_required: bool,
    pub(crate) online_pin: bool,
    pub(crate) signature: bool,
}

impl Reader {
    /// A reader by its terminal transaction qualifiers.
    pub(super) fn qualified(qualifiers: Ttq) -> Self {
        Self {
            offline_only: qualifiers.offline_only(),
            cvm_required: qualifiers.cvm_required(),
            online_pin: qualifiers.online_pin(),
            signature: qualifiers.signature(),
        }
    }
}

/// The decision about one tap: the type of the cryptogram and the cardholder verification.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    pub(crate) cryptogram: CryptogramType,
    pub(crate) cvm: Cvm,
}

/// The personalised data that answers are made of.
pub(crate) struct CardData<'p> {
    pub(crate) aip: [u8; 2],
    pub(crate) track2: &'p [u8],
    /// `5F34`; here and below, empty if not personalised.
    pub(crate) psn: &'p [u8],
    /// `94`.
    pub(crate) afl: &'p [u8],
    /// `9F63`.
    pub(crate) product: &'p [u8],
    /// `9F19`.
    pub(crate) requestor: &'p [u8],
    /// `9F24`.
    pub(crate) reference: &'p [u8],
    /// `9F6E`.
    pub(crate) form_factor: &'p [u8],
}

/// The personalised data that records are made of.
pub(crate) struct RecordData<'p> {
    pub(crate) track2: &'p [u8],
    /// `5A`: the number in track 2, padded with `F`.
    pub(crate) number: &'p [u8],
    pub(crate) expiry: [u8; 3],
    /// `5F34`; empty if not personalised.
    pub(crate) psn: &'p [u8],
    pub(crate) currency: [u8; 2],
    pub(crate) requestor: &'p [u8],
    pub(crate) reference: &'p [u8],
    pub(crate) online_pin: bool,
    pub(crate) signature: bool,
}

/// The parts of an answer that are not personalised.
pub(crate) struct Answer<'a> {
    pub(crate) decision: Decision,
    pub(crate) iad: &'a [u8],
    pub(crate) atc: Atc,
    pub(crate) cryptogram: Cryptogram,
}
