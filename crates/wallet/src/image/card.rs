//! A card and its account.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use understudy_core::card::{CardId, Exposure, Profile, Slot, Standing};
use understudy_core::crypto::Atc;
use understudy_provisioning::letter::SuspendReason;

use super::fields::{OBJECT, atc};
use super::hex::{Hex, Key};
use crate::RestoreError;
use crate::account::{Account, StoredKey};
use crate::book::Card;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CardText {
    id: u16,
    suspended: bool,
    #[serde(deserialize_with = "Option::deserialize")]
    suspended_by_issuer: Option<ReasonText>,
    profile: Hex<Vec<u8>>,
    #[serde(deserialize_with = "Option::deserialize")]
    last_atc: Option<u16>,
    unverified_taps: u8,
    unverified_sum: u64,
    keys: Vec<(u16, Key<16>)>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReasonText {
    Cardholder,
    Issuer,
    CloneOrRollback,
}

impl CardText {
    /// At least as many octets as the card takes.
    pub(super) fn room(&self) -> usize {
        OBJECT + 2 * self.profile.0.len() + self.keys.len() * size_of::<(u16, [u8; 64])>()
    }

    pub(super) fn of(slot: &Card, account: &Account) -> Self {
        let Exposure { taps, sum } = account.exposure;
        Self {
            id: slot.id.0,
            suspended: slot.standing == Standing::Suspended,
            suspended_by_issuer: account.suspended.map(ReasonText::of),
            profile: Hex(slot.profile.octets().to_vec()),
            last_atc: account.last_atc.map(Atc::get),
            unverified_taps: taps,
            unverified_sum: sum,
            keys: account
                .keys
                .iter()
                .map(|(atc, key)| (atc.get(), Key(key.clone())))
                .collect(),
        }
    }

    pub(super) fn into_card(self) -> Result<(Card, Account), RestoreError> {
        let last_atc = self.last_atc.map(atc).transpose()?;
        let keys = self
            .keys
            .into_iter()
            .map(|(counter, key)| Ok((atc(counter)?, key.0)));
        let keys: VecDeque<StoredKey> = keys.collect::<Result<_, RestoreError>>()?;
        let counters = last_atc.into_iter().chain(keys.iter().map(|(atc, _)| *atc));
        if !counters.is_sorted_by(|earlier, later| earlier < later) {
            return Err(RestoreError::Field("the order of a card's counters"));
        }
        if self.suspended_by_issuer.is_some() && !self.suspended {
            return Err(RestoreError::Field("a card's suspension"));
        }
        let standing = if self.suspended {
            Standing::Suspended
        } else {
            Standing::Active
        };
        let profile = Profile::parse(Arc::from(self.profile.0))?;
        let exposure = Exposure {
            taps: self.unverified_taps,
            sum: self.unverified_sum,
        };
        let slot = Slot {
            id: CardId(self.id),
            profile,
            standing,
        };
        Ok((
            slot,
            Account {
                keys,
                last_atc,
                exposure,
                suspended: self.suspended_by_issuer.map(ReasonText::reason),
            },
        ))
    }
}

impl ReasonText {
    const fn of(reason: SuspendReason) -> Self {
        match reason {
            SuspendReason::Cardholder => Self::Cardholder,
            SuspendReason::Issuer => Self::Issuer,
            SuspendReason::CloneOrRollback => Self::CloneOrRollback,
        }
    }

    const fn reason(self) -> SuspendReason {
        match self {
            Self::Cardholder => SuspendReason::Cardholder,
            Self::Issuer => SuspendReason::Issuer,
            Self::CloneOrRollback => SuspendReason::CloneOrRollback,
        }
    }
}
