//! A card and its account.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::Deserialize;
use understudy_core::card::{CardId, Exposure, Profile, Standing};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_provisioning::letter::SuspendReason;

use super::fields::atc;
use super::hex::{Hex, Key};
use crate::ImageError;
use crate::card::Card;
use crate::keys::{Batch, SharedKeys, shared};

#[derive(Deserialize)]
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

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ReasonText {
    Cardholder,
    Issuer,
    CloneOrRollback,
}

impl CardText {
    pub(super) fn into_card(self) -> Result<Card, ImageError> {
        let last_atc = self.last_atc.map(atc).transpose()?;
        let keys = self
            .keys
            .into_iter()
            .map(|(counter, key)| Ok((atc(counter)?, shared(key.0.as_slice()))));
        let keys: VecDeque<(Atc, SharedKeys)> = keys.collect::<Result<_, ImageError>>()?;
        let counters = last_atc.into_iter().chain(keys.iter().map(|(atc, _)| *atc));
        if !counters.is_sorted_by(|earlier, later| earlier < later) {
            return Err(ImageError::Field("the order of a card's counters"));
        }
        if self.suspended_by_issuer.is_some() && !self.suspended {
            return Err(ImageError::Field("a card's suspension"));
        }
        let profile = Profile::parse(Arc::from(self.profile.0))?;
        let mut card = Card::new(CardId(self.id), profile)?;
        if self.suspended {
            card.set_standing(Standing::Suspended);
        }
        card.account.last_atc = last_atc;
        card.account.exposure = Exposure {
            taps: self.unverified_taps,
            sum: self.unverified_sum,
        };
        card.account.suspended = self.suspended_by_issuer.map(ReasonText::reason);
        let batch = Batch {
            #[cfg(feature = "limited-use")]
            limited: None,
            not_after: None,
            algorithms: Algorithms::TDES,
            keys,
        };
        card.account
            .keys
            .batches
            .extend((!batch.keys.is_empty()).then_some(batch));
        Ok(card)
    }
}

impl ReasonText {
    const fn reason(self) -> SuspendReason {
        match self {
            Self::Cardholder => SuspendReason::Cardholder,
            Self::Issuer => SuspendReason::Issuer,
            Self::CloneOrRollback => SuspendReason::CloneOrRollback,
        }
    }
}
