//! PINs: their digits, their blocks, and their stored references. The issuer takes PINs in blocks only.

mod block;
mod reference;

pub use block::{AesTerminalPinKey, TerminalPinKey};
pub use reference::PinReference;
pub use understudy_acquiring::line::{PIN_MAX, PIN_MIN, Pin, PinError};
