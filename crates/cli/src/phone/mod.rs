//! What the user of a phone does with its wallet.

mod choose;
mod date;
mod history;
mod letter;
pub(crate) mod password;
mod storage;

pub(crate) use choose::{Default, Present};
pub(crate) use history::History;
pub(crate) use letter::{apply, write_report};
pub(crate) use password::Password;
pub(crate) use storage::Storage;
