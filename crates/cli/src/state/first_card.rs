//! Advice for a wallet without a card.

use understudy_core::wire::digits::bcd_to_u64;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::demonstration;
use understudy_pos::LocalTime;
use understudy_wallet::Wallet;

use super::keys::IssuerKeySource;
use super::now;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;

/// The validity of a demonstration card in years.
const YEARS: u64 = 3;

/// The failure of a command that needs a card in the wallet of this home.
pub(crate) fn no_card(home: &Home, wallet: Option<&Wallet>) -> Failure {
    match way_to_a_card(home, wallet) {
        Ok(way) => Failure::Home(format!("the wallet holds no card: {way}")),
        Err(failure) => failure,
    }
}

/// The command that puts a card into the empty wallet of this home, in a part of a sentence. There is
/// one for each kind of home: a phone's cards come from its bank, and the published test keys issue the
/// demonstration's card alone.
pub(crate) fn way_to_a_card(home: &Home, wallet: Option<&Wallet>) -> Result<String, Failure> {
    if home.is_phone() {
        let is_enrolled = wallet.is_none_or(|wallet| wallet.device().is_some());
        return Ok(if is_enrolled {
            "`understudy phone receive FILE` takes one that its bank issued to this phone"
                .to_owned()
        } else {
            "this phone was erased: `understudy phone enrol` enrols it at its bank anew".to_owned()
        });
    }
    if !home.has_database()? {
        return Ok(
            "`understudy tap` issues the demonstration's card, and `understudy issue --pan - \
             --expiry YYMM` one for a number of yours"
                .to_owned(),
        );
    }
    Ok(match IssuerKeySource::of(home)? {
        Some(IssuerKeySource::Published) => {
            format!("{} issues the demonstration's card again", issue_again())
        }
        _ => "`understudy issue --pan - --expiry YYMM` adds one".to_owned(),
    })
}

/// The command that issues the demonstration's card, in backticks.
pub(crate) fn issue_again() -> String {
    let month = demonstration_expiry()
        .map_or_else(|| "YYMM".to_owned(), |expiry| hex::upper(&expiry.to_bcd()));
    format!(
        "`understudy issue --pan {} --expiry {month}`",
        demonstration::TEST_PAN
    )
}

/// The month of expiry of a demonstration card that is issued now; `None` if the clock is not set.
pub(crate) fn demonstration_expiry() -> Option<Expiry> {
    let [year, month, _] = LocalTime::from_unix(now().0, 0)?.date();
    let year = (bcd_to_u64(&[year])? + YEARS) % 100;
    Expiry::new(
        u8::try_from(year).ok()?,
        u8::try_from(bcd_to_u64(&[month])?).ok()?,
    )
}
