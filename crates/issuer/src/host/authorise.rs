//! Authorising a request: the checks in their order, and the one place where a counter is used up.

use understudy_acquiring::{Authorisation, TransactionKind};
use understudy_core::card::UnixTime;
use understudy_core::crypto::CryptogramInput;
use understudy_core::wire::amount::Amount;
use understudy_provisioning::keys::DeviceId;

use super::admit::admit_new;
use super::approval;
use super::bounds;
use super::chip_data::ChipData;
use super::decide::Decision;
use super::fingerprint;
#[cfg(feature = "limited-use")]
use super::limited_use;
use super::money;
use super::notify;
use super::reason::Reason;
use super::record::{Content, Record};
use super::ruling::{Ruling, UsedCounter};
use super::stop::Stop;
use super::verdict::Verdict;
use super::verify::{CardWord, compare_with_issued, issued_counter, read_iad};
use crate::account::Account;
use crate::custody::CryptogramCheck;
use crate::device;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::Act;
use crate::token::{KeyBatch, Token};

impl Issuer {
    /// Decides about a request with a tap: sale, pre-authorisation, refund or balance inquiry; or with a
    /// code that the cardholder presented: a sale in the card's currency. A refund names its original, a payment of the same account; only a merchant that
    /// [`allow_unlinked_refunds`](Self::allow_unlinked_refunds) names leaves it out.
    ///
    /// A request that names a token is recorded with its answer. The identical request again gets
    /// the identical answer, marked as a [`repeat`], and changes nothing. That holds after a
    /// reversal too: the answer stays what it was, the money follows the reversal, and a terminal
    /// that has reversed does not act on the answer any more. Of requests that were declined and
    /// used no counter up, the newest hundred of a token are known; an older one is decided anew.
    ///
    /// A counter is used up by the first request whose cryptogram is right, approved or not; any
    /// other request with it is a replay. So a tap that was declined because its token was
    /// suspended, or because it was reversed before it came, is not approved later.
    ///
    /// [`repeat`]: Verdict::repeat
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn authorise(&self, request: &Authorisation, now: UnixTime) -> Result<Verdict, Fault> {
        let chip = match ChipData::of(request) {
            Ok(chip) => chip,
            Err(reason) => return Ok(Verdict::unattributed(reason)),
        };
        self.act_on_money(now, |act| {
            let Some(token) = Token::of_number(act, request.track2.number())? else {
                return Ok(Verdict::unattributed(Reason::UnknownToken));
            };
            let fingerprint = fingerprint::of_tap(act.keys, request)?;
            if let Some(seen) = Record::of_request(act, &fingerprint)? {
                return Ok(seen.content.verdict(seen.id, true));
            }
            let chip = chip.of_card(token.terms.limits.currency);
            let case = Case {
                act,
                account: Account::load(act, token.account)?,
                token,
                request,
                chip,
            };
            let ruling = Stop::settle(case.examine(), Ruling::of)?;
            case.keep(&ruling, &fingerprint)
        })
    }
}

/// A request that names a token.
struct Case<'a> {
    act: &'a Act<'a>,
    token: Token,
    account: Account,
    request: &'a Authorisation,
    chip: ChipData<'a>,
}

impl Case<'_> {
    /// The checks in their order. `Err`: declined before a counter was used up.
    fn examine(&self) -> Result<Ruling, Stop> {
        let (act, token, chip) = (self.act, &self.token, &self.chip);
        admit_new(act, &self.request.identity)?;
        compare_with_issued(token, self.request, chip)?;
        let card = read_iad(&token.terms, chip)?;
        let (atc, batch) = issued_counter(act, token, chip)?;
        let input = CryptogramInput::new(token.terms.cvn, chip.data, chip.iad)
            .map_err(|_| Reason::IssuerApplicationData)?;
        let check = CryptogramCheck {
            card: token.identity(),
            algorithm: card.algorithm,
            input: &input,
            atc,
            unpredictable_number: chip.data.unpredictable_number,
            cryptogram: chip.cryptogram,
        };
        // A wrong cryptogram changes nothing, and nothing tells whether its counter was seen.
        if !self.is_right(&check, card, batch)? {
            return Err(Reason::CryptogramWrong.into());
        }
        if let Some(first) = Record::of_counter(act, token.id, atc)? {
            self.compare_with_first(&first)?;
            return Err(Reason::Replay.into());
        }
        let decision = Decision {
            act,
            token,
            account: &self.account,
            request: self.request,
            chip,
            card,
            batch,
        };
        let mut ruling = decision.make()?;
        ruling.used = Some(UsedCounter {
            atc,
            cryptogram: chip.cryptogram.0,
            arpc: self.answer(&check, ruling.reason)?,
            device: batch.and_then(|batch| batch.home).map(|home| home.device),
        });
        Ok(ruling)
    }

    /// True if the cryptogram is right. `Err`: the key that it names was not issued for its counter.
    #[cfg_attr(
        not(feature = "limited-use"),
        expect(
            unused_variables,
            reason = "a single-use key is named by its counter alone"
        )
    )]
    fn is_right(
        &self,
        check: &CryptogramCheck<'_>,
        card: CardWord,
        batch: Option<KeyBatch>,
    ) -> Result<bool, Stop> {
        #[cfg(feature = "limited-use")]
        if let Some(index) = card.key_index {
            limited_use::check_index(&self.request.track2, index, batch)?;
            return Ok(self.act.keys.verify_limited_use(check, index)?);
        }
        Ok(self.act.keys.verify(check)?)
    }

    /// The answer cryptogram, if the version has one: version 43 of Visa has none.
    fn answer(
        &self,
        check: &CryptogramCheck<'_>,
        reason: Reason,
    ) -> Result<Option<[u8; 8]>, Fault> {
        let has_answer = check.input.cvn().arpc_key_method().is_some();
        let answer = has_answer.then(|| self.act.keys.answer(check, reason.response_code()));
        Ok(answer.transpose()?)
    }

    /// A card makes one cryptogram for a counter. Another right one is a copy's, or was made after
    /// the card's store was put back.
    fn compare_with_first(&self, first: &Record) -> Result<(), Fault> {
        let made = first.content.cryptogram;
        if made.is_some_and(|made| made != self.chip.cryptogram.0) {
            device::flag_home(self.act, &self.token)?;
        }
        Ok(())
    }

    /// Records the ruling, moves the money, and lets the device know.
    fn keep(&self, ruling: &Ruling, fingerprint: &[u8; 32]) -> Result<Verdict, Fault> {
        let (act, request) = (self.act, self.request);
        let (reason, used) = (ruling.reason, ruling.used);
        let original = ruling.original.as_ref();
        let content = Content {
            token: Some(self.token.id),
            atc: used.map(|used| used.atc),
            cryptogram: used.map(|used| used.cryptogram),
            kind: request.processing_code.kind(),
            by_code: self.chip.by_code,
            original: original.map(|original| original.id),
            reason,
            arpc: used.and_then(|used| used.arpc),
            approval: approval::draw_for(reason)?,
            amount: request.amount,
            balance: self.balance(reason)?,
            hold: ruling.hold,
            identity: request.identity,
            reference: request.reference,
            decided_at: act.now,
        };
        let id = content.insert(act, fingerprint, self.awaited(ruling)?)?;
        if used.is_some() {
            Token::count_counter(act, self.token.id)?;
        }
        if content.is_idle() {
            bounds::forget_idle(act, content.token)?;
        }
        money::move_for(act, self.token.account, id, &content)?;
        notify::of_tap(act, &self.token, &content)?;
        if let Some(original) = original {
            notify::of_refund(act, original)?;
        }
        Ok(content.verdict(id, false))
    }

    /// The device whose report is to have the counter that was used up.
    fn awaited(&self, ruling: &Ruling) -> Result<Option<DeviceId>, Fault> {
        let Some((used, device)) = ruling.used.and_then(|used| Some((used, used.device?))) else {
            return Ok(None);
        };
        let reported = self.act.is_reported(self.token.id, used.atc)?;
        Ok((!reported).then_some(device))
    }

    /// DE 54 of an approved inquiry; nothing is available when more is owed.
    fn balance(&self, reason: Reason) -> Result<Option<Amount>, Fault> {
        let kind = self.request.processing_code.kind();
        if reason != Reason::Approved || kind != TransactionKind::Balance {
            return Ok(None);
        }
        let available = money::available(self.act, &self.account)?;
        let minor = available.max(0).unsigned_abs();
        Ok(Amount::new(
            minor.min(Amount::MAX_MINOR),
            self.account.currency,
        ))
    }
}
