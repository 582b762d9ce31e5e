//! The terms of a token.

use understudy_core::card::Limits;
use understudy_core::crypto::Cvn;

use crate::options::{CvmOptions, IssueOptions, Product};

/// The options of a token that are fixed when it is issued, and its limits, which may be changed.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub(crate) product: Product,
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
            product: self.product,
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
