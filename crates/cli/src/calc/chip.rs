//! The data elements of one transaction: out of DE 55, or option by option.

use std::ops::RangeInclusive;

use clap::Args;
use understudy_core::crypto::{Atc, Cvn, Field};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};

use crate::failure::Failure;
use crate::hex;
use crate::input::{DATA_MAX, Given, octets, octets_of};

/// The data elements as options; in the place of any of them, DE 55.
#[derive(Debug, Args)]
pub(super) struct Elements {
    /// The chip data, DE 55: 9F10, 9F36 and the data elements under the MAC, in any order
    #[arg(long, value_name = "HEX", conflicts_with_all = NAMES)]
    de55: Option<Given>,
    /// Amount authorised (9F02), 6 octets
    #[arg(long, value_name = "HEX")]
    amount: Option<Given>,
    /// Amount other (9F03), 6 octets
    #[arg(long, value_name = "HEX")]
    other: Option<Given>,
    /// Country of the terminal (9F1A), 2 octets
    #[arg(long, value_name = "HEX")]
    country: Option<Given>,
    /// Terminal verification results (95), 5 octets
    #[arg(long, value_name = "HEX")]
    tvr: Option<Given>,
    /// Currency (5F2A), 2 octets
    #[arg(long, value_name = "HEX")]
    currency: Option<Given>,
    /// Date (9A), 3 octets
    #[arg(long, value_name = "HEX")]
    date: Option<Given>,
    /// Transaction type (9C), 1 octet
    #[arg(long = "type", value_name = "HEX")]
    kind: Option<Given>,
    /// Unpredictable number (9F37), 4 octets
    #[arg(long, value_name = "HEX")]
    un: Option<Given>,
    /// Application interchange profile (82), 2 octets
    #[arg(long, value_name = "HEX")]
    aip: Option<Given>,
    /// Application transaction counter (9F36), 2 octets, 0001 to FFFE
    #[arg(long, value_name = "HEX")]
    atc: Option<Given>,
    /// Issuer application data (9F10), 7 to 32 octets
    #[arg(long, value_name = "HEX")]
    iad: Option<Given>,
}

const NAMES: [&str; 11] = [
    "amount", "other", "country", "tvr", "currency", "date", "kind", "un", "aip", "atc", "iad",
];

/// The data elements of one transaction, by their tags.
pub(super) struct Transaction(Vec<(Tag, Vec<u8>)>);

impl Elements {
    /// The transaction that the options describe.
    pub(super) fn transaction(&self) -> Result<Transaction, Failure> {
        if let Some(de55) = &self.de55 {
            return Transaction::of_de55(de55);
        }
        let given = [
            ("--amount", &self.amount, tags::AMOUNT_AUTHORISED, 6),
            ("--other", &self.other, tags::AMOUNT_OTHER, 6),
            ("--country", &self.country, tags::TERMINAL_COUNTRY_CODE, 2),
            ("--tvr", &self.tvr, tags::TVR, 5),
            (
                "--currency",
                &self.currency,
                tags::TRANSACTION_CURRENCY_CODE,
                2,
            ),
            ("--date", &self.date, tags::TRANSACTION_DATE, 3),
            ("--type", &self.kind, tags::TRANSACTION_TYPE, 1),
            ("--un", &self.un, tags::UNPREDICTABLE_NUMBER, 4),
            ("--aip", &self.aip, tags::AIP, 2),
            ("--atc", &self.atc, tags::ATC, 2),
        ];
        let mut objects = Vec::new();
        for (option, value, tag, length) in given {
            if let Some(value) = value {
                objects.push((tag, octets_of(option, value, &[length])?.to_vec()));
            }
        }
        if let Some(iad) = &self.iad {
            let iad = octets("--iad", iad, 7, 32)?;
            objects.push((tags::ISSUER_APPLICATION_DATA, iad.to_vec()));
        }
        Ok(Transaction(objects))
    }
}

impl Transaction {
    /// The objects of DE 55, each of which may occur once.
    pub(super) fn of_de55(de55: &Given) -> Result<Self, Failure> {
        let octets = octets("--de55", de55, 1, DATA_MAX)?;
        let mut objects: Vec<(Tag, Vec<u8>)> = Vec::new();
        for object in Reader::new(&octets) {
            let object = object.map_err(|error| Failure::Input(format!("--de55: {error}")))?;
            if objects.iter().any(|(tag, _)| *tag == object.tag) {
                return Err(Failure::Input(format!("--de55 has {} twice", object.tag)));
            }
            objects.push((object.tag, object.value.to_vec()));
        }
        Ok(Self(objects))
    }

    /// The value of this tag, if it is there.
    pub(super) fn find(&self, tag: Tag) -> Option<&[u8]> {
        let (_, value) = self.0.iter().find(|(held, _)| *held == tag)?;
        Some(value)
    }

    /// The value of this tag, of a length among these.
    pub(super) fn value(&self, tag: Tag, lengths: RangeInclusive<usize>) -> Result<&[u8], Failure> {
        let value = self.find(tag);
        let value = value.ok_or_else(|| Failure::Input(format!("{tag} is missing")))?;
        if lengths.contains(&value.len()) {
            Ok(value)
        } else {
            let shown = hex::upper(value);
            Err(Failure::Input(format!(
                "{tag} has the wrong length: {shown}"
            )))
        }
    }

    /// The value of this tag, `N` octets.
    pub(super) fn array<const N: usize>(&self, tag: Tag) -> Result<[u8; N], Failure> {
        let value = self.value(tag, N..=N)?;
        let value = value.try_into();
        value.map_err(|_| Failure::Input(format!("{tag} has the wrong length")))
    }

    /// The counter, `9F36`.
    pub(super) fn counter(&self) -> Result<Atc, Failure> {
        let counter = u16::from_be_bytes(self.array(tags::ATC)?);
        Atc::new(counter)
            .ok_or_else(|| Failure::Input(format!("9F36: {counter:04X} goes with no cryptogram")))
    }

    /// The issuer application data, `9F10`, as long as a version needs.
    pub(super) fn iad(&self, cvn: Cvn) -> Result<&[u8], Failure> {
        self.value(tags::ISSUER_APPLICATION_DATA, cvn.shortest_iad()..=32)
    }

    /// The value of a data element that terminal and card agree on; `None` for those that the card
    /// says in `9F36` and `9F10`.
    pub(super) fn element(&self, field: Field) -> Result<Option<(Tag, &[u8])>, Failure> {
        let (tag, length) = match field {
            Field::AmountAuthorised => (tags::AMOUNT_AUTHORISED, 6),
            Field::AmountOther => (tags::AMOUNT_OTHER, 6),
            Field::TerminalCountry => (tags::TERMINAL_COUNTRY_CODE, 2),
            Field::Tvr => (tags::TVR, 5),
            Field::Currency => (tags::TRANSACTION_CURRENCY_CODE, 2),
            Field::Date => (tags::TRANSACTION_DATE, 3),
            Field::TransactionType => (tags::TRANSACTION_TYPE, 1),
            Field::UnpredictableNumber => (tags::UNPREDICTABLE_NUMBER, 4),
            Field::Aip => (tags::AIP, 2),
            Field::Atc | Field::Cvr | Field::CvrFirstOctet | Field::Counters | Field::Iad => {
                return Ok(None);
            }
        };
        self.value(tag, length..=length)
            .map(|value| Some((tag, value)))
    }
}

/// A cryptogram version by its name on the command line: `unionpay-01`, `mchip-17`.
pub(super) fn cvn(name: &str) -> Result<Cvn, String> {
    let mut versions = Cvn::ALL.into_iter();
    versions.find(|cvn| slug(*cvn) == name).ok_or_else(|| {
        let known: Vec<String> = Cvn::ALL.into_iter().map(slug).collect();
        format!("one of {}", known.join(", "))
    })
}

/// The name of a version on the command line.
fn slug(cvn: Cvn) -> String {
    let name = cvn.name().to_lowercase();
    name.replace('/', "").replace(' ', "-")
}
