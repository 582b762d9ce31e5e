//! `serve`: the issuer's HTTP service for phones.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use tokio::net::TcpListener;
use understudy_attestation::{Certificate, Demands, KeystoreAttestation};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{
    Actor, Code, IssueOptions, Restrictions, Verification, VerificationError, VerificationTarget,
};
use understudy_service::{Bounds, Service, Terms, serve};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::issuing::Kind;
use crate::output::Output;
use crate::state::{Cards, IssuerSide, now};

/// The funds of a bank card's account that the issuer does not know yet: 1,000,000.00 yuan, in
/// minor units.
const FUNDS: u64 = 100_000_000;

/// Answers phones over HTTP: enrolment, binding and its code, letters, reports.
///
/// Every card that a phone binds is of one kind, named by --scheme and the options beside it.
///
/// Prints its address, and each code that a bank would send to a cardholder. There is no TLS: it
/// listens on this machine alone unless told otherwise. Phones bind cards of their own, so the
/// issuer's keys need a passphrase.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8583")]
    listen: SocketAddr,
    /// Root certificate of a keystore's maker, DER; may be given several times
    #[arg(long = "attestation-root", value_name = "FILE")]
    roots: Vec<std::path::PathBuf>,
    /// Enrols only phones whose attestation shows keys in hardware
    #[arg(long, requires = "roots")]
    hardware_only: bool,
    #[command(flatten)]
    kind: Kind,
}

/// A line of `--json`.
#[derive(Serialize)]
#[serde(tag = "format")]
enum Line<'a> {
    #[serde(rename = "understudy.listening/1")]
    Listening { address: SocketAddr },
    #[serde(rename = "understudy.code-sent/1")]
    Code {
        token: u32,
        card: &'a str,
        code: &'a str,
    },
}

impl Serve {
    /// Answers until the process is ended.
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let json = out.json();
        let terms = self.terms()?;
        let bank = IssuerSide::open(home, Cards::Own)?;
        bank.admit(Cards::Own, home)?;
        let service = Service {
            // What the reports of devices lead to is the issuer's own act.
            issuer: Arc::new(bank.issuer.acting_for(Actor::Issuer)),
            terms: Arc::new(terms),
            verification: Arc::new(Telephone { json }),
            attestation: Arc::new(self.attestation()?),
            clock: now,
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Link(error.to_string()))?;
        runtime.block_on(async {
            let listener = TcpListener::bind(self.listen).await;
            let listener =
                listener.map_err(|error| Failure::Link(format!("{}: {error}", self.listen)))?;
            let address = listener
                .local_addr()
                .map_err(|error| Failure::Link(error.to_string()))?;
            tell(json, &Line::Listening { address });
            let ended = serve(listener, service, Bounds::default()).await;
            ended.map_err(|error| Failure::Link(error.to_string()))
        })?;
        Ok(Exit::Done)
    }

    /// The terms of every card that a phone binds: of the kind that the command line names.
    fn terms(&self) -> Result<Terms, Failure> {
        Ok(Terms {
            options: self.kind.options(IssueOptions::default().keys)?,
            funds: Amount::new(FUNDS, Currency::CNY).ok_or_else(unlikely)?,
            restrictions: Restrictions::default(),
        })
    }

    fn attestation(&self) -> Result<KeystoreAttestation, Failure> {
        let read = |path: &std::path::PathBuf| -> Result<Certificate, Failure> {
            std::fs::read(path)
                .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
        };
        Ok(KeystoreAttestation {
            roots: self.roots.iter().map(read).collect::<Result<_, _>>()?,
            demands: if self.hardware_only {
                Demands::Hardware
            } else {
                Demands::Nothing
            },
        })
    }
}

fn unlikely() -> Failure {
    Failure::Input("the account's funds are no amount".to_owned())
}

/// The cardholder's telephone: a bank would send the code there, the demonstration prints it.
struct Telephone {
    json: bool,
}

impl Verification for Telephone {
    fn send(&self, to: &VerificationTarget, code: &Code) -> Result<(), VerificationError> {
        let card = to.pan.to_string();
        let line = Line::Code {
            token: to.token.get(),
            card: &card,
            code: code.digits(),
        };
        tell(self.json, &line);
        Ok(())
    }
}

/// Prints a line at once: several threads may, and a program may wait for it.
fn tell(json: bool, line: &Line<'_>) {
    let text = match (json, line) {
        (true, line) => serde_json::to_string(line).unwrap_or_default(),
        (false, Line::Listening { address }) => format!("listening on http://{address}"),
        (false, Line::Code { card, code, .. }) => format!("to the holder of {card}: {code}"),
    };
    let mut out = anstream::stdout().lock();
    // A reader that closed the output is ignored; phones are still answered.
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
