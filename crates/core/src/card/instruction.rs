//! From a command's octets to a closed set of instructions, before any state is looked at.

use super::Refusal;
use super::named::named;
use crate::wire::apdu::{ApduError, Command};
use crate::wire::tlv::Tag;

/// The name of the contactless directory, `2PAY.SYS.DDF01`.
pub(super) const PPSE: &[u8] = b"2PAY.SYS.DDF01";

/// A well-formed instruction to this card. Anything else is refused by its header or lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instruction<'a> {
    /// SELECT of the PPSE.
    SelectDirectory,
    /// SELECT of an application by its (possibly partial) name, first occurrence.
    SelectApplication { name: &'a [u8] },
    /// SELECT of the next application with the same (partial) name.
    SelectNext { name: &'a [u8] },
    /// GET PROCESSING OPTIONS with the values for the PDOL.
    GetProcessingOptions { pdol_data: &'a [u8] },
    /// READ RECORD by short file identifier, 0–31, and record number, 1–255.
    ReadRecord { file: u8, number: u8 },
    /// GENERATE AC with the values for CDOL1.
    GenerateAc {
        requested: Requested,
        cdol_data: &'a [u8],
    },
    /// GET DATA.
    GetData { tag: Tag },
}

/// The cryptogram that a reader asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Requested {
    /// An ARQC, or a TC, in whose place an online-only card gives an ARQC (EMV Book 3 §9.2).
    Online,
    /// An AAC.
    Decline,
}

named! {
    /// The instructions by name, for the table of states and instructions.
    pub enum InstructionKind {
        /// `00A40400` with the PPSE's name.
        SelectDirectory = "SELECT PPSE",
        /// `00A40400` with an AID or the beginning of one.
        SelectApplication = "SELECT AID",
        /// `00A40402`.
        SelectNext = "SELECT next",
        /// `80A80000`.
        GetProcessingOptions = "GET PROCESSING OPTIONS",
        /// `00B2`.
        ReadRecord = "READ RECORD",
        /// `80AE`.
        GenerateAc = "GENERATE AC",
        /// `80CA`.
        GetData = "GET DATA",
    }
}

impl<'a> Instruction<'a> {
    /// Parses the complete octets of one command.
    pub(super) fn parse(apdu: &'a [u8]) -> Result<Self, Refusal> {
        let command = Command::parse(apdu).map_err(|error| match error {
            ApduError::Class => Refusal::Class,
            ApduError::Header | ApduError::Length => Refusal::Length,
        })?;
        match (command.class, command.instruction) {
            (0x00, 0xA4) => Self::select(&command),
            (0x80, 0xA8) => Self::get_processing_options(&command),
            (0x00, 0xB2) => Self::read_record(&command),
            #[cfg(feature = "mastercard")]
            (0x80, 0xAE) => Self::generate_ac(&command),
            (0x80, 0xCA) => Self::get_data(&command),
            (0x00, 0xA8 | 0xAE | 0xCA) | (0x80, 0xA4 | 0xB2) => Err(Refusal::Class),
            (0x00 | 0x80, _) => Err(Refusal::Instruction),
            _ => Err(Refusal::Class),
        }
    }

    pub(super) const fn kind(&self) -> InstructionKind {
        match self {
            Self::SelectDirectory => InstructionKind::SelectDirectory,
            Self::SelectApplication { .. } => InstructionKind::SelectApplication,
            Self::SelectNext { .. } => InstructionKind::SelectNext,
            Self::GetProcessingOptions { .. } => InstructionKind::GetProcessingOptions,
            Self::ReadRecord { .. } => InstructionKind::ReadRecord,
            Self::GenerateAc { .. } => InstructionKind::GenerateAc,
            Self::GetData { .. } => InstructionKind::GetData,
        }
    }

    /// EMV Book 1 §11.3: by name, first or next occurrence, 5 to 16 octets.
    fn select(command: &Command<'a>) -> Result<Self, Refusal> {
        let next = match (command.p1, command.p2) {
            (0x04, 0x00) => false,
            (0x04, 0x02) => true,
            _ => return Err(Refusal::Parameters),
        };
        let name = command.data;
        if !(5..=16).contains(&name.len()) {
            return Err(Refusal::Length);
        }
        Ok(match (next, name == PPSE) {
            (false, true) => Self::SelectDirectory,
            (false, false) => Self::SelectApplication { name },
            (true, _) => Self::SelectNext { name },
        })
    }

    /// EMV Book 3 §6.5.8: data is the template `83`, and nothing else, no padding either.
    fn get_processing_options(command: &Command<'a>) -> Result<Self, Refusal> {
        if (command.p1, command.p2) != (0, 0) {
            return Err(Refusal::Parameters);
        }
        let template = match command.data {
            [0x83, length @ ..=0x7F, value @ ..] | [0x83, 0x81, length, value @ ..] => {
                (usize::from(*length) == value.len()).then_some(value)
            }
            [0x83, ..] | [] => None,
            _ => return Err(Refusal::ReaderData),
        };
        let pdol_data = template.ok_or(Refusal::Length)?;
        Ok(Self::GetProcessingOptions { pdol_data })
    }

    /// EMV Book 3 §6.5.11: a record number, and a short file identifier in P2 with 100 below it.
    fn read_record(command: &Command<'a>) -> Result<Self, Refusal> {
        if command.p1 == 0 || command.p2 & 0x07 != 0x04 {
            return Err(Refusal::Parameters);
        }
        if !command.data.is_empty() {
            return Err(Refusal::Length);
        }
        Ok(Self::ReadRecord {
            file: command.p2 >> 3,
            number: command.p1,
        })
    }

    /// EMV Book 3 §6.5.5: the type of the cryptogram in P1. A card without combined data
    /// authentication has said so in its AIP, and refuses the bit that asks for it, 10: an answer
    /// without the signature would be declined and have cost a key.
    fn generate_ac(command: &Command<'a>) -> Result<Self, Refusal> {
        let requested = match (command.p1, command.p2) {
            (0x00, 0x00) => Requested::Decline,
            (0x40 | 0x80, 0x00) => Requested::Online,
            _ => return Err(Refusal::Parameters),
        };
        Ok(Self::GenerateAc {
            requested,
            cdol_data: command.data,
        })
    }

    /// EMV Book 3 §6.5.7: the tag in P1 P2.
    fn get_data(command: &Command<'a>) -> Result<Self, Refusal> {
        if !command.data.is_empty() {
            return Err(Refusal::Length);
        }
        let tag = match command.p1 {
            0 => u32::from(command.p2),
            high => u32::from(u16::from_be_bytes([high, command.p2])),
        };
        Ok(Self::GetData { tag: Tag::new(tag) })
    }
}
