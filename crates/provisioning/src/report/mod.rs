//! A device's report to its issuer: the keys that it used, the messages that it refused, and the
//! next key to seal to.
//!
//! Reports have no gaps: a device sends the same octets until a notice says that they were
//! accepted, and each report names the digest of the one before. A second device with a copy of the
//! store, or a store that was restored from a copy, therefore cannot go on without the issuer's
//! noticing.

mod content;
mod mark;
mod seal;
mod take;

#[cfg(test)]
mod tests;

pub use content::{FIXED_LEN, Report};
pub use mark::{CardUse, Mark, Payment};
pub use seal::{Draft, seal};
pub use take::{
    Accepted, Arrival, Ledger, Opened, Opener, Sealed, Sender, claimed_device, content_len, take,
};

#[cfg(feature = "fuzzing")]
pub(crate) use seal::emit;
