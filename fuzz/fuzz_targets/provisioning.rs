//! Arbitrary octets as a message between issuer and device, or as the content of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_provisioning::fuzzing::message;

fuzz_target!(|octets: &[u8]| message(octets));
