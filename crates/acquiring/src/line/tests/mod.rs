//! Tests of the security of a line.

mod codes;
mod keys;
mod pins;
