//! The contactless directory (PPSE) and the candidate list built from it (EMV Contactless Book B
//! §3.3.2).

use understudy_core::wire::tags;
use understudy_core::wire::tlv::Reader;

use super::{Candidate, printable};
use crate::aid::Aid;
use crate::conversation::Conversation;
use crate::kernel_id::RequestedKernel;
use crate::preprocessing::Combination;
use crate::reason::Defect;
use crate::setting::Setting;
use crate::step::Step;
use crate::template::{Level, outermost};

/// A priority indicator (`87`) holds the priority in its low nibble.
const PRIORITY_MASK: u8 = 0x0F;

/// The most candidates that are tried; more than any real card has.
const CANDIDATES_MAX: usize = 16;

/// The candidates in a directory, best first: by priority, those without one last, else in the
/// card's order. An application that the card lists again counts once.
pub(super) fn candidates<'a>(
    setting: &Setting<'a>,
    card: &mut Conversation<'_>,
    body: &[u8],
) -> Result<Vec<Candidate<'a>>, Defect> {
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    for entry in entries(body)? {
        match candidate(setting, entry) {
            Err(skipped) => card.note(skipped),
            Ok(Candidate { aid, .. }) if candidates.iter().any(|known| known.aid == aid) => {
                card.note(Step::EntryRepeated { aid });
            }
            Ok(candidate) => candidates.push(candidate),
        }
    }
    candidates.sort_by_key(|candidate| candidate.priority.wrapping_sub(1) & PRIORITY_MASK);
    if candidates.len() > CANDIDATES_MAX {
        card.note(Step::CandidatesCutOff);
        candidates.truncate(CANDIDATES_MAX);
    }
    Ok(candidates)
}

/// The directory entries (`61`) in the PPSE's FCI.
fn entries(body: &[u8]) -> Result<Vec<&[u8]>, Defect> {
    let fci = Level::parse(outermost(body, tags::FCI_TEMPLATE)?)?;
    let proprietary = Level::parse(fci.mandatory(tags::FCI_PROPRIETARY_TEMPLATE)?)?;
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

/// The candidate of an entry, or the reason for which the entry is skipped.
fn candidate<'a>(setting: &Setting<'a>, entry: &[u8]) -> Result<Candidate<'a>, Step> {
    let entry = Entry::parse(entry).map_err(Step::EntrySkipped)?;
    let aid = entry.aid;
    let combination = combination(setting.combinations, &entry)?;
    match combination.result {
        Ok(indicators) => Ok(Candidate {
            aid,
            label: entry.label,
            priority: entry.priority,
            combination,
            indicators,
        }),
        Err(reason) => Err(Step::LeftOut { aid, reason }),
    }
}

/// A directory entry.
struct Entry {
    aid: Aid,
    label: String,
    /// The priority, 1 (highest) to 15; 0: none.
    priority: u8,
    requested: RequestedKernel,
}

impl Entry {
    fn parse(octets: &[u8]) -> Result<Self, Defect> {
        let entry = Level::parse(octets)?;
        let aid = Aid::new(entry.mandatory(tags::APPLICATION_IDENTIFIER)?)
            .ok_or(Defect::Value(tags::APPLICATION_IDENTIFIER))?;
        let [priority] = entry
            .array(tags::APPLICATION_PRIORITY_INDICATOR)?
            .unwrap_or([0]);
        let requested = match entry.get(tags::KERNEL_IDENTIFIER) {
            None => RequestedKernel::default_for(&aid),
            Some(value) => {
                RequestedKernel::parse(value).ok_or(Defect::Value(tags::KERNEL_IDENTIFIER))?
            }
        };
        Ok(Self {
            aid,
            label: printable(entry.get(tags::APPLICATION_LABEL).unwrap_or_default()),
            priority: priority & PRIORITY_MASK,
            requested,
        })
    }
}

/// The terminal's application for an entry: among those with its name and kernel the one with the
/// longest AID, and the first of several.
fn combination<'a>(
    combinations: &'a [Combination],
    entry: &Entry,
) -> Result<&'a Combination, Step> {
    let aid = entry.aid;
    let named = || combinations.iter().filter(|ours| ours.names(&aid));
    if named().next().is_none() {
        return Err(Step::NotAccepted { aid });
    }
    named()
        .rev()
        .filter(|ours| entry.requested.accepts(ours.kernel))
        .max_by_key(|ours| ours.aid.octets().len())
        .ok_or(Step::KernelMissing {
            aid,
            requested: entry.requested,
        })
}
