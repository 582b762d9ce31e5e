//! The entry point: which applications both sides have, and which one is tried (EMV Contactless
//! Book B, combination selection).

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
    let mut exhausted = Outcome::TryAnotherInterface(Reason::NoCommonApplication);
    for candidate in candidates {
        let aid = candidate.aid;
        match application(setting, card, random, &candidate) {
            Ok(request) => return Outcome::OnlineRequest(Box::new(request)),
            Err(Outcome::SelectNext(reason)) => {
                exhausted = no_candidate_left(exhausted, reason.clone());
                card.note(Step::CandidatePassed { aid, reason });
            }
            Err(outcome) => return outcome,
        }
    }
    exhausted
}

/// An application that both sides have.
pub(crate) struct Candidate<'a> {
    /// As the card gives it.
    pub(crate) aid: Aid,
    pub(crate) label: String,
    /// 1 (highest) to 15; 0: none.
    priority: u8,
    combination: &'a Combination,
    indicators: Indicators,
}

/// Asks the card for its directory.
fn candidates<'a>(
    setting: &Setting<'a>,
    card: &mut Conversation<'_>,
) -> Result<Vec<Candidate<'a>>, Outcome> {
    let answer = card.exchange(select("SELECT PPSE", PPSE))?;
    if !answer.status.is_success() {
        return Err(Outcome::TryAnotherInterface(Reason::PpseRefused(
            answer.status,
        )));
    }
    let candidates = directory::candidates(setting, card, answer.body())
        .map_err(|defect| Outcome::TryAnotherInterface(Reason::Ppse(defect)))?;
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

/// How the tap ends if no other candidate follows: a card with nothing to select has no usable
/// application; one whose application sent us on is at its end.
fn no_candidate_left(before: Outcome, reason: Reason) -> Outcome {
    match (before, reason) {
        (before @ Outcome::EndApplication(_), Reason::SelectRefused(_)) => before,
        (_, reason @ Reason::SelectRefused(_)) => Outcome::TryAnotherInterface(reason),
        (_, reason) => Outcome::EndApplication(reason),
    }
}

const fn select<'a>(name: &'static str, data: &'a [u8]) -> ShortCommand<'a> {
    ShortCommand {
        name,
        header: [0x00, 0xA4, 0x04, 0x00],
        data,
    }
}

/// A label as text that can do a console no harm.
pub(crate) fn printable(label: &[u8]) -> String {
    let printable = |&octet: &u8| match octet {
        b' '..=b'~' => char::from(octet),
        _ => '.',
    };
    label.iter().map(printable).collect()
}
