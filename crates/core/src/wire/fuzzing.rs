//! Fuzz bodies: what must hold for any octets.
