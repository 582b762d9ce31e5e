//! The device's side of a letter: [`take`].
//!
//! The caller stores, in one durable transaction, the letter's effect *and* [`Accepted::sequence`],
//! and only then acknowledges. A refusal is added to [`Refusals`](crate::message::Refusals) and so
//! goes into the next report.

mod sequence;
mod take;

#[cfg(test)]
mod tests;

pub use sequence::Sequence;
pub use take::{Accepted, Arrival, Device, address, content_len, take};

pub(crate) use sequence::{Order, Place};
