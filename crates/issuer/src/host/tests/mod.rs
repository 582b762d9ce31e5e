//! The host's answers to a card and a terminal that are built by hand.

mod approval;
mod at_rest;
mod bounds;
mod codes;
mod completions;
mod copies;
mod counters;
mod cvm;
mod dates;
mod domain;
mod flips;
mod follow_ups;
mod funds;
mod garbage;
mod holds;
mod identity;
pub(crate) mod kit;
mod lifecycle;
#[cfg(feature = "limited-use")]
mod limited_use;
mod list;
mod malformed;
mod model;
mod notices;
mod pin_tries;
mod reasons;
mod refunds;
mod reversals;
mod schemes;
mod settlement;
pub(crate) mod versions;
mod world;
