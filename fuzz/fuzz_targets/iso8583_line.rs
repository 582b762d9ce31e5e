//! Any octets as a stream of messages between terminal and issuer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_acquiring::fuzzing::stream;

fuzz_target!(|octets: &[u8]| stream(octets));
