//! Advice for a wallet without a card.

use understudy_wallet::Wallet;

use super::keys::IssuerKeySource;
use crate::failure::Failure;
use crate::home::Home;

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
            "`understudy issue` issues the demonstration's card again".to_owned()
        }
        _ => "`understudy issue --pan - --expiry YYMM` adds one".to_owned(),
    })
}
