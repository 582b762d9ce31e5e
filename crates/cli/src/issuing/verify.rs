//! `verify`: verification of a cardholder by code.

use clap::Args;
use serde::Serialize;
use understudy_issuer::{Code, IdentityError, TokenId};

use super::next::issue_anew;
use super::tokens::TokenView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input::{self, Given};
use crate::output::{GOOD, Output, paint};
use crate::state::{self, IssuerSide, Payer};

/// Activates a token with the code that its cardholder was sent.
///
/// A bank would send the code to the cardholder's telephone; here `issue` prints it. The third
/// wrong code deletes the token, and a code is good for ten minutes.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The code, six digits; `-` reads it from the standard input
    #[arg(value_name = "CODE", required_unless_present = "resend")]
    code: Option<Given>,
    /// The token, by its number in `understudy tokens`; the only one that waits for a code if not
    /// given
    #[arg(long, value_name = "TOKEN")]
    token: Option<u32>,
    /// Sends another code instead
    #[arg(long, conflicts_with = "code")]
    resend: bool,
}

impl Verify {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let code = self.code.as_ref().map(read_code).transpose()?;
        let issuer = IssuerSide::need(home)?;
        let token = self.which(&issuer)?;
        match code {
            Some(code) => verify(home, &issuer, token, &code, out),
            None => resend(&issuer, token, out),
        }
    }

    fn which(&self, issuer: &IssuerSide) -> Result<TokenId, Failure> {
        if let Some(token) = self.token {
            return Ok(TokenId::new(token));
        }
        let pending = issuer.issuer.pending_verifications(None)?;
        match pending.as_slice() {
            [only] => Ok(only.token),
            [] => Err(Failure::Input(
                "no token waits for a code: `understudy tokens` lists them".to_owned(),
            )),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|pending| pending.token.to_string())
                    .collect();
                Err(Failure::Input(format!(
                    "tokens {} wait for a code: name one with --token TOKEN",
                    names.join(", ")
                )))
            }
        }
    }
}

fn verify(
    home: &Home,
    issuer: &IssuerSide,
    token: TokenId,
    code: &Code,
    out: &mut Output,
) -> Result<Exit, Failure> {
    let device = issuer.token(token)?.home.map(|place| place.device);
    let verified = issuer.issuer.verify_identity(token, code, state::now());
    // The third wrong code deletes the card, which the wallet is told.
    state::deliver(home, issuer);
    verified.map_err(|error| match error {
        IdentityError::Expired => Failure::Input(format!(
            "{error}: `understudy verify --resend --token {token}` sends it"
        )),
        IdentityError::NotPending(_) => {
            Failure::Input(format!("{error} (`understudy tokens` says which)"))
        }
        IdentityError::Exhausted => {
            Failure::Input(format!("{error}: {} does", issue_anew(home, device)))
        }
        error => error.into(),
    })?;
    let summary = issuer.token(token)?;
    let view = TokenView::new(&summary);
    if out.json() {
        out.object(&Verified {
            format: "understudy.verify/1",
            token: view,
            code: None,
        });
    } else {
        out.line(format!("{} {}", paint(GOOD, "Verified"), view.sentence()));
        out.line(match state::payer(home, &summary)? {
            Payer::Default => "Next: `understudy tap` pays with it.".to_owned(),
            Payer::Card(card) => format!("Next: `understudy tap --from {card}` pays with it."),
            Payer::Elsewhere => "Its device pays with it, once it has its letters.".to_owned(),
        });
    }
    Ok(Exit::Done)
}

fn resend(issuer: &IssuerSide, token: TokenId, out: &mut Output) -> Result<Exit, Failure> {
    let code = state::resend(issuer, token)?;
    let view = TokenView::new(&issuer.token(token)?);
    if out.json() {
        out.object(&Verified {
            format: "understudy.verify/1",
            token: view,
            code: Some(code.digits().to_owned()),
        });
    } else {
        out.line("Another code was sent (a bank would send it to the cardholder).");
        out.line(format!(
            "Next: `understudy verify {} --token {token}`",
            code.digits()
        ));
    }
    Ok(Exit::Done)
}

fn read_code(given: &Given) -> Result<Code, Failure> {
    let text = input::text("CODE", given)?;
    Code::parse(&text).map_err(|error| Failure::Input(format!("CODE: {error}")))
}

/// The JSON about a verification.
#[derive(Serialize)]
struct Verified {
    format: &'static str,
    #[serde(flatten)]
    token: TokenView,
    /// The new code, which a real bank would send to the cardholder.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}
