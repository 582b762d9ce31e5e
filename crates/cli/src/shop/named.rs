//! The names of a payment on the command line.

use std::str::FromStr;

use understudy_issuer::{AuthorisationFilter, AuthorisationId, AuthorisationSummary, Reference};
use understudy_pos::batch::EntryId;

use crate::failure::Failure;
use crate::state::{DeskTill, IssuerSide};
use crate::usage::hide_text;

/// The most digits of an authorisation's number; a card number has more.
const NUMBER_DIGITS: usize = 9;
/// The digits of a retrieval reference number (DE 37).
const REFERENCE_DIGITS: usize = 12;

/// A payment, by one of its three names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Its number in `understudy authorisations`.
    Number(u64),
    /// Its retrieval reference number, as the receipt has it: 12 digits.
    Reference(String),
    /// Its batch and trace number, as the receipt has them: `000001/000007`.
    Entry(EntryId),
}

/// The text names no payment.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "a payment has three names: its number in `understudy authorisations`, which is PAYMENT on the \
     receipt (7), and on the receipt its REFERENCE (12 digits) and BATCH/TRACE (1/7)"
)]
pub(crate) struct NotAName;

impl FromStr for Named {
    type Err = NotAName;

    /// Parses a name. A number that begins with zero is not in the list; it may be half of a
    /// receipt's name.
    fn from_str(text: &str) -> Result<Self, NotAName> {
        let all_digits = text.bytes().all(|octet| octet.is_ascii_digit());
        match text.len() {
            _ if text.contains('/') => text.parse().map(Self::Entry).map_err(|_| NotAName),
            REFERENCE_DIGITS if all_digits => Ok(Self::Reference(text.to_owned())),
            1..=NUMBER_DIGITS if all_digits && !text.starts_with('0') => {
                text.parse().map(Self::Number).map_err(|_| NotAName)
            }
            _ => Err(NotAName),
        }
    }
}

impl Named {
    /// The payment as the issuer recorded it.
    pub(super) fn find(
        &self,
        issuer: &IssuerSide,
        till: &DeskTill,
    ) -> Result<AuthorisationSummary, Failure> {
        match self {
            Self::Number(number) => {
                let id = AuthorisationId::new(*number);
                issuer.issuer.authorisation(id)?.ok_or_else(|| {
                    Failure::Input(format!(
                        "there is no authorisation {number}: `understudy authorisations` lists them"
                    ))
                })
            }
            Self::Reference(reference) => with_reference(issuer, till, reference),
            Self::Entry(id) => {
                let entry = till.state().entries().find(|entry| entry.record.id == *id);
                let entry = entry.ok_or_else(|| {
                    Failure::Input(format!(
                        "this terminal has no entry {id}: `understudy authorisations` lists what \
                         the issuer was asked"
                    ))
                })?;
                with_reference(issuer, till, &entry.record.reference.to_string())
            }
        }
    }
}

/// True for a request of the till's own terminal.
pub(super) fn is_of(till: &DeskTill, request: &AuthorisationSummary) -> bool {
    let identity = &request.identity;
    till.state().identity() == (identity.terminal, identity.merchant)
}

/// The authorisation with a reference: this terminal's, or the only one. Terminals number their
/// messages by themselves, so several may use the same reference.
fn with_reference(
    issuer: &IssuerSide,
    till: &DeskTill,
    reference: &str,
) -> Result<AuthorisationSummary, Failure> {
    let meant = match Reference::parse(reference) {
        Ok(reference) => issuer.issuer.authorisations(&AuthorisationFilter {
            reference: Some(reference),
            ..AuthorisationFilter::default()
        })?,
        Err(_) => Vec::new(),
    };
    let mut of_this_till = meant.iter().filter(|one| is_of(till, one));
    if let (Some(found), None) = (of_this_till.next(), of_this_till.next()) {
        return Ok(found.clone());
    }
    let mut meant = meant.into_iter();
    match (meant.next(), meant.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => Err(Failure::Input(format!(
            "there is no authorisation with reference {}: `understudy authorisations` lists them",
            hide_text(reference)
        ))),
        (Some(_), Some(_)) => Err(Failure::Input(
            "several terminals used this reference: name the payment by its number in \
             `understudy authorisations`"
                .to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::Named;

    #[test]
    fn a_payment_has_three_names_and_half_of_one_is_none() {
        let number = |text: &str| text.parse::<Named>().unwrap();
        assert_eq!(number("7"), Named::Number(7));
        assert_eq!(number("999999999"), Named::Number(999_999_999));
        assert_eq!(
            number("633112000007"),
            Named::Reference("633112000007".to_owned())
        );
        assert_eq!(
            number("000001/000007"),
            Named::Entry("000001/000007".parse().unwrap())
        );
        for text in [
            "",
            "abc",
            "-1",
            "0",
            "000007",
            "1234567890",
            "1/",
            "/7",
            "1/x",
            "63311200000",
            "6222020000000001230",
            "７",
        ] {
            assert!(text.parse::<Named>().is_err(), "{text}");
        }
    }
}
