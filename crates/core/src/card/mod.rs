//! The card: its profile, its answers, and its refusals.
//!
//! [`Tap::process`] takes one command and writes one answer. It owns nothing but the conversation:
//! the cards come in as a [`Directory`] and everything that outlives a command is asked of the
//! environment, [`Env`].

pub mod code;
mod cryptogram;
mod cvm;
mod directory;
mod env;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gpo;
mod instruction;
#[cfg(feature = "limited-use")]
mod lent;
mod named;
mod profile;
mod refusal;
mod select;
mod state;
mod tap;
mod transaction;
mod usage;

pub use directory::{CardId, Directory, Slot, Standing};
pub use env::{Env, Event, KeyError, Payment, Spent, UnixTime, UserVerified};
pub use instruction::InstructionKind;
pub use profile::{
    Application, CvmOrder, CvmPolicy, Flags, Limits, Personalisation, Profile, ProfileError, tags,
};
pub use refusal::Refusal;
pub use state::StateKind;
pub use tap::Tap;
pub use usage::{DrainGuard, Exposure, Ledger, Usage};

pub use crate::scheme::{Cvm, Scheme};
