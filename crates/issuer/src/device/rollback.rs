//! Signs that a device's store was copied or restored: the contents of its reports, and their
//! omissions.

use std::collections::BTreeMap;

use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_provisioning::message::Refusal;
use understudy_provisioning::report::{Mark, Report};

use super::Device;
use crate::fault::Fault;
use crate::host::Reason;
use crate::host::record::Record;
use crate::id::TokenId;
use crate::store::{Act, StoreError, View};
use crate::token::{Home, KeyBatch, Token};

/// The sign that a device's store was copied or restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloneOrRollback {
    /// Another report has the number of the last one accepted.
    #[error("another report has the number of the last one accepted")]
    Conflict,
    /// A report has an old number and differs from the one that was accepted under it.
    #[error("a report has an old number, and is not the one that was accepted under it")]
    Stale,
    /// A report does not follow the last one accepted.
    #[error("a report does not follow the last one accepted")]
    Fork,
    /// The store's generation is lower than before.
    #[error("the store's generation fell")]
    Generation,
    /// A payment was authorised under a counter that the device has passed, and no report has it.
    #[error("counter {} of token {token} was authorised, and no report has it", atc.get())]
    Unreported {
        /// The token.
        token: TokenId,
        /// Its counter.
        atc: Atc,
    },
    /// A payment was authorised before the last report was accepted, and the device, which made
    /// this report later, does not know of its counter.
    #[error("counter {} of token {token} was authorised, and the device never came so far", atc.get())]
    Forgotten {
        /// The token.
        token: TokenId,
        /// Its counter.
        atc: Atc,
    },
    /// The device used a counter for another payment than the authorised one, which another device
    /// must have made.
    #[error("counter {} of token {token} was authorised for another payment", atc.get())]
    Twice {
        /// The token.
        token: TokenId,
        /// Its counter.
        atc: Atc,
    },
    /// The device used a counter for which it was issued no key.
    #[error("card {} used counter {}, for which it got no key", card.0, atc.get())]
    NeverIssued {
        /// The card on the device.
        card: CardId,
        /// Its counter.
        atc: Atc,
    },
}

impl CloneOrRollback {
    /// The meaning of an authentic report's refusal. [`Refusal::Stale`] alone may be harmless: the
    /// repetition of an old report.
    pub(super) const fn of(refusal: Refusal) -> Option<Self> {
        match refusal {
            Refusal::Conflict => Some(Self::Conflict),
            Refusal::Stale => Some(Self::Stale),
            Refusal::Fork => Some(Self::Fork),
            Refusal::Generation => Some(Self::Generation),
            _ => None,
        }
    }
}

/// Stores the counters that a report marks, and that their batches were taken; returns the number of new ones. Also returns the first
/// mark of a counter that was authorised for another payment, or for which the device was issued no
/// key; that one is not stored.
pub(super) fn keep_marks(
    act: &Act<'_>,
    device: &Device,
    report: &Report<'_>,
) -> Result<(usize, Option<CloneOrRollback>), Fault> {
    let (mut new, mut finding) = (0_usize, None);
    for mark in report.marks() {
        match issued_to(act, device, mark.card, mark.atc)? {
            Some(batch) => {
                let token = batch.token;
                batch.set_taken(act)?;
                new = new.saturating_add(usize::from(note_reported(act, token, mark.atc)?));
                finding = finding.or(twice(act, token, &mark)?);
            }
            None => finding = finding.or(Some(never_issued(mark.card, mark.atc))),
        }
    }
    for (card, atc) in report.cards().filter_map(|c| Some((c.card, c.highest?))) {
        if finding.is_none() && issued_to(act, device, card, atc)?.is_none() {
            finding = Some(never_issued(card, atc));
        }
    }
    Ok((new, finding))
}

/// Keeps a counter as reported; false if it was already.
fn note_reported(act: &Act<'_>, token: TokenId, atc: Atc) -> Result<bool, Fault> {
    let new = act.keep_reported(token, atc)?;
    Record::set_reported(act, token, atc)?;
    Ok(new)
}

/// True if the host approved another payment under the counter of a mark: another amount, or one by a
/// code where the device was tapped, or the reverse. Declined requests are ignored: they may have been declined because the message differed from the card's data.
fn twice(view: &View<'_>, token: TokenId, mark: &Mark) -> Result<Option<CloneOrRollback>, Fault> {
    let atc = mark.atc;
    let Some(payment) = &mark.payment else {
        return Ok(None);
    };
    let recorded = Record::of_counter(view, token, atc)?;
    let differs = recorded.is_some_and(|record| {
        let content = record.content;
        let same = match payment.amount {
            Some(amount) => !content.by_code && content.amount == amount,
            // The device does not know the amount of a code.
            None => content.by_code,
        };
        content.reason == Reason::Approved && !same
    });
    Ok(differs.then_some(CloneOrRollback::Twice { token, atc }))
}

const fn never_issued(card: CardId, atc: Atc) -> CloneOrRollback {
    CloneOrRollback::NeverIssued { card, atc }
}

/// The batch with the key that this card of a device was issued for a counter. A token that has moved keeps
/// its counter windows on the device that it left.
fn issued_to(
    view: &View<'_>,
    device: &Device,
    card: CardId,
    atc: Atc,
) -> Result<Option<KeyBatch>, Fault> {
    let home = Home {
        device: device.id,
        card,
    };
    KeyBatch::issued_to(view, home, atc.get())
}

/// A payment that the host authorised with a key of the device and that no report has.
struct Missing {
    token: TokenId,
    card: CardId,
    atc: Atc,
    /// The number of its record.
    request: u64,
    /// True if the token is still on that device.
    at_home: bool,
}

/// Finds an authorised payment that is missing in the report, whose marks are stored already.
///
/// Reports have no gaps, so this one was made after the last one was accepted: a payment authorised
/// before that must be in one of the two. One authorised since may still be unreported, unless the
/// device itself reports a higher counter. "Before" and "since" are judged by the order of the
/// records, not by a clock, which may be set back.
pub(super) fn missing(
    view: &View<'_>,
    device: &Device,
    report: &Report<'_>,
) -> Result<Option<CloneOrRollback>, Fault> {
    let highest: BTreeMap<CardId, Option<Atc>> = report
        .cards()
        .map(|card| (card.card, card.highest))
        .collect();
    let finding = unmarked(view, device)?.into_iter().find_map(|payment| {
        let Missing { token, atc, .. } = payment;
        let listed = highest.get(&payment.card);
        if listed.is_some_and(|highest| Some(atc) <= *highest) {
            return Some(CloneOrRollback::Unreported { token, atc });
        }
        // A card that was deleted, or has moved, need not be listed.
        let expected = listed.is_some() || payment.at_home;
        let before = payment.request <= device.reported_through;
        (expected && before).then_some(CloneOrRollback::Forgotten { token, atc })
    });
    Ok(finding)
}

/// Counts every missing payment as reported: an operator who resumes a device found to be copied or
/// restored has examined them.
pub(super) fn let_be(act: &Act<'_>, device: &Device) -> Result<(), Fault> {
    for payment in unmarked(act, device)? {
        note_reported(act, payment.token, payment.atc)?;
    }
    Ok(())
}

fn unmarked(view: &View<'_>, device: &Device) -> Result<Vec<Missing>, Fault> {
    let mut missing = Vec::new();
    for (token, atc, request) in Record::unreported_of(view, device.id)? {
        let batch = KeyBatch::of_counter(view, token, atc.get())?;
        let home = batch.and_then(|batch| batch.home);
        let home = home.ok_or(StoreError::Value("an awaited counter"))?;
        missing.push(Missing {
            token,
            card: home.card,
            atc,
            request: request.0,
            at_home: Token::lives_at(view, token, home)?,
        });
    }
    Ok(missing)
}
