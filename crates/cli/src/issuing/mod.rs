//! The issuer's side: devices, tokens, and decisions about them.

mod change;
mod check;
pub(crate) mod demonstration;
mod device_id;
mod enrol;
mod issue;
mod kind;
mod mail;
mod next;
mod remote;
mod tokens;
mod verify;

pub(crate) use change::{Delete, ReplacePan, Resume, SetPin, Suspend};
pub(crate) use check::Check;
pub(crate) use enrol::Enrol;
pub(crate) use issue::{Issue, read_pin};
pub(crate) use kind::Kind;
pub(crate) use mail::{Letters, Report};
pub(crate) use next::tell_letters_of;
pub(crate) use remote::{Limits, Rotate, UnlockPassword, UpdateProfile, Wipe};
pub(crate) use tokens::Tokens;
pub(crate) use verify::Verify;
