//! The wallet as a phone sees it: a thin `UniFFI` surface, `libunderstudy.so`.
//!
//! Nothing here decides about a payment. Commands and answers cross as octets that hold no secret;
//! a provisioning package crosses as a borrowed slice (in Kotlin a direct `ByteBuffer`), so that
//! its keys have no copy that nobody wipes.

#[cfg(all(target_os = "android", feature = "verification-unwinder"))]
extern crate unwinding;

mod guard;
mod wallet;

pub use wallet::{Wallet, WalletError};

uniffi::setup_scaffolding!("understudy");
