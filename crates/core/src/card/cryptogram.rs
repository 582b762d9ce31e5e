//! From the reader's data to one cryptogram, or to a refusal that costs nothing. The checks stand in
//! the order of JR/T 0025.12 §7.7.

use super::cvm::Question;
use super::instruction::Requested;
use super::profile::AFL_MAX;
use super::refusal::Refused;
use super::transaction::Transaction;
use super::{
    CardId, Cvm, Env, Event, Exposure, KeyError, Ledger, Payment, Profile, Refusal, Slot, Spent,
    UnixTime, Usage,
};
use crate::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, TransactionData};
use crate::scheme::{Answer, Decision, Iad, Reader};
use crate::wire::iad::IAD_MAX;
use crate::wire::qualifiers::CryptogramType;
use crate::wire::tlv::{Overflow, Writer};

/// Answers the command that asks a selected, visible card for a cryptogram: with `data` for the
/// list that the profile has for it. The counter of the cryptogram.
pub(super) fn answer<B: AsRef<[u8]>>(
    slot: &Slot<B>,
    requested: Requested,
    data: &[u8],
    env: &mut impl Env,
    body: &mut Writer<'_>,
) -> Result<Atc, Refused> {
    let transaction = Transaction::parse(&slot.profile, data)?;
    let amount = Some(transaction.amount);
    let merchant = transaction.merchant;
    let request = Request {
        card: slot.id,
        profile: &slot.profile,
        requested,
        transaction,
    };
    request.answer(env, body).map_err(|refusal| Refused {
        refusal,
        amount,
        merchant,
    })
}

/// The usage after one more cryptogram, as the drain guard counts it. Refuses an expired card, a
/// card without usable keys, and a drained device.
pub(super) fn permit<B: AsRef<[u8]>>(
    card: CardId,
    profile: &Profile<B>,
    env: &impl Env,
) -> Result<Usage, Refusal> {
    let now = env.time();
    let end = UnixTime::end_of_day(profile.expiry());
    if now.zip(end).is_some_and(|(now, end)| now >= end) {
        return Err(Refusal::Expired);
    }
    let ledger = env.ledger(card);
    match ledger {
        Ledger { keys: 1.., .. } => {}
        Ledger { expired: 1.., .. } => return Err(KeyError::Expired.into()),
        _ => return Err(KeyError::Exhausted.into()),
    }
    let guard = ledger
        .usage
        .guard
        .admit(env.steady_time())
        .ok_or(Refusal::Drained)?;
    Ok(Usage {
        guard,
        ..ledger.usage
    })
}

pub(super) struct Request<'p, B> {
    pub(super) card: CardId,
    pub(super) profile: &'p Profile<B>,
    requested: Requested,
    transaction: Transaction,
}

impl<B: AsRef<[u8]>> Request<'_, B> {
    fn answer(&self, env: &mut impl Env, body: &mut Writer<'_>) -> Result<Atc, Refusal> {
        let scheme = self.profile.scheme();
        let reader = self.transaction.reader.ok_or(Refusal::NoCommonPath)?;
        let algorithm = self.transaction.algorithm.ok_or(Refusal::NoCommonPath)?;
        let before = permit(self.card, self.profile, env)?;
        let (decision, exposure) = self.decide(reader, env, before.exposure)?;

        #[cfg(feature = "limited-use")]
        if self.profile.has_limited_use_key() {
            let payment = self.payment(algorithm, decision, Usage { exposure, ..before });
            return self.answer_lent(decision, payment, env, body);
        }

        let mut octets = [0; IAD_MAX];
        let iad = issuer_application_data(self.profile, algorithm, decision, &mut octets)?;
        let input = CryptogramInput::new(self.profile.cvn(), self.transaction.under_mac, iad)
            .map_err(|_| Refusal::Internal)?;

        let payment = self.payment(algorithm, decision, Usage { exposure, ..before });
        let Spent { atc, key } = env.spend(self.card, &payment)?;
        let cryptogram = key.application_cryptogram(&input, atc);
        scheme.emit_answer(
            &self.profile.card_data(&mut [0; AFL_MAX]),
            &Answer {
                decision,
                iad,
                atc,
                cryptogram,
            },
            body,
        )?;
        env.observe(Event::Answered {
            card: self.card,
            atc,
            payment,
        });
        Ok(atc)
    }

    /// The reader's part of the data under the MAC.
    #[cfg(feature = "limited-use")]
    pub(super) const fn under_mac(&self) -> TransactionData {
        self.transaction.under_mac
    }

    /// The decision from the reader's wish, currency, limit for any tap, offline-only readers, and cardholder
    /// verification.
    fn decide(
        &self,
        reader: Reader,
        env: &impl Env,
        exposure: Exposure,
    ) -> Result<(Decision, Exposure), Refusal> {
        if self.requested == Requested::Decline {
            return Ok((self.decline(Refusal::ReaderDeclines)?, exposure));
        }
        let amount = self.transaction.amount;
        let limits = self.profile.limits();
        let domestic = amount.currency() == limits.currency;
        if self.profile.flags().domestic_only && !domestic {
            return Ok((self.decline(Refusal::ForeignCurrency)?, exposure));
        }
        if amount.minor() > limits.verified_tap {
            return Err(Refusal::OverLimit);
        }
        let verified = env.verification(self.card, amount);
        let policy = self.profile.policy();
        let verification = Question {
            amount,
            reader,
            verified,
            exposure,
            limits,
            policy,
            second_tap: self.profile.flags().second_tap,
        }
        .decide();
        if reader.offline_only {
            verification.map_err(|_| Refusal::NoCommonCvm)?;
            return Ok((self.decline(Refusal::OfflineOnly)?, exposure));
        }
        let (cvm, exposure) = verification?;
        Ok((
            Decision {
                cryptogram: CryptogramType::Arqc,
                cvm,
            },
            exposure,
        ))
    }

    /// An AAC, if the profile asks for one where an ARQC would be wasted; otherwise `refusal`,
    /// which costs no key.
    fn decline(&self, refusal: Refusal) -> Result<Decision, Refusal> {
        let wanted = self.profile.flags().decline_with_aac;
        let decision = Decision {
            cryptogram: CryptogramType::Aac,
            cvm: Cvm::None,
        };
        if wanted { Ok(decision) } else { Err(refusal) }
    }

    fn payment(
        &self,
        algorithm: Algorithm,
        Decision { cryptogram, cvm }: Decision,
        usage: Usage,
    ) -> Payment {
        let Transaction {
            amount,
            under_mac,
            time,
            merchant,
            ..
        } = self.transaction;
        let TransactionData {
            date,
            transaction_type,
            ..
        } = under_mac;
        Payment {
            amount,
            date,
            time,
            transaction_type,
            merchant,
            cvm,
            cryptogram,
            algorithm,
            usage,
        }
    }
}

/// Writes the longest answer that the profile can lead to.
pub(super) fn emit_longest_answer<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    let decision = Decision {
        cryptogram: CryptogramType::Arqc,
        cvm: Cvm::OnDevice,
    };
    let algorithm = profile.algorithms().iter().next().ok_or(Overflow)?;
    let mut octets = [0; IAD_MAX];
    let answer = Answer {
        decision,
        iad: issuer_application_data(profile, algorithm, decision, &mut octets)?,
        atc: Atc::LAST,
        cryptogram: Cryptogram([0; 8]),
    };
    profile
        .scheme()
        .emit_answer(&profile.card_data(&mut [0; AFL_MAX]), &answer, body)
}

pub(super) fn issuer_application_data<'o, B: AsRef<[u8]>>(
    profile: &Profile<B>,
    algorithm: Algorithm,
    decision: Decision,
    octets: &'o mut [u8; IAD_MAX],
) -> Result<&'o [u8], Overflow> {
    let mut writer = Writer::new(octets);
    let iad = statement(profile, algorithm, decision);
    #[cfg(feature = "limited-use")]
    let iad = super::lent::with_room(profile, iad);
    profile.scheme().emit_iad(&iad, &mut writer)?;
    Ok(writer.finish())
}

pub(super) fn statement<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    algorithm: Algorithm,
    decision: Decision,
) -> Iad<'_> {
    let verified = decision.cvm == Cvm::OnDevice && profile.flags().verified_in_iad;
    Iad {
        dki: profile.dki(),
        cvn: profile.cvn(),
        algorithm: Some(algorithm),
        cryptogram: decision.cryptogram,
        user_verified: verified,
        discretionary: profile.issuer_discretionary(),
    }
}
