//! A card: profile, standing, account, keys and history.

use std::collections::VecDeque;
use std::sync::Arc;

#[cfg(feature = "limited-use")]
use understudy_core::card::UnixTime;
use understudy_core::card::{CardId, Exposure, Limits, Profile, Standing};
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_core::crypto::{Algorithm, Algorithms, Atc};
use understudy_core::wire::amount::Currency;
use understudy_provisioning::letter::SuspendReason;

use super::record::{put_records, records};
use super::{TRIPLE_DES, octets, put_count, put_octets};
use crate::StateError;
use crate::card::{Account, Armed, Card};
use crate::fields::{atc, boot, put_boot, put_time, some_atc, time};
use crate::history::CardHistory;
use crate::keys::{Batch, Keys, shared};
#[cfg(feature = "limited-use")]
use crate::keys::{Limited, for_counters};
use crate::octets::{Fields, Out};

pub(super) fn emit(card: &Card, out: &mut impl Out) {
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

/// A card; `None` for invalid octets, an error for an invalid profile.
pub(super) fn parse(version: u8, fields: &mut Fields<'_>) -> Option<Result<Card, StateError>> {
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
    let keys = keys(version, fields)?;
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
        #[cfg(feature = "limited-use")]
        if let Some(limited) = &batch.limited {
            put_limited_use(out, batch, limited);
            continue;
        }
        let mut algorithms = batch.algorithms.iter().map(Algorithm::octet);
        let [first, second] = [algorithms.next(), algorithms.next()];
        out.u8(first.unwrap_or_default());
        out.u8(second.unwrap_or_default());
        put_count(out, batch.keys.len());
        for (atc, keys) in &batch.keys {
            out.u16(atc.get());
            out.put(keys);
        }
    }
}

fn keys(version: u8, fields: &mut Fields<'_>) -> Option<Keys> {
    let mut keys = Keys::default();
    for _ in 0..fields.u16()? {
        let not_after = time(fields)?;
        let kind = kind(version, fields)?;
        #[cfg(feature = "limited-use")]
        if kind == LIMITED_USE {
            let batch = limited_use(not_after, fields)?;
            keys.batches.push_back(batch);
            continue;
        }
        let algorithms = algorithms(kind)?;
        let count = fields.u16()?;
        let one = |_| {
            let atc = atc(fields)?;
            Some((atc, shared(fields.slice(algorithms.keys_length())?)))
        };
        let held = (0..count).map(one).collect::<Option<VecDeque<_>>>()?;
        (!held.is_empty()).then_some(())?;
        keys.batches.push_back(Batch {
            not_after,
            algorithms,
            #[cfg(feature = "limited-use")]
            limited: None,
            keys: held,
        });
    }
    Some(keys)
}

/// The two octets that say the algorithms of a batch, or that it is a limited-use key.
fn kind(version: u8, fields: &mut Fields<'_>) -> Option<[u8; 2]> {
    if version == TRIPLE_DES {
        let mut algorithms = Algorithms::TDES.iter().map(Algorithm::octet);
        return Some([algorithms.next()?, 0]);
    }
    fields.array().copied()
}

/// The algorithms of a batch, two octets of which the second is 00 if there is one algorithm.
fn algorithms(kind: [u8; 2]) -> Option<Algorithms> {
    match kind {
        [one, 0] => Algorithms::from_octets(&[one]),
        both => Algorithms::from_octets(&both),
    }
}

/// Stands for a limited-use key in the place of algorithms, of which FF is none.
#[cfg(feature = "limited-use")]
const LIMITED_USE: [u8; 2] = [0x01, 0xFF];

/// A limited-use key: index, what is left of its sum, the first and the last counter that are left,
/// and the key.
#[cfg(feature = "limited-use")]
fn put_limited_use(out: &mut impl Out, batch: &Batch, limited: &Limited) {
    out.put(&LIMITED_USE);
    out.put(&limited.index.octets());
    out.u64(limited.sum);
    let counter = |held: Option<&(Atc, _)>| held.map_or(0, |(atc, _)| atc.get());
    out.u16(counter(batch.keys.front()));
    out.u16(counter(batch.keys.back()));
    if let Some((_, key)) = batch.keys.front() {
        out.put(key);
    }
}

#[cfg(feature = "limited-use")]
fn limited_use(not_after: Option<UnixTime>, fields: &mut Fields<'_>) -> Option<Batch> {
    let limited = Limited {
        index: KeyIndex::from_octets(*fields.array()?).ok()?,
        sum: fields.u64()?,
    };
    let (first, last) = (atc(fields)?, atc(fields)?);
    let key = shared(fields.slice(Algorithms::TDES.keys_length())?);
    (first <= last).then(|| Batch {
        not_after,
        algorithms: Algorithms::TDES,
        limited: Some(limited),
        keys: for_counters(first, last, &key),
    })
}
