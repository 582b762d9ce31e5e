//! The demonstration's bank cards.

use understudy_core::card::Scheme;
use understudy_core::wire::digits::bcd_to_u64;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{IssueOptions, Pin, demonstration};
use understudy_pos::LocalTime;

use super::issue::default_funds;
use crate::failure::Failure;
use crate::state::{self, NewCard};

/// The validity of the card in years.
const YEARS: u64 = 3;

/// A new card for the demonstration's bank card of a scheme, whose account gets the demonstration's PIN
/// and the usual funds.
pub(crate) fn card(scheme: Scheme, options: IssueOptions) -> Result<NewCard, Failure> {
    let pan = demonstration::pan(scheme).ok_or_else(|| {
        Failure::Usage(format!(
            "--pan and --expiry are needed: the demonstration has no bank card of {}",
            scheme.name()
        ))
    })?;
    Ok(NewCard {
        pan,
        expiry: expiry().ok_or_else(|| {
            Failure::Input("the system's clock is not set: set it, cards expire by it".to_owned())
        })?,
        pin: Pin::parse(demonstration::TEST_PIN).ok(),
        funds: default_funds(options.limits.currency)?,
        options,
    })
}

fn expiry() -> Option<Expiry> {
    let [year, month, _] = LocalTime::from_unix(state::now().0, 0)?.date();
    let year = (bcd_to_u64(&[year])? + YEARS) % 100;
    Expiry::new(
        u8::try_from(year).ok()?,
        u8::try_from(bcd_to_u64(&[month])?).ok()?,
    )
}
