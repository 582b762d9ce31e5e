//! Arbitrary octets as a command, and back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_core::wire::fuzzing::apdu;

fuzz_target!(|octets: &[u8]| apdu(octets));
