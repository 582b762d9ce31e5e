//! Signs that a device's store was copied or restored: the contents of its reports, and their
//! omissions.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension as _;
use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_provisioning::message::Refusal;
use understudy_provisioning::report::{Mark, Report};

use super::Device;
use crate::fault::Fault;
use crate::store::{StoreError, Transaction};
use crate::token::TokenId;

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

/// Stores the counters that a report marks; returns the number of new ones. Also returns the first
/// mark of a counter that was authorised for another payment, or for which the device was issued no
/// key; that one is not stored.
pub(super) fn keep_marks(
    db: &Transaction<'_>,
    device: &Device,
    report: &Report<'_>,
) -> Result<(usize, Option<CloneOrRollback>), Fault> {
    let (mut new, mut finding) = (0_usize, None);
    for mark in report.marks() {
        match issued_to(db, device, mark.card, mark.atc)? {
            Some(token) => {
                new = new.saturating_add(note_reported(db, token, mark.atc)?);
                finding = finding.or(twice(db, token, &mark)?);
            }
            None => finding = finding.or(Some(never_issued(mark.card, mark.atc))),
        }
    }
    for (card, atc) in report.cards().filter_map(|c| Some((c.card, c.highest?))) {
        if finding.is_none() && issued_to(db, device, card, atc)?.is_none() {
            finding = Some(never_issued(card, atc));
        }
    }
    Ok((new, finding))
}

/// Keeps a counter as reported; 0 if it was already.
fn note_reported(db: &Transaction<'_>, token: TokenId, atc: Atc) -> Result<usize, Fault> {
    let counter = (token.0, atc.get());
    let new = db.execute(
        "INSERT OR IGNORE INTO reported (token, atc) VALUES (?1, ?2)",
        counter,
    )?;
    db.execute(
        "UPDATE authorisation SET unreported = NULL WHERE token = ?1 AND atc = ?2",
        counter,
    )?;
    Ok(new)
}

/// True if the host approved another payment under the counter of a mark. Declined requests are
/// ignored: they may have been declined because the message differed from the card's data.
fn twice(
    db: &Transaction<'_>,
    token: TokenId,
    mark: &Mark,
) -> Result<Option<CloneOrRollback>, Fault> {
    let Some(payment) = &mark.payment else {
        return Ok(None);
    };
    let mut other = db.prepare_cached(
        "SELECT 1 FROM authorisation WHERE token = ?1 AND atc = ?2 AND reason = 'approved' \
            AND (amount <> ?3 OR currency <> ?4)",
    )?;
    let (atc, amount) = (mark.atc, payment.amount);
    let differs = other.exists((
        token.0,
        atc.get(),
        amount.minor(),
        amount.currency().numeric(),
    ))?;
    Ok(differs.then_some(CloneOrRollback::Twice { token, atc }))
}

const fn never_issued(card: CardId, atc: Atc) -> CloneOrRollback {
    CloneOrRollback::NeverIssued { card, atc }
}

/// The token for whose counter this card of a device was issued a key. A token that has moved keeps
/// its counter windows on the device that it left.
fn issued_to(
    db: &Transaction<'_>,
    device: &Device,
    card: CardId,
    atc: Atc,
) -> Result<Option<TokenId>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT token, last >= ?3 FROM key_batch WHERE device = ?1 AND card = ?2 AND first <= ?3 \
         ORDER BY first DESC LIMIT 1",
    )?;
    let batch = statement.query_row((device.id.0, card.0, atc.get()), |row| {
        Ok((TokenId(row.get(0)?), row.get(1)?))
    });
    Ok(batch
        .optional()?
        .and_then(|(token, issued): (_, bool)| issued.then_some(token)))
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
    db: &Transaction<'_>,
    device: &Device,
    report: &Report<'_>,
) -> Result<Option<CloneOrRollback>, Fault> {
    let highest: BTreeMap<CardId, Option<Atc>> = report
        .cards()
        .map(|card| (card.card, card.highest))
        .collect();
    let finding = unmarked(db, device)?.into_iter().find_map(|payment| {
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
pub(super) fn let_be(db: &Transaction<'_>, device: &Device) -> Result<(), Fault> {
    for payment in unmarked(db, device)? {
        note_reported(db, payment.token, payment.atc)?;
    }
    Ok(())
}

fn unmarked(db: &Transaction<'_>, device: &Device) -> Result<Vec<Missing>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT a.token, k.card, a.atc, a.id, \
            t.status <> 'deleted' AND t.device IS k.device AND t.card IS k.card \
         FROM authorisation a \
            JOIN token t ON t.id = a.token \
            JOIN key_batch k ON k.token = a.token AND k.first = \
                (SELECT max(first) FROM key_batch WHERE token = a.token AND first <= a.atc) \
         WHERE a.unreported = ?1 ORDER BY a.token, a.atc",
    )?;
    let mut rows = statement.query([device.id.0])?;
    let mut missing = Vec::new();
    while let Some(row) = rows.next()? {
        missing.push(Missing {
            token: TokenId(row.get(0)?),
            card: CardId(row.get(1)?),
            atc: Atc::new(row.get(2)?).ok_or(StoreError::Value("a counter"))?,
            request: row.get(3)?,
            at_home: row.get(4)?,
        });
    }
    Ok(missing)
}
