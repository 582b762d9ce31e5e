//! Packages with keys of other ciphers than triple DES.

use super::*;

/// Keys of every algorithm alone, and of triple DES and SM4 for readers that choose.
fn choices() -> Vec<Algorithms> {
    let both = Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap();
    let alone = Algorithm::ALL.iter().copied().map(Algorithms::one);
    alone.chain([both]).collect()
}

fn keys_of(algorithms: Algorithms, atcs: &[u16]) -> Vec<(Atc, Vec<u8>)> {
    let key = |atc: &u16| {
        let [high, low] = atc.to_be_bytes();
        let octets = [high ^ 0x5A, low, 0xA5].into_iter().cycle();
        let octets = octets.take(algorithms.keys_length()).collect();
        (Atc::new(*atc).unwrap(), octets)
    };
    atcs.iter().map(key).collect()
}

#[test]
fn a_package_of_other_ciphers_names_them_in_version_03() {
    let (tdes, sm4) = (
        "000102030405060708090A0B0C0D0E0F",
        "101112131415161718191A1B1C1D1E1F",
    );
    let octets = hex(&format!(
        "E8 3A C0 01 03 C1 08 0000000001020304 C2 02 0104 E0 03 C0 01 01 C8 22 0007 {tdes} {sm4}"
    ));
    let package = Package::parse(&octets).unwrap();
    assert_eq!(
        Some(package.algorithms()),
        Algorithms::two(Algorithm::Tdes, Algorithm::Sm4)
    );
    let (atc, keys) = package.keys().next().unwrap();
    assert_eq!(atc.get(), 7);
    for (algorithm, key) in [(Algorithm::Tdes, tdes), (Algorithm::Sm4, sm4)] {
        let session = keys.session_key(algorithm).unwrap();
        assert_eq!(
            (session.algorithm(), session.expose()),
            (algorithm, &hex(key)[..])
        );
    }
    assert!(keys.session_key(Algorithm::Aes128).is_none());
    assert_eq!(rewritten(&octets), Some(octets));
}

#[test]
fn a_package_of_any_ciphers_reads_back_and_every_truncation_of_it_is_refused() {
    for algorithms in choices() {
        for atcs in [&[1][..], &[1, 2, 0x0102, 0xFFFE]] {
            let mut out = vec![0; emitted_len(&card(&PROFILE), algorithms, atcs.len())];
            let keys = keys_of(algorithms, atcs);
            let octets = emit(
                &mut out,
                &card(&PROFILE),
                Some(EXPIRY),
                algorithms,
                keys.clone(),
            );
            let octets = octets.unwrap();
            let package = Package::parse(octets).unwrap();
            assert_eq!(package.algorithms(), algorithms);
            let read = package
                .keys()
                .map(|(atc, keys)| (atc, keys.octets().to_vec()));
            assert_eq!(read.collect::<Vec<_>>(), keys);
            for len in 0..octets.len() {
                assert!(
                    Package::parse(&octets[..len]).is_err(),
                    "the first {len} octets"
                );
            }
        }
    }
}

#[test]
fn keys_that_are_not_one_of_each_cipher_are_not_written() {
    let mut room = [0; 256];
    for algorithms in choices() {
        for length in 0..70 {
            let keys = [(Atc::FIRST, vec![0x5A; length])];
            let written = emit(&mut room, &card(&PROFILE), None, algorithms, keys);
            let expected = (length != algorithms.keys_length()).then_some(EmitError::KeyLength);
            assert_eq!(written.err(), expected, "{length} octets");
        }
    }
}
