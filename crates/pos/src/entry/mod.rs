//! The entry point: the applications common to terminal and card, and the selection among them (EMV
//! Contactless Book B, combination selection).

mod directory;

use crate::aid::Aid;
use crate::conversation::{Conversation, ShortCommand};
use crate::kernel;
use crate::online::OnlineRequest;
use crate::outcome::Outcome;
use crate::preprocessing::{Combination, Indicators};
use crate::random::UnpredictableNumbers;
use crate::reason::Reason;
use crate::setting::{Chosen, Setting};
use crate::step::Step;

/// The name of the contactless directory.
const PPSE: &[u8] = b"2PAY.SYS.DDF01";

pub(crate) fn run(
    setting: &Setting<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
) -> Outcome {
    let candidates = match candidates(setting, card) {
        Ok(candidates) => candidates,
        Err(outcome) => return outcome,
    };
    let mut last = Reason::NoCommonApplication;
    for candidate in candidates {
        let aid = candidate.aid;
        match application(setting, card, random, &candidate) {
            Ok(request) => return Outcome::OnlineRequest(Box::new(request)),
            Err(Outcome::SelectNext(reason)) => {
                last = telling(last, reason.clone());
                card.note(Step::CandidatePassed { aid, reason });
            }
            Err(outcome) => return outcome,
        }
    }
    no_candidate(last)
}

/// An application that both terminal and card have.
pub(crate) struct Candidate<'a> {
    /// The AID in the card's directory.
    pub(crate) aid: Aid,
    pub(crate) label: String,
    /// The priority, 1 (highest) to 15; 0: none.
    priority: u8,
    combination: &'a Combination,
    indicators: Indicators,
}

/// Reads the card's directory.
fn candidates<'a>(
    setting: &Setting<'a>,
    card: &mut Conversation<'_>,
) -> Result<Vec<Candidate<'a>>, Outcome> {
    let answer = card.exchange(select("SELECT PPSE", PPSE))?;
    if !answer.status.is_success() {
        return Err(no_candidate(Reason::PpseRefused(answer.status)));
    }
    let candidates = directory::candidates(setting, card, answer.body())
        .map_err(|defect| no_candidate(Reason::Ppse(defect)))?;
    for candidate in &candidates {
        card.note(Step::Candidate {
            aid: candidate.aid,
            label: candidate.label.clone(),
            priority: candidate.priority,
        });
    }
    Ok(candidates)
}

/// Final selection of one candidate, and its kernel.
fn application(
    setting: &Setting<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
    candidate: &Candidate<'_>,
) -> Result<OnlineRequest, Outcome> {
    let answer = card.exchange(select("SELECT application", candidate.aid.octets()))?;
    if !answer.status.is_success() {
        return Err(Outcome::SelectNext(Reason::SelectRefused(answer.status)));
    }
    let chosen = Chosen {
        setting,
        combination: candidate.combination,
        indicators: candidate.indicators,
    };
    kernel::run(&chosen, card, random, candidate, answer.body())
}

/// The outcome when no candidate is left (EMV Contactless Book B §3.3.2.3 and §3.3.2.7): End
/// Application, with message `1C` and Ready to Read. Another interface is suggested only for a
/// transaction that pre-processing excludes from this one (§3.1.1.13).
const fn no_candidate(reason: Reason) -> Outcome {
    Outcome::EndApplication(reason)
}

/// The more informative of two reasons for which candidates were passed: the later one, unless it
/// is a refusal of SELECT.
fn telling(before: Reason, reason: Reason) -> Reason {
    match (before, reason) {
        (Reason::NoCommonApplication | Reason::SelectRefused(_), reason) => reason,
        (before, Reason::SelectRefused(_)) => before,
        (_, reason) => reason,
    }
}

const fn select<'a>(name: &'static str, data: &'a [u8]) -> ShortCommand<'a> {
    ShortCommand {
        name,
        header: [0x00, 0xA4, 0x04, 0x00],
        data,
    }
}

/// A label as printable ASCII, safe for a console.
pub(crate) fn printable(label: &[u8]) -> String {
    let printable = |&octet: &u8| match octet {
        b' '..=b'~' => char::from(octet),
        _ => '.',
    };
    label.iter().map(printable).collect()
}
