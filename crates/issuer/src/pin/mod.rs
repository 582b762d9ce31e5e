//! PINs: what the cardholder enters, how it travels, and what the issuer keeps of it.

mod block;
mod reference;

pub use block::TerminalPinKey;
pub use reference::PinReference;
pub use understudy_acquiring::line::{PIN_MAX, PIN_MIN, Pin, PinError};
