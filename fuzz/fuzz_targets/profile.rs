//! Any octets as a profile of a card.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_core::card::fuzzing::profile;

fuzz_target!(|octets: &[u8]| profile(octets));
