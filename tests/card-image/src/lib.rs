//! The whole card.
#![no_std]
