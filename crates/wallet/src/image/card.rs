//! A card: profile, standing, account, keys and history.

use std::collections::VecDeque;
use std::sync::Arc;

use understudy_core::card::{CardId, Exposure, Limits, Profile, Standing};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::letter::SuspendReason;
use zeroize::Zeroizing;

use super::{octets, put_count, put_octets};
use crate::StateError;
use crate::card::{Account, Armed, Card};
use crate::fields::{
    amount, atc, boot, cryptogram, cvm, merchant, put_amount, put_boot, put_cryptogram, put_cvm,
    put_merchant, put_reason, put_time, reason, some_atc, time,
};
use crate::history::{CardHistory, Outcome, Record};
use crate::keys::{Batch, Keys};
use crate::octets::{Fields, Out};

pub(super) fn write(card: &Card, out: &mut impl Out) {
    out.u16(card.id().0);
    out.flag(card.is_active());
    out.u8(match card.account.suspended {
        None => 0,
        Some(SuspendReason::Cardholder) => 1,
        Some(SuspendReason::Issuer) => 2,
        Some(SuspendReason::CloneOrRollback) => 3,
    });
    put_octets(out, card.slot.profile.octets());
    out.flag(card.account.limits.is_some());
    if let Some(limits) = &card.account.limits {
        put_limits(out, limits);
    }
    out.u16(card.account.last_atc.map_or(0, Atc::get));
    out.u8(card.account.exposure.taps);
    out.u64(card.account.exposure.sum);
    out.flag(card.armed.is_some());
    if let Some(armed) = &card.armed {
        out.u16(armed.atc.get());
        put_boot(out, armed.boot);
    }
    put_keys(out, &card.account.keys);
    put_records(out, &card.account.history.used);
    put_records(out, &card.account.history.refused);
}

/// `None` where the octets have no meaning, an error where the profile has none.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Result<Card, StateError>> {
    let id = CardId(fields.u16()?);
    let active = fields.flag()?;
    let suspended = match fields.u8()? {
        0 => None,
        1 => Some(SuspendReason::Cardholder),
        2 => Some(SuspendReason::Issuer),
        3 => Some(SuspendReason::CloneOrRollback),
        _ => return None,
    };
    let profile = octets(fields)?;
    let limits = if fields.flag()? {
        Some(limits(fields)?)
    } else {
        None
    };
    let account = Account {
        last_atc: some_atc(fields)?,
        exposure: Exposure {
            taps: fields.u8()?,
            sum: fields.u64()?,
        },
        suspended,
        ..Account::default()
    };
    let armed = if fields.flag()? {
        Some(Armed {
            atc: atc(fields)?,
            boot: boot(fields)?,
        })
    } else {
        None
    };
    let keys = keys(fields)?;
    let history = CardHistory {
        used: records(fields, id, true)?,
        refused: records(fields, id, false)?,
    };
    let account = Account {
        keys,
        history,
        ..account
    };
    let suspended_pays = active && suspended.is_some();
    if suspended_pays || !counters_ascend(&account) || !armed_is_held(armed, &account) {
        return None;
    }
    Some(whole(id, profile, active, limits, account, armed))
}

fn whole(
    id: CardId,
    profile: &[u8],
    active: bool,
    limits: Option<Limits>,
    account: Account,
    armed: Option<Armed>,
) -> Result<Card, StateError> {
    let mut card = Card::new(id, Profile::parse(Arc::from(profile))?)?;
    card.account = account;
    if let Some(limits) = limits {
        card.set_limits(limits);
    }
    if !active {
        card.set_standing(Standing::Suspended);
    }
    card.armed = armed;
    Ok(card)
}

fn counters_ascend(account: &Account) -> bool {
    let counters = account.keys.iter().map(|(atc, _)| *atc);
    account
        .last_atc
        .into_iter()
        .chain(counters)
        .is_sorted_by(|earlier, later| earlier < later)
}

fn armed_is_held(armed: Option<Armed>, account: &Account) -> bool {
    armed.is_none_or(|armed| account.keys.holds(armed.atc))
}

fn put_limits(out: &mut impl Out, limits: &Limits) {
    out.u16(limits.currency.numeric());
    out.u64(limits.unverified_tap);
    out.u8(limits.unverified_taps);
    out.u64(limits.unverified_sum);
    out.u64(limits.verified_tap);
    out.u16(limits.validity);
}

fn limits(fields: &mut Fields<'_>) -> Option<Limits> {
    Some(Limits {
        currency: Currency::new(fields.u16()?)?,
        unverified_tap: fields.u64()?,
        unverified_taps: fields.u8()?,
        unverified_sum: fields.u64()?,
        verified_tap: fields.u64()?,
        validity: fields.u16()?,
    })
}

fn put_keys(out: &mut impl Out, keys: &Keys) {
    put_count(out, keys.batches.len());
    for batch in &keys.batches {
        put_time(out, batch.not_after);
        put_count(out, batch.keys.len());
        for (atc, key) in &batch.keys {
            out.u16(atc.get());
            out.put(key.as_slice());
        }
    }
}

fn keys(fields: &mut Fields<'_>) -> Option<Keys> {
    let mut keys = Keys::default();
    for _ in 0..fields.u16()? {
        let not_after = time(fields)?;
        let count = fields.u16()?;
        let one = |_| {
            let atc = atc(fields)?;
            Some((atc, Arc::new(Zeroizing::new(*fields.array()?))))
        };
        let held = (0..count).map(one).collect::<Option<VecDeque<_>>>()?;
        (!held.is_empty()).then_some(())?;
        keys.batches.push_back(Batch {
            not_after,
            keys: held,
        });
    }
    Some(keys)
}

fn put_records(out: &mut impl Out, records: &VecDeque<Record>) {
    put_count(out, records.len());
    for record in records {
        put_record(out, record);
    }
}

fn put_record(out: &mut impl Out, record: &Record) {
    out.u64(record.number);
    out.u16(record.atc.map_or(0, Atc::get));
    put_time(out, record.at);
    out.flag(record.amount.is_some());
    if let Some(amount) = record.amount {
        put_amount(out, amount);
    }
    out.put(&record.date);
    out.u8(record.transaction_type);
    put_merchant(out, record.merchant);
    out.flag(record.cvm.is_some());
    if let Some(cvm) = record.cvm {
        put_cvm(out, cvm);
    }
    put_outcome(out, record.outcome);
}

/// The records of a card, with keys or without; each in the order of their numbers.
fn records(fields: &mut Fields<'_>, card: CardId, used: bool) -> Option<VecDeque<Record>> {
    let count = fields.u16()?;
    let most = if used {
        CardHistory::USED_MAX
    } else {
        CardHistory::REFUSED_MAX
    };
    (usize::from(count) <= most).then_some(())?;
    let records = (0..count).map(|_| record(fields, card));
    let records = records.collect::<Option<VecDeque<_>>>()?;
    let ascend = records
        .iter()
        .is_sorted_by(|one, next| one.number < next.number);
    let fit = records.iter().all(|record| record.atc.is_some() == used);
    (ascend && fit).then_some(records)
}

fn record(fields: &mut Fields<'_>, card: CardId) -> Option<Record> {
    Some(Record {
        number: fields.u64()?,
        card,
        atc: some_atc(fields)?,
        at: time(fields)?,
        amount: if fields.flag()? {
            Some(amount(fields)?)
        } else {
            None
        },
        date: *fields.array()?,
        transaction_type: fields.u8()?,
        merchant: merchant(fields)?,
        cvm: if fields.flag()? {
            Some(cvm(fields)?)
        } else {
            None
        },
        outcome: outcome(fields)?,
    })
}

fn put_outcome(out: &mut impl Out, outcome: Outcome) {
    let mut verdict = |code, amount: Option<Amount>, at| {
        out.u8(code);
        if let Some(amount) = amount {
            put_amount(out, amount);
        }
        put_time(out, at);
    };
    match outcome {
        Outcome::Approved { amount, at } => verdict(0x06, Some(amount), at),
        Outcome::Reversed { amount, at } => verdict(0x08, Some(amount), at),
        Outcome::Declined { response_code, at } => {
            verdict(0x07, None, at);
            out.put(&response_code);
        }
        Outcome::Sent(cryptogram) => {
            out.u8(0x01);
            put_cryptogram(out, cryptogram);
        }
        Outcome::PossiblyTorn => out.u8(0x02),
        Outcome::Refused(refusal) => {
            out.u8(0x03);
            put_reason(out, refusal);
        }
        Outcome::NeedsVerification => out.u8(0x04),
        Outcome::PowerLost => out.u8(0x05),
    }
}

fn outcome(fields: &mut Fields<'_>) -> Option<Outcome> {
    Some(match fields.u8()? {
        0x01 => Outcome::Sent(cryptogram(fields)?),
        0x02 => Outcome::PossiblyTorn,
        0x03 => Outcome::Refused(reason(fields)?),
        0x04 => Outcome::NeedsVerification,
        0x05 => Outcome::PowerLost,
        0x06 => Outcome::Approved {
            amount: amount(fields)?,
            at: time(fields)?,
        },
        0x07 => Outcome::Declined {
            at: time(fields)?,
            response_code: response_code(fields)?,
        },
        0x08 => Outcome::Reversed {
            amount: amount(fields)?,
            at: time(fields)?,
        },
        _ => return None,
    })
}

/// DE 39: two digits or capital letters.
fn response_code(fields: &mut Fields<'_>) -> Option<[u8; 2]> {
    let known = |octet: &u8| octet.is_ascii_digit() || octet.is_ascii_uppercase();
    let code = *fields.array()?;
    code.iter().all(known).then_some(code)
}
