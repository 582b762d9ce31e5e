use understudy_core::card::Limits;
use understudy_core::wire::tlv::{Overflow, Writer};

use super::limits;

/// An issuer's command to a device. Two octets: the code, and for a suspension its reason (else
/// 00); limits take 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// 01: the card does not pay until it is resumed.
    Suspend(SuspendReason),
    /// 02: the card pays again.
    Resume,
    /// 03: the card and its keys are erased for good.
    Delete,
    /// 04: the device asks now, with a report, for more keys for the card.
    Replenish,
    /// 05, names no card: the device sends a report now.
    Report,
    /// 06, names no card: the device makes its last report, which acknowledges this letter, and
    /// then erases every card, every key and itself.
    Wipe,
    /// 07, names no card: the device draws new keys for what it stores, and erases what stands
    /// under the old ones.
    RotateStorage,
    /// 08, names no card: the payment password may be tried again; it is not changed.
    UnlockPassword,
    /// 09, names no card: the payment password is erased, and a new one may be set.
    ResetPassword,
    /// 0A: these limits replace those of the card, until a profile or other limits arrive.
    Limits(Limits),
}

/// The reason for which a card is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspendReason {
    /// 01: the cardholder asked for it.
    Cardholder,
    /// 02: the issuer decided it.
    Issuer,
    /// 03: the device's store appears to have been copied or restored from a copy.
    CloneOrRollback,
}

const LIMITS: u8 = 0x0A;

impl Command {
    /// Writes the command. Limits that cannot be expressed are written as octets that every parser
    /// refuses.
    pub(crate) fn emit(self, out: &mut Writer<'_>) -> Result<(), Overflow> {
        out.octets(match self {
            Self::Suspend(SuspendReason::Cardholder) => &[0x01, 0x01],
            Self::Suspend(SuspendReason::Issuer) => &[0x01, 0x02],
            Self::Suspend(SuspendReason::CloneOrRollback) => &[0x01, 0x03],
            Self::Resume => &[0x02, 0x00],
            Self::Delete => &[0x03, 0x00],
            Self::Replenish => &[0x04, 0x00],
            Self::Report => &[0x05, 0x00],
            Self::Wipe => &[0x06, 0x00],
            Self::RotateStorage => &[0x07, 0x00],
            Self::UnlockPassword => &[0x08, 0x00],
            Self::ResetPassword => &[0x09, 0x00],
            Self::Limits(card) => {
                out.octets(&[LIMITS])?;
                return limits::emit(&card, out);
            }
        })
    }

    pub(crate) fn parse(content: &[u8]) -> Option<Self> {
        Some(match content {
            [0x01, 0x01] => Self::Suspend(SuspendReason::Cardholder),
            [0x01, 0x02] => Self::Suspend(SuspendReason::Issuer),
            [0x01, 0x03] => Self::Suspend(SuspendReason::CloneOrRollback),
            [0x02, 0x00] => Self::Resume,
            [0x03, 0x00] => Self::Delete,
            [0x04, 0x00] => Self::Replenish,
            [0x05, 0x00] => Self::Report,
            [0x06, 0x00] => Self::Wipe,
            [0x07, 0x00] => Self::RotateStorage,
            [0x08, 0x00] => Self::UnlockPassword,
            [0x09, 0x00] => Self::ResetPassword,
            [LIMITS, card @ ..] => Self::Limits(limits::parse(card)?),
            _ => return None,
        })
    }

    /// True if the command is about the device as a whole, so that its letter names no card.
    pub(crate) const fn is_about_device(self) -> bool {
        match self {
            Self::Suspend(_) | Self::Resume | Self::Delete | Self::Replenish | Self::Limits(_) => {
                false
            }
            Self::Report
            | Self::Wipe
            | Self::RotateStorage
            | Self::UnlockPassword
            | Self::ResetPassword => true,
        }
    }
}
