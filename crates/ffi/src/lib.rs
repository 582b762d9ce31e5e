//! The wallet as a phone sees it: a thin `UniFFI` surface, `libunderstudy.so`.
//!
//! Nothing here decides about a payment. Commands and answers cross as octets that hold no secret;
//! the storage key crosses as a borrowed slice (in Kotlin a direct `ByteBuffer`), so that it has no
//! copy that nobody wipes. What a tap needs is exported to JNI as well ([`jni`]), over the same
//! wallet: a process that was started by a reader has no time to load JNA.

#[cfg(all(target_os = "android", feature = "verification-unwinder"))]
extern crate unwinding;

mod amount;
mod error;
mod guard;
pub mod jni;
#[cfg(test)]
mod kit;
mod phone;
mod tap;
mod wallet;

pub use amount::Amount;
pub use error::WalletError;
pub use wallet::cards::{Card, CardState};
pub use wallet::history::{HistoryEntry, HistoryFilter, HistoryOutcome, MonthlySum};
pub use wallet::letters::Effect;
pub use wallet::needs::{Keys, Needs};
pub use wallet::password::PasswordState;
pub use wallet::taps::{Answer, TapEvent};
pub use wallet::verification::Prompt;
pub use wallet::{Storage, Wallet, end_in};

uniffi::setup_scaffolding!("understudy");
