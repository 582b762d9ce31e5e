use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, TdesKey};

use super::{CheckValues, Cost, KeyFile, KeyFileError, seal};
use crate::custody::{CheckValue, IssuerKeys, KeyFamily, MasterKeys};
use crate::demonstration;
use crate::{Secret, TerminalPinKey};

/// Key files made by `key_file.py` in this folder, with OpenSSL's Argon2id and ChaCha20-Poly1305.
const INDEPENDENT: &str = include_str!("key-file.hex");
/// Version 2.
const BEFORE: &str = include_str!("key-file-2.hex");
/// Version 1.
const EARLIER: &str = include_str!("key-file-1.hex");
const PASSPHRASE: &str = "correct horse 电池";

type Alter = fn(&mut CheckValues);

/// Octets before the sealed ones in that file.
const HEADER_LEN: usize = 105;

/// Octets of its keys.
const KEYS_LEN: usize = 2 * 16 + 16 + 24 + 112;

const fn family(scheme: Scheme, algorithm: Algorithm) -> KeyFamily {
    KeyFamily { scheme, algorithm }
}

/// Families and indexes of the master keys.
fn indexes(keys: &IssuerKeys) -> Vec<(KeyFamily, u8)> {
    let versions = keys.application_cryptogram.versions();
    let indexes = versions.map(|version| (version.family, version.dki));
    indexes.collect()
}

fn octets(keys: &IssuerKeys) -> [Vec<u8>; 5] {
    let versions = keys.application_cryptogram.keys();
    [
        versions.flat_map(|key| key.expose().to_vec()).collect(),
        keys.terminal_pin.secret().expose().to_vec(),
        keys.host.expose().to_vec(),
        keys.sign.expose().to_vec(),
        keys.receive.expose().to_vec(),
    ]
}

fn independent() -> Vec<u8> {
    hex::decode(INDEPENDENT.trim()).unwrap()
}

fn refusal(file: &[u8], passphrase: &str) -> KeyFileError {
    KeyFile::open(file, passphrase).unwrap_err()
}

#[test]
fn a_file_of_another_implementation_opens() {
    let keys = KeyFile::open(&independent(), PASSPHRASE).unwrap();
    let expected = [
        (0x10..0x20).chain(0x40..0x78).collect(),
        (0x20..0x30).collect(),
        vec![0x22; 32],
        vec![0x33; 32],
        vec![0x44; 32],
    ];
    assert_eq!(octets(&keys), expected);
    let held = [
        (KeyFamily::UNIONPAY_TDES, 1),
        (KeyFamily::UNIONPAY_TDES, 2),
        (family(Scheme::UnionPay, Algorithm::Sm4), 1),
        (family(Scheme::Visa, Algorithm::Aes192), 1),
    ];
    assert_eq!(indexes(&keys), held);
    let ceremony = keys.ceremony.unwrap();
    let mastercard = family(Scheme::Mastercard, Algorithm::Aes256);
    assert_eq!(ceremony.family(), mastercard);
    assert_eq!((ceremony.of(), ceremony.entered().len()), (3, 1));
    assert_eq!(ceremony.entered()[0].custodian.name(), "Ann");
    let sum: Vec<u8> = (0xA0..0xC0).collect();
    assert_eq!(ceremony.sum().expose(), sum);
}

#[test]
fn a_file_of_version_2_opens_with_its_keys_and_its_ceremony_for_unionpay_and_triple_des() {
    let file = hex::decode(BEFORE.trim()).unwrap();
    let keys = KeyFile::open(&file, PASSPHRASE).unwrap();
    let expected = [
        (0x10..0x20).chain(0x40..0x50).collect(),
        (0x20..0x30).collect(),
        vec![0x22; 32],
        vec![0x33; 32],
        vec![0x44; 32],
    ];
    assert_eq!(octets(&keys), expected);
    let held = [1, 2].map(|dki| (KeyFamily::UNIONPAY_TDES, dki));
    assert_eq!(indexes(&keys), held);
    let ceremony = keys.ceremony.unwrap();
    assert_eq!(ceremony.family(), KeyFamily::UNIONPAY_TDES);
    assert_eq!((ceremony.of(), ceremony.entered().len()), (3, 1));
    assert_eq!(ceremony.entered()[0].custodian.name(), "Ann");
    assert_eq!(ceremony.entered()[0].check_value.to_string(), "6553A7");
    assert_eq!(ceremony.sum().expose()[..4], [0x19, 0xAD, 0xB3, 0xF1]);
}

/// The versions that wrote such files had one master key, and all their cards say 01.
#[test]
fn a_file_of_version_1_opens_with_its_master_key_under_01() {
    let file = hex::decode(EARLIER.trim()).unwrap();
    let keys = KeyFile::open(&file, PASSPHRASE).unwrap();
    assert!(keys.ceremony.is_none());
    assert_eq!(indexes(&keys), [(KeyFamily::UNIONPAY_TDES, 1)]);
    let expected = [
        (0x10..0x20).collect(),
        (0x20..0x30).collect(),
        vec![0x22; 32],
        vec![0x33; 32],
        vec![0x44; 32],
    ];
    assert_eq!(octets(&keys), expected);
}

#[test]
fn keys_of_an_earlier_file_are_written_as_the_newest_and_stay_the_same() {
    for earlier in [EARLIER, BEFORE] {
        let file = hex::decode(earlier.trim()).unwrap();
        let keys = KeyFile::open(&file, PASSPHRASE).unwrap();
        let written = KeyFile::seal(&keys, PASSPHRASE).unwrap();
        assert_eq!((file[8] < 3, written[8]), (true, 3));
        let again = KeyFile::open(&written, PASSPHRASE).unwrap();
        assert_eq!(octets(&again), octets(&keys));
        assert_eq!(indexes(&again), indexes(&keys));
        let ceremonies = [&keys, &again].map(|keys| {
            let ceremony = keys.ceremony.as_ref();
            ceremony.map(|ceremony| (ceremony.family(), ceremony.entered().to_vec()))
        });
        assert_eq!(ceremonies[0], ceremonies[1]);
    }
}

#[test]
fn the_documented_file_is_that_one() {
    let text = include_str!("../../../../../docs/formats.md");
    let (_, rest) = text.split_once("```hex key-file\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let octets = block.lines().filter_map(|line| line.split_once(" #"));
    let documented: String = octets.map(|(octets, _)| octets.replace(' ', "")).collect();
    assert_eq!(hex::decode(documented).unwrap(), independent());
}

#[test]
fn keys_come_out_of_a_file_as_they_went_in() {
    let keys = IssuerKeys::generate().unwrap();
    let file = KeyFile::seal(&keys, PASSPHRASE).unwrap();
    let opened = KeyFile::open(&file, PASSPHRASE).unwrap();
    assert_eq!(octets(&opened), octets(&keys));
    for key in octets(&keys) {
        assert!(!file.windows(key.len()).any(|part| part == key));
    }
}

#[test]
fn two_files_of_the_same_keys_have_nothing_secret_in_common() {
    let keys = demonstration::keys();
    let one = KeyFile::seal(&keys, PASSPHRASE).unwrap();
    let other = KeyFile::seal(&keys, PASSPHRASE).unwrap();
    assert_ne!(one[21..61], other[21..61]);
    assert_ne!(one[HEADER_LEN - 4..], other[HEADER_LEN - 4..]);
}

#[test]
fn a_file_with_any_octet_altered_is_refused() {
    let file = independent();
    for at in 0..file.len() {
        let mut altered = file.clone();
        altered[at] ^= 0xFF;
        let error = refusal(&altered, PASSPHRASE);
        let expected = match at {
            // Of each family scheme, algorithm and number of keys: there is no such one, or so many
            // would not fit. Before them the number of families.
            0..8 | 61..65 | 71..74 | 77..80 => KeyFileError::NotAKeyFile,
            8 => KeyFileError::Version(0xFC),
            // These are the two high octets of the memory, the passes and the lanes.
            9 | 10 | 13..21 => KeyFileError::Parameters,
            _ => KeyFileError::Sealed,
        };
        assert_eq!(error, expected, "octet {at}");
    }
}

#[test]
fn a_file_that_is_cut_or_longer_is_refused() {
    let file = independent();
    for length in 0..file.len() {
        let whole = HEADER_LEN + KEYS_LEN + 2 + 16;
        let expected = match length {
            length if length < whole => KeyFileError::NotAKeyFile,
            _ => KeyFileError::Sealed,
        };
        let refused = refusal(&file[..length], PASSPHRASE);
        assert_eq!(refused, expected, "{length} octets");
    }
    let longer = [&file[..], &[0]].concat();
    assert_eq!(refusal(&longer, PASSPHRASE), KeyFileError::Sealed);
    let earlier = hex::decode(EARLIER.trim()).unwrap();
    let longer = [&earlier[..], &[0]].concat();
    for file in [&earlier[..earlier.len() - 1], &longer] {
        assert_eq!(refusal(file, PASSPHRASE), KeyFileError::NotAKeyFile);
    }
}

#[test]
fn another_passphrase_opens_nothing_and_none_is_none() {
    let file = independent();
    for passphrase in ["correct horse", "Correct horse 电池", " "] {
        assert_eq!(refusal(&file, passphrase), KeyFileError::Sealed);
    }
    assert_eq!(refusal(&file, ""), KeyFileError::EmptyPassphrase);
    let sealed = KeyFile::seal(&demonstration::keys(), "");
    assert_eq!(sealed.unwrap_err(), KeyFileError::EmptyPassphrase);
}

#[test]
fn parameters_that_would_stop_the_machine_are_refused() {
    let cases = [
        (19_456, 2, 1, true),
        (1 << 20, 16, 4, true),
        (32, 1, 4, true),
        ((1 << 20) + 1, 1, 1, false),
        (u32::MAX, 1, 1, false),
        (19_456, 17, 1, false),
        (19_456, 0, 1, false),
        (19_456, 1, 5, false),
        (19_456, 1, 0, false),
        (31, 1, 4, false),
        (0, 1, 1, false),
    ];
    for (memory, passes, lanes, good) in cases {
        let cost = Cost {
            memory,
            passes,
            lanes,
        };
        assert_eq!(cost.checked().is_ok(), good, "{memory} {passes} {lanes}");
    }
}

#[test]
fn a_key_without_its_check_value_is_named() {
    let keys = demonstration::keys();
    let cases: [(&str, Alter); 5] = [
        ("issuer master key", |check| {
            check.application_cryptogram[0].check_value.0[0] ^= 1;
        }),
        ("terminal PIN key", |check| check.terminal_pin.0[1] ^= 1),
        ("host key", |check| check.host[2] ^= 1),
        ("signing key", |check| check.sign[7] ^= 1),
        ("receive key", |check| check.receive[0] ^= 1),
    ];
    for (name, alter) in cases {
        let mut check = CheckValues::of(&keys);
        alter(&mut check);
        let file = seal(&keys, PASSPHRASE, check).unwrap();
        assert_eq!(refusal(&file, PASSPHRASE), KeyFileError::CheckValue(name));
    }
}

/// The first two are computed with the encryption of zeros by OpenSSL's TDES: `openssl enc -des-ede
/// -nopad -K … -in /dev/zero`; the third with Python's `hmac`.
#[test]
fn check_values_are_the_worked_ones() {
    let keys = demonstration::keys();
    let mut versions = keys.application_cryptogram.versions();
    let version = versions.next().unwrap();
    assert_eq!(version.check_value, CheckValue([0x08, 0xD7, 0xB4]));
    let terminal_pin = CheckValue::of_tdes(keys.terminal_pin.secret());
    assert_eq!(terminal_pin.to_string(), "8A6416");
    assert_eq!(keys.host_check(), [0x06, 0xF8, 0x7B]);
}

/// SM4's and AES' by OpenSSL, in the header of the file that `key_file.py` makes.
#[test]
fn check_values_of_every_algorithm_are_those_of_another_implementation() {
    let keys = KeyFile::open(&independent(), PASSPHRASE).unwrap();
    let versions = keys.application_cryptogram.versions();
    let values = versions.map(|version| version.check_value.to_string());
    let expected = ["FE8A09", "8BAF47", "6559C4", "69BCFB"];
    assert_eq!(values.collect::<Vec<_>>(), expected);
}

#[test]
fn generated_keys_are_of_every_family_and_differ_and_those_for_tdes_have_odd_parity() {
    let (one, other) = (
        IssuerKeys::generate().unwrap(),
        IssuerKeys::generate().unwrap(),
    );
    for keys in [&one, &other] {
        assert!(
            indexes(keys)
                .into_iter()
                .eq(KeyFamily::all().map(|family| (family, 1)))
        );
    }
    for (a, b) in octets(&one).iter().zip(octets(&other)) {
        assert_ne!(*a, b);
    }
    let masters = [&one, &other].map(|keys| keys.application_cryptogram.keys());
    let masters: Vec<_> = masters.into_iter().flatten().collect();
    for (at, key) in masters.iter().enumerate() {
        let same = |other: &&understudy_core::kd::IssuerMasterKey| other.expose() == key.expose();
        assert!(!masters[..at].iter().any(same), "{at}");
    }
    let tdes = masters
        .iter()
        .filter(|key| key.algorithm() == Algorithm::Tdes);
    let tdes = tdes.map(|key| key.expose());
    for octet in tdes
        .chain([&one.terminal_pin.secret().expose()[..]])
        .flatten()
    {
        assert_eq!(octet.count_ones() % 2, 1);
    }
}

#[test]
fn nothing_shows_a_key() {
    let keys = IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets([0xAB; 16])),
        terminal_pin: TerminalPinKey::new(Secret::new([0xAB; 16])),
        ..demonstration::keys()
    };
    let shown = format!("{keys:?}");
    assert!(
        !shown.to_lowercase().contains("abab") && !shown.contains("171"),
        "{shown}"
    );
}

#[test]
fn families_that_are_not_in_order_are_no_key_file() {
    let mut keys = demonstration::keys();
    keys.application_cryptogram = MasterKeys::first(TdesKey::from_octets([0x5B; 16]));
    // Keys of one length, so that the sealed part fits in any order.
    let [sm4, visa] = [
        family(Scheme::UnionPay, Algorithm::Sm4),
        family(Scheme::Visa, Algorithm::Tdes),
    ];
    for family in [sm4, visa] {
        keys.rotate(family).unwrap();
    }
    let first = KeyFamily::UNIONPAY_TDES;
    for (order, good) in [
        ([first, sm4, visa], true),
        ([first, visa, sm4], false),
        ([first, sm4, first], false),
        ([sm4, visa, visa], false),
        ([visa, sm4, first], false),
    ] {
        let mut check = CheckValues::of(&keys);
        for (version, family) in check.application_cryptogram.iter_mut().zip(order) {
            version.family = family;
        }
        let file = seal(&keys, PASSPHRASE, check).unwrap();
        let opened = KeyFile::open(&file, PASSPHRASE);
        if good {
            assert!(opened.is_ok());
        } else {
            assert_eq!(opened.unwrap_err(), KeyFileError::NotAKeyFile, "{order:?}");
        }
    }
}

#[test]
fn a_family_without_a_key_is_no_key_file() {
    let file = independent();
    let (_, sm4) = (&file[61..71], &file[71..77]);
    assert_eq!(sm4[..3], [0x01, 0x04, 1]);
    let mut without = file.clone();
    without[73] = 0;
    without.drain(74..77);
    assert_eq!(refusal(&without, PASSPHRASE), KeyFileError::NotAKeyFile);
}
