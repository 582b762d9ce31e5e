//! PINs: their digits, their blocks, and their stored references.

mod block;
mod reference;

pub use block::TerminalPinKey;
pub use reference::PinReference;
pub use understudy_acquiring::line::{PIN_MAX, PIN_MIN, Pin, PinError};
