//! Test kit: a phone whose wallet is in a simulated folder, clocks that a test moves, an issuer
//! that writes any letter, and a reader of the wallet's stored state.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

mod clock;
mod issuer;
mod phone;
mod state;

pub use clock::HandClock;
pub use issuer::{
    CARD, CHALLENGE, Heard, Issuer, issuer_keys, number, plaintext, session_key, spec,
};
pub use phone::{Files, Phone, STORAGE_KEY, storage_key};
pub use state::State;
