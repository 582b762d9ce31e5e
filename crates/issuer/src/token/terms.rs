//! The terms of a token.

use understudy_core::card::{Limits, Scheme};
use understudy_core::crypto::{Algorithm, Algorithms, Cvn};
use understudy_core::scheme::{Iad, Product};

use crate::options::{CvmOptions, IssueOptions};

/// The options of a token that are fixed when it is issued, and its limits, which may be changed.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of the profile")]
pub(crate) struct Terms {
    pub(crate) scheme: Scheme,
    pub(crate) product: Product,
    pub(crate) algorithms: Algorithms,
    pub(crate) with_record: bool,
    pub(crate) psn: Option<u8>,
    pub(crate) cvn: Cvn,
    pub(crate) dki: u8,
    pub(crate) discretionary: Vec<u8>,
    pub(crate) limits: Limits,
    pub(crate) cvm: CvmOptions,
    pub(crate) verified_in_iad: bool,
    pub(crate) decline_with_aac: bool,
    pub(crate) domestic_only: bool,
}

impl IssueOptions {
    /// The part of the options that is fixed with the token, whose keys are made from the version `dki`
    /// of the issuer master key.
    pub(crate) fn terms(&self, dki: u8) -> Terms {
        Terms {
            scheme: self.scheme,
            product: self.product,
            algorithms: self.algorithms,
            with_record: self.with_record,
            psn: self.psn,
            cvn: self.cvn,
            dki,
            discretionary: self.discretionary.clone(),
            limits: self.limits,
            cvm: self.cvm,
            verified_in_iad: self.verified_in_iad,
            decline_with_aac: self.decline_with_aac,
            domestic_only: self.domestic_only,
        }
    }
}

impl Terms {
    /// True if the token's keys are limited-use keys.
    #[cfg(feature = "limited-use")]
    pub(crate) fn has_limited_use_key(&self) -> bool {
        self.scheme.limited_use_versions().contains(&self.cvn)
    }

    /// The algorithm of a cryptogram: the one that the issuer application data names, which must be
    /// one of the token's; where the layout names none, the token's only one.
    pub(crate) fn algorithm_of(&self, iad: &Iad<'_>) -> Option<Algorithm> {
        let mut held = self.algorithms.iter();
        match iad.algorithm {
            Some(named) => held.find(|algorithm| *algorithm == named),
            None => held.next().filter(|_| held.next().is_none()),
        }
    }
}
