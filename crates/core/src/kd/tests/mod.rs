//! Tests of several modules together.

mod derivation;
mod keys;
