//! The user's verification on the device: a proof with its age, kept in memory only.

use std::time::Duration;

use understudy_core::card::{CardId, UserVerified};
use understudy_core::wire::amount::Amount;

/// Seconds in which a tap can be repeated: after the card asked for verification, and again after
/// the user verified for the amount.
pub const PROMPT_WINDOW: u32 = 60;

/// Proof that the user verified on the device: with the phone's lock, or with the payment password
/// ([`Wallet::verify_password`](crate::Wallet::verify_password)). Made only by the code that saw it
/// happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verification {
    age: u32,
    card: Option<CardId>,
    amount: Option<Amount>,
}

impl Verification {
    /// The user verified `seconds` seconds ago. Good for every card and amount, for the validity in
    /// the card's profile.
    #[must_use]
    pub const fn aged(seconds: u32) -> Self {
        Self {
            age: seconds,
            card: None,
            amount: None,
        }
    }

    /// Restricts the verification to this card.
    #[must_use]
    pub const fn for_card(self, card: CardId) -> Self {
        Self {
            card: Some(card),
            ..self
        }
    }

    /// Restricts the verification to a prompt: its card, and one tap of at most its amount in its
    /// currency, within [`PROMPT_WINDOW`] seconds.
    #[must_use]
    pub const fn for_prompt(self, prompt: &Prompt) -> Self {
        Self {
            card: Some(prompt.card),
            amount: Some(prompt.amount),
            ..self
        }
    }

    /// Seconds between the user's verification and this call to the wallet.
    #[must_use]
    pub const fn age(&self) -> u32 {
        self.age
    }

    pub(crate) const fn card(&self) -> Option<CardId> {
        self.card
    }

    pub(crate) const fn amount(&self) -> Option<Amount> {
        self.amount
    }
}

/// A tap that was refused because the user must verify: no key was used, and the reader waits for a
/// second tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The card.
    pub card: CardId,
    /// The amount that the reader asked for.
    pub amount: Amount,
    /// The merchant's name and place as the reader stated them (`9F4E`, ans 20). Not authenticated.
    pub merchant: Option<[u8; 20]>,
    /// The reading of the elapsed clock at the refusal.
    pub(crate) at: Duration,
}

impl Prompt {
    /// True while it can be answered.
    pub(crate) fn is_open(&self, elapsed: Duration) -> bool {
        within(self.at, elapsed, PROMPT_WINDOW)
    }
}

/// The verifications that may still be good.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held {
    /// One for any amount.
    general: Option<Proof>,
    /// One for one amount, once.
    bound: Option<Proof>,
}

#[derive(Clone, Copy, Debug)]
struct Proof {
    verification: Verification,
    /// The reading of the elapsed clock when the wallet was told.
    told: Duration,
}

impl Held {
    /// Replaces the verification of the same kind.
    pub(crate) fn take(&mut self, verification: Verification, elapsed: Duration) {
        let proof = Some(Proof {
            verification,
            told: elapsed,
        });
        if verification.amount.is_some() {
            self.bound = proof;
        } else {
            self.general = proof;
        }
    }

    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The verification that is good for a payment: a general one no older than `validity` seconds,
    /// or else one for such an amount.
    pub(crate) fn find(
        &self,
        card: CardId,
        amount: Amount,
        validity: u16,
        elapsed: Duration,
    ) -> Option<UserVerified> {
        let general = self.general(card, elapsed);
        general
            .filter(|proof| proof.age() <= u32::from(validity))
            .or_else(|| self.bound(card, amount, elapsed))
            .or(general)
    }

    /// Uses up the verification that [`Held::find`] gave for a payment, if it was for one amount.
    pub(crate) fn spend(&mut self, card: CardId, validity: u16, elapsed: Duration) {
        let general = self.general(card, elapsed);
        if general.is_none_or(|proof| proof.age() > u32::from(validity)) {
            self.bound = None;
        }
    }

    fn general(&self, card: CardId, elapsed: Duration) -> Option<UserVerified> {
        let proof = self.general?;
        let card_fits = proof.verification.card.is_none_or(|bound| bound == card);
        proof.aged(elapsed).filter(|_| card_fits)
    }

    fn bound(&self, card: CardId, amount: Amount, elapsed: Duration) -> Option<UserVerified> {
        let proof = self.bound?;
        let most = proof.verification.amount?;
        let fits = proof.verification.card.is_none_or(|bound| bound == card)
            && amount.currency() == most.currency()
            && amount.minor() <= most.minor()
            && within(proof.told, elapsed, PROMPT_WINDOW);
        proof.aged(elapsed).filter(|_| fits)
    }
}

impl Proof {
    /// The verification with its present age; `None` if the elapsed clock went back.
    fn aged(&self, elapsed: Duration) -> Option<UserVerified> {
        let since = elapsed.checked_sub(self.told)?;
        let since = u32::try_from(since.as_secs()).unwrap_or(u32::MAX);
        let age = since.saturating_add(self.verification.age);
        Some(UserVerified::aged(age))
    }
}

/// True if at most `seconds` seconds lie between two readings of the elapsed clock.
fn within(from: Duration, to: Duration, seconds: u32) -> bool {
    to.checked_sub(from)
        .is_some_and(|since| since <= Duration::from_secs(u64::from(seconds)))
}

#[cfg(test)]
mod tests;
