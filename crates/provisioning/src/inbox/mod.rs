//! How a device takes a message from its issuer, one step after another.
//!
//! ```text
//! octets → Received → Authentic → Addressed → Fresh → Opened → Valid → the caller commits
//! ```
//!
//! Each step consumes the one before, so none can be left out: until the signature is verified no
//! state is looked at, and until the content is validated there is nothing to act on. No step
//! changes anything. The caller writes down, in one durable transaction, what the message does
//! *and* [`Valid::sequence`], and only then acknowledges. A refusal goes into
//! [`Refusals`](crate::message::Refusals) and with that into the next report.

mod sequence;
mod steps;

#[cfg(test)]
mod tests;

pub use sequence::Sequence;
pub use steps::{Addressed, Arrival, Authentic, Device, Fresh, Opened, Received, Valid};

pub(crate) use sequence::{Order, Place};
