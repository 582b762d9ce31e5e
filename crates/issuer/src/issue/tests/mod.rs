//! New tokens, their profiles and their keys.

mod bound;
mod numbers;
mod personalised;
mod profiles;
mod refused;
mod secrecy;
mod threads;
