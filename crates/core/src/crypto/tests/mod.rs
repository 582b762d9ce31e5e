//! Tests of several modules together.

mod inputs;
mod keys;
mod macs;
mod session_keys;
