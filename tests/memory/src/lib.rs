//! Looks for keys in memory that was given back: see `tests/freed.rs`.
