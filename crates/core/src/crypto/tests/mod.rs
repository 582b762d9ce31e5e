//! Tests of several modules together.

mod ciphers;
mod inputs;
mod keys;
mod macs;
mod session_keys;
