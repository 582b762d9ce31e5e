//! What outlives a command: the issuer and the wallet, each in its file.

mod issuer;
mod new_card;
mod wallet;

pub(crate) use issuer::IssuerSide;
pub(crate) use new_card::{NewCard, issue};
pub(crate) use wallet::{DeviceWallet, WalletSide, find};

use std::time::{SystemTime, UNIX_EPOCH};

use understudy_core::card::UnixTime;

use crate::failure::Failure;
use crate::home::{Home, Side};

/// Both sides, each locked. The wallet's lock is always taken first.
pub(crate) fn open_both(home: &Home) -> Result<(WalletSide, IssuerSide), Failure> {
    let wallet = WalletSide::open(home)?;
    let issuer = IssuerSide::open(home)?;
    if !wallet.is_new && issuer.is_new {
        return Err(no_issuer(home));
    }
    Ok((wallet, issuer))
}

/// Fails if the wallet has lost its issuer: nothing may take the issuer's place.
pub(crate) fn check_issuer(home: &Home) -> Result<(), Failure> {
    match (home.peek(Side::Wallet)?, home.peek(Side::Issuer)?) {
        (Some(_), None) => Err(no_issuer(home)),
        _ => Ok(()),
    }
}

fn no_issuer(home: &Home) -> Failure {
    Failure::Home(format!(
        "{} holds a wallet and no {} beside it: put the file back, or start anew in another folder \
         with --home DIR",
        home.folder().display(),
        home.file_name(Side::Issuer),
    ))
}

/// Fails if there is no wallet yet, before anything is made for one.
pub(crate) fn need_wallet(home: &Home) -> Result<(), Failure> {
    match home.peek(Side::Wallet)? {
        Some(_) => Ok(()),
        None => find(&[], None).map(drop),
    }
}

/// The time by the system's clock.
pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    UnixTime(since.map_or(0, |since| since.as_secs()))
}
