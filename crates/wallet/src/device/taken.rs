use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_provisioning::letter::SuspendReason;

/// The effect of a letter. It is stored together with the state of the sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A new card is in the wallet.
    Installed(CardId),
    /// A card has a new profile, under the same token, and new keys.
    Reprovisioned(CardId),
    /// A card has a new profile, under the same token.
    ProfileChanged(CardId),
    /// A card has new keys.
    Replenished(CardId),
    /// A card has other limits.
    Limited(CardId),
    /// A card does not pay until the issuer resumes it.
    Suspended(CardId, SuspendReason),
    /// A card pays again.
    Resumed(CardId),
    /// A card, its keys and its history are erased.
    Deleted(CardId),
    /// Everything is erased; the wallet is as new. The reports that acknowledge it are in
    /// [`Wallet::parting_reports`](crate::Wallet::parting_reports).
    Wiped,
    /// The stored data is under new keys, and the data under the old ones is erased.
    Rotated,
    /// The payment password may be tried again.
    PasswordUnlocked,
    /// The payment password is erased, and a new one may be set.
    PasswordReset,
    /// The issuer asks for something: see [`Wallet::needs`](crate::Wallet::needs).
    Wanted,
    /// The history has the outcome of a payment.
    Settled(CardId, Atc),
    /// The report in flight was accepted.
    ReportAccepted,
    /// The letter was taken before, or there is nothing left for it to change.
    Done,
}

impl Taken {
    /// True if the effect erased something that no older generation of the store may keep.
    pub(crate) const fn must_be_forgotten(&self) -> bool {
        matches!(
            self,
            Self::Deleted(_) | Self::Wiped | Self::Rotated | Self::PasswordReset
        )
    }
}
