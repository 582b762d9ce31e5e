//! What the issuer answers to a card and a terminal that were built by hand.

mod approval;
mod counters;
mod cvm;
mod dates;
mod flips;
mod garbage;
mod issuing;
pub(crate) mod kit;
mod lifecycle;
mod malformed;
mod pin_tries;
mod profiles;
mod secrecy;
mod vectors;
