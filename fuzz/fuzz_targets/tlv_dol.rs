//! Arbitrary octets as a template and as a DOL, and back; and as issuer application data.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_core::scheme::fuzzing::iad;
use understudy_core::wire::fuzzing::tlv_dol;

fuzz_target!(|octets: &[u8]| {
    tlv_dol(octets);
    iad(octets);
});
