//! Messages from the issuer to a device: packages, profiles, commands and notices.

mod body;
mod command;
mod limits;
mod notice;
mod seal;

#[cfg(test)]
mod tests;

pub use body::Body;
pub use command::{Command, SuspendReason};
pub use notice::{Notice, Verdict};

pub(crate) use body::Content;
pub(crate) use notice::amount;
pub use seal::{Letter, Recipient, seal};
