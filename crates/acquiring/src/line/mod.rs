//! The security of a line: the message authentication code, the keys of terminals, and PIN blocks.
//!
//! Each terminal shares two working keys with its host: one for the MAC of messages ([`MacKey`])
//! and one for PIN blocks ([`PinKey`] or [`AesPinKey`]). They reach it under its master key
//! ([`TerminalMasterKey`]).

mod keys;
mod mac;
mod pin;
mod pin_block;
mod pin_field;

pub use keys::{KeyError, TerminalMasterKey, WrappedKey};
pub use mac::{LineError, MacKey, TerminalKeys, open, seal, terminal};
pub use pin::{PIN_MAX, PIN_MIN, Pin, PinError};
pub use pin_block::{AesPinKey, PinKey};
pub use pin_field::{ClearBlock, format_4};

#[cfg(test)]
mod tests;
