//! The commands of a phone's user.

mod choose;
mod date;
mod enrol;
mod history;
mod homes;
pub(crate) mod password;
mod receive;
mod report;
mod storage;
mod verbs;

pub(crate) use choose::{Default, Present};
pub(crate) use history::History;
pub(crate) use homes::Homes;
pub(crate) use password::Password;
pub(crate) use storage::Storage;
pub(crate) use verbs::Phone;
