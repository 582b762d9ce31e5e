//! A contactless payment card in software: the whole card, `no_std`, without allocation and
//! without `unsafe`.
//!
//! [`wire`] is what crosses the field, [`crypto`] what keys can do, [`scheme`] what differs between
//! payment schemes, [`card`] the card that joins them. `kd` derives keys on the issuer's side; it is
//! there only with the feature `issuer`, which no build for a phone enables. `wire` and `crypto` do
//! not know each other:
//!
//! ```text
//! wire ← scheme → crypto ← kd
//!          ↑
//!         card
//! ```
//!
//! Each scheme is a feature: `unionpay`, `visa`, `mastercard`; all are on by default.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "unionpay", feature = "visa", feature = "mastercard")),
    allow(dead_code, reason = "no scheme needs everything that some scheme does")
)]

#[cfg(not(any(feature = "unionpay", feature = "visa", feature = "mastercard")))]
compile_error!("a card needs a scheme: enable `unionpay`, `visa` or `mastercard`");

#[cfg(test)]
extern crate std;

pub mod card;
pub mod crypto;
#[cfg(feature = "issuer")]
pub mod kd;
pub mod scheme;
pub mod wire;
