//! Issuing a card into the wallet.

use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{IssueError, IssueOptions, Issued, Pin, TokenStatus};
use understudy_wallet::CardSummary;

use super::{IssuerSide, WalletSide, now, wallet};
use crate::failure::Failure;

/// Two stand-in numbers that look alike when masked are one chance in ten thousand.
const DRAWS_MAX: usize = 16;

/// What a new card is to be.
pub(crate) struct NewCard {
    /// The bank card behind it.
    pub(crate) pan: CardNumber,
    /// The month until which both are good.
    pub(crate) expiry: Expiry,
    /// The PIN of the account, if it is to have one or another one.
    pub(crate) pin: Option<Pin>,
    /// Everything else.
    pub(crate) options: IssueOptions,
}

/// Issues a card and puts it into the wallet. The issuer's file is written first: a token that
/// reached no wallet harms nobody, keys that no issuer knows would.
pub(crate) fn issue(
    wallet: &mut WalletSide,
    issuer: &mut IssuerSide,
    card: &NewCard,
) -> Result<CardSummary, Failure> {
    let token = draw(issuer, card)?;
    if let Some(pin) = &card.pin {
        issuer.issuer.set_pin(token.token, pin).map_err(refused)?;
    }
    issuer.save()?;
    match wallet.wallet.install(&token.package) {
        Ok(id) => wallet::find(&wallet.wallet.cards(), Some(id.0)),
        Err(error) => {
            issuer.issuer.delete(token.token).map_err(refused)?;
            issuer.save()?;
            Err(refused(error))
        }
    }
}

/// A token whose masked number is no other token's: cards are found by it.
fn draw(issuer: &mut IssuerSide, card: &NewCard) -> Result<Issued, Failure> {
    for _ in 0..DRAWS_MAX {
        let drawn = issuer
            .issuer
            .issue(&card.pan, card.expiry, &card.options, now())
            .map_err(refused)?;
        let shown = drawn.number.to_string();
        let alike = |token: &understudy_issuer::TokenSummary<'_>| {
            token.status != TokenStatus::Deleted
                && token.id != drawn.token
                && token.number.to_string() == shown
        };
        if !issuer.issuer.tokens().any(|token| alike(&token)) {
            return Ok(drawn);
        }
        issuer.issuer.delete(drawn.token).map_err(refused)?;
    }
    Err(refused(IssueError::RangeExhausted))
}

fn refused(error: impl std::error::Error) -> Failure {
    Failure::Input(error.to_string())
}
