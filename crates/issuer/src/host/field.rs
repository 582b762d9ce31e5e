//! The fields of a message, which are those of what passes between terminal and issuer.

pub use understudy_acquiring::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
};
