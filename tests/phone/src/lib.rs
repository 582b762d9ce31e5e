//! Test kit: a phone whose wallet is in a simulated folder, clocks that a test moves, its field
//! at a reader, an issuer of any letters, and a reader of the wallet's stored state.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

mod clock;
mod field;
mod phone;
mod state;

pub use clock::HandClock;
pub use field::{Field, Fixed};
pub use phone::{Files, Phone, STORAGE_KEY, issuer_keys, storage_key};
pub use state::State;
pub use understudy_test_letters::{
    CARD, CHALLENGE, Heard, Issuer, number, plaintext, session_key, spec,
};
pub use understudy_tests::ProfileSpec;
