//! The demonstration card of a first tap.

use understudy_core::wire::digits::CardNumber;
use understudy_issuer::IssueOptions;
use understudy_wallet::{Clock, Folder, Wallet};

use crate::failure::Failure;
use crate::home::Home;
use crate::issuing::demonstration;
use crate::state::{self, IssuerSide, NewCard, WalletSide};

/// Issues a demonstration card to an empty wallet, and verifies its cardholder with the code. Only
/// the first card of an issuer is one: a deleted card does not return by a tap.
pub(crate) fn issue(wallet: &WalletSide, issuer: &IssuerSide, home: &Home) -> Result<(), Failure> {
    if !issuer.issuer.tokens(None)?.is_empty() {
        return Err(state::no_card(home, Some(&wallet.wallet)));
    }
    put(&wallet.wallet, issuer, &usual()?)
}

/// A bank card that no bank issued, apart from the demonstration's.
const OTHER_PAN: &str = "6222020000000012302";

/// Issues an active card for another number to a wallet that has none.
pub(crate) fn issue_another<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
) -> Result<(), Failure> {
    let broken = |_| Failure::Input("the demonstration card cannot be made".to_owned());
    let card = NewCard {
        pan: CardNumber::parse(OTHER_PAN).map_err(broken)?,
        ..usual()?
    };
    put(wallet, issuer, &card)
}

fn usual() -> Result<NewCard, Failure> {
    let options = IssueOptions::default();
    demonstration::card(options.scheme, options)
}

fn put<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
    card: &NewCard,
) -> Result<(), Failure> {
    let device = state::enrolled(wallet, issuer)?;
    let token = state::issue(issuer, card, device)?;
    state::fetch(wallet, issuer)?;
    issuer
        .issuer
        .verify_identity(token.id, &token.code, state::now())?;
    Ok(())
}
