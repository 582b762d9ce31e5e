//! Arbitrary octets as a card's profile.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_core::card::fuzzing::profile;

fuzz_target!(|octets: &[u8]| profile(octets));
