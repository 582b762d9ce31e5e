//! Block ciphers and check values.

use std::format;
use std::vec;

use proptest::prelude::*;

use super::{block_key, list, octets, text, upper, vectors};
use crate::{Algorithm, BlockKey, KeyLengthError, NotWholeBlocks};

#[test]
fn every_encryption_is_the_one_published_and_is_undone() {
    let file = vectors!("block_ciphers");
    for case in list(&file, "encryptions") {
        let key = block_key(case);
        let clear = octets(case, "data");
        let mut data = clear.clone();
        let chained = text(case, "mode") == "cbc";
        let vector = if chained { octets(case, "iv") } else { vec![] };
        if chained {
            key.encrypt_cbc(&vector, &mut data).unwrap();
        } else {
            key.encrypt_ecb(&mut data).unwrap();
        }
        assert_eq!(upper(&data), text(case, "result"), "{case}");
        if chained {
            key.decrypt_cbc(&vector, &mut data).unwrap();
        } else {
            key.decrypt_ecb(&mut data).unwrap();
        }
        assert_eq!(data, clear, "{case}");
    }
    assert_eq!(list(&file, "encryptions").len(), 11);
}

#[test]
fn sm4_a_million_times_is_the_published_one() {
    let file = vectors!("block_ciphers");
    let case = &file["one_million_times"];
    let key = block_key(case);
    let mut data = octets(case, "data");
    for _ in 0..1_000_000 {
        key.encrypt_ecb(&mut data).unwrap();
    }
    assert_eq!(upper(data), text(case, "result"));
}

#[test]
fn the_other_mode_vector_or_algorithm_gives_another_result() {
    let file = vectors!("block_ciphers");
    for case in list(&file, "encryptions") {
        let right = octets(case, "result");
        let encrypted = |key: &BlockKey, vector: Option<&[u8]>| {
            let mut data = octets(case, "data");
            match vector {
                Some(vector) => key.encrypt_cbc(vector, &mut data).unwrap(),
                None => key.encrypt_ecb(&mut data).unwrap(),
            }
            data
        };
        let key = block_key(case);
        let mut ones = vec![0xFF; key.algorithm().block_length()];
        assert_ne!(encrypted(&key, Some(&ones)), right);
        if text(case, "mode") == "cbc" {
            assert_ne!(encrypted(&key, None), right);
            ones.fill(0);
            assert_ne!(encrypted(&key, Some(&ones)), right);
        }
        for other in [Algorithm::Aes, Algorithm::Sm4] {
            let same = octets(case, "key");
            if other != key.algorithm()
                && right.len().is_multiple_of(16)
                && let Ok(key) = BlockKey::new(other, &same)
            {
                assert_ne!(encrypted(&key, None), right);
            }
        }
    }
}

#[test]
fn check_values_are_those_of_the_peer() {
    let file = vectors!("block_ciphers");
    for case in list(&file, "check_values") {
        let key = block_key(case);
        assert_eq!(upper(key.check_value_by_cmac()), text(case, "cmac"));
        assert_ne!(key.check_value(), key.check_value_by_cmac());
        if case["zeros"].is_string() {
            assert_eq!(upper(key.check_value()), text(case, "zeros"));
        }
    }
}

#[test]
fn lengths_that_do_not_exist_are_refused_and_nothing_is_changed() {
    for (algorithm, lengths) in [
        (Algorithm::Des, &[8, 16, 24][..]),
        (Algorithm::Aes, &[16, 24, 32]),
        (Algorithm::Sm4, &[16]),
    ] {
        for length in 0..40 {
            let key = BlockKey::new(algorithm, &vec![7; length]);
            assert_eq!(
                key.is_ok(),
                lengths.contains(&length),
                "{algorithm:?} {length}"
            );
            assert!(matches!(key, Ok(_) | Err(KeyLengthError(..))));
        }
        let key = BlockKey::new(algorithm, &[7; 16]).unwrap();
        let block = algorithm.block_length();
        let mut data = vec![1; block + 1];
        let refusal = Err(NotWholeBlocks(block));
        assert_eq!(key.encrypt_ecb(&mut data), refusal);
        assert_eq!(key.decrypt_ecb(&mut data), refusal);
        assert_eq!(key.encrypt_cbc(&vec![0; block], &mut data), refusal);
        assert_eq!(key.decrypt_cbc(&vec![0; block], &mut data), refusal);
        assert_eq!(data, vec![1; block + 1]);
        data.pop();
        assert_eq!(key.encrypt_cbc(&vec![0; block - 1], &mut data), refusal);
        assert_eq!(key.decrypt_cbc(&[], &mut data), refusal);
        assert_eq!(data, vec![1; block]);
    }
}

#[test]
fn a_key_is_not_printed() {
    let key = BlockKey::new(Algorithm::Aes, &[0x5A; 16]).unwrap();
    assert_eq!(format!("{key:?}"), "BlockKey(..)");
}

proptest! {
    #[test]
    fn whatever_is_encrypted_is_decrypted(
        octets in prop::collection::vec(any::<u8>(), 32),
        data in prop::collection::vec(any::<[u8; 16]>(), 0..5),
        vector in any::<[u8; 16]>(),
    ) {
        let data = data.concat();
        for (algorithm, length) in [
            (Algorithm::Des, 8), (Algorithm::Des, 16), (Algorithm::Des, 24), (Algorithm::Aes, 16),
            (Algorithm::Aes, 24), (Algorithm::Aes, 32), (Algorithm::Sm4, 16),
        ] {
            let key = BlockKey::new(algorithm, &octets[..length]).unwrap();
            let vector = &vector[..algorithm.block_length()];
            let mut through = data.clone();
            key.encrypt_cbc(vector, &mut through).unwrap();
            prop_assert!(data.is_empty() || through != data);
            key.decrypt_cbc(vector, &mut through).unwrap();
            prop_assert_eq!(&through, &data);
            key.encrypt_ecb(&mut through).unwrap();
            key.decrypt_ecb(&mut through).unwrap();
            prop_assert_eq!(&through, &data);
        }
    }
}
