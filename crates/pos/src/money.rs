//! Money as text: `300.00` and `CNY` (ISO 4217).

use iso_currency::Currency as Iso;
use thiserror::Error;
use understudy_core::wire::amount::{Amount, Currency};

/// The reason for which a text is not an amount of money.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum MoneyError {
    /// Not an alphabetic code of ISO 4217.
    #[error("`{0}` is not a currency code of ISO 4217, such as CNY")]
    UnknownCurrency(String),
    /// The code has no minor unit: gold, test codes and the like.
    #[error("{0} has no minor unit, so nothing can be paid in it")]
    NoMinorUnit(&'static str),
    /// Not digits with at most one point between them.
    #[error("`{0}` is not a decimal number such as 12.34")]
    NotDecimal(String),
    /// More decimals than the currency has.
    #[error("`{text}` has too many decimals: {code} has {decimals}")]
    Decimals {
        /// The text.
        text: String,
        /// The currency.
        code: &'static str,
        /// The decimals of the currency.
        decimals: u16,
    },
    /// Above twelve digits of minor units.
    #[error("`{0}` has more than twelve digits in minor units")]
    TooLarge(String),
}

/// The currency with this alphabetic code.
///
/// # Errors
/// [`MoneyError::UnknownCurrency`]; [`MoneyError::NoMinorUnit`] for a code without a minor unit.
pub fn parse_currency(code: &str) -> Result<Currency, MoneyError> {
    let unknown = || MoneyError::UnknownCurrency(code.to_owned());
    let iso = Iso::from_code(code).ok_or_else(unknown)?;
    exponent(iso)?;
    Currency::new(iso.numeric()).ok_or_else(unknown)
}

/// The amount written as `text` in `currency`: `300.00`, `300` or `300.5`, never negative.
///
/// # Errors
/// [`MoneyError`]
pub fn parse_amount(text: &str, currency: Currency) -> Result<Amount, MoneyError> {
    let minor = minor_units(text, currency)?;
    Amount::new(minor, currency).ok_or_else(|| MoneyError::TooLarge(text.to_owned()))
}

/// The amount with its decimals and currency code: `300.00 CNY`. For a currency unknown to ISO
/// 4217, the minor units and the currency's number.
#[must_use]
pub fn format_amount(amount: Amount) -> String {
    let numeric = amount.currency().numeric();
    let minor = amount.minor();
    match Iso::from_numeric(numeric).map(|iso| (iso.code(), iso.exponent())) {
        Some((code, Some(decimals))) if decimals > 0 => {
            let width = usize::from(decimals) + 1;
            let digits = format!("{minor:0width$}");
            let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
            format!("{whole}.{fraction} {code}")
        }
        Some((code, _)) => format!("{minor} {code}"),
        None => format!("{minor} minor units of currency {numeric:03}"),
    }
}

/// The decimals of a currency; 2 if ISO 4217 lists none.
pub(crate) fn decimals(currency: Currency) -> u8 {
    Iso::from_numeric(currency.numeric())
        .and_then(Iso::exponent)
        .and_then(|exponent| u8::try_from(exponent).ok())
        .unwrap_or(2)
}

/// A single unit of a currency in its minor units: 100 for CNY, 1 for JPY.
pub(crate) fn one_unit(currency: Currency) -> u64 {
    10_u64
        .checked_pow(u32::from(decimals(currency)))
        .unwrap_or(u64::MAX)
}

/// `text` in minor units of `currency`.
pub(crate) fn minor_units(text: &str, currency: Currency) -> Result<u64, MoneyError> {
    let numeric = currency.numeric();
    let iso = Iso::from_numeric(numeric)
        .ok_or_else(|| MoneyError::UnknownCurrency(format!("{numeric:03}")))?;
    let decimals = exponent(iso)?;
    let (whole, fraction) = split_decimal(text)?;
    let missing = usize::from(decimals)
        .checked_sub(fraction.len())
        .ok_or_else(|| MoneyError::Decimals {
            text: text.to_owned(),
            code: iso.code(),
            decimals,
        })?;
    let digits = format!("{whole}{fraction}{:0<missing$}", "");
    let too_large = || MoneyError::TooLarge(text.to_owned());
    let minor = digits.parse().map_err(|_| too_large())?;
    Amount::new(minor, currency)
        .map(Amount::minor)
        .ok_or_else(too_large)
}

fn split_decimal(text: &str) -> Result<(&str, &str), MoneyError> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(MoneyError::NotDecimal(text.to_owned())),
        None => (text, ""),
    };
    let digits = |part: &str| part.bytes().all(|octet| octet.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(MoneyError::NotDecimal(text.to_owned()));
    }
    Ok((whole, fraction))
}

fn exponent(iso: Iso) -> Result<u16, MoneyError> {
    iso.exponent().ok_or(MoneyError::NoMinorUnit(iso.code()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny(text: &str) -> Result<u64, MoneyError> {
        parse_amount(text, Currency::CNY).map(Amount::minor)
    }

    #[test]
    fn decimals_follow_the_currency() {
        for (text, code, minor) in [
            ("300.00", "CNY", 30_000),
            ("300", "CNY", 30_000),
            ("0.5", "CNY", 50),
            ("0", "CNY", 0),
            ("9999999999.99", "CNY", 999_999_999_999),
            ("500", "JPY", 500),
            ("1.234", "KWD", 1_234),
        ] {
            let currency = parse_currency(code).unwrap();
            assert_eq!(
                parse_amount(text, currency).unwrap().minor(),
                minor,
                "{text} {code}"
            );
        }
    }

    #[test]
    fn anything_but_a_plain_decimal_is_refused() {
        for text in [
            "", ".", "1.", ".5", "-1", "+1", "1,00", "1.2.3", "1e3", " 1", "１", "0x10",
        ] {
            assert_eq!(
                cny(text),
                Err(MoneyError::NotDecimal(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn too_many_decimals_and_too_many_digits_are_told_apart() {
        assert!(matches!(
            cny("1.001"),
            Err(MoneyError::Decimals { decimals: 2, .. })
        ));
        assert!(matches!(
            cny("10000000000.00"),
            Err(MoneyError::TooLarge(_))
        ));
        assert!(matches!(cny(&"9".repeat(40)), Err(MoneyError::TooLarge(_))));
        let yen = parse_currency("JPY").unwrap();
        assert!(matches!(
            parse_amount("1.5", yen),
            Err(MoneyError::Decimals { decimals: 0, .. })
        ));
    }

    #[test]
    fn a_code_that_is_no_money_is_refused() {
        assert!(matches!(
            parse_currency("cny"),
            Err(MoneyError::UnknownCurrency(_))
        ));
        assert!(matches!(
            parse_currency("RMB"),
            Err(MoneyError::UnknownCurrency(_))
        ));
        assert!(matches!(
            parse_currency("XAU"),
            Err(MoneyError::NoMinorUnit("XAU"))
        ));
    }

    #[test]
    fn an_amount_is_printed_as_it_is_read() {
        for text in ["0.00 CNY", "0.07 CNY", "12.34 CNY", "500 JPY", "1.234 KWD"] {
            let (number, code) = text.split_once(' ').unwrap();
            let amount = parse_amount(number, parse_currency(code).unwrap()).unwrap();
            assert_eq!(format_amount(amount), text);
        }
    }
}
