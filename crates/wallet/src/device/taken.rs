use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_provisioning::letter::SuspendReason;

/// What came of a letter. It and its place in the sequence are stored.
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
    /// Everything is erased; the wallet is as new. What tells the issuer so waits in
    /// [`Wallet::parting_reports`](crate::Wallet::parting_reports).
    Wiped,
    /// What is stored is under new data keys, and what was under the old ones is erased.
    Rotated,
    /// The payment password may be tried again.
    PasswordUnlocked,
    /// The payment password is erased, and a new one may be set.
    PasswordReset,
    /// The issuer wants something: see [`Wallet::needs`](crate::Wallet::needs).
    Wanted,
    /// The history says what became of a payment.
    Settled(CardId, Atc),
    /// The report in flight was accepted.
    ReportAccepted,
    /// It was done already, or there is nothing left here that it could change.
    Done,
}

impl Taken {
    /// Something went that no older generation of the store may keep.
    pub(crate) const fn must_be_forgotten(&self) -> bool {
        matches!(
            self,
            Self::Deleted(_) | Self::Wiped | Self::Rotated | Self::PasswordReset
        )
    }
}
