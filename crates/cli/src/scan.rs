//! `scan`: a till takes the code that a cardholder shows.

use clap::Args;
use serde::Serialize;
use understudy_issuer::{AuthorisationId, Reason};
use understudy_pos::till::ReversalEnd;
use understudy_pos::{OnlineRequest, Terminal, Transaction, TransactionType};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::{Home, TillName};
use crate::input::Given;
use crate::output::{BAD, GOOD, Output, STRONG, paint};
use crate::qr;
use crate::shop::{ReceiptView, ShopTill, TerminalFile, local_time, parse_amount, parse_currency};
use crate::state::{self, IssuerSide};
use crate::tap::advice;
use crate::tap::checks::Checked;
use crate::tap::host::{self, Decision};
use crate::tap::statements;
use crate::tap::view::{IssuerView, TerminalView, TransactionView};

/// Takes a purchase by the code that a cardholder shows, and lets the issuer decide.
///
/// Exit code 0 means that the issuer approved. `understudy qr` shows such a code, which pays once,
/// within a minute. What follows the payment is as for a tap: `void`, `refund`, `reverse`, `settle`.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// The text of the code (`hQVDUFYwMW…`); `-` reads it from the standard input, where a scanner
    /// types it
    #[arg(value_name = "CODE")]
    code: Given,
    /// Amount, as the currency writes it
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: String,
    /// Currency by its three letters; the terminal's if not given
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    #[command(flatten)]
    terminal: TerminalFile,
    /// Also prints both copies of the receipt
    #[arg(long)]
    receipt: bool,
}

/// `9F41` of a code, which is not sent.
const NOT_SENT: u32 = 1;

/// The column of the text of the lines.
const TEXT_COLUMN: usize = 10;

impl Scan {
    /// The option that names the till.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.terminal
    }

    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let chosen = self.terminal.read(home)?;
        let request = self.request(&chosen)?;
        let issuer = IssuerSide::need(home)?;
        let mut till = chosen.open(home)?;
        let earlier = host::finish_earlier(&mut till, &issuer, TransactionType::Purchase)?;
        let decision = host::decide(&mut till, &issuer, (&request, None), None, home)?;
        drop(till);
        let mut document = Document::new(&request, &chosen, earlier);
        let failure = document.decide(decision, chosen.name(), self.receipt);
        document.advise(&request, &issuer)?;
        if out.json() {
            out.object(&document);
        } else {
            document.print(out);
        }
        if let Some(failure) = failure {
            return Err(failure);
        }
        state::deliver(home, &issuer);
        Ok(match document.result {
            "approved" => Exit::Done,
            _ => Exit::NotApproved,
        })
    }

    /// The request of the code, checked before anything is sent.
    fn request(&self, chosen: &ShopTill) -> Result<OnlineRequest, Failure> {
        let config = chosen.config();
        let currency = parse_currency(self.currency.as_ref(), config)?;
        let amount = parse_amount(&self.amount, currency)?;
        let (kind, time) = (TransactionType::Purchase, local_time(config)?);
        let unusable = |error: &dyn std::fmt::Display| Failure::Input(format!("CODE: {error}"));
        let transaction =
            Transaction::new(kind, amount, time, NOT_SENT).map_err(|error| unusable(&error))?;
        let text = qr::read("CODE", &self.code)?;
        let terminal = Terminal::new(config.clone());
        let request = terminal.scan(&text, &transaction);
        request.map_err(|error| unusable(&error))
    }
}

/// The JSON about a scanned code and its answer.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    /// `approved`, `declined`, …
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    transaction: TransactionView,
    /// The number of the token, masked.
    token: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    entry_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    terminal: Option<TerminalView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<IssuerView>,
    /// The name of an approval's entry in the terminal's batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    /// The entry of an owed reversal, which was sent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed: Option<String>,
    /// As `reversed`, for a reversal that the issuer refused for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversal_refused: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptView>,
}

impl Document {
    fn new(request: &OnlineRequest, chosen: &ShopTill, earlier: Option<ReversalEnd>) -> Self {
        let of = |refused: bool| {
            let ended = earlier.filter(|ended| ended.refused.is_some() == refused);
            ended.map(|ended| ended.entry.to_string())
        };
        Self {
            format: "understudy.scan/1",
            result: "no-answer",
            reason: None,
            advice: None,
            transaction: TransactionView::new(&request.transaction, chosen.config()),
            token: request.track2.number().to_string(),
            label: request.label.clone(),
            entry_mode: request.entry_mode().to_string(),
            terminal: None,
            issuer: None,
            entry: None,
            reversed: of(false),
            reversal_refused: of(true),
            receipt: None,
        }
    }

    /// Adds the issuer's decision; the failure of an issuer that could not make one.
    fn decide(
        &mut self,
        decision: Decision,
        till: Option<&TillName>,
        receipt: bool,
    ) -> Option<Failure> {
        let Decision::Concluded {
            answer,
            conclusion,
            outcome,
        } = decision
        else {
            return None;
        };
        self.terminal = Some(TerminalView::new(&outcome, None));
        self.entry = conclusion.entry.map(|entry| entry.to_string());
        let number = answer.as_ref().ok().and_then(|answer| answer.authorisation);
        let numbered = number.filter(|_| conclusion.entry.is_some());
        let printed = ReceiptView::new(&conclusion.receipt, numbered.map(AuthorisationId::get));
        self.receipt = receipt.then_some(printed);
        let verdict = match answer {
            Ok(verdict) => verdict,
            Err(fault) => {
                self.reason = outcome.reason().map(ToString::to_string);
                self.advice = Some(advice::UNANSWERED.to_owned());
                return fault.map(Failure::from);
            }
        };
        let kind = TransactionType::Purchase;
        self.issuer = Some(IssuerView::new(&verdict, Checked::Code));
        if verdict.approved() {
            self.result = "approved";
            self.advice = number.and_then(|number| advice::for_approval(kind, number, till));
        } else {
            self.result = "declined";
            self.reason = Some(verdict.reason.explanation().to_owned());
            self.advice = Some(verdict.reason.cardholder_action().to_owned());
        }
        None
    }

    /// Names the command that is next after a decline for the state of the token, as after a tap.
    fn advise(&mut self, request: &OnlineRequest, issuer: &IssuerSide) -> Result<(), Failure> {
        let reason = self.issuer.as_ref().map(|issuer| issuer.reason);
        let reason = reason.and_then(Reason::from_name);
        let Some(reason) = reason.filter(|_| self.result == "declined") else {
            return Ok(());
        };
        let tokens = issuer.issuer.tokens(None)?;
        let mut tokens = tokens.iter();
        let token = tokens.find(|token| token.number == *request.track2.number());
        let of_token = token.and_then(|token| advice::for_token(reason, token));
        self.advice = of_token.or(self.advice.take());
        Ok(())
    }

    fn print(&self, out: &mut Output) {
        let label = match self.label.as_str() {
            "" => String::new(),
            label => format!("{label}, "),
        };
        let title = format!(
            "purchase of {} by code, {label}{}",
            self.transaction.amount, self.token
        );
        out.line(paint(STRONG, title));
        out.line("");
        for (label, text) in self.statements() {
            out.paragraph(label, TEXT_COLUMN, &text);
        }
        let style = if self.result == "approved" { GOOD } else { BAD };
        let result = self.result.replace('-', " ").to_uppercase();
        let label = paint(STRONG, format!("{:<TEXT_COLUMN$}", "Result"));
        out.line(format!("{label}{}", paint(style, result)));
        if let Some(advice) = &self.advice {
            out.paragraph("Next", TEXT_COLUMN, advice);
        }
        if let Some(receipt) = &self.receipt {
            receipt.print(out);
        }
    }

    fn statements(&self) -> Vec<(&'static str, String)> {
        let earlier = (self.reversed.as_deref().map(statements::reversed)).or_else(|| {
            self.reversal_refused
                .as_deref()
                .map(statements::never_reversed)
        });
        let issuer = self.issuer.as_ref();
        [
            ("Terminal", earlier),
            (
                "Issuer",
                issuer.map(|issuer| statements::verdict(issuer, false)),
            ),
            ("Terminal", self.terminal.as_ref().map(statements::terminal)),
        ]
        .into_iter()
        .filter_map(|(label, text)| Some((label, text?)))
        .collect()
    }
}
