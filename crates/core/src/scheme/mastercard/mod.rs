//! Mastercard: the cryptogram versions of M/Chip.

pub(super) mod cvn;
