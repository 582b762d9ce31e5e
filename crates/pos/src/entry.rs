//! The entry point: which applications both sides have, and which one is tried (EMV Contactless
//! Book B, combination selection).

use understudy_core::wire::tags;
use understudy_core::wire::tlv::Reader;

use crate::aid::Aid;
use crate::conversation::{Conversation, ShortCommand};
use crate::kernel;
use crate::online::OnlineRequest;
use crate::outcome::Outcome;
use crate::preprocessing::Setting;
use crate::random::UnpredictableNumbers;
use crate::reason::{Defect, Reason};
use crate::report::Step;
use crate::template::{Level, sole};

/// The name of the contactless directory.
const PPSE: &[u8] = b"2PAY.SYS.DDF01";

/// A priority indicator (`87`) holds the priority in its low nibble.
const PRIORITY_MASK: u8 = 0x0F;

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

pub(crate) struct Candidate {
    pub(crate) aid: Aid,
    pub(crate) label: String,
    /// 1 (highest) to 15; 0: none.
    priority: u8,
}

/// The candidate list, best first: by priority, those without one last, else in the card's order.
fn candidates(
    setting: &Setting<'_>,
    card: &mut Conversation<'_>,
) -> Result<Vec<Candidate>, Outcome> {
    let answer = card.exchange(select("SELECT PPSE", PPSE))?;
    if !answer.status.is_success() {
        return Err(Outcome::TryAnotherInterface(Reason::PpseRefused(
            answer.status,
        )));
    }
    let entries = directory(answer.body())
        .map_err(|defect| Outcome::TryAnotherInterface(Reason::Ppse(defect)))?;
    let mut candidates = Vec::new();
    for entry in entries {
        match candidate(entry) {
            Ok(candidate) if accepted(setting, &candidate.aid) => candidates.push(candidate),
            Ok(Candidate { aid, .. }) => card.note(Step::NotAccepted { aid }),
            Err(defect) => card.note(Step::EntrySkipped(defect)),
        }
    }
    candidates.sort_by_key(|candidate| candidate.priority.wrapping_sub(1) & PRIORITY_MASK);
    for candidate in &candidates {
        card.note(Step::Candidate {
            aid: candidate.aid,
            label: candidate.label.clone(),
            priority: candidate.priority,
        });
    }
    Ok(candidates)
}

/// The directory entries (`61`) in the PPSE's FCI.
fn directory(body: &[u8]) -> Result<Vec<&[u8]>, Defect> {
    let fci = Level::read(sole(body, tags::FCI_TEMPLATE)?)?;
    let proprietary = Level::read(fci.mandatory(tags::FCI_PROPRIETARY_TEMPLATE)?)?;
    let discretionary = proprietary.mandatory(tags::FCI_ISSUER_DISCRETIONARY_DATA)?;
    let mut entries = Vec::new();
    for object in Reader::new(discretionary) {
        let object = object?;
        if object.tag == tags::APPLICATION_TEMPLATE {
            entries.push(object.value);
        }
    }
    Ok(entries)
}

fn candidate(entry: &[u8]) -> Result<Candidate, Defect> {
    let entry = Level::read(entry)?;
    let aid = entry.mandatory(tags::APPLICATION_IDENTIFIER)?;
    let [priority] = entry
        .array(tags::APPLICATION_PRIORITY_INDICATOR)?
        .unwrap_or([0]);
    Ok(Candidate {
        aid: Aid::new(aid).ok_or(Defect::Value(tags::APPLICATION_IDENTIFIER))?,
        label: printable(entry.get(tags::APPLICATION_LABEL).unwrap_or_default()),
        priority: priority & PRIORITY_MASK,
    })
}

/// Whether the terminal has this application: one of its AIDs is the beginning of the card's.
fn accepted(setting: &Setting<'_>, aid: &Aid) -> bool {
    setting
        .config
        .applications
        .iter()
        .any(|ours| aid.starts_with(ours))
}

/// Final selection of one candidate, and its kernel.
fn application(
    setting: &Setting<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
    candidate: &Candidate,
) -> Result<OnlineRequest, Outcome> {
    let answer = card.exchange(select("SELECT application", candidate.aid.octets()))?;
    if !answer.status.is_success() {
        return Err(Outcome::SelectNext(Reason::SelectRefused(answer.status)));
    }
    kernel::run(setting, card, random, candidate, answer.body())
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
