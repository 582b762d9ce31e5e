//! The decision about an authentic request, by authenticated data alone.

use understudy_acquiring::{Authorisation, PinBlock, TransactionKind};
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Amount;

use super::admit::admit_unreversed;
use super::chip_data::ChipData;
use super::domain;
#[cfg(feature = "limited-use")]
use super::limited_use;
use super::money;
use super::reason::Reason;
use super::record::Hold;
use super::refund;
use super::ruling::Ruling;
use super::standing::check_standing;
use super::stop::Stop;
use super::verify::{CardWord, check_display, check_key};
use crate::account::Account;
use crate::audit::{Actor, Deed, Subject};
use crate::calendar;
use crate::custody::PinMatch;
use crate::fault::Fault;
use crate::store::Act;
use crate::token::{KeyBatch, Token, Unverified};

/// Wrong PINs in a row that block it.
const PIN_TRIES: u8 = 3;

/// An authentic request, and what it is held against.
pub(crate) struct Decision<'a> {
    pub(crate) act: &'a Act<'a>,
    pub(crate) token: &'a Token,
    pub(crate) account: &'a Account,
    pub(crate) request: &'a Authorisation,
    pub(crate) chip: &'a ChipData<'a>,
    pub(crate) card: CardWord,
    /// The batch of its key; none if keys of the account are not in batches.
    pub(crate) batch: Option<KeyBatch>,
}

impl Decision<'_> {
    /// Decides, counts a wrong PIN, and counts an approved tap towards the next verification.
    pub(crate) fn make(&self) -> Result<Ruling, Fault> {
        Stop::settle(self.examine(), Ruling::of)
    }

    /// The PIN comes behind all that it cannot mend: a request that is declined whatever the PIN
    /// says nothing about it. Only the funds come later: who hears of them has shown the PIN, or
    /// needs none.
    fn examine(&self) -> Result<Ruling, Stop> {
        admit_unreversed(self.act, &self.request.identity)?;
        check_standing(self.act, self.token)?;
        check_key(self.batch, self.act.now)?;
        #[cfg(feature = "limited-use")]
        limited_use::check_newest(self.act, self.batch)?;
        check_display(self.chip, self.act.now)?;
        if self.card.declines {
            return Err(Reason::CardDeclined.into());
        }
        self.compare_message_with_chip()?;
        domain::admit(self.act, self.token.id, self.request, self.chip)?;
        self.admit_kind_and_amount()?;
        #[cfg(feature = "limited-use")]
        if self.kind().spends() {
            limited_use::admit_sum(self.act, self.batch, self.amount().minor())?;
        }
        let original = refund::admit_tap(self.act, self.account.id, self.request)?;
        let verified = self.cardholder_is_verified()?;
        let unverified = self.unverified_after(verified)?;
        self.admit_funds()?;
        if unverified != self.token.unverified {
            self.token.set_unverified(self.act, unverified)?;
        }
        Ok(Ruling {
            reason: Reason::Approved,
            original,
            hold: self.hold_of(verified),
            used: None,
        })
    }

    /// The message around the chip data must say what was said to the card. Nothing was said to that of
    /// a code: the amount is the terminal's word alone.
    fn compare_message_with_chip(&self) -> Result<(), Reason> {
        if self.chip.by_code {
            return Ok(());
        }
        let data = &self.chip.data;
        let [_, month, day] = data.date;
        let amount = self.amount();
        if data.transaction_type != self.request.processing_code.transaction_type() {
            return Err(Reason::TransactionTypeMismatch);
        }
        if !calendar::is_near(data.date, self.act.now) {
            return Err(Reason::DateImplausible);
        }
        if self.request.identity.local_time.date_bcd() != [month, day] {
            return Err(Reason::DateMismatch);
        }
        if amount.to_bcd() != data.amount_authorised {
            return Err(Reason::AmountMismatch);
        }
        if amount.currency().to_bcd() != data.currency {
            return Err(Reason::CurrencyMismatch);
        }
        Ok(())
    }

    fn admit_kind_and_amount(&self) -> Result<(), Reason> {
        let by_code = self.chip.by_code;
        if !self.kind().is_served() || (by_code && self.kind() != TransactionKind::Sale) {
            return Err(Reason::TransactionNotAllowed);
        }
        if (by_code || self.token.terms.domestic_only) && !self.is_domestic() {
            return Err(Reason::ForeignCurrency);
        }
        if self.amount().minor() > self.token.terms.limits.verified_tap {
            return Err(Reason::OverLimit);
        }
        Ok(())
    }

    /// The count of unverified taps after this one, if it is approved. A refund gives, so it needs
    /// no verification and counts nothing, but a PIN that was entered must be right. A balance is
    /// told to nobody but the cardholder: a reader held to a pocket could ask for it too. A code is the
    /// cardholder's act, which the card itself must say: a PIN that a terminal asked for is none.
    fn unverified_after(&self, verified: bool) -> Result<Unverified, Reason> {
        if self.chip.by_code && !self.card.user_verified {
            return Err(Reason::NoCvm);
        }
        match (self.kind(), verified) {
            (TransactionKind::Balance, false) => Err(Reason::NoCvm),
            (kind, _) if !kind.spends() => Ok(self.token.unverified),
            (_, true) => Ok(Unverified::default()),
            (_, false) => self.admit_unverified(),
        }
    }

    /// True if the cardholder was verified: by a correct PIN, or by the card's word under the MAC.
    /// The card transaction qualifiers (`9F6C`) and the entry mode (DE 22) are not authenticated
    /// and say nothing here. A PIN that was entered must be right, whatever the card says.
    fn cardholder_is_verified(&self) -> Result<bool, Stop> {
        match &self.request.pin_block {
            Some(block) => self.check_pin(block).map(|()| true),
            None => Ok(self.card.user_verified),
        }
    }

    /// Checks the PIN in a block and counts. A block that holds no PIN is not counted: whoever has
    /// no terminal's key makes only such blocks, and shall block nobody's PIN. Any PIN is wrong if
    /// the account has none.
    fn check_pin(&self, block: &PinBlock) -> Result<(), Stop> {
        let account = self.account;
        let reference = account.pin.as_ref();
        let number = self.token.number();
        let entered = (self.act.keys).check_pin(account.id, reference, block, number)?;
        if entered == PinMatch::Unreadable {
            return Err(Reason::PinBlockMalformed.into());
        }
        if account.wrong_pins >= PIN_TRIES {
            return Err(Reason::PinTriesExceeded.into());
        }
        let wrong = match entered {
            PinMatch::Right => 0,
            _ => account.wrong_pins.saturating_add(1),
        };
        if wrong != account.wrong_pins {
            Account::set_wrong_pins(self.act, account.id, wrong)?;
            if wrong == PIN_TRIES {
                let (subject, by) = (Subject::Account(account.id), &Actor::Issuer);
                let detail = "wrong PINs in a row";
                (self.act).record_for(by, Deed::PinBlocked, subject, detail)?;
            }
        }
        match wrong {
            0 => Ok(()),
            PIN_TRIES.. => Err(Reason::PinTriesExceeded.into()),
            _ => Err(Reason::WrongPin.into()),
        }
    }

    fn admit_unverified(&self) -> Result<Unverified, Reason> {
        let limits = &self.token.terms.limits;
        if !self.is_domestic() || self.amount().minor() > limits.unverified_tap {
            return Err(Reason::NoCvm);
        }
        let before = self.token.unverified;
        let after = Unverified {
            taps: before.taps.saturating_add(1),
            sum: before.sum.saturating_add(self.amount().minor()),
        };
        let due = before.taps >= limits.unverified_taps || after.sum > limits.unverified_sum;
        if due {
            Err(Reason::VerificationDue)
        } else {
            Ok(after)
        }
    }

    /// A foreign currency is not held against the funds: converting is for the bank's ledger.
    fn admit_funds(&self) -> Result<(), Stop> {
        if !self.kind().spends() || self.amount().currency() != self.account.currency {
            return Ok(());
        }
        money::admit_funds(self.act, self.account, self.amount().minor())
    }

    /// The hold under which a pre-authorisation reserves its amount.
    fn hold_of(&self, verified: bool) -> Option<Hold> {
        let limits = &self.token.terms.limits;
        (self.kind() == TransactionKind::PreAuthorisation).then(|| Hold {
            verified,
            limit: Some(if verified {
                limits.verified_tap
            } else {
                limits.unverified_tap
            }),
            until: UnixTime((self.act.now.0).saturating_add(self.act.config.hold.as_secs())),
        })
    }

    const fn amount(&self) -> Amount {
        self.request.amount
    }

    const fn kind(&self) -> TransactionKind {
        self.request.processing_code.kind()
    }

    fn is_domestic(&self) -> bool {
        self.amount().currency() == self.token.terms.limits.currency
    }
}
