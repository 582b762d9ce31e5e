//! The cardholder verification of one tap (JR/T 0025.12 §7.7), and the card's own limits for taps
//! without verification. Above those limits, a card whose policy allows it still answers a reader
//! that asks for the online PIN: the issuer alone learns whether a PIN was entered.

use super::{Cvm, CvmOrder, CvmPolicy, Exposure, Limits, Refusal, UserVerified};
use crate::scheme::Reader;
use crate::wire::amount::Amount;

/// The input of the decision.
pub(super) struct Question<'p> {
    pub(super) amount: Amount,
    pub(super) reader: Reader,
    pub(super) verified: Option<UserVerified>,
    pub(super) exposure: Exposure,
    pub(super) limits: &'p Limits,
    pub(super) policy: &'p CvmPolicy,
    /// The profile allows "verify and tap again".
    pub(super) second_tap: bool,
}

impl Question<'_> {
    /// The verification, and the exposure that follows from it.
    ///
    /// A valid verification on the device comes first, also where the reader requires none: many
    /// readers decide about the PIN only after the read, and skip it only for `0080`. Then the
    /// policy's order; and where nothing in it serves, the user must act.
    pub(super) fn decide(&self) -> Result<(Cvm, Exposure), Refusal> {
        if self
            .verified
            .is_some_and(|proof| proof.age() <= u32::from(self.limits.validity))
        {
            return Ok((Cvm::OnDevice, Exposure::default()));
        }
        let order: &[Cvm] = match self.policy.order {
            CvmOrder::AlwaysOnDevice => &[],
            CvmOrder::Flexible => &[Cvm::None, Cvm::OnlinePin, Cvm::Signature],
            CvmOrder::PinFirst => &[Cvm::OnlinePin, Cvm::None, Cvm::Signature],
        };
        let unserved = if self.second_tap {
            Refusal::UserMustAct
        } else {
            Refusal::NoCommonCvm
        };
        order
            .iter()
            .find_map(|cvm| self.consider(*cvm))
            .ok_or(unserved)
    }

    /// `cvm` and the exposure after it, if reader and card both have it.
    fn consider(&self, cvm: Cvm) -> Option<(Cvm, Exposure)> {
        let unverified = || self.exposure.admit(self.amount, self.limits);
        let exposure = match cvm {
            Cvm::None if !self.reader.cvm_required => unverified()?,
            Cvm::OnlinePin if self.policy.online_pin && self.reader.online_pin => self.exposure,
            // A signature is not under the MAC, so the issuer counts the tap as unverified.
            Cvm::Signature if self.policy.signature && self.reader.signature => unverified()?,
            Cvm::None | Cvm::OnDevice | Cvm::OnlinePin | Cvm::Signature => return None,
        };
        Some((cvm, exposure))
    }
}
