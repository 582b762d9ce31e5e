//! Test kit: a card, an environment that counts, and a reader's commands.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

mod card;
mod commands;
mod env;

pub use card::{ProfileSpec, TestCard};
pub use commands::{
    GpoData, PPSE, UNIONPAY_DEBIT, get_data, gpo, read_record, select, select_next,
};
pub use env::TestEnv;
