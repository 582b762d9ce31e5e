//! New tokens, their profiles and their keys.

mod between;
mod bound;
mod numbers;
mod personalised;
mod profiles;
mod refused;
mod secrecy;
mod test_keys;
mod threads;
