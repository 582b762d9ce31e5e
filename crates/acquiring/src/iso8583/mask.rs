//! Fields in a form that may be shown.

use core::fmt::{self, Write as _};

use super::table::{Class, Field, Secrecy};

/// A field's value as text, without what is secret: characters as they are, octets in hexadecimal.
#[derive(Clone, Copy)]
pub struct Masked<'v> {
    row: &'v Field,
    value: &'v [u8],
}

impl<'v> Masked<'v> {
    /// The value of a field with this row.
    #[must_use]
    pub const fn new(row: &'v Field, value: &'v [u8]) -> Self {
        Self { row, value }
    }
}

impl fmt::Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row.secrecy {
            Secrecy::Open => open(f, self.row.class, self.value),
            Secrecy::CardNumber => card_number(f, self.value),
            Secrecy::Track2 => {
                let mut parts = self.value.splitn(2, |&octet| octet == b'=');
                card_number(f, parts.next().unwrap_or_default())?;
                let rest = parts.next().map_or(0, <[u8]>::len);
                write!(f, "=({rest} digits)")
            }
            Secrecy::Hidden => {
                let unit = if self.row.class == Class::B {
                    "octets"
                } else {
                    "digits"
                };
                write!(f, "({} {unit})", self.value.len())
            }
        }
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn open(f: &mut fmt::Formatter<'_>, class: Class, value: &[u8]) -> fmt::Result {
    for &octet in value {
        match class {
            Class::B => write!(f, "{octet:02X}")?,
            _ => f.write_char(char::from(octet))?,
        }
    }
    Ok(())
}

/// The first six and the last four of at least thirteen digits; of fewer, the last four at most.
fn card_number(f: &mut fmt::Formatter<'_>, digits: &[u8]) -> fmt::Result {
    let first = if digits.len() < 13 { 0 } else { 6 };
    let last = digits.len().saturating_sub(4).max(4);
    for (&digit, at) in digits.iter().zip(0..) {
        let shown = at < first || at >= last;
        f.write_char(if shown { char::from(digit) } else { '*' })?;
    }
    Ok(())
}
