//! Visa: the cryptogram versions.

pub(super) mod cvn;
