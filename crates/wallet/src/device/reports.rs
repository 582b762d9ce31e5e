use std::collections::BTreeMap;
use std::sync::Arc;

use getrandom::SysRng;
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::ReceiveKey;
use understudy_provisioning::message::{OVERHEAD, Refusal, SealError};
use understudy_provisioning::report::{self, CardUse, Draft, Mark};

use super::{Device, Marks, Taken};
use crate::WalletError;
use crate::book::Book;
use crate::change::Context;

/// The most cards that a report can name.
pub(crate) const CARDS_MAX: usize = 255;

/// Makes the next report and stores it in the book. Its marks leave the book; the report itself
/// stays there until it is accepted.
pub(crate) fn report(book: &mut Book, context: &Context) -> Result<Vec<u8>, WalletError> {
    let before = book.device()?.reports;
    let sealed = seal(book, before, context)?;
    let device = book.device_mut()?;
    device.in_flight = Some(Arc::from(sealed.as_slice()));
    device.report_wanted = false;
    device.reported_at = context.moment.now();
    Ok(sealed)
}

/// The last reports of a device that is about to be wiped: the one in flight, which the issuer may
/// not have received, and one more, which acknowledges the letter.
pub(crate) fn part(book: &mut Book, context: &Context) -> Result<Vec<Arc<[u8]>>, WalletError> {
    let device = book.device()?;
    let in_flight = device.in_flight.clone();
    let before = match &in_flight {
        Some(report) => Sequence::after(report)?,
        None => device.reports,
    };
    let last = seal(book, before, context)?;
    Ok(in_flight.into_iter().chain([Arc::from(last)]).collect())
}

fn seal(book: &mut Book, before: Sequence, context: &Context) -> Result<Vec<u8>, WalletError> {
    let cards: Vec<CardUse> = card_uses(book)
        .into_iter()
        .map(|(card, highest)| CardUse { card, highest })
        .collect();
    let device = book.device_mut()?;
    let fresh = ReceiveKey::generate(&mut SysRng).map_err(SealError::Random)?;
    let key = fresh.public();
    let epoch = device.receive.push(fresh).ok_or(SealError::Count)?;
    let marks: Vec<Mark> = std::mem::take(&mut device.marks).iter().collect();
    let draft = Draft {
        device: device.id,
        before,
        issued_at: context.moment.shown().unwrap_or(UnixTime(0)),
        generation: device.generation_base.saturating_add(context.generation),
        accepted: device.inbox.last(),
        refusals: device.refusals,
        epoch,
        key,
        cards: &cards,
        marks: &marks,
    };
    let mut out = vec![0; Marks::content_len(cards.len(), marks.len()) + OVERHEAD];
    let issuer = &device.issuer.receive;
    let sealed = report::seal(&mut out, &draft, issuer, &device.sign, &mut SysRng)?;
    Ok(sealed.to_vec())
}

/// The cards that a report names, with the highest counter that each used: those held, and those
/// that were deleted and have marks.
pub(crate) fn card_uses(book: &Book) -> BTreeMap<CardId, Option<Atc>> {
    let marks = book.device.iter().flat_map(|device| device.marks.iter());
    // Marks ascend, so the last of a card is its highest.
    let marked = marks.map(|mark| (mark.card, Some(mark.atc)));
    let held = book
        .cards
        .iter()
        .map(|card| (card.id(), card.account.last_atc));
    marked.chain(held).collect()
}

impl Device {
    /// Notes that the issuer accepted a report. An older report was noted before; an unknown report
    /// means that another device made it.
    pub(super) fn report_accepted(&mut self, accepted: Sequence) -> Result<Taken, Refusal> {
        let in_flight = self.in_flight.as_deref().map(Sequence::after).transpose()?;
        if in_flight == Some(accepted) {
            self.reports = accepted;
            self.in_flight = None;
            return Ok(Taken::ReportAccepted);
        }
        if accepted == self.reports || accepted.last() < self.reports.last() {
            return Ok(Taken::Done);
        }
        Err(Refusal::Fork)
    }
}
