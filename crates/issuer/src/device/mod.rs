//! Devices: which are enrolled, what is written to them, and what they report.

pub(crate) mod outbox;
