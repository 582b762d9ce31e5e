//! The reasons for which the card refuses a command, and the one place where a reason becomes a
//! status word.

use super::KeyError;
use crate::wire::amount::Amount;
use crate::wire::status::StatusWord;
use crate::wire::tlv::Overflow;

/// The reason for which a command was refused. It holds no data of the command or the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Header or length field do not describe the command (ISO/IEC 7816-3 §12.1).
    #[error("the command's lengths are wrong")]
    Length,
    /// Class other than 00 and 80, or not the instruction's class.
    #[error("the class is not supported")]
    Class,
    /// No such instruction on this card.
    #[error("the instruction is not supported")]
    Instruction,
    /// P1 or P2 have no meaning for the instruction.
    #[error("P1 or P2 is incorrect")]
    Parameters,
    /// No such application, or the card is suspended, deleted or not the presented one.
    #[error("no such application")]
    NotFound,
    /// No such record.
    #[error("no such record")]
    RecordNotFound,
    /// No such data object.
    #[error("no such data object")]
    DataNotFound,
    /// The instruction is not allowed in this state of the conversation.
    #[error("the command is out of order")]
    OutOfOrder,
    /// The PDOL data has the right length and an invalid value: an amount that is not decimal, or a
    /// currency that is not three decimal digits (ISO 4217).
    #[error("the reader's data is malformed")]
    ReaderData,
    /// The card is gone, suspended, or no longer presented since it was selected.
    #[error("the card is no longer available")]
    CardGone,
    /// The reader offers no path that the card has (TTQ byte 1 bit 6), or no algorithm of its keys.
    #[error("reader and card have no path in common")]
    NoCommonPath,
    /// Past the stand-in card's expiry date.
    #[error("the card has expired")]
    Expired,
    /// Above the card's limit for any tap.
    #[error("the amount is above the card's limit")]
    OverLimit,
    /// The card forbids payments outside its own currency.
    #[error("the card does not pay in a foreign currency")]
    ForeignCurrency,
    /// The reader cannot go online (TTQ byte 1 bit 4).
    #[error("the reader is offline-only")]
    OfflineOnly,
    /// The reader asks for an AAC.
    #[error("the reader declines the payment")]
    ReaderDeclines,
    /// Too many cryptograms since the user last acted.
    #[error("too many taps since the user last acted")]
    Drained,
    /// The user must verify on the device and tap again.
    #[error("the user must verify on the device and tap again")]
    UserMustAct,
    /// Reader and card have no cardholder verification in common, and a second tap is not allowed.
    #[error("reader and card have no cardholder verification in common")]
    NoCommonCvm,
    /// The environment handed out no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An answer did not fit, which a validated profile rules out.
    #[error("internal error")]
    Internal,
}

impl Refusal {
    /// The status word that the reader gets: JR/T 0025.12 §7.4 and §7.7. 6986 ("see phone") is that
    /// of newer kernels, and is used here alone.
    #[must_use]
    pub const fn status(self) -> StatusWord {
        match self {
            Self::Length => StatusWord::WRONG_LENGTH,
            Self::Class => StatusWord::CLASS_NOT_SUPPORTED,
            Self::Instruction => StatusWord::INSTRUCTION_NOT_SUPPORTED,
            Self::Parameters => StatusWord::INCORRECT_P1_P2,
            Self::NotFound => StatusWord::NOT_FOUND,
            Self::RecordNotFound => StatusWord::RECORD_NOT_FOUND,
            Self::DataNotFound => StatusWord::REFERENCED_DATA_NOT_FOUND,
            Self::OutOfOrder
            | Self::ReaderData
            | Self::CardGone
            | Self::NoCommonPath
            | Self::Expired
            | Self::OverLimit
            | Self::ForeignCurrency
            | Self::OfflineOnly
            | Self::ReaderDeclines
            | Self::Drained
            | Self::NoCommonCvm
            | Self::Key(
                KeyError::Exhausted | KeyError::Expired | KeyError::Unreported | KeyError::Storage,
            ) => StatusWord::CONDITIONS_NOT_SATISFIED,
            Self::UserMustAct => StatusWord::CONSUMER_MUST_ACT,
            Self::Internal => StatusWord::INTERNAL,
        }
    }
}

impl From<Overflow> for Refusal {
    fn from(_: Overflow) -> Self {
        Self::Internal
    }
}

/// A refusal, and the reader's request, if it was already stated.
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) amount: Option<Amount>,
    pub(super) merchant: Option<[u8; 20]>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            amount: None,
            merchant: None,
        }
    }
}
