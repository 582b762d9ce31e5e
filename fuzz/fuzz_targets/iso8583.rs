//! Any octets as a message between terminal and issuer, of either variant.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_acquiring::fuzzing::message;

fuzz_target!(|octets: &[u8]| message(octets));
