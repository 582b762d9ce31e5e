//! Authorising a request: the checks in their order, and the one place where a counter is used up.

use std::time::Duration;

use understudy_core::card::UnixTime;
use understudy_core::crypto::{Atc, CryptogramInput};
use understudy_core::wire::amount::Amount;
use understudy_core::wire::track2::Track2;

use super::bounds;
use super::chip_data::ChipData;
use super::decide::{Decision, Ruling};
use super::money;
use super::notify;
use super::reason::Reason;
use super::record::{Content, Record};
use super::request::{AuthorisationRequest, Identity};
use super::reversal;
use super::stop::Stop;
use super::verdict::Verdict;
use super::verify::{compare_with_issued, issued_counter, read_iad};
use crate::account::Account;
use crate::custody::{CryptogramCheck, KeyCustody};
use crate::device;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::random;
use crate::store::{StoreError, Transaction};
use crate::token::Token;
use understudy_acquiring::ApprovalCode;
use understudy_acquiring::TransactionKind;

impl Issuer {
    /// Decides about a request with a tap: sale, pre-authorisation, refund or balance inquiry. A
    /// refund names its original, a payment of the same account; only a merchant that
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
    pub fn authorise(
        &self,
        request: &AuthorisationRequest<'_>,
        now: UnixTime,
    ) -> Result<Verdict, Fault> {
        let (chip, track2) = match request.parse() {
            Ok(parsed) => parsed,
            Err(reason) => return Ok(Verdict::unattributed(reason)),
        };
        let keys = self.keys();
        self.act(now, |db| {
            let Some(token) = Token::of_number(db, keys, track2.number())? else {
                return Ok(Verdict::unattributed(Reason::UnknownToken));
            };
            let fingerprint = request.fingerprint(keys)?;
            if let Some(seen) = Record::of_request(db, &fingerprint)? {
                return Ok(seen.content.verdict(seen.id, true));
            }
            let account = Account::load(db, keys, token.account)?;
            let case = Case {
                db,
                keys,
                token,
                account,
                request,
                chip,
                track2,
                hold: self.config.hold,
                now,
            };
            let outcome = Stop::settle(case.examine(), Outcome::declined)?;
            case.keep(&outcome, &fingerprint)
        })
    }
}

impl<'a> AuthorisationRequest<'a> {
    fn parse(&self) -> Result<(ChipData<'a>, Track2), Reason> {
        let chip = ChipData::parse(self.de55)?;
        let track2 = Track2::parse(self.track2).map_err(|_| Reason::Track2Malformed)?;
        Ok((chip, track2))
    }
}

/// Declines a request whose identity was used before.
pub(super) fn admit_new(db: &Transaction<'_>, identity: &Identity) -> Result<(), Stop> {
    if Record::of_identity(db, identity)?.is_some() {
        return Err(Reason::TraceNumberReused.into());
    }
    Ok(())
}

/// Declines a request whose reversal arrived before it.
pub(super) fn admit_unreversed(db: &Transaction<'_>, identity: &Identity) -> Result<(), Stop> {
    if reversal::arrived_first(db, identity)? {
        return Err(Reason::ReversedBefore.into());
    }
    Ok(())
}

/// A new approval code, if there is something to approve.
pub(super) fn approval(reason: Reason) -> Result<Option<ApprovalCode>, Fault> {
    if reason != Reason::Approved {
        return Ok(None);
    }
    let digits = format!("{:06}", random::below(1_000_000)?);
    let code = ApprovalCode::parse(&digits).map_err(|_| StoreError::Value("an approval code"))?;
    Ok(Some(code))
}

/// A request that names a token.
struct Case<'a> {
    db: &'a Transaction<'a>,
    keys: &'a dyn KeyCustody,
    token: Token,
    account: Account,
    request: &'a AuthorisationRequest<'a>,
    chip: ChipData<'a>,
    track2: Track2,
    hold: Duration,
    now: UnixTime,
}

/// The result of an authorisation: the ruling and the counter that was used up.
struct Outcome {
    ruling: Ruling,
    /// The counter that it used up, and the answer cryptogram.
    used: Option<(Atc, [u8; 8])>,
}

impl Outcome {
    /// Declined before a counter was used up.
    const fn declined(reason: Reason) -> Self {
        Self {
            ruling: Ruling::declined(reason),
            used: None,
        }
    }
}

impl Case<'_> {
    /// The checks in their order. `Err`: declined before a counter was used up.
    fn examine(&self) -> Result<Outcome, Stop> {
        admit_new(self.db, &self.request.identity)?;
        compare_with_issued(&self.token, self.request, &self.track2, &self.chip)?;
        let card = read_iad(&self.token.terms, &self.chip)?;
        let atc = issued_counter(self.db, &self.token, &self.chip)?;
        let input = CryptogramInput::new(self.token.terms.cvn, self.chip.data, self.chip.iad)
            .map_err(|_| Reason::IssuerApplicationData)?;
        let check = CryptogramCheck {
            card: self.token.identity(),
            input: &input,
            atc,
            unpredictable_number: self.chip.data.unpredictable_number,
            cryptogram: self.chip.cryptogram,
        };
        // A wrong cryptogram changes nothing, and nothing tells whether its counter was seen.
        if !self.keys.verify(&check)? {
            return Err(Reason::CryptogramWrong.into());
        }
        if let Some(first) = Record::of_counter(self.db, self.token.id, atc)? {
            self.compare_with_first(&first)?;
            return Err(Reason::Replay.into());
        }
        let decision = Decision {
            db: self.db,
            keys: self.keys,
            token: &self.token,
            account: &self.account,
            request: self.request,
            chip: &self.chip,
            card,
            hold: self.hold,
            now: self.now,
        };
        let ruling = decision.make()?;
        let arpc = self.keys.answer(&check, ruling.reason.response_code())?;
        Ok(Outcome {
            ruling,
            used: Some((atc, arpc)),
        })
    }

    /// A card makes one cryptogram for a counter. Another right one is a copy's, or was made after
    /// the card's store was put back.
    fn compare_with_first(&self, first: &Record) -> Result<(), Fault> {
        let made = first.content.cryptogram;
        if made.is_some_and(|made| made != self.chip.cryptogram.0) {
            device::flag_home(self.db, self.keys, &self.token)?;
        }
        Ok(())
    }

    /// Records the outcome, moves the money, and lets the device know.
    fn keep(&self, outcome: &Outcome, fingerprint: &[u8; 32]) -> Result<Verdict, Fault> {
        let Ruling {
            reason,
            original,
            hold,
        } = &outcome.ruling;
        let content = Content {
            token: Some(self.token.id),
            atc: outcome.used.map(|(atc, _)| atc),
            cryptogram: outcome.used.map(|_| self.chip.cryptogram.0),
            kind: self.request.processing_code.kind(),
            original: original.as_ref().map(|original| original.id),
            reason: *reason,
            arpc: outcome.used.map(|(_, arpc)| arpc),
            approval: approval(*reason)?,
            amount: self.request.amount,
            balance: self.balance(*reason)?,
            hold: *hold,
            identity: self.request.identity,
            reference: self.request.reference,
            decided_at: self.now,
        };
        let id = content.insert(self.db, fingerprint)?;
        if content.is_idle() {
            bounds::forget_idle(self.db, content.token)?;
        }
        money::move_for(self.db, self.token.account, id, &content)?;
        notify::of_tap(self.db, &self.token, &content)?;
        if let Some(original) = original {
            notify::of_refund(self.db, self.keys, original, self.now)?;
        }
        Ok(content.verdict(id, false))
    }

    /// DE 54 of an approved inquiry; nothing is available when more is owed.
    fn balance(&self, reason: Reason) -> Result<Option<Amount>, Fault> {
        let kind = self.request.processing_code.kind();
        if reason != Reason::Approved || kind != TransactionKind::Balance {
            return Ok(None);
        }
        let available = money::available(self.db, &self.account)?;
        let minor = u64::try_from(available.max(0)).unwrap_or(Amount::MAX_MINOR);
        Ok(Amount::new(
            minor.min(Amount::MAX_MINOR),
            self.account.currency,
        ))
    }
}
