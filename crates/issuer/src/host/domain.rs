//! Where a token pays: contactless or by a code, and within the restrictions that it was issued with.

use understudy_acquiring::Authorisation;

use super::chip_data::ChipData;
use super::reason::Reason;
use super::stop::Stop;
use crate::id::TokenId;
use crate::store::View;
use crate::token::restriction::{Country, Restrictions};

/// Holds a request against where a token pays. A kind without a list is not restricted.
///
/// The country (`9F1A`) is under the MAC of CVN 01. Under CVN 17 it is the terminal's word only: a
/// list of countries then binds honest terminals, and is not waived. A code names no country, so that a
/// token with such a list has none.
pub(crate) fn admit(
    view: &View<'_>,
    token: TokenId,
    request: &Authorisation,
    chip: &ChipData<'_>,
) -> Result<(), Stop> {
    if !chip.by_code && !request.entry_mode.is_contactless_chip() {
        return Err(Reason::NotContactless.into());
    }
    let lists = Restrictions::load(view, token)?;
    if !lists.admits_currency(request.amount.currency()) {
        return Err(Reason::CurrencyNotAllowed.into());
    }
    if !lists.admits_country(Country::from_bcd(chip.data.terminal_country)) {
        return Err(Reason::CountryNotAllowed.into());
    }
    if !lists.admits_merchant(request.identity.merchant.text()) {
        return Err(Reason::MerchantNotAllowed.into());
    }
    Ok(())
}
