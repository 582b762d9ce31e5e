//! The issuer and its file.

use understudy_issuer::{Issuer, Snapshot, TokenId, TokenStatus, demonstration};
use understudy_wallet::CardSummary;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::home::{Home, Side, Store, damaged};

/// The issuer, and the right to replace its file.
pub(crate) struct IssuerSide {
    /// What the file holds.
    pub(crate) issuer: Issuer,
    /// There was no file.
    pub(super) is_new: bool,
    store: Store,
}

impl IssuerSide {
    /// Locks and reads the issuer's file; without one, a demonstration issuer with test keys.
    pub(crate) fn open(home: &Home) -> Result<Self, Failure> {
        let (store, content) = home.open(Side::Issuer)?;
        let is_new = content.is_none();
        let issuer = match content {
            None => demonstration::issuer(),
            Some(content) => {
                // Neither error may show what stands in the file.
                let snapshot: Snapshot = serde_json::from_slice(&content)
                    .map_err(|_| Failure::Home(damaged(&store.path().display())))?;
                Issuer::restore(snapshot).map_err(|error| {
                    Failure::Home(format!("{}: {error}", store.path().display()))
                })?
            }
        };
        Ok(Self {
            issuer,
            is_new,
            store,
        })
    }

    /// Replaces the file; durable when this returns. An issuer that never issued gets no file:
    /// later it would pass for the one that a wallet lost.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        if self.is_new && self.issuer.tokens().next().is_none() {
            return Ok(());
        }
        let snapshot = self.issuer.snapshot();
        let mut content = Zeroizing::new(Vec::with_capacity(1 << 16));
        serde_json::to_writer(&mut *content, &snapshot)
            .map_err(|error| Failure::Home(format!("the issuer cannot be stored: {error}")))?;
        self.store.replace(&content)
    }

    /// The token behind a card of the wallet. Its masked number finds it: [`super::issue`]
    /// takes no number that looks like another one.
    pub(crate) fn token_of(&self, card: &CardSummary) -> Option<TokenId> {
        let mut tokens = self.issuer.tokens();
        let token = tokens.find(|token| {
            token.status != TokenStatus::Deleted && token.number.to_string() == card.token
        });
        token.map(|token| token.id)
    }
}
