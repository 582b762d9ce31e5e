//! `replenish`: new single-use keys for a card.

use clap::Args;
use serde::Serialize;
use understudy_issuer::{IssueError, TokenStatus, TokenSummary};

use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{GOOD, Output, paint};
use crate::state;

/// Fetches new single-use keys for a card.
#[derive(Debug, Args)]
pub(crate) struct Replenish {
    /// The card, by its number in `understudy cards`; else the default card
    #[arg(value_name = "CARD")]
    card: Option<u16>,
    /// How many, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 10)]
    keys: u16,
}

impl Replenish {
    /// Fetches the keys.
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        state::need_wallet(home)?;
        let (mut wallet, issuer) = state::open_both(home)?;
        let card = wallet.card(self.card)?;
        let device = state::enrolled(&mut wallet, &issuer)?;
        let token = issuer.token_of(device, &card)?.ok_or_else(|| {
            Failure::Input(format!(
                "card {} was not issued by the issuer in {}: issue a new one",
                card.id.0,
                home.folder().display()
            ))
        })?;
        state::report(&mut wallet, &issuer)?;
        // The issuer first: counters that reached no wallet leave a gap, which it accepts.
        let letter = issuer.issuer.replenish(token.id, self.keys, state::now());
        letter.map_err(|error| explain(error, &token))?;
        state::fetch(&mut wallet, &issuer)?;
        let view = CardView::new(&wallet.card(Some(card.id.0))?);
        if out.json() {
            out.object(&Answer {
                format: "understudy.replenish/1",
                added: self.keys,
                card: view,
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
}

/// What to do about a token that gets no keys.
fn explain(error: IssueError, token: &TokenSummary) -> Failure {
    match (&error, token.status) {
        (IssueError::NotActive(id), TokenStatus::Inactive) => Failure::Input(format!(
            "token {id} waits for its cardholder: `understudy verify CODE` first"
        )),
        (IssueError::NotActive(id), TokenStatus::Suspended) => Failure::Input(format!(
            "token {id} is suspended: `understudy resume {id}` first"
        )),
        _ => Failure::not_issued(error, token.home.map(|home| home.device)),
    }
}

/// What the card holds now, in JSON.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    added: u16,
    card: CardView,
}
