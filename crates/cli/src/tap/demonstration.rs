//! The demonstration card of a first tap.

use understudy_core::wire::digits::{CardNumber, bcd_to_u64};
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{IssueOptions, Pin, demonstration};
use understudy_pos::LocalTime;
use understudy_wallet::{Clock, Folder, Wallet};

use crate::failure::Failure;
use crate::issuing::default_funds;
use crate::state::{self, IssuerSide, NewCard, WalletSide};

/// The validity of the card in years.
const YEARS: u64 = 3;

/// Issues a demonstration card to an empty wallet, and verifies its cardholder with the code. Only
/// the first card of an issuer is one: a deleted card does not return by a tap.
pub(crate) fn issue(wallet: &WalletSide, issuer: &IssuerSide) -> Result<(), Failure> {
    if !issuer.issuer.tokens(None)?.is_empty() {
        return Err(Failure::Home(
            "the wallet holds no card, and only the first tap of all issues one: `understudy \
             issue` adds a card, and `understudy tokens` lists what was issued"
                .to_owned(),
        ));
    }
    put(&wallet.wallet, issuer, demonstration::TEST_PAN)
}

/// A bank card that no bank issued, apart from the demonstration's.
const OTHER_PAN: &str = "6222020000000012302";

/// Issues an active card for another number to a wallet that has none.
pub(crate) fn issue_another<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
) -> Result<(), Failure> {
    put(wallet, issuer, OTHER_PAN)
}

fn put<F: Folder, C: Clock>(
    wallet: &Wallet<F, C>,
    issuer: &IssuerSide,
    pan: &str,
) -> Result<(), Failure> {
    let broken = |_| Failure::Input("the demonstration card cannot be made".to_owned());
    let options = IssueOptions::default();
    let card = NewCard {
        pan: CardNumber::parse(pan).map_err(broken)?,
        expiry: expiry().ok_or_else(|| {
            Failure::Input("the system's clock is not set: set it, cards expire by it".to_owned())
        })?,
        pin: Pin::parse(demonstration::TEST_PIN).ok(),
        funds: default_funds(options.limits.currency)?,
        options,
    };
    let device = state::enrolled(wallet, issuer)?;
    let token = state::issue(issuer, &card, device)?;
    state::fetch(wallet, issuer)?;
    issuer
        .issuer
        .verify_identity(token.id, &token.code, state::now())?;
    Ok(())
}

fn expiry() -> Option<Expiry> {
    let [year, month, _] = LocalTime::from_unix(state::now().0, 0)?.date();
    let year = (bcd_to_u64(&[year])? + YEARS) % 100;
    Expiry::new(
        u8::try_from(year).ok()?,
        u8::try_from(bcd_to_u64(&[month])?).ok()?,
    )
}
