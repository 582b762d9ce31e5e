//! The meanings of values, in words.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::{CardNumber, bcd_to_u64};
use understudy_core::wire::tags::{self, Bit, Entry, Format};
use understudy_core::wire::tlv::Tag;
use understudy_core::wire::track2::Track2;
use understudy_pos::money;

use super::objects::Level;
use super::{Annotator, Node, codes, masked};
use crate::hex;

/// The explanation of a value.
#[derive(Default)]
pub(super) struct Explained {
    pub(super) meaning: Option<String>,
    pub(super) parts: Vec<Node>,
    pub(super) problem: Option<String>,
}

impl Explained {
    fn said(meaning: Option<String>) -> Self {
        Self {
            meaning,
            ..Self::default()
        }
    }

    fn parts(parts: Vec<Node>) -> Self {
        Self {
            parts,
            ..Self::default()
        }
    }
}

/// The bits of `table` that are set in `value`, each with its place: byte, bit.
pub(super) fn bits(table: &[Bit], value: &[u8]) -> Vec<String> {
    let place = |bit: &Bit| match (8 - bit.mask.leading_zeros(), bit.mask.trailing_zeros() + 1) {
        (high, low) if high == low => format!("b{}.{high}", bit.octet),
        (high, low) => format!("b{}.{high}-{low}", bit.octet),
    };
    let holding = table.iter().filter(|bit| bit.holds(value));
    holding
        .map(|bit| format!("{:<6} {}", place(bit), bit.name))
        .collect()
}

/// The bits of `entry` that are set in `value`, and set bits that its table does not name. None for
/// a value without a table of bits.
pub(super) fn all_bits(entry: &Entry, value: &[u8]) -> Vec<String> {
    let table = entry.bits;
    let mut lines = bits(table, value);
    // The priority is a number, stored beside a bit.
    if table.is_empty() || entry.tag == tags::APPLICATION_PRIORITY_INDICATOR {
        return lines;
    }
    for (number, octet) in (1_u8..).zip(value) {
        let named = table
            .iter()
            .filter(|bit| bit.octet == number && bit.holds(value))
            .fold(0, |mask, bit| mask | bit.mask);
        let unnamed = (1..=8)
            .rev()
            .filter(|bit| octet & !named & 1 << (bit - 1) != 0);
        lines.extend(unnamed.map(|bit| {
            let place = format!("b{number}.{bit}");
            format!("{place:<6} set, and reserved in the tables known here")
        }));
    }
    lines
}

/// The currency in `5F2A` and similar objects.
pub(super) fn currency(value: &[u8]) -> Option<Currency> {
    Currency::from_bcd(value.try_into().ok()?)
}

/// "1 octet", "2 octets".
pub(super) fn octets(count: usize) -> String {
    if count == 1 {
        "1 octet".to_owned()
    } else {
        format!("{count} octets")
    }
}

impl Annotator {
    /// The explanation of the value of `tag`.
    pub(super) fn explain(&self, tag: Tag, value: &[u8], level: Level<'_>) -> Explained {
        match tag {
            tags::TRACK_2_EQUIVALENT_DATA => self.track2(value),
            tags::TRACK_2_DATA if self.is_track2(value) => self.track2(value),
            tags::DRDOL | tags::UDOL | tags::DSDOL if self.kernel == tags::Kernel::Mastercard => {
                Explained::parts(self.list(value))
            }
            tags::APPLICATION_PAN => self.number(value),
            tags::PDOL
            | tags::CDOL1
            | tags::CDOL2
            | tags::TDOL
            | tags::DDOL
            | tags::LOG_FORMAT
            | tags::LOAD_LOG_FORMAT => Explained::parts(self.list(value)),
            tags::CARD_PRODUCTION_LIFE_CYCLE => Explained::parts(self.life_cycle(value)),
            tags::ISSUER_APPLICATION_DATA => self.iad(value),
            tags::AFL => Explained::parts(self.file_locator(value)),
            tags::CVM_LIST => Explained::parts(self.cvm_list(value)),
            tags::CVM_RESULTS => Explained::said(codes::cvm_results(value)),
            tags::DF_NAME
            | tags::APPLICATION_IDENTIFIER
            | tags::APPLICATION_IDENTIFIER_TERMINAL => Explained::said(codes::application(value)),
            _ => Explained::said(self.said(tag, value, level)),
        }
    }

    fn said(&self, tag: Tag, value: &[u8], level: Level<'_>) -> Option<String> {
        match tag {
            tags::AMOUNT_AUTHORISED | tags::AMOUNT_OTHER => amount(value, level.currency),
            tags::TRANSACTION_CURRENCY_CODE
            | tags::APPLICATION_CURRENCY_CODE
            | tags::APPLICATION_CURRENCY_CODE_SCHEME
            | tags::ELECTRONIC_CASH_SECOND_CURRENCY_CODE => said_currency(value),
            tags::TERMINAL_COUNTRY_CODE
            | tags::ISSUER_COUNTRY_CODE
            | tags::ISSUER_COUNTRY_CODE_SCHEME => codes::country(value).map(str::to_owned),
            tags::TRANSACTION_DATE
            | tags::APPLICATION_EXPIRATION_DATE
            | tags::APPLICATION_EFFECTIVE_DATE => date(value),
            tags::TRANSACTION_TIME => time(value),
            tags::TRANSACTION_TYPE => codes::transaction_type(value).map(str::to_owned),
            tags::TERMINAL_TYPE => codes::terminal_type(value).map(str::to_owned),
            tags::ATC | tags::LAST_ONLINE_ATC_REGISTER | tags::PIN_TRY_COUNTER => {
                binary(value).map(|number| number.to_string())
            }
            tags::APPLICATION_PRIORITY_INDICATOR => priority(value),
            _ => self.printable(tag, value),
        }
    }

    /// The value as text, if all of it is printable.
    fn printable(&self, tag: Tag, value: &[u8]) -> Option<String> {
        let format = self.entry_of(tag, value).map(|entry| entry.format)?;
        let hidden = tag == tags::TRACK_1_DATA || tag == tags::TRACK_1_DISCRETIONARY_DATA;
        if !matches!(format, Format::An | Format::Ans) || hidden {
            return None;
        }
        let text = std::str::from_utf8(value)
            .ok()?
            .trim_end_matches([' ', '\0']);
        let printable = text
            .bytes()
            .all(|octet| octet.is_ascii_graphic() || octet == b' ');
        let said = || {
            // The text hides the same characters as the hex.
            let octets = hex::parse(&self.value_hex(tag, value)).ok()?;
            let shown = octets.get(..text.len())?;
            Some(format!("\"{}\"", String::from_utf8_lossy(shown)))
        };
        (printable && !text.is_empty()).then(said)?
    }

    /// True if `9F6B` is a track 2, as for Mastercard; for others it is a limit.
    pub(super) fn is_track2(&self, value: &[u8]) -> bool {
        self.kernel == tags::Kernel::Mastercard || Track2::parse(value).is_ok()
    }

    fn track2(&self, value: &[u8]) -> Explained {
        match Track2::parse(value) {
            Ok(track) => {
                let expiry = track.expiry();
                let [a, b, c] = track.service_code();
                Explained::said(Some(format!(
                    "{}, expires 20{:02}-{:02}, service code {a}{b}{c}",
                    self.mask.number(track.number()),
                    expiry.year(),
                    expiry.month()
                )))
            }
            Err(error) => match masked::track2(value) {
                Some(track) => Explained::said(Some(track)),
                None => Explained {
                    problem: Some(format!("no track 2: {error}")),
                    ..Explained::default()
                },
            },
        }
    }

    fn number(&self, value: &[u8]) -> Explained {
        match CardNumber::from_bcd(value) {
            Ok(number) if number.luhn_valid() => Explained::said(Some(self.mask.number(&number))),
            Ok(number) => Explained::said(Some(format!("{number}, check digit wrong"))),
            Err(error) => match masked::number(value) {
                Some(number) => Explained::said(Some(number)),
                None => Explained {
                    problem: Some(format!("no card number: {error}")),
                    ..Explained::default()
                },
            },
        }
    }

    /// The file locator: four octets for each group of records.
    fn file_locator(&self, value: &[u8]) -> Vec<Node> {
        let (groups, rest) = value.as_chunks::<4>();
        let node = |group: &[u8; 4]| {
            let [file, first, last, signed] = *group;
            let records = format!("records {first} to {last}, {signed} of them signed");
            Node::part(
                &format!("SFI {}", file >> 3),
                self.hex(group),
                Some(records),
            )
        };
        let mut nodes: Vec<Node> = groups.iter().map(node).collect();
        if !rest.is_empty() {
            let problem = "a file locator has four octets for each group of records".to_owned();
            nodes.push(Node::broken(problem, self.hex(rest)));
        }
        nodes
    }

    /// The CVM list: two amounts, and two octets for each rule.
    fn cvm_list(&self, value: &[u8]) -> Vec<Node> {
        let Some((amounts, rules)) = value.split_first_chunk::<8>() else {
            let problem = "a CVM list begins with two amounts of four octets".to_owned();
            return vec![Node::broken(problem, self.hex(value))];
        };
        let mut nodes = vec![Node::part("Amounts X and Y", self.hex(amounts), None)];
        for rule in rules.chunks(2) {
            nodes.push(Node::part("Rule", self.hex(rule), codes::cvm_rule(rule)));
        }
        nodes
    }
}

/// The currency in words; an empty value counts as absent.
fn said_currency(value: &[u8]) -> Option<String> {
    let said =
        || currency(value).map_or_else(|| codes::no_currency(value).to_owned(), codes::currency);
    (!value.is_empty()).then(said)
}

/// An amount in major units if the currency is known, else with two decimals.
fn amount(value: &[u8], currency: Option<Currency>) -> Option<String> {
    let minor = bcd_to_u64(<&[u8; 6]>::try_from(value).ok()?)?;
    let Some(currency) = currency else {
        return Some(format!("{}.{:02}", minor / 100, minor % 100));
    };
    Amount::new(minor, currency).map(money::format_amount)
}

fn date(value: &[u8]) -> Option<String> {
    let [year, month, day] = pairs(value)?;
    ((1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("20{year:02}-{month:02}-{day:02}"))
}

fn time(value: &[u8]) -> Option<String> {
    let [hour, minute, second] = pairs(value)?;
    (hour < 24 && minute < 60 && second < 60).then(|| format!("{hour:02}:{minute:02}:{second:02}"))
}

fn pairs(value: &[u8]) -> Option<[u64; 3]> {
    let [a, b, c] = <[u8; 3]>::try_from(value).ok()?;
    Some([bcd_to_u64(&[a])?, bcd_to_u64(&[b])?, bcd_to_u64(&[c])?])
}

fn binary(value: &[u8]) -> Option<u32> {
    let fits = (1..=4).contains(&value.len());
    fits.then(|| {
        value
            .iter()
            .fold(0, |number, octet| number << 8 | u32::from(*octet))
    })
}

fn priority(value: &[u8]) -> Option<String> {
    match value {
        [octet] if octet & 0x0F != 0 => Some(format!("priority {}", octet & 0x0F)),
        [_] => Some("no priority".to_owned()),
        _ => None,
    }
}
