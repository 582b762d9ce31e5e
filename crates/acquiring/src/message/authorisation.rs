//! A request with a card.

use core::fmt;

use understudy_core::wire::amount::Amount;
use understudy_core::wire::track2::{Expiry, Track2};
use zeroize::ZeroizeOnDrop;

use super::{ChipData, Identity, Original};
use crate::field::{EntryMode, ProcessingCode, Reference};

/// A request with a card. `Debug` shows its masked number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorisation {
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// DE 37.
    pub reference: Reference,
    /// DE 3.
    pub processing_code: ProcessingCode,
    /// DE 4 in the currency of DE 49.
    pub amount: Amount,
    /// DE 14.
    pub expiry: Option<Expiry>,
    /// DE 22.
    pub entry_mode: EntryMode,
    /// DE 23: the card sequence number, two BCD digits.
    pub psn: Option<u8>,
    /// DE 35.
    pub track2: Track2,
    /// DE 52, or DE 62 of format 4.
    pub pin_block: Option<PinBlock>,
    /// DE 55.
    pub chip_data: ChipData,
    /// The transaction that a refund gives back; none for anything else, and for a refund that
    /// names none.
    pub original: Option<Original>,
}

/// An encrypted PIN block. Wiped when dropped; `Debug` shows its format only.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub enum PinBlock {
    /// ISO 9564-1 format 0 under TDES, 8 octets (DE 52).
    Format0([u8; 8]),
    /// ISO 9564-1 format 4 under AES, 16 octets (DE 62).
    Format4([u8; 16]),
}

impl fmt::Debug for PinBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format0(_) => "PinBlock::Format0(..)",
            Self::Format4(_) => "PinBlock::Format4(..)",
        })
    }
}
