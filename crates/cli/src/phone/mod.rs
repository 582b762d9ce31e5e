//! The commands of a phone's user.

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
