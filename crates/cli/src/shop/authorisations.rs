//! `authorisations`: the requests that the issuer received, and its answers.

use clap::Args;
use serde::Serialize;
use understudy_core::card::UnixTime;
use understudy_issuer::{
    ApprovalCode, AuthorisationFilter, AuthorisationId, AuthorisationSummary, PAGE, TokenId,
};
use understudy_pos::host::Moment;
use understudy_pos::{LocalTime, money};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::layout::{Cell, Column, Table};
use crate::output::{BAD, GOOD, NOTE, Output};
use crate::state::IssuerSide;

/// Lists the requests that the issuer recorded, newest first.
#[derive(Debug, Args)]
pub(crate) struct Authorisations {
    /// Only those of this token, by its number in `understudy tokens`
    #[arg(long, value_name = "TOKEN")]
    token: Option<u32>,
    /// Those before this one, by its number: the list has a hundred at a time
    #[arg(long, value_name = "NUMBER")]
    before: Option<u64>,
}

impl Authorisations {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let filter = AuthorisationFilter {
            token: self.token.map(TokenId::new),
            before: self.before.map(AuthorisationId::new),
            ..AuthorisationFilter::default()
        };
        let found = match IssuerSide::open_existing(home)? {
            Some(issuer) => {
                if let Some(token) = filter.token {
                    issuer.token(token)?;
                }
                issuer.issuer.authorisations(&filter)?
            }
            None => Vec::new(),
        };
        let views: Vec<AuthorisationView> = found.iter().map(AuthorisationView::new).collect();
        let before = (views.len() == PAGE).then(|| views.last().map(|last| last.authorisation));
        let before = before.flatten();
        if out.json() {
            out.object(&Document {
                format: "understudy.authorisations/1",
                authorisations: views,
                before,
            });
        } else if let (true, Some(before)) = (views.is_empty(), self.before) {
            out.line(format!("No request stands before {before}."));
        } else if views.is_empty() {
            let of = filter.token.map(|token| format!(" about token {token}"));
            out.line(format!(
                "The issuer was asked nothing{} yet. `understudy tap` asks.",
                of.unwrap_or_default()
            ));
        } else {
            print(&views, out);
            if let Some(before) = before {
                let token = self.token.map(|token| format!(" --token {token}"));
                out.line(format!(
                    "`understudy authorisations{} --before {before}` goes on.",
                    token.unwrap_or_default()
                ));
            }
        }
        Ok(Exit::Done)
    }
}

/// A request for display.
#[derive(Serialize)]
struct AuthorisationView {
    authorisation: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    kind: &'static str,
    /// `code`, if the cardholder presented one.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'static str>,
    amount: String,
    minor_units: u64,
    currency: u16,
    approved: bool,
    reason: &'static str,
    response_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<String>,
    reference: String,
    trace: u32,
    terminal: String,
    merchant: String,
    decided_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voided_by: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_expired_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refunded: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<u64>,
}

impl AuthorisationView {
    fn new(found: &AuthorisationSummary) -> Self {
        let identity = &found.identity;
        Self {
            authorisation: found.id.get(),
            token: found.token.map(TokenId::get),
            number: found.number.clone(),
            kind: found.kind.name(),
            entry: found.by_code.then_some("code"),
            amount: money::format_amount(found.amount),
            minor_units: found.amount.minor(),
            currency: found.amount.currency().numeric(),
            approved: found.approval.is_some(),
            reason: found.reason.name(),
            response_code: found.reason.response_code().escape_ascii().to_string(),
            approval: found.approval.as_ref().map(ApprovalCode::to_string),
            reference: found.reference.to_string(),
            trace: identity.trace.get(),
            terminal: identity.terminal.text().trim_end().to_owned(),
            merchant: identity.merchant.text().trim_end().to_owned(),
            decided_at: utc(found.decided_at),
            reversed_at: found.reversed_at.map(utc),
            voided_by: found.voided_by.map(AuthorisationId::get),
            hold_expired_at: found.hold_expired_at.map(utc),
            refunded: found.refunded.map(money::format_amount),
            original: found.original.map(AuthorisationId::get),
        }
    }

    /// The kind, and a code if one was presented.
    fn named(&self) -> String {
        let by = self.entry.map(|entry| format!(" by {entry}"));
        format!("{}{}", self.kind, by.unwrap_or_default())
    }

    /// The later fate of a request, in words.
    fn fate(&self) -> String {
        let state = match (&self.reversed_at, self.voided_by, &self.refunded) {
            (Some(_), ..) => Some("reversed".to_owned()),
            (None, Some(void), _) => Some(format!("voided by {void}")),
            (None, None, _) if self.hold_expired_at.is_some() => Some("hold expired".to_owned()),
            (None, None, Some(refunded)) => Some(format!("refunded {refunded}")),
            (None, None, None) => None,
        };
        let of = self.original.map(|original| format!("of {original}"));
        state.or(of).unwrap_or_default()
    }
}

/// Date and time in UTC: `2026-11-22 16:30:00`.
pub(crate) fn utc(time: UnixTime) -> String {
    let local = LocalTime::from_unix(time.0, 0);
    local.map_or_else(String::new, |time| Moment::from(time).to_string())
}

fn print(found: &[AuthorisationView], out: &mut Output) {
    let mut table = Table::new([
        Column::right("NO"),
        Column::left("TIME (UTC)"),
        Column::right("TOKEN"),
        Column::left("KIND"),
        Column::right("AMOUNT"),
        Column::left("ANSWER"),
        Column::left("REFERENCE"),
        Column::left(""),
    ]);
    for each in found {
        let answer = format!("{} {}", each.response_code, each.reason);
        table.row([
            Cell::new(each.authorisation),
            Cell::new(&each.decided_at),
            Cell::optional(each.token),
            Cell::new(each.named()),
            Cell::new(&each.amount),
            Cell::styled(answer, if each.approved { GOOD } else { BAD }),
            Cell::new(&each.reference),
            Cell::styled(each.fate(), NOTE),
        ]);
    }
    out.table(&table);
    out.paragraph(
        "",
        0,
        "`understudy void`, `refund`, `complete` and `reverse` take the number or the reference.",
    );
}

/// The JSON of the list.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    authorisations: Vec<AuthorisationView>,
    /// The last one, if there may be more before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
}
