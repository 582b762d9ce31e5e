//! State that outlives a command: the issuer, the wallet and the terminal.

mod first_card;
mod issuer;
pub(crate) mod keys;
mod new_card;
mod post;
mod presented;
mod storage_key;
mod terminal;
mod wallet;

pub(crate) use first_card::{no_card, way_to_a_card};
pub(crate) use issuer::{IssuerSide, check as check_issuer};
pub(crate) use keys::{Cards, IssuerKeySource};
pub(crate) use new_card::{NewCard, NewToken, issue, resend};
pub(crate) use post::{deliver, enrolled, fetch, fetch_later, report};
pub(crate) use presented::Presented;
pub(crate) use storage_key::KeySource;
pub(crate) use terminal::{DeskTill, configuration, open_till, till_state};
pub(crate) use wallet::{Payer, WalletSide, is_here, payer};

use std::time::{SystemTime, UNIX_EPOCH};

use understudy_core::card::UnixTime;

use crate::failure::Failure;
use crate::home::Home;

/// The issuer, and the wallet, locked; the wallet has taken all its letters. A missing issuer is
/// made with keys that depend on `cards`.
pub(crate) fn open_both(home: &Home, cards: Cards) -> Result<(WalletSide, IssuerSide), Failure> {
    // Opened before the wallet is locked, because the user may have to type a passphrase.
    let issuer = IssuerSide::open(home, cards)?;
    let wallet = WalletSide::open(home)?;
    fetch(&wallet.wallet, &issuer)?;
    Ok((wallet, issuer))
}

/// Fails if there is no wallet yet, before anything is created.
pub(crate) fn need_wallet(home: &Home) -> Result<(), Failure> {
    if home.has_wallet()? {
        Ok(())
    } else {
        Err(no_card(home, None))
    }
}

/// The time on the system's clock.
pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}
