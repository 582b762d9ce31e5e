//! Any octets as a payment code: of a consumer, in octets and text, and of a merchant.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_qr::fuzzing::code;

fuzz_target!(|octets: &[u8]| code(octets));
