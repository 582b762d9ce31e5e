//! Arbitrary octets as a template and as a DOL, and back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_core::wire::fuzzing::tlv_dol;

fuzz_target!(|octets: &[u8]| tlv_dol(octets));
