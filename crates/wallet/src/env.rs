//! The wallet as the environment of its cards. Nothing here waits for storage: each key is handed
//! out once, after one write that marks it.

use std::time::Duration;

use understudy_core::card::code::{self, CodeEnv, CodeRefusal};
use understudy_core::card::{
    CardId, Cvm, Env, Event, InstructionKind, KeyError, Ledger, Payment, Refusal, Spent, UnixTime,
    Usage, UserVerified,
};
#[cfg(feature = "limited-use")]
use understudy_core::crypto::LentKey;
use understudy_core::crypto::{Algorithm, Atc};
use understudy_core::wire::amount::Amount;

use crate::card::Card;
use crate::entry::{Entry, Marked, Refused, Shown};
use crate::event::WalletEvent;
use crate::live::Live;
use crate::store::File;
use crate::time::Moment;
use crate::verify::Prompt;

/// The longest time between an answer and the loss of the field that makes a tap possibly torn.
const TORN_WITHIN: Duration = Duration::from_millis(5);

/// The wallet during one command.
pub(crate) struct TapEnv<'l, H> {
    pub(crate) live: &'l mut Live<H>,
    pub(crate) moment: Moment,
}

impl<H: File> Env for TapEnv<'_, H> {
    fn time(&self) -> Option<UnixTime> {
        self.moment.now()
    }

    fn steady_time(&self) -> Option<UnixTime> {
        self.moment.trusted.seconds()
    }

    fn verification(&self, card: CardId, amount: Amount) -> Option<UserVerified> {
        let validity = self.card(card)?.slot.profile.limits().validity;
        let verified = &self.live.verified;
        verified.find(card, amount, validity, self.moment.elapsed)
    }

    fn ledger(&self, card: CardId) -> Ledger {
        let Some(card) = self.card(card) else {
            return Ledger::default();
        };
        let (keys, expired) = card.account.keys.count(self.moment.now());
        Ledger {
            keys,
            expired,
            last_atc: card.account.last_atc,
            usage: Usage {
                exposure: card.account.exposure,
                guard: self.live.book.guard,
            },
        }
    }

    fn spend(&mut self, card: CardId, payment: &Payment) -> Result<Spent, KeyError> {
        let spent = self.armed(card, payment.algorithm)?;
        let entry = Entry::Marked(self.marked(card, spent.atc, payment));
        self.mark(card, &entry, payment.cvm == Cvm::OnDevice)?;
        Ok(spent)
    }

    #[cfg(feature = "limited-use")]
    fn lend(&mut self, card: CardId, payment: &Payment) -> Result<LentKey, Refusal> {
        let (atc, held) = self.armed_counter(card)?;
        let marked = self.marked(card, atc, payment);
        let key = &held.account.keys;
        let key = key.lend(atc, marked.paid(), self.moment.now())?;
        self.mark(card, &Entry::Marked(marked), payment.cvm == Cvm::OnDevice)?;
        Ok(key)
    }

    fn observe(&mut self, event: Event) {
        match event {
            Event::Answered { .. } => {
                self.live.answered_at = Some(self.moment.elapsed);
                self.live.prompt = None;
            }
            Event::Refused {
                card: Some(card),
                instruction:
                    Some(InstructionKind::GetProcessingOptions | InstructionKind::GenerateAc),
                refusal,
                amount,
                merchant,
            } => self.refused(card, refusal, amount, merchant),
            Event::FieldLost { after } => self.field_lost(after),
            Event::Selected { .. } | Event::Refused { .. } => {}
        }
        self.live.queue(WalletEvent::Tap(event));
    }
}

/// A code waits for storage: its caller syncs the entry before the code leaves.
impl<H: File> CodeEnv for TapEnv<'_, H> {
    fn displayed_at(&self) -> Result<UnixTime, CodeRefusal> {
        let now = self.moment.now().ok_or(CodeRefusal::NoTime)?;
        if self.moment.is_behind() {
            return Err(CodeRefusal::TimeBehind);
        }
        Ok(now)
    }

    fn spend_for_code(&mut self, card: CardId, shown: &code::Shown) -> Result<Spent, KeyError> {
        let spent = self.armed(card, shown.algorithm)?;
        let entry = Entry::Shown(Shown {
            card,
            atc: spent.atc,
            at: shown.at,
            guard: shown.usage.guard,
        });
        self.mark(card, &entry, true)?;
        Ok(spent)
    }
}

impl<H: File> TapEnv<'_, H> {
    /// The armed key of a card, which is not to be used before it is marked.
    fn armed(&self, card: CardId, algorithm: Algorithm) -> Result<Spent, KeyError> {
        let (atc, held) = self.armed_counter(card)?;
        let keys = &held.account.keys;
        let key = keys.get(atc, algorithm, self.moment.now());
        let key = key.ok_or(KeyError::Storage)?;
        Ok(Spent { atc, key })
    }

    /// The armed counter of a card, and the card.
    fn armed_counter(&self, card: CardId) -> Result<(Atc, &Card), KeyError> {
        let device = self.live.book.device.as_ref();
        if device.is_some_and(|device| device.marks.is_full()) {
            return Err(KeyError::Unreported);
        }
        let held = self.card(card).ok_or(KeyError::Exhausted)?;
        let armed = held.armed.filter(|_| self.live.ready);
        Ok((armed.ok_or(KeyError::Storage)?.atc, held))
    }

    /// Marks the armed key as used, and uses up the verification that it was used with.
    fn mark(&mut self, card: CardId, entry: &Entry, verified: bool) -> Result<(), KeyError> {
        let validity = self
            .card(card)
            .map(|card| card.slot.profile.limits().validity);
        self.live.enter(entry).map_err(|_| KeyError::Storage)?;
        self.live.ready = false;
        if let Some(validity) = validity.filter(|_| verified) {
            let verified = &mut self.live.verified;
            verified.spend(card, validity, self.moment.elapsed);
        }
        Ok(())
    }

    fn card(&self, card: CardId) -> Option<&Card> {
        self.live.book.card(card).ok()
    }

    fn marked(&self, card: CardId, atc: Atc, payment: &Payment) -> Marked {
        Marked {
            card,
            atc,
            at: self.moment.shown(),
            amount: payment.amount,
            date: payment.date,
            transaction_type: payment.transaction_type,
            merchant: payment.merchant,
            cvm: payment.cvm,
            cryptogram: payment.cryptogram,
            exposure: payment.usage.exposure,
            guard: payment.usage.guard,
        }
    }

    /// Records the first refusal of a presence of the field only, so that a reader that repeats
    /// itself does not fill the history.
    fn refused(
        &mut self,
        card: CardId,
        reason: Refusal,
        amount: Option<Amount>,
        merchant: Option<[u8; 20]>,
    ) {
        if let (Refusal::UserMustAct, Some(amount)) = (reason, amount) {
            self.live.prompt = Some(Prompt {
                card,
                amount,
                merchant,
                at: self.moment.elapsed,
            });
        }
        if !std::mem::replace(&mut self.live.refused, true) {
            self.live.note(&Entry::Refused(Refused {
                card,
                at: self.moment.shown(),
                reason,
                amount,
                merchant,
            }));
        }
    }

    fn field_lost(&mut self, after: Option<(CardId, Atc)>) {
        self.live.refused = false;
        let answered = self.live.answered_at.take();
        let Some((card, atc)) = after else {
            return;
        };
        let since = answered.and_then(|then| self.moment.elapsed.checked_sub(then));
        if since.is_some_and(|since| since < TORN_WITHIN) {
            self.live.note(&Entry::Torn { card, atc });
        }
        self.live.chosen = None;
    }
}
