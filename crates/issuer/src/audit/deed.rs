//! The acts that are audited, and what they are done to.

use std::fmt;

use understudy_acquiring::MerchantId;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::SuspendReason;

use crate::custody::KeyFamily;
use crate::id::{AccountId, TokenId};

/// An audited act, each with its name in the database.
macro_rules! deeds {
    ($($(#[doc = $doc:literal])+ $deed:ident = $name:literal,)+) => {
        /// An audited act.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Deed {
            $($(#[doc = $doc])+ $deed,)+
        }

        impl Deed {
            /// All audited acts.
            pub const ALL: &'static [Self] = &[$(Self::$deed),+];

            /// Its stable name, such as `token-issued`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$deed => $name,)+
                }
            }
        }
    };
}

deeds! {
    /// A token was issued to a device.
    TokenIssued = "token-issued",
    /// A token was personalised in the clear.
    TokenPersonalised = "token-personalised",
    /// A token got more keys.
    KeysIssued = "keys-issued",
    /// A token was moved to another device.
    TokenMoved = "token-moved",
    /// The restrictions on where a token may pay were replaced.
    TokenRestricted = "token-restricted",
    /// The identity of a token's cardholder was verified.
    IdentityVerified = "identity-verified",
    /// A wrong verification code was entered.
    CodeWrong = "code-wrong",
    /// Another verification code was made.
    CodeSent = "code-sent",
    /// A token was suspended.
    TokenSuspended = "token-suspended",
    /// A token was resumed.
    TokenResumed = "token-resumed",
    /// A token was deleted.
    TokenDeleted = "token-deleted",
    /// The card number behind an account's tokens was replaced.
    PanReplaced = "pan-replaced",
    /// The PIN of an account was set.
    PinSet = "pin-set",
    /// A PIN was blocked by wrong ones.
    PinBlocked = "pin-blocked",
    /// The limits of a token were changed.
    LimitsChanged = "limits-changed",
    /// The profile of a token was sent again.
    ProfileSent = "profile-sent",
    /// A device was enrolled.
    DeviceEnrolled = "device-enrolled",
    /// A device was suspended.
    DeviceSuspended = "device-suspended",
    /// A device was resumed.
    DeviceResumed = "device-resumed",
    /// A device was found to be copied or put back.
    DeviceFlagged = "device-flagged",
    /// A device was told to erase itself.
    DeviceWiped = "device-wiped",
    /// A device was told to draw new storage keys.
    StorageRotated = "storage-rotated",
    /// The payment password of a device may be tried again.
    PasswordUnlocked = "password-unlocked",
    /// The payment password of a device was erased.
    PasswordReset = "password-reset",
    /// A merchant was allowed to refund without an original.
    RefundsAllowed = "refunds-allowed",
    /// That was taken back.
    RefundsForbidden = "refunds-forbidden",
    /// A version of an issuer master key came into use.
    MasterKeyAdded = "master-key-added",
    /// A component of a new issuer master key was entered.
    ComponentEntered = "component-entered",
    /// A key ceremony was given up.
    CeremonyAbandoned = "ceremony-abandoned",
}

/// The object of an audited act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A token.
    Token(TokenId),
    /// An account.
    Account(AccountId),
    /// A device.
    Device(DeviceId),
    /// A merchant.
    Merchant(MerchantId),
    /// A version of an issuer master key, by its derivation key index.
    MasterKey(KeyFamily, u8),
    /// An issuer master key that is being put together.
    Ceremony,
}

impl fmt::Display for Subject {
    /// The kind, a colon, and the name: `token:1`, `device:` with 32 hex digits,
    /// `master-key:unionpay/tdes/02`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(token) => write!(f, "token:{token}"),
            Self::Account(account) => write!(f, "account:{account}"),
            Self::Device(device) => write!(f, "device:{}", hex::encode_upper(device.0)),
            Self::Merchant(merchant) => write!(f, "merchant:{}", merchant.text().trim_end()),
            Self::MasterKey(KeyFamily { scheme, algorithm }, dki) => {
                let scheme = scheme.name().to_ascii_lowercase();
                write!(f, "master-key:{scheme}/{algorithm}/{dki:02X}")
            }
            Self::Ceremony => f.write_str("ceremony"),
        }
    }
}

/// The reason of a suspension, for an entry.
pub(crate) const fn why(reason: SuspendReason) -> &'static str {
    match reason {
        SuspendReason::Cardholder => "asked for by the cardholder",
        SuspendReason::Issuer => "by the issuer",
        SuspendReason::CloneOrRollback => "copied or put back",
    }
}
