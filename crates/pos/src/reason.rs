//! The reasons for the end of a tap.

use thiserror::Error;
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::status::StatusWord;
use understudy_core::wire::tlv::{Tag, TlvError};

use crate::link::LinkError;
use crate::random::RandomError;

/// The reason for the end of a tap.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Reason {
    /// A command got no answer.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The tap has taken longer than the terminal allows (`tap.time_limit`).
    #[error("the card takes too long")]
    TooSlow,
    /// No card was presented while the reader polled.
    #[error("no card was presented")]
    NoCard,
    /// Several cards stayed in the field.
    #[error("several cards were presented at once")]
    SeveralCards,
    /// The terminal allows no further tap (`tap.restarts`).
    #[error("given up after {taps} taps: {last}")]
    RestartsUsedUp {
        /// The taps of this transaction.
        taps: u32,
        /// The reason for which the last one was to be repeated.
        last: Box<Reason>,
    },
    /// No application of the terminal is allowed for this transaction; with the reason of the first
    /// one.
    #[error("{0}")]
    NotAllowed(NotAllowed),
    /// No unpredictable number was available.
    #[error("{0}")]
    Random(#[from] RandomError),
    /// An answer shorter than a status word or longer than 256 octets and a status word.
    #[error("{command} was answered with {length} octets; an answer has 2 to 258")]
    AnswerLength {
        /// The command.
        command: &'static str,
        /// The length of the answer.
        length: usize,
    },
    /// The PPSE was refused.
    #[error("the card has no contactless directory: {0}")]
    PpseRefused(StatusWord),
    /// The PPSE's answer is not a directory.
    #[error("the contactless directory can't be read: {0}")]
    Ppse(Defect),
    /// Terminal and card have no application in common.
    #[error("the card lists no application this terminal accepts")]
    NoCommonApplication,
    /// A candidate could not be selected.
    #[error("the application can't be selected: {0}")]
    SelectRefused(StatusWord),
    /// The FCI of the application is malformed.
    #[error("the application's FCI can't be read: {0}")]
    Fci(Defect),
    /// The FCI has no PDOL (`9F38`).
    #[error("the application has no PDOL (9F38)")]
    PdolMissing,
    /// The PDOL is malformed.
    #[error("the PDOL (9F38) is malformed")]
    PdolMalformed,
    /// The PDOL does not ask for all four octets of the TTQ.
    #[error("the PDOL (9F38) does not ask for the four octets of the TTQ (9F66)")]
    PdolWithoutTtq,
    /// The PDOL asks for more than one short command can carry.
    #[error("the PDOL (9F38) asks for more than fits into one command")]
    PdolTooLong,
    /// More data than one short command can carry.
    #[error("the data for {0} does not fit into one command")]
    CommandTooLong(&'static str),
    /// GET PROCESSING OPTIONS refused with `6984`.
    #[error("the card asks for another interface")]
    UseAnotherInterface,
    /// GET PROCESSING OPTIONS refused with `6985`.
    #[error("the application refused the conditions of this transaction (6985)")]
    ConditionsNotSatisfied,
    /// GET PROCESSING OPTIONS or GENERATE AC refused with `6986`.
    #[error("the cardholder must act on the phone and tap again")]
    SeePhone,
    /// GET PROCESSING OPTIONS refused with another status word.
    #[error("GET PROCESSING OPTIONS was refused: {0}")]
    GpoRefused(StatusWord),
    /// The answer to GET PROCESSING OPTIONS is malformed.
    #[error("the answer to GET PROCESSING OPTIONS can't be used: {0}")]
    Gpo(Defect),
    /// The application file locator is malformed.
    #[error("the file locator (94) can't be used")]
    FileLocator,
    /// A record that the card named was refused.
    #[error("a record that the card names was refused: {0}")]
    RecordRefused(StatusWord),
    /// A record, or the objects of all of them together, can't be used.
    #[error("the card's records can't be used: {0}")]
    Records(Defect),
    /// The card has no EMV mode (AIP byte 2 bit 8), and this terminal no magnetic stripe mode.
    #[error("the card has magnetic stripe mode only")]
    NoEmvMode,
    /// CDOL1 is malformed or asks for more than one short command can carry.
    #[error("the card's CDOL1 (8C) can't be answered")]
    Cdol1,
    /// GENERATE AC was refused.
    #[error("GENERATE AC was refused: {0}")]
    GenerateAcRefused(StatusWord),
    /// The answer to GENERATE AC is malformed.
    #[error("the answer to GENERATE AC can't be used: {0}")]
    GenerateAc(Defect),
    /// A format 1 answer (`80`), which has no room for a cryptogram.
    #[error("the answer to GET PROCESSING OPTIONS is in format 80, without a cryptogram")]
    Format80,
    /// The cryptogram type is the reserved `11`.
    #[error("the cryptogram type is neither AAC, TC nor ARQC")]
    CryptogramType,
    /// Neither `9F27` nor octet 5 of `9F10` gives a cryptogram type.
    #[error("neither 9F27 nor 9F10 names the type of the cryptogram")]
    CryptogramTypeMissing,
    /// `9F27` and the issuer application data name different types.
    #[error(
        "9F27 says {} and 9F10 says {}; a card that contradicts itself is declined",
        cryptogram_name(*cid),
        cryptogram_name(*iad)
    )]
    CryptogramTypes {
        /// The type in `9F27`.
        cid: CryptogramType,
        /// The type in the card verification results in `9F10`.
        iad: CryptogramType,
    },
    /// The card declined (AAC).
    #[error("the card declined (AAC)")]
    CardDeclined,
    /// The card approved offline (TC); this terminal never does.
    #[error("the card approved offline (TC), which this terminal does not accept")]
    OfflineApproval,
    /// The card's number is on the exception file.
    #[error("the card is on the exception file")]
    OnExceptionFile,
    /// The card asks for an online authorisation and the terminal cannot go online.
    #[error("the card asks to go online and this terminal is offline only")]
    NoLine,
    /// Terminal and card have no verification method in common.
    #[error("cardholder verification is needed and there is no common method")]
    NoCommonCvm,
    /// The card's data does not fit into DE 55.
    #[error("the card's data does not fit into the 255 octets of DE 55")]
    De55TooLong,
    /// The issuer declined.
    #[error("the issuer declined with response code {}", .0.escape_ascii())]
    IssuerDeclined([u8; 2]),
    /// The issuer did not answer.
    #[error("the issuer could not be reached")]
    IssuerUnreachable,
}

impl Reason {
    /// True for reasons that leave the terminal without a candidate (EMV Contactless Book B
    /// §3.3.2.7): the card has no directory or none of the terminal's applications, or the
    /// candidates were passed one after the other.
    pub(crate) const fn leaves_no_candidate(&self) -> bool {
        matches!(
            self,
            Self::PpseRefused(_)
                | Self::Ppse(_)
                | Self::NoCommonApplication
                | Self::SelectRefused(_)
                | Self::Fci(_)
                | Self::PdolMissing
                | Self::PdolMalformed
                | Self::PdolWithoutTtq
                | Self::PdolTooLong
                | Self::ConditionsNotSatisfied
        )
    }
}

/// The reason for which pre-processing excludes an application (EMV Contactless Book B §3.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Error)]
pub enum NotAllowed {
    /// The amount has reached the reader contactless transaction limit.
    #[error("the amount has reached the contactless transaction limit")]
    TransactionLimitReached,
    /// There is a transaction limit, and the amount is in another currency.
    #[error("the contactless transaction limit is in another currency, so it counts as reached")]
    OtherCurrency,
    /// The application does not allow an amount of zero.
    #[error("an amount of zero is not allowed over contactless")]
    ZeroAmount,
    /// An amount of zero must go online, and the reader is offline only.
    #[error("an amount of zero must go online, and the reader is offline only")]
    ZeroAmountOffline,
}

pub(crate) const fn cryptogram_name(kind: CryptogramType) -> &'static str {
    match kind {
        CryptogramType::Aac => "AAC",
        CryptogramType::Tc => "TC",
        CryptogramType::Arqc => "ARQC",
    }
}

/// A defect of a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Defect {
    /// It is not BER-TLV.
    #[error("{0}")]
    Tlv(#[from] TlvError),
    /// The tag occurs twice.
    #[error("{0} occurs twice")]
    Duplicate(Tag),
    /// The mandatory tag does not occur.
    #[error("{0} is missing")]
    Missing(Tag),
    /// The value has a wrong length or content.
    #[error("{0} has a value it can't have")]
    Value(Tag),
}
