//! The decisions of a tap, each with its grounds.

use std::fmt;

use understudy_core::wire::amount::Currency;
use understudy_core::wire::qualifiers::{CryptogramType, Ctq};
use understudy_core::wire::tlv::Tag;

use crate::aid::Aid;
use crate::kernel_id::{KernelId, RequestedKernel};
use crate::outcome::Cvm;
use crate::preprocessing::Indicators;
use crate::reason::{Defect, NotAllowed, Reason, cryptogram_name};

/// A decision of the terminal with its grounds. `Display` writes it as a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// The result of pre-processing for an application.
    PreProcessing {
        /// The terminal's AID.
        aid: Aid,
        /// Its kernel.
        kernel: KernelId,
        /// The indicators with the TTQ, or the reason for which the application is excluded.
        result: Result<Indicators, NotAllowed>,
    },
    /// The same transaction is tapped again (restart B).
    Restart {
        /// The number of this tap, 2 or more.
        tap: u32,
    },
    /// An entry of the PPSE for an application that the terminal has too.
    Candidate {
        /// The AID in the card's directory.
        aid: Aid,
        /// The label.
        label: String,
        /// The priority, 1 (highest) to 15; 0: none given.
        priority: u8,
    },
    /// An entry of the PPSE that the terminal does not accept.
    NotAccepted {
        /// The AID in the card's directory.
        aid: Aid,
    },
    /// An entry of the PPSE for which the terminal has no kernel.
    KernelMissing {
        /// The AID in the card's directory.
        aid: Aid,
        /// The kernel that the entry asks for.
        requested: RequestedKernel,
    },
    /// An entry of the PPSE whose application pre-processing excluded.
    LeftOut {
        /// The AID in the card's directory.
        aid: Aid,
        /// The reason.
        reason: NotAllowed,
    },
    /// An entry of the PPSE with the name of an earlier one.
    EntryRepeated {
        /// The AID in the card's directory.
        aid: Aid,
    },
    /// An entry of the PPSE that is malformed.
    EntrySkipped(Defect),
    /// The PPSE has more candidates than the terminal tries.
    CandidatesCutOff,
    /// A candidate that was passed for the next one (Select Next).
    CandidatePassed {
        /// The AID in the card's directory.
        aid: Aid,
        /// The reason.
        reason: Reason,
    },
    /// The currency of the card's account, which distinguishes domestic from foreign cards.
    ApplicationCurrency(Option<Currency>),
    /// The type of the cryptogram and its source.
    Cryptogram {
        /// The type.
        kind: CryptogramType,
        /// `9F27` or `9F10`.
        source: Tag,
    },
    /// The card names records, which this kernel does not read.
    RecordsNotRead,
    /// The records that the card names were read.
    RecordsRead {
        /// Their number.
        count: usize,
    },
    /// The cardholder verification.
    Verification {
        /// The CTQ, if the card gave one.
        ctq: Option<Ctq>,
        /// The method.
        cvm: Cvm,
        /// The reason for this method.
        because: CvmReason,
    },
}

/// The reader's CVM requirement (TTQ byte 2 bit 7), with its reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CvmRequirement {
    /// The amount is below the CVM required limit.
    BelowLimit,
    /// The amount has reached the CVM required limit.
    LimitReached,
    /// The transaction is not in the currency of the limits, so that none of them exempts it.
    OtherCurrency,
}

impl CvmRequirement {
    /// True if a CVM is required.
    #[must_use]
    pub const fn required(self) -> bool {
        !matches!(self, Self::BelowLimit)
    }
}

/// The reason for which a verification method was chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CvmReason {
    /// The CTQ asks for it.
    CardAsks,
    /// The CTQ states that it was done.
    CardDid,
    /// The card gives no CTQ and the reader requires a CVM.
    NoCtq,
    /// Neither side requires one.
    NotRequired,
    /// Card and reader both have verification on the device (AIP byte 1 bit 2).
    DeviceOffered,
    /// The card's list of methods (`8E`) names it, and the reader has it.
    CardLists,
    /// No-PIN rule: the amount is within the limit.
    WithinNoPinLimit,
    /// No-PIN rule: the amount is above the limit, or in another currency.
    AboveNoPinLimit,
    /// No-PIN rule: the reader requires a CVM.
    ReaderRequires,
    /// No-PIN rule: only sales and pre-authorisations can skip the PIN.
    TypeNeedsPin,
    /// No-PIN rule: a foreign card can't skip the PIN.
    ForeignCard,
}

impl CvmReason {
    const fn text(self) -> &'static str {
        match self {
            Self::CardAsks => "the card asks for it",
            Self::CardDid => "the card says so",
            Self::NoCtq => "the card says nothing and the reader requires one",
            Self::NotRequired => "neither side requires it",
            Self::DeviceOffered => "card and reader both have it",
            Self::CardLists => "the card's list of methods names it",
            Self::WithinNoPinLimit => "the amount is within the no-PIN limit",
            Self::AboveNoPinLimit => "the amount is above the no-PIN limit",
            Self::ReaderRequires => "the reader requires verification and the card did none",
            Self::TypeNeedsPin => "only a purchase or pre-authorisation can go without a PIN",
            Self::ForeignCard => "a foreign card can't go without a PIN",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PreProcessing {
                aid,
                kernel,
                result,
            } => {
                write!(f, "{aid} with kernel {kernel}: ")?;
                pre_processing(f, *result)
            }
            Self::Restart { tap } => write!(f, "tap {tap} of the same transaction"),
            Self::Candidate {
                aid,
                label,
                priority,
            } => {
                write!(f, "candidate {aid} \"{label}\", priority {priority}")
            }
            Self::NotAccepted { aid } => {
                write!(f, "{aid} is not an application of this terminal")
            }
            Self::KernelMissing { aid, requested } => {
                write!(
                    f,
                    "{aid} asks for kernel {requested}, which the terminal does not have for it"
                )
            }
            Self::LeftOut { aid, reason } => write!(f, "{aid} is left out: {reason}"),
            Self::EntryRepeated { aid } => write!(f, "{aid} is listed again: skipped"),
            Self::CandidatesCutOff => {
                f.write_str("the card lists more applications than are tried")
            }
            Self::EntrySkipped(defect) => write!(f, "directory entry skipped: {defect}"),
            Self::CandidatePassed { aid, reason } => write!(f, "{aid} is passed over: {reason}"),
            Self::ApplicationCurrency(None) => {
                f.write_str("the card's currency can't be read: taken as domestic")
            }
            Self::ApplicationCurrency(Some(currency)) => {
                write!(f, "the card's currency is {:04}", currency.numeric())
            }
            Self::Cryptogram { kind, source } => {
                write!(f, "{} according to {source}", cryptogram_name(*kind))
            }
            Self::RecordsNotRead => {
                f.write_str("the card names records (94); nothing in them is needed online")
            }
            Self::RecordsRead { count } => write!(f, "records read: {count}"),
            Self::Verification { cvm, because, .. } => write!(f, "{cvm}: {}", because.text()),
        }
    }
}

fn pre_processing(
    f: &mut fmt::Formatter<'_>,
    result: Result<Indicators, NotAllowed>,
) -> fmt::Result {
    let indicators = match result {
        Ok(indicators) => indicators,
        Err(reason) => return write!(f, "left out, {reason}"),
    };
    let because = match indicators.cvm {
        CvmRequirement::BelowLimit => "no CVM required, below the limit",
        CvmRequirement::LimitReached => "CVM required, the limit is reached",
        CvmRequirement::OtherCurrency => "CVM required, not the currency of the limits",
    };
    write!(f, "TTQ {}, {because}", Hex(&indicators.ttq.0))?;
    for (is, text) in [
        (indicators.status_check, "status check"),
        (indicators.zero_amount, "zero amount"),
        (indicators.floor_limit_exceeded, "floor limit exceeded"),
    ] {
        if is {
            write!(f, ", {text}")?;
        }
    }
    Ok(())
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
    }
}
