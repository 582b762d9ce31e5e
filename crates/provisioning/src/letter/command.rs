/// What an issuer tells a device to do. Two octets: the command and, for a suspension, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// 01: the card pays no more until it is resumed.
    Suspend(SuspendReason),
    /// 02: the card pays again.
    Resume,
    /// 03: the card and its keys are erased for good.
    Delete,
    /// 04: the device asks for keys for the card now, with a report.
    Replenish,
    /// 05, names no card: the device sends a report now.
    Report,
}

/// Why a card is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspendReason {
    /// 01: the cardholder asked for it.
    Cardholder,
    /// 02: the issuer decided so.
    Issuer,
    /// 03: the device's store seems to have been copied or put back.
    CloneOrRollback,
}

impl Command {
    pub(crate) const fn octets(self) -> [u8; 2] {
        match self {
            Self::Suspend(SuspendReason::Cardholder) => [0x01, 0x01],
            Self::Suspend(SuspendReason::Issuer) => [0x01, 0x02],
            Self::Suspend(SuspendReason::CloneOrRollback) => [0x01, 0x03],
            Self::Resume => [0x02, 0x00],
            Self::Delete => [0x03, 0x00],
            Self::Replenish => [0x04, 0x00],
            Self::Report => [0x05, 0x00],
        }
    }

    pub(crate) const fn parse(content: &[u8]) -> Option<Self> {
        Some(match content {
            [0x01, 0x01] => Self::Suspend(SuspendReason::Cardholder),
            [0x01, 0x02] => Self::Suspend(SuspendReason::Issuer),
            [0x01, 0x03] => Self::Suspend(SuspendReason::CloneOrRollback),
            [0x02, 0x00] => Self::Resume,
            [0x03, 0x00] => Self::Delete,
            [0x04, 0x00] => Self::Replenish,
            [0x05, 0x00] => Self::Report,
            _ => return None,
        })
    }
}
