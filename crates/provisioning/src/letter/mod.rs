//! What an issuer writes to a device: packages, commands and notices.

mod body;
mod command;
mod notice;
mod seal;

#[cfg(test)]
mod tests;

pub use body::Body;
pub use command::{Command, SuspendReason};
pub use notice::{Notice, Verdict};

pub(crate) use notice::amount;
pub use seal::{Letter, Recipient, seal};
