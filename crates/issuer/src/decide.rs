//! Whether an authentic request is approved: from what is authenticated, and nothing else.

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Amount;

use crate::account::{Account, PinCheck};
use crate::calendar;
use crate::chip_data::ChipData;
use crate::custody::IssuerKeys;
use crate::reason::Reason;
use crate::token::{Token, Unverified};
use crate::verify::CardWord;

/// An authentic request, and what it is held against.
pub(crate) struct Decision<'a> {
    pub(crate) keys: &'a IssuerKeys,
    pub(crate) token: &'a mut Token,
    pub(crate) account: &'a mut Account,
    pub(crate) chip: &'a ChipData<'a>,
    pub(crate) card: CardWord,
    /// DE 4 and DE 49.
    pub(crate) amount: Amount,
    /// DE 52.
    pub(crate) pin_block: Option<[u8; 8]>,
    pub(crate) now: UnixTime,
}

impl Decision<'_> {
    /// Decides, counts a wrong PIN, and counts an approved tap towards the next verification.
    pub(crate) fn make(mut self) -> Reason {
        match self.examine() {
            Ok(unverified) => {
                self.token.unverified = unverified;
                Reason::Approved
            }
            Err(reason) => reason,
        }
    }

    /// The count of unverified taps after this one, if it is approved. The PIN comes behind all
    /// that it cannot mend: a request that is declined whatever the PIN says nothing about it.
    fn examine(&mut self) -> Result<Unverified, Reason> {
        if self.card.declines {
            return Err(Reason::CardDeclined);
        }
        if !calendar::is_near(self.chip.data.date, self.now) {
            return Err(Reason::DateImplausible);
        }
        if self.amount.to_bcd() != self.chip.data.amount_authorised {
            return Err(Reason::AmountMismatch);
        }
        if self.amount.currency().to_bcd() != self.chip.data.currency {
            return Err(Reason::CurrencyMismatch);
        }
        if self.token.issued.domestic_only && !self.is_domestic() {
            return Err(Reason::ForeignCurrency);
        }
        if self.amount.minor() > self.token.limits.verified_tap {
            return Err(Reason::OverLimit);
        }
        if self.cardholder_is_verified()? {
            Ok(Unverified::default())
        } else {
            self.admit_unverified()
        }
    }

    /// Whether the cardholder was verified: by a correct PIN, or by the card's word under the MAC.
    /// The card transaction qualifiers (`9F6C`) and the entry mode (DE 22) are not authenticated
    /// and say nothing here. A PIN that was entered must be right, whatever the card says.
    fn cardholder_is_verified(&mut self) -> Result<bool, Reason> {
        let Some(block) = self.pin_block else {
            return Ok(self.card.user_verified);
        };
        match self
            .account
            .check_pin(self.keys, block, self.token.number())
        {
            PinCheck::Correct => Ok(true),
            PinCheck::Unreadable => Err(Reason::PinBlockMalformed),
            PinCheck::Wrong => Err(Reason::WrongPin),
            PinCheck::Exceeded => Err(Reason::PinTriesExceeded),
        }
    }

    fn admit_unverified(&self) -> Result<Unverified, Reason> {
        let limits = &self.token.limits;
        if !self.is_domestic() || self.amount.minor() > limits.unverified_tap {
            return Err(Reason::NoCvm);
        }
        let before = self.token.unverified;
        let after = Unverified {
            taps: before.taps.saturating_add(1),
            sum: before.sum.saturating_add(self.amount.minor()),
        };
        let due = before.taps >= limits.unverified_taps || after.sum > limits.unverified_sum;
        if due {
            Err(Reason::VerificationDue)
        } else {
            Ok(after)
        }
    }

    fn is_domestic(&self) -> bool {
        self.amount.currency() == self.token.limits.currency
    }
}
