//! `void`, `refund`, `complete`, `reverse`: acts on an approved payment, without the card.

use clap::Args;
use serde::Serialize;
use understudy_core::wire::amount::Amount;
use understudy_issuer::{AuthorisationId, AuthorisationSummary, Fault};
use understudy_pos::Config;
use understudy_pos::batch::Entry;
use understudy_pos::till::{Conclusion, TillError, Verdict};

use super::named::{Named, is_of};
use super::{HostLine, ReceiptView, TerminalFile, failed, local_time, parse_amount};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{BAD, GOOD, Output, STRONG, paint};
use crate::state::{self, DeskTill, IssuerSide};

/// The payment to act on.
#[derive(Debug, Args)]
struct Original {
    /// The payment, by its number in `understudy authorisations`, which is PAYMENT on its receipt,
    /// or by another name there: REFERENCE (12 digits), or BATCH/TRACE (000001/000007)
    #[arg(value_name = "PAYMENT", allow_negative_numbers = true)]
    payment: Named,
    #[command(flatten)]
    terminal: TerminalFile,
}

/// Voids a payment of the current batch, whole, and prints the receipts.
///
/// A pre-authorisation of any batch is cancelled. Exit code 0 means that the issuer approved.
#[derive(Debug, Args)]
pub(crate) struct Void {
    #[command(flatten)]
    original: Original,
}

/// Refunds a payment, all or a part, and prints the receipts.
///
/// Exit code 0 means that the issuer approved.
#[derive(Debug, Args)]
pub(crate) struct Refund {
    #[command(flatten)]
    original: Original,
    /// Amount, as the currency writes it; the whole payment if not given
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Option<String>,
}

/// Completes a pre-authorisation and prints the receipts.
///
/// Exit code 0 means that the issuer approved.
#[derive(Debug, Args)]
pub(crate) struct Complete {
    #[command(flatten)]
    original: Original,
    /// Amount, as the currency writes it; the whole pre-authorisation if not given
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Option<String>,
}

/// Reverses a payment of the current batch, as if its answer had been lost.
///
/// Exit code 0 means that the issuer reversed it.
#[derive(Debug, Args)]
pub(crate) struct Reverse {
    #[command(flatten)]
    original: Original,
}

impl Void {
    /// The till and its terminal.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.original.terminal
    }

    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let act = |till: &mut DeskTill, entry: &Entry, config: &Config, line: &mut HostLine<'_>| {
            let now = local_time(config)?;
            Ok(till.void(entry.record.id, now, line))
        };
        self.original.follow("void", home, act, out)
    }
}

impl Refund {
    /// The till and its terminal.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.original.terminal
    }

    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let act = |till: &mut DeskTill, entry: &Entry, config: &Config, line: &mut HostLine<'_>| {
            let (amount, now) = (amount(self.amount.as_ref(), entry)?, local_time(config)?);
            Ok(till.refund(entry.record.id, amount, now, line))
        };
        self.original.follow("refund", home, act, out)
    }
}

impl Complete {
    /// The till and its terminal.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.original.terminal
    }

    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let act = |till: &mut DeskTill, entry: &Entry, config: &Config, line: &mut HostLine<'_>| {
            let (amount, now) = (amount(self.amount.as_ref(), entry)?, local_time(config)?);
            Ok(till.complete(entry.record.id, amount, now, line))
        };
        self.original.follow("complete", home, act, out)
    }
}

impl Reverse {
    /// The till and its terminal.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.original.terminal
    }

    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let act = |till: &mut DeskTill, entry: &Entry, _: &Config, line: &mut HostLine<'_>| {
            Ok(till.reverse(entry.record.id, line))
        };
        self.original.follow("reverse", home, act, out)
    }
}

impl Original {
    /// Finds the payment on both sides, lets `act` act on it, and prints the result.
    fn follow(
        &self,
        verb: &'static str,
        home: &Home,
        act: impl Fn(
            &mut DeskTill,
            &Entry,
            &Config,
            &mut HostLine<'_>,
        ) -> Result<Result<Conclusion, TillError>, Failure>,
        out: &mut Output,
    ) -> Result<Exit, Failure> {
        let chosen = self.terminal.read_existing(home)?;
        let issuer = IssuerSide::need(home)?;
        let mut till = chosen.open(home)?;
        let (original, entry) = payment(&issuer, &till, &self.payment)?;
        let mut line = HostLine::new(&issuer);
        let concluded = act(&mut till, &entry, chosen.config(), &mut line)?;
        let conclusion = concluded.map_err(|error| refused(original, &error, line.fault))?;
        drop(till);
        let answer = Document::new(verb, original.get(), &conclusion, &line);
        if out.json() {
            out.object(&answer);
        } else {
            answer.print(out);
        }
        if let Some(fault) = line.fault {
            return Err(fault.into());
        }
        state::deliver(home, &issuer);
        Ok(match conclusion.verdict {
            Verdict::Approved => Exit::Done,
            Verdict::Declined(_) | Verdict::NoAnswer(_) => Exit::NotApproved,
        })
    }
}

/// A payment that the user named: its number, and its entry at the terminal.
pub(crate) fn payment(
    issuer: &IssuerSide,
    till: &DeskTill,
    named: &Named,
) -> Result<(AuthorisationId, Entry), Failure> {
    let original = named.find(issuer, till)?;
    let entry = entry_of(till, &original)?;
    Ok((original.id, entry))
}

/// The failure of an act on a payment. The terminal names its entry; the user knows the issuer's
/// number.
pub(crate) fn refused(
    payment: AuthorisationId,
    error: &TillError,
    fault: Option<Fault>,
) -> Failure {
    match (error, fault) {
        (TillError::Refused { .. }, None) => {
            Failure::Input(format!("authorisation {payment}, {error}"))
        }
        (_, fault) => failed(error, fault),
    }
}

/// The entry of a payment at the terminal that took it: the one with its reference. Another terminal
/// may have used the same reference for a payment of its own.
fn entry_of(till: &DeskTill, original: &AuthorisationSummary) -> Result<Entry, Failure> {
    let (id, reference) = (original.id, original.reference.to_string());
    let is_ours = is_of(till, original);
    let mut entries = till.state().entries().filter(|_| is_ours);
    let found = entries.find(|entry| entry.record.reference.to_string() == reference);
    found.cloned().ok_or_else(|| {
        Failure::Input(if original.approval.is_none() {
            format!("authorisation {id} was declined: there is nothing to follow it")
        } else if is_ours {
            format!(
                "this terminal has no entry for authorisation {id}: it was reversed before it was \
                 one, or moved no money"
            )
        } else {
            format!(
                "authorisation {id} is of terminal {}, and not of this till: name its till with \
                 --till; `understudy home` lists them",
                original.identity.terminal
            )
        })
    })
}

/// The given amount, or that of the entry.
fn amount(given: Option<&String>, entry: &Entry) -> Result<Amount, Failure> {
    let whole = entry.record.amount;
    given.map_or(Ok(whole), |text| parse_amount(text, whole.currency()))
}

/// The JSON about the result.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    verb: &'static str,
    original: u64,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorisation: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
    receipt: ReceiptView,
}

impl Document {
    fn new(
        verb: &'static str,
        original: u64,
        conclusion: &Conclusion,
        line: &HostLine<'_>,
    ) -> Self {
        let verdict = line.verdict;
        let reason = verdict.map(|verdict| verdict.reason).or(line.reversal);
        let declined = reason.filter(|_| conclusion.verdict != Verdict::Approved);
        let authorisation = verdict.and_then(|verdict| verdict.authorisation);
        let authorisation = authorisation.map(AuthorisationId::get);
        let code = reason.map(|reason| reason.response_code().escape_ascii().to_string());
        Self {
            format: "understudy.follow-up/1",
            verb,
            original,
            result: match conclusion.verdict {
                Verdict::Approved => "approved",
                Verdict::Declined(_) => "declined",
                Verdict::NoAnswer(_) => "no-answer",
            },
            authorisation,
            entry: conclusion.entry.map(|entry| entry.to_string()),
            reason: reason.map(understudy_issuer::Reason::name),
            response_code: code,
            explanation: declined.map(understudy_issuer::Reason::explanation),
            advice: declined.map(understudy_issuer::Reason::merchant_action),
            receipt: ReceiptView::new(&conclusion.receipt, authorisation),
        }
    }

    fn print(&self, out: &mut Output) {
        let style = if self.result == "approved" { GOOD } else { BAD };
        let result = self.result.replace('-', " ").to_uppercase();
        let of = format!("{} of authorisation {}", self.verb, self.original);
        out.line(format!("{}: {}", paint(STRONG, of), paint(style, result)));
        if let Some(explanation) = self.explanation {
            out.line(explanation);
        }
        self.receipt.print(out);
        if let Some(advice) = self.advice {
            out.line("");
            out.line(format!("Next: {advice}"));
        }
    }
}
