//! Tests of several modules together.

#[cfg(all(feature = "aes", feature = "sm4", feature = "issuer"))]
mod ciphers;
mod inputs;
mod keys;
mod macs;
mod session_keys;
