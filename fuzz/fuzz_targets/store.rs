//! Arbitrary octets as the files of a wallet's store.
#![no_main]

use libfuzzer_sys::fuzz_target;
use understudy_wallet::store::fuzzing::open_store;

fuzz_target!(|octets: &[u8]| open_store(octets));
