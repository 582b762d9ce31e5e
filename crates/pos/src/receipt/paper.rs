//! Layout of paper in lines of 40 columns.

use std::fmt;

use iso_currency::Currency as Iso;
use understudy_core::wire::amount::Currency;

use crate::money::decimals;

/// The columns of a line.
pub(crate) const WIDTH: usize = 40;

/// A centred line; longer text is cut.
pub(crate) fn centred(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let text = text.get(..WIDTH).unwrap_or(text);
    let indent = WIDTH.saturating_sub(text.len()) / 2;
    writeln!(f, "{:indent$}{text}", "")
}

/// A word on the left and its value on the right; on two lines if both do not fit.
pub(crate) fn field(
    f: &mut fmt::Formatter<'_>,
    word: &str,
    value: impl fmt::Display,
) -> fmt::Result {
    let value = value.to_string();
    if word.len() + 1 + value.len() > WIDTH {
        writeln!(f, "{word}")?;
        return writeln!(f, "{value:>WIDTH$}");
    }
    let rest = WIDTH - word.len();
    writeln!(f, "{word}{value:>rest$}")
}

/// A horizontal line.
pub(crate) fn rule(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "{:-<WIDTH$}", "")
}

/// A sum of any size with the decimals of its currency, without its code.
pub(crate) fn sum(minor: i128, currency: Currency) -> String {
    let decimals = usize::from(decimals(currency));
    let sign = if minor < 0 { "-" } else { "" };
    let width = decimals + 1;
    let digits = format!("{:0width$}", minor.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// The code of a currency, or its number if it has none.
pub(crate) fn code(currency: Currency) -> String {
    let numeric = currency.numeric();
    Iso::from_numeric(numeric).map_or_else(|| format!("{numeric:03}"), |iso| iso.code().to_owned())
}
