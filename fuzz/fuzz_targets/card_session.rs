//! An arbitrary sequence of commands and losses of field, to one card.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_core::card::fuzzing::card_session;

fuzz_target!(|octets: &[u8]| card_session(octets));
