//! A contactless payment card in software.
#![no_std]
#![forbid(unsafe_code)]

pub mod card;
pub mod crypto;
#[cfg(feature = "issuer")]
pub mod kd;
pub mod wire;
