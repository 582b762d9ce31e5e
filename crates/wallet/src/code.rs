//! The code at the till: made by a card and shown on the device's screen.

use std::fmt;
use std::sync::Arc;

use understudy_core::card::code::{self, TEMPLATE_MAX};
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_qr::consumer::{TEXT_MAX, text_of};
use zeroize::Zeroizing;

use crate::env::TapEnv;
use crate::stack;
use crate::store::{Folder, Slots, Tail};
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

/// A code to be shown: it pays once, for whoever scans it first, within
/// [`VALIDITY`](code::VALIDITY) seconds. `Debug` shows none of its text.
pub struct PresentedCode {
    /// The card.
    pub card: CardId,
    /// The counter of its cryptogram.
    pub atc: Atc,
    /// The time of display, which is under the cryptogram.
    pub at: UnixTime,
    text: Zeroizing<String>,
}

impl PresentedCode {
    /// The text of the QR code: Base64, at most 512 characters. It has the token's number.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for PresentedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedCode")
            .field("card", &self.card)
            .field("atc", &self.atc)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// A code, and the file whose sync makes its key durably spent.
pub(crate) type Made<H> = (PresentedCode, Option<Arc<Slots<H>>>);

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// Makes a code for one payment of any amount in the card's currency, up to its limit for a
    /// verified tap. The user must have verified on the device for as much; a verification for one
    /// amount is used up. One key is spent, durably, before the code is returned.
    ///
    /// It waits for storage. A tap in the meantime goes on with a key that is armed; arming one for the
    /// code of another card than the presented one takes that from it, and a tap then waits until the
    /// code is made and a key is armed anew. [`settle`](Wallet::settle) is due afterwards.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Code`], [`WalletError::Wiped`]; then no key was
    /// used. [`WalletError::Store`], [`WalletError::Journal`], [`WalletError::CodeText`]: a key may be
    /// spent, and the history says so.
    pub fn present_code(&self, card: CardId) -> Result<PresentedCode, WalletError> {
        let mut side = self.store();
        side.get()?;
        self.permit_code(card)?;
        // A tap may use the armed key before the code does, and another one is armed: until one of
        // them is the code's, or none is left.
        let made = loop {
            self.settle_for(&mut side, Some(card))?;
            let made = self.make_code(card);
            stack::wipe();
            if let Some(made) = made? {
                break made;
            }
        };
        let (code, slots) = made;
        if let Some(slots) = slots
            && let Err(error) = slots.sync()
        {
            self.live().give_up_journal();
            return Err(error.into());
        }
        Ok(code)
    }

    /// Refuses before a key is armed for it, which costs the presented card its own.
    fn permit_code(&self, card: CardId) -> Result<(), WalletError> {
        let mut live = self.live();
        let moment = self.moment(&live);
        let slot = Arc::clone(&live.book.card(card)?.slot);
        let env = TapEnv {
            live: &mut live,
            moment,
        };
        code::permit(&slot, &env)?;
        Ok(())
    }

    /// Uses the card's armed key for a code; `None` if a tap was faster. A stack frame of its own,
    /// which the caller overwrites afterwards.
    #[inline(never)]
    pub(crate) fn make_code(&self, card: CardId) -> Result<Option<Made<F::File>>, WalletError> {
        let mut live = self.live();
        let moment = self.moment(&live);
        if live.unarmed_of(Some(card), &moment).is_some() {
            return Ok(None);
        }
        let slot = Arc::clone(&live.book.card(card)?.slot);
        let mut env = TapEnv {
            live: &mut live,
            moment,
        };
        let mut room = Zeroizing::new([0; TEMPLATE_MAX]);
        let made = code::present(&slot, &mut env, &mut room)?;
        let mut text = Zeroizing::new([0; TEXT_MAX]);
        let text = text_of(made.template, &mut text)?;
        let code = PresentedCode {
            card,
            atc: made.atc,
            at: made.at,
            text: Zeroizing::new(text.to_owned()),
        };
        Ok(Some((code, live.tail.as_ref().map(Tail::file))))
    }
}
