//! The parsers of single values of the configuration.

use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::u64_to_bcd;

use super::application::ZeroAmount;
use super::{FieldProblem, OtherCurrency};
use crate::aid::Aid;
use crate::kernel_id::KernelId;
use crate::money;

const MERCHANT_NAME_MAX: usize = 40;

pub(super) fn country(text: &str) -> Result<[u8; 2], FieldProblem> {
    match digits(text, 4, COUNTRY)? {
        [0, 0] => Err(wrong(text, COUNTRY)),
        country @ [0..=9, _] => Ok(country),
        _ => Err(wrong(text, COUNTRY)),
    }
}

const COUNTRY: &str = "a country number of ISO 3166-1 with a leading zero, such as \"0156\"";

pub(super) fn category(text: &str) -> Result<[u8; 2], FieldProblem> {
    digits(
        text,
        4,
        "a merchant category code of four digits, such as \"5999\"",
    )
}

pub(super) fn currency(text: &str) -> Result<Currency, FieldProblem> {
    Ok(money::parse_currency(text)?)
}

/// An amount in minor units.
pub(super) fn limit(text: &str, currency: Currency) -> Result<u64, FieldProblem> {
    Ok(money::minor_units(text, currency)?)
}

/// An amount in minor units, or `none`.
pub(super) fn optional_limit(text: &str, currency: Currency) -> Result<Option<u64>, FieldProblem> {
    match text {
        "none" => Ok(None),
        text => limit(text, currency).map(Some),
    }
}

pub(super) fn other_currency(text: &str) -> Result<OtherCurrency, FieldProblem> {
    match text {
        "reached" => Ok(OtherCurrency::Reached),
        "not reached" => Ok(OtherCurrency::NotReached),
        _ => Err(wrong(text, "\"reached\" or \"not reached\"")),
    }
}

pub(super) fn zero_amount(text: &str) -> Result<ZeroAmount, FieldProblem> {
    match text {
        "online" => Ok(ZeroAmount::Online),
        "not allowed" => Ok(ZeroAmount::NotAllowed),
        _ => Err(wrong(text, "\"online\" or \"not allowed\"")),
    }
}

/// The identifier of one of the terminal's kernels.
pub(super) fn kernel(text: &str) -> Result<KernelId, FieldProblem> {
    let [identifier] = octets(
        text,
        "a kernel identifier of one octet in hex, such as \"07\"",
    )?;
    KernelId::from_identifier(identifier).ok_or(FieldProblem::Kernel(identifier))
}

/// A whole number from `least` to `most`.
pub(super) fn number(value: i64, least: u32, most: u32) -> Result<u32, FieldProblem> {
    let number = u32::try_from(value).ok();
    number
        .filter(|number| (least..=most).contains(number))
        .ok_or(FieldProblem::Number { value, least, most })
}

/// An offset from UTC such as `+08:00`, at most 14 hours, in minutes.
pub(super) fn utc_offset(text: &str) -> Result<i16, FieldProblem> {
    let parse = || {
        let (sign, rest) = text.split_at_checked(1)?;
        let sign = match sign {
            "+" => 1,
            "-" => -1,
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 14 * 60).then_some(sign * total)
    };
    parse().ok_or_else(|| wrong(text, "an offset from UTC such as \"+08:00\""))
}

pub(super) fn alphanumeric<const N: usize>(
    text: &str,
    expected: &'static str,
) -> Result<[u8; N], FieldProblem> {
    let alphanumeric = text.bytes().all(|octet| octet.is_ascii_alphanumeric());
    let octets = text.as_bytes().try_into().ok().filter(|_| alphanumeric);
    octets.ok_or_else(|| wrong(text, expected))
}

pub(super) fn merchant_name(text: &str) -> Result<String, FieldProblem> {
    let printable = text.bytes().all(|octet| (b' '..=b'~').contains(&octet));
    let blank = text.trim().is_empty();
    if printable && !blank && (1..=MERCHANT_NAME_MAX).contains(&text.len()) {
        Ok(text.to_owned())
    } else {
        Err(wrong(
            text,
            "1 to 40 printable ASCII characters, not all spaces",
        ))
    }
}

pub(super) fn terminal_type(text: &str) -> Result<u8, FieldProblem> {
    let [kind] = digits(text, 2, TERMINAL_TYPE)?;
    match (kind >> 4, kind & 0x0F) {
        (1 | 2, 1..=6) | (3, 4..=6) => Ok(kind),
        _ => Err(wrong(text, TERMINAL_TYPE)),
    }
}

const TERMINAL_TYPE: &str = "a terminal type of EMV Book 4 Annex A1, such as \"21\"";

pub(super) fn octets<const N: usize>(
    text: &str,
    expected: &'static str,
) -> Result<[u8; N], FieldProblem> {
    let mut octets = [0; N];
    hex::decode_to_slice(text, &mut octets).map_err(|_| wrong(text, expected))?;
    Ok(octets)
}

pub(super) fn aid(text: &str) -> Result<Aid, FieldProblem> {
    let octets = hex::decode(text).ok();
    octets
        .and_then(|octets| Aid::new(&octets))
        .ok_or_else(|| wrong(text, "an AID of 5 to 16 octets in hex"))
}

fn digits<const N: usize>(
    text: &str,
    count: usize,
    expected: &'static str,
) -> Result<[u8; N], FieldProblem> {
    let all_digits = text.bytes().all(|octet| octet.is_ascii_digit());
    let number = text
        .parse()
        .ok()
        .filter(|_| all_digits && text.len() == count);
    number
        .and_then(u64_to_bcd)
        .ok_or_else(|| wrong(text, expected))
}

fn two_digits(text: &str) -> Option<i16> {
    let all_digits = text.bytes().all(|octet| octet.is_ascii_digit());
    (text.len() == 2 && all_digits).then(|| text.parse().ok())?
}

fn wrong(value: &str, expected: &'static str) -> FieldProblem {
    FieldProblem::Text {
        value: value.to_owned(),
        expected,
    }
}
