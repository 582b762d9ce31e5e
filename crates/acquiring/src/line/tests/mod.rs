//! Tests of what secures a line.

mod codes;
mod keys;
mod pins;
