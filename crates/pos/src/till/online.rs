//! Requests with a card.

use super::change::Change;
use super::exchange::Draft;
use super::{Conclusion, Consequence, Till, TillError, TillFiles, Verdict};
use crate::batch::{Card, Chip, EntryId, EntryKind};
use crate::host::{Authorisation, ChipData, Host, Identity, Moment, Original, Reference, Request};
use crate::online::OnlineRequest;
use crate::outcome::Cvm;
use crate::pin_pad::{PinBlock, PinEntry, PinPad, PinRequest};
use crate::receipt::{Printed, Receipt, Slip, Title};
use crate::transaction::TransactionType;
use understudy_acquiring::ProcessingCode;

impl<F: TillFiles> Till<F> {
    /// Concludes the online request of a tap: sale, pre-authorisation, balance inquiry, or a refund
    /// without an original, which an issuer approves for few merchants. Owed reversals are sent
    /// first; then the PIN is asked for if the outcome requires one.
    ///
    /// A balance inquiry moves nothing: it makes no entry, and needs no reversal.
    ///
    /// # Errors
    /// [`TillError`]; unless it says otherwise, the request was not sent.
    pub fn complete_online(
        &mut self,
        request: &OnlineRequest,
        host: &mut dyn Host,
        pin_pad: &mut dyn PinPad,
    ) -> Result<Conclusion, TillError> {
        self.online(request, None, host, pin_pad)
    }

    /// As [`complete_online`](Self::complete_online), for a refund of all or a part of a sale or a
    /// completion of any kept batch, to the card that was tapped.
    ///
    /// # Errors
    /// As [`complete_online`](Self::complete_online) and [`admit_refund`](Self::admit_refund).
    pub fn refund_online(
        &mut self,
        request: &OnlineRequest,
        entry: EntryId,
        host: &mut dyn Host,
        pin_pad: &mut dyn PinPad,
    ) -> Result<Conclusion, TillError> {
        self.online(request, Some(entry), host, pin_pad)
    }

    fn online(
        &mut self,
        request: &OnlineRequest,
        refunded: Option<EntryId>,
        host: &mut dyn Host,
        pin_pad: &mut dyn PinPad,
    ) -> Result<Conclusion, TillError> {
        let chip = Chip::of(request)?;
        let chip_data = ChipData::new(&request.de55)?;
        let kind = entry_kind(request.transaction.kind());
        self.admits(request.transaction.kind())?;
        self.send_reversal(host)?;
        let pin_block = enter_pin(request, pin_pad)?;
        let Some(kind) = kind else {
            return self.balance(request, chip, host, (chip_data, pin_block));
        };
        let amount = request.transaction.amount();
        let refunded = refunded.map(|entry| self.refundable(entry, amount));
        let refunded = refunded.transpose()?;
        let draft = Draft {
            kind,
            moment: request.transaction.time().into(),
            amount,
            card: Card::of(request),
            chip: Some(chip),
            original: refunded.as_ref().map(|(of, after)| (of.record.id, *after)),
        };
        let original = refunded.map(|(of, _)| Self::original(&of));
        self.exchange(host, draft, |identity, record| {
            authorisation(
                request,
                (identity, record.reference),
                (chip_data, pin_block),
                original,
            )
        })
    }

    /// Refuses a kind of transaction whose entry cannot be added to the current batch, because that
    /// is being settled or full. For use before a card is tapped, so that none is tapped in vain.
    ///
    /// # Errors
    /// [`TillError::SettlementOpen`] and [`TillError::BatchFull`].
    pub fn admits(&self, kind: TransactionType) -> Result<(), TillError> {
        entry_kind(kind).map_or(Ok(()), |kind| self.admit_entry(kind))
    }

    fn balance(
        &mut self,
        request: &OnlineRequest,
        chip: Chip,
        host: &mut dyn Host,
        (chip_data, pin_block): (ChipData, Option<PinBlock>),
    ) -> Result<Conclusion, TillError> {
        let trace = self.state.free_trace();
        let moment = Moment::from(request.transaction.time());
        let reference = moment.reference(trace);
        let identity = self.identity(trace, moment);
        self.keep(Consequence::NothingSent, Change::NextTrace(trace.next()))?;
        let message = authorisation(request, (identity, reference), (chip_data, pin_block), None);
        let answer = host.send(&message);
        let verdict = Verdict::from(&answer);
        let reply = answer.ok();
        let balance = reply.as_ref().and_then(|reply| reply.balance);
        let printed = match verdict {
            Verdict::Approved => Printed::Balance(balance),
            Verdict::Declined(code) => Printed::Declined {
                code,
                reversed: false,
            },
            Verdict::NoAnswer(_) => Printed::NoAnswer { reversed: false },
        };
        let slip = Slip {
            id: EntryId {
                batch: self.state.batch.number,
                trace,
            },
            moment,
            amount: request.transaction.amount(),
            reference,
            card: Card::of(request),
            chip: Some(chip),
            original: None,
        };
        Ok(Conclusion {
            verdict,
            entry: None,
            receipt: Receipt::new(self.heading.clone(), Title::Balance, slip, printed),
            balance: balance.filter(|_| verdict == Verdict::Approved),
            arpc: reply.and_then(|reply| reply.arpc),
        })
    }
}

fn enter_pin(
    request: &OnlineRequest,
    pin_pad: &mut dyn PinPad,
) -> Result<Option<PinBlock>, TillError> {
    if request.cvm != Cvm::OnlinePin {
        return Ok(None);
    }
    let entry = pin_pad.enter(&PinRequest {
        number: request.track2.number(),
        amount: request.transaction.amount(),
    });
    match entry {
        PinEntry::Block(block) => Ok(Some(block)),
        PinEntry::None(problem) => Err(problem.into()),
    }
}

const fn entry_kind(kind: TransactionType) -> Option<EntryKind> {
    match kind {
        TransactionType::Purchase => Some(EntryKind::Sale),
        TransactionType::PreAuthorisation => Some(EntryKind::PreAuthorisation),
        TransactionType::Refund => Some(EntryKind::Refund),
        TransactionType::Balance => None,
    }
}

fn authorisation(
    request: &OnlineRequest,
    (identity, reference): (Identity, Reference),
    (chip_data, pin_block): (ChipData, Option<PinBlock>),
    original: Option<Original>,
) -> Request {
    Request::Authorisation(Authorisation {
        identity,
        reference,
        processing_code: processing_code(request.transaction.kind()),
        amount: request.transaction.amount(),
        expiry: Some(request.track2.expiry()),
        entry_mode: request.entry_mode(),
        psn: request.psn,
        track2: request.track2.clone(),
        pin_block,
        chip_data,
        original,
    })
}

/// DE 3, default accounts.
const fn processing_code(kind: TransactionType) -> ProcessingCode {
    match kind {
        TransactionType::Purchase => ProcessingCode::SALE,
        TransactionType::PreAuthorisation => ProcessingCode::PRE_AUTHORISATION,
        TransactionType::Refund => ProcessingCode::REFUND,
        TransactionType::Balance => ProcessingCode::BALANCE,
    }
}
