//! `audit`: who did what to which token, device, key, limit or PIN.

use clap::{Args, Subcommand};
use serde::Serialize;
use understudy_issuer::{AuditAnchor, AuditEntry, AuditVerdict, PAGE};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{BAD, FAINT, GOOD, KEY, Output, paint};
use crate::shop::utc;
use crate::state::IssuerSide;

/// Lists what was done to tokens, devices, keys, limits and PINs, newest first.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists the entries, newest first: who did what, when, to which object
    List {
        /// Those before this one, by its number: the list has a hundred at a time
        #[arg(long, value_name = "NUMBER")]
        before: Option<u64>,
    },
    /// Walks all entries up to the sealed end, and names the first that was altered, removed, moved or
    /// added
    Verify {
        /// Line that an earlier `verify` printed and that was kept elsewhere: with it a database that was
        /// put back, or begun anew, since is found
        #[arg(long, value_name = "NUMBER:CODE")]
        anchor: Option<String>,
    },
}

impl Audit {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        match &self.verb {
            None => list(home, None, out),
            Some(Verb::List { before }) => list(home, *before, out),
            Some(Verb::Verify { anchor }) => verify(home, anchor.as_deref(), out),
        }
    }
}

fn list(home: &Home, before: Option<u64>, out: &mut Output) -> Result<Exit, Failure> {
    let entries = IssuerSide::need(home)?.issuer.audit(before)?;
    let before = (entries.len() == PAGE).then(|| entries.last().map(|last| last.sequence));
    let before = before.flatten();
    let views: Vec<_> = entries.iter().map(EntryView::new).collect();
    if out.json() {
        out.object(&Document {
            format: "understudy.audit/1",
            entries: views,
            before,
        });
        return Ok(Exit::Done);
    }
    if views.is_empty() {
        out.line("Nothing was done yet.");
    }
    for view in &views {
        view.print(out);
    }
    if let Some(before) = before {
        out.line(format!(
            "`understudy audit list --before {before}` goes on."
        ));
    }
    Ok(Exit::Done)
}

fn verify(home: &Home, anchor: Option<&str>, out: &mut Output) -> Result<Exit, Failure> {
    let anchor = anchor.map(|text| {
        AuditAnchor::parse(text).ok_or_else(|| {
            Failure::Input(
                "--anchor: NUMBER:CODE is needed, as `audit verify` prints it".to_owned(),
            )
        })
    });
    let anchor = anchor.transpose()?;
    let verdict = IssuerSide::need(home)?
        .issuer
        .verify_audit(anchor.as_ref())?;
    let answer = Answer::new(&verdict);
    if out.json() {
        out.object(&answer);
    } else {
        answer.print(out);
    }
    Ok(match verdict {
        AuditVerdict::Whole(_) => Exit::Done,
        AuditVerdict::Broken { .. } => Exit::NotApproved,
    })
}

/// The JSON of the list.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    entries: Vec<EntryView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<u64>,
}

/// An entry for display.
#[derive(Serialize)]
struct EntryView {
    number: u64,
    at: String,
    actor: String,
    deed: String,
    subject: String,
    detail: String,
}

impl EntryView {
    fn new(entry: &AuditEntry) -> Self {
        Self {
            number: entry.sequence,
            at: utc(entry.at),
            actor: entry.actor.clone(),
            deed: entry.deed.clone(),
            subject: entry.subject.clone(),
            detail: entry.detail.clone(),
        }
    }

    fn print(&self, out: &mut Output) {
        let number = format!("{:>6}", self.number);
        out.line(format!(
            "{} {}  {}  {} {}  {}",
            paint(FAINT, number),
            self.at,
            paint(KEY, &self.deed),
            self.subject,
            paint(FAINT, format!("by {}", self.actor)),
            self.detail
        ));
    }
}

/// The JSON of the walk.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    whole: bool,
    /// The last entry with its code, for `--anchor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    anchor: Option<String>,
    /// The number of the first entry that is wrong or missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    defect: Option<String>,
}

impl Answer {
    fn new(verdict: &AuditVerdict) -> Self {
        let (anchor, broken) = match verdict {
            AuditVerdict::Whole(last) => (Some(last.to_string()), None),
            AuditVerdict::Broken { sequence, defect } => (None, Some((*sequence, *defect))),
        };
        Self {
            format: "understudy.audit-verify/1",
            whole: broken.is_none(),
            anchor,
            broken: broken.map(|(sequence, _)| sequence),
            defect: broken.map(|(_, defect)| defect.to_string()),
        }
    }

    fn print(&self, out: &mut Output) {
        if let Some(anchor) = &self.anchor {
            out.line(paint(GOOD, "The audit is whole."));
            out.line(format!("Keep this elsewhere, for `--anchor`: {anchor}"));
        }
        if let (Some(broken), Some(defect)) = (self.broken, &self.defect) {
            out.line(format!("{} {broken}: {defect}.", paint(BAD, "Broken at")));
        }
    }
}
