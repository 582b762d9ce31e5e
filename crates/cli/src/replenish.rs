//! `replenish`: new single-use keys for a card.

use clap::Args;
use serde::Serialize;
use understudy_issuer::{IssueError, TokenId, TokenStatus, TokenSummary};

use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::input::key_count;
use crate::issuing::tell_letters_of;
use crate::output::{GOOD, Output, paint};
use crate::state::{self, Cards, IssuerSide};

/// Fetches new single-use keys for a card.
///
/// With --token the card is on another device: its keys are put among the device's letters, and
/// `understudy letters` writes them.
#[derive(Debug, Args)]
pub(crate) struct Replenish {
    /// The card, by its number in `understudy cards`; the default card if not given
    #[arg(value_name = "CARD")]
    card: Option<u16>,
    /// A token on another device, by its number in `understudy tokens`
    #[arg(long, value_name = "TOKEN", conflicts_with = "card")]
    token: Option<u32>,
    /// Number of keys, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = key_count)]
    keys: u16,
}

impl Replenish {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        if let Some(token) = self.token {
            return self.elsewhere(TokenId::new(token), home, out);
        }
        state::need_wallet(home)?;
        let (wallet, issuer) = state::open_both(home, Cards::Demonstration)?;
        let card = wallet.card(home, self.card)?;
        let device = state::enrolled(&wallet.wallet, &issuer)?;
        let token = issuer.token_of(device, &card)?.ok_or_else(|| {
            Failure::Input(format!(
                "card {} was not issued by the issuer in {}: issue a new one",
                card.id.0,
                home.folder().display()
            ))
        })?;
        state::report(&wallet.wallet, &issuer)?;
        // The issuer comes first: counters that reach no wallet leave a gap, which it allows.
        let letter = issuer.issuer.replenish(token.id, self.keys, state::now());
        letter.map_err(|error| explain(error, &token))?;
        state::fetch(&wallet.wallet, &issuer)?;
        let view = CardView::new(&wallet.card(home, Some(card.id.0))?);
        if out.json() {
            out.object(&Document {
                format: "understudy.replenish/1",
                added: self.keys,
                card: Some(view),
                token: None,
                device: None,
            });
        } else {
            out.line(format!(
                "{} {}",
                paint(GOOD, "Replenished"),
                view.sentence()
            ));
        }
        Ok(Exit::Done)
    }

    /// Makes keys among the letters of the token's device.
    fn elsewhere(&self, id: TokenId, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let token = issuer.token(id)?;
        let letter = issuer.issuer.replenish(id, self.keys, state::now());
        letter.map_err(|error| explain(error, &token))?;
        // The token's device may be our own wallet.
        state::deliver(home, &issuer);
        let device = token.home.map(|home| hex::upper(&home.device.0));
        if out.json() {
            out.object(&Document {
                format: "understudy.replenish/1",
                added: self.keys,
                card: None,
                token: Some(id.get()),
                device,
            });
        } else {
            out.line(format!(
                "{} token {id}: {} keys for its device.",
                paint(GOOD, "Replenished"),
                self.keys
            ));
        }
        tell_letters_of(home, &issuer, id, out)?;
        Ok(Exit::Done)
    }
}

/// The failure for a token that gets no keys, with advice.
fn explain(error: IssueError, token: &TokenSummary) -> Failure {
    match (&error, token.status) {
        (IssueError::NotActive(id), TokenStatus::Inactive) => Failure::Input(format!(
            "token {id} waits for its cardholder: `understudy verify CODE --token {id}` first"
        )),
        (IssueError::NotActive(id), TokenStatus::Suspended) => Failure::Input(format!(
            "token {id} is suspended: `understudy resume {id}` first"
        )),
        (IssueError::NotActive(id), TokenStatus::Deleted) => Failure::Input(format!(
            "token {id} is deleted, and gets no keys: `understudy issue` makes a new card"
        )),
        _ => Failure::not_issued(error, token.home.map(|home| home.device)),
    }
}

/// The JSON about the card after replenishment.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    added: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
}
