//! What the issuer answers to a card and a terminal that were built by hand.

mod approval;
mod counters;
mod cvm;
mod dates;
mod flips;
mod garbage;
pub(crate) mod kit;
mod malformed;
mod pin_tries;
