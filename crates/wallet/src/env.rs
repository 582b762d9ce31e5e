//! The wallet as the environment of its cards. Nothing here waits for storage: each key is handed
//! out once, after one write that marks it.

use std::time::Duration;

use understudy_core::card::{
    CardId, Cvm, Env, Event, InstructionKind, KeyError, Ledger, Payment, Refusal, Spent, UnixTime,
    Usage, UserVerified,
};
use understudy_core::crypto::Atc;
#[cfg(feature = "limited-use")]
use understudy_core::crypto::LentKey;
use understudy_core::wire::amount::Amount;

use crate::card::Card;
use crate::entry::{Entry, Marked, Refused};
use crate::event::WalletEvent;
use crate::keys::Keys;
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
        let now = self.moment.now();
        let (marked, key) = self.take(card, payment, |keys, marked| {
            let key = keys.get(marked.atc, payment.algorithm, now);
            key.ok_or(KeyError::Storage)
        })?;
        let atc = marked.atc;
        Ok(Spent { atc, key })
    }

    #[cfg(feature = "limited-use")]
    fn lend(&mut self, card: CardId, payment: &Payment) -> Result<LentKey, Refusal> {
        let now = self.moment.now();
        let (_, key) = self.take(card, payment, |keys, marked| {
            keys.lend(marked.atc, marked.paid(), now)
        })?;
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

impl<H: File> TapEnv<'_, H> {
    /// The key of the armed counter, after its mark is written.
    fn take<K, E: From<KeyError>>(
        &mut self,
        card: CardId,
        payment: &Payment,
        key: impl FnOnce(&Keys, &Marked) -> Result<K, E>,
    ) -> Result<(Marked, K), E> {
        let device = self.live.book.device.as_ref();
        if device.is_some_and(|device| device.marks.is_full()) {
            return Err(KeyError::Unreported.into());
        }
        let held = self.card(card).ok_or(KeyError::Exhausted)?;
        let armed = held.armed.filter(|_| self.live.ready);
        let atc = armed.ok_or(KeyError::Storage)?.atc;
        let marked = self.marked(card, atc, payment);
        let key = key(&held.account.keys, &marked)?;
        let validity = held.slot.profile.limits().validity;
        self.live
            .enter(&Entry::Marked(marked))
            .map_err(|_| KeyError::Storage)?;
        self.live.ready = false;
        if payment.cvm == Cvm::OnDevice {
            let verified = &mut self.live.verified;
            verified.spend(card, validity, self.moment.elapsed);
        }
        Ok((marked, key))
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
