//! Test kit: a card, an environment that counts, a reader's commands, and data elements as files write
//! them.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

mod card;
mod commands;
mod elements;
mod env;
mod schemes;

pub use card::{ProfileSpec, TestCard};
pub use commands::{
    AcData, GpoData, MASTERCARD, PPSE, UNIONPAY_DEBIT, VISA, get_data, gpo, read_record, select,
    select_next,
};
pub use elements::{DataElements, Hex};
pub use env::TestEnv;
