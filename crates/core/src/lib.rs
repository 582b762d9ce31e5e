//! A contactless payment card in software: the whole card, `no_std`, without allocation and
//! without `unsafe`.
//!
//! [`wire`] is what crosses the field, [`crypto`] what keys can do, [`card`] the card between them.
//! `kd` derives keys on the issuer's side; it is there only with the feature `issuer`, which no
//! build for a phone enables. `wire` and `crypto` do not know each other:
//!
//! ```text
//! wire ← card → crypto ← kd
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod card;
pub mod crypto;
#[cfg(feature = "issuer")]
pub mod kd;
pub mod wire;
