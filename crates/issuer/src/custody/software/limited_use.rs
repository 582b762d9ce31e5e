//! Limited-use keys: derived by their index, and packed.

use understudy_core::crypto::{Algorithm, Atc, KeyIndex, LimitedUseKey};
use understudy_provisioning::package::{LimitedUse, Subject, emit_limited_use, limited_use_len};
use zeroize::Zeroizing;

use super::SoftwareCustody;
use crate::custody::{BatchOrder, CardIdentity, CustodyError, KeyLimits};
use crate::issue::PackageOctets;

impl SoftwareCustody {
    /// The limited-use key of a card with this index.
    pub(super) fn limited_use_key(
        &self,
        card: CardIdentity<'_>,
        index: KeyIndex,
    ) -> Result<LimitedUseKey, CustodyError> {
        let key = self.card_key(card, Algorithm::Tdes)?.limited_use_key(index);
        key.ok_or(CustodyError::Derivation)
    }

    /// The package of a limited-use key in the clear, format version 04.
    pub(super) fn limited_use_package(
        &self,
        batch: &BatchOrder<'_>,
        subject: &Subject<'_>,
        limits: KeyLimits,
    ) -> Result<PackageOctets, CustodyError> {
        let counter = |counter: &u16| Atc::new(*counter).ok_or(CustodyError::Derivation);
        let terms = LimitedUse {
            index: limits.index,
            first: counter(batch.counters.start())?,
            last: counter(batch.counters.end())?,
            sum: limits.sum,
        };
        let key = self.limited_use_key(batch.card, limits.index)?;
        let mut octets = Zeroizing::new(vec![0; limited_use_len(subject)]);
        let not_after = batch.not_after;
        let written =
            emit_limited_use(&mut octets, subject, not_after, &terms, key.expose())?.len();
        octets.truncate(written);
        Ok(octets)
    }
}
