//! The kinds of transaction, which are those of what passes between terminal and issuer.

pub use understudy_acquiring::{ProcessingCode, TransactionKind};
