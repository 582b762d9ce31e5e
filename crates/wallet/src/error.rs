//! Errors outside a tap. None holds a key or a full token.

use understudy_core::card::code::CodeRefusal;
use understudy_core::card::{CardId, ProfileError};
use understudy_provisioning::PackageError;
use understudy_provisioning::message::{Refusal, SealError};
use understudy_qr::consumer::ConsumerCodeError;

use crate::password::PasswordError;
use crate::store::{self, AppendError, StoreError};

/// The reason for which the wallet refused a request. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The octets are not a package.
    #[error("the package is refused: {0}")]
    Package(#[from] PackageError),
    /// The package's profile is not one that the card can answer from.
    #[error("the card's profile is refused: {0}")]
    Profile(#[from] ProfileError),
    /// The stand-in card is in the wallet already.
    #[error("this card is in the wallet already; replenish it instead")]
    AlreadyHeld,
    /// Ten cards are held already.
    #[error("the wallet holds {} cards; delete one first", crate::book::CARDS_MAX)]
    Full,
    /// A report could not name another card, beside those that were deleted since the last report.
    #[error("too many deleted cards wait to be reported; send a report first")]
    Unreported,
    /// No card has this name.
    #[error("the wallet has no card {}", .0.0)]
    NoSuchCard(CardId),
    /// The package's profile is of another token.
    #[error("the package is for another card")]
    OtherCard,
    /// The package's counters are not above those used or held.
    #[error("the package's keys are not newer than the card's")]
    StaleKeys,
    /// The package's keys are of other ciphers than the card's profile names, or single-use keys where
    /// its version has a limited-use key, or the reverse.
    #[error("the package's keys are of other ciphers or another kind than the card's")]
    OtherCiphers,
    /// The wallet is not enrolled.
    #[error("the wallet is not enrolled with an issuer")]
    NotEnrolled,
    /// The wallet has been given cards by another issuer, which it keeps.
    #[error("the wallet was given cards already and keeps its issuer; enrol a new wallet instead")]
    KeepsIssuer,
    /// The issuer to enrol with has no verify key.
    #[error("the issuer brings no key to verify its letters with")]
    NoVerifyKey,
    /// The issuer suspended the card, and only the issuer resumes it.
    #[error("the issuer suspended this card, and only the issuer can resume it")]
    SuspendedByIssuer,
    /// The letter fails a check of the inbox.
    #[error("the letter is refused: {0}")]
    Refused(#[from] Refusal),
    /// An enrolment request or a report could not be made.
    #[error("the message could not be made: {0}")]
    Seal(#[from] SealError),
    /// The card shows no code; no key was used.
    #[error("no code is shown: {0}")]
    Code(#[from] CodeRefusal),
    /// The code's text could not be made. Its key is spent.
    #[error("the code could not be written: {0}")]
    CodeText(#[from] ConsumerCodeError),
    /// The payment password was refused.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The change could not be made durable.
    #[error("the change could not be stored: {0}")]
    Store(#[from] StoreError),
    /// The journal could not be written to.
    #[error("the journal could not be written: {0}")]
    Journal(#[from] AppendError),
    /// Everything was erased.
    #[error("the wallet was wiped; open it anew")]
    Wiped,
}

impl WalletError {
    /// The refusal that a report gives for a letter that failed with this error; `None` if the
    /// cause is not in the letter.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            Self::Package(_)
            | Self::Profile(_)
            | Self::OtherCard
            | Self::AlreadyHeld
            | Self::StaleKeys
            | Self::OtherCiphers => Some(Refusal::Content),
            Self::NoSuchCard(_) | Self::Full | Self::Unreported => Some(Refusal::Card),
            Self::NotEnrolled
            | Self::KeepsIssuer
            | Self::NoVerifyKey
            | Self::SuspendedByIssuer
            | Self::Code(_)
            | Self::CodeText(_)
            | Self::Seal(_)
            | Self::Password(_)
            | Self::Store(_)
            | Self::Journal(_)
            | Self::Wiped => None,
        }
    }
}

impl From<std::io::Error> for WalletError {
    fn from(error: std::io::Error) -> Self {
        Self::Journal(AppendError::Io(error))
    }
}

/// The reason for which a wallet was not opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store cannot be opened: it is in use, sealed under another key, or damaged.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The store's content is not a wallet.
    #[error(transparent)]
    State(#[from] StateError),
    /// The first generation, or the one after a damaged one, could not be written.
    #[error(transparent)]
    Write(#[from] StoreError),
    /// The image to be taken over is invalid.
    #[error(transparent)]
    Image(#[from] ImageError),
}

impl OpenError {
    /// The error of the first change, which can only be one of the store.
    pub(crate) fn first(error: WalletError) -> Self {
        match error {
            WalletError::Store(error) => Self::Write(error),
            _ => Self::State(StateError::Damaged("its store")),
        }
    }
}

/// The reason for which the stored octets are not a wallet's state. It names the place, and holds
/// none of the data.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Written by a later version of this program.
    #[error("the wallet was written by a later version (state {0}); this program reads state 1")]
    Version(u8),
    /// This part is invalid.
    #[error("the wallet's state is damaged: {0}")]
    Damaged(&'static str),
    /// A card's profile is not valid.
    #[error("the wallet's state is damaged: {0}")]
    Profile(#[from] ProfileError),
}

/// The reason for which an image in the clear is not a wallet. It names the place, and holds none
/// of the data.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The text is not JSON of the image's structure.
    #[error("not a wallet's image (line {line}, column {column})")]
    Shape {
        /// Line of the text, from 1.
        line: usize,
        /// Column of the line, from 1.
        column: usize,
    },
    /// The format is another one, or a later version.
    #[error("not a wallet's image of the format understudy.wallet/2")]
    Format,
    /// This field is invalid.
    #[error("the wallet's image is damaged: {0}")]
    Field(&'static str),
    /// A card's profile is not valid.
    #[error("the wallet's image is damaged: {0}")]
    Profile(#[from] ProfileError),
}
