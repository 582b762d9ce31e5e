//! Payment codes as EMVCo defines them, the text in a QR code: [`consumer`]-presented, which a card
//! makes, and [`merchant`]-presented, which names whom to pay. Neither draws a QR code.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(any(test, feature = "fuzzing"))]
extern crate std;

pub mod consumer;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod merchant;
#[cfg(test)]
mod tests;
