use super::{CheckValues, Cost, KeyFile, KeyFileError, seal};
use crate::custody::{CheckValue, IssuerKeys, MasterKeys};
use crate::demonstration;
use crate::{Secret, TerminalPinKey};

/// Key files made by `key_file.py` in this folder, with OpenSSL's Argon2id and ChaCha20-Poly1305.
const INDEPENDENT: &str = include_str!("key-file.hex");
/// Version 1.
const EARLIER: &str = include_str!("key-file-1.hex");
const PASSPHRASE: &str = "correct horse 电池";

type Alter = fn(&mut CheckValues);

/// Octets before the sealed ones in a file with two master keys.
const HEADER_LEN: usize = 92;

fn octets(keys: &IssuerKeys) -> [Vec<u8>; 5] {
    let versions = keys.application_cryptogram.keys();
    [
        versions.flat_map(|(_, key)| *key.expose()).collect(),
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
        (0x10..0x20).chain(0x40..0x50).collect(),
        (0x20..0x30).collect(),
        vec![0x22; 32],
        vec![0x33; 32],
        vec![0x44; 32],
    ];
    assert_eq!(octets(&keys), expected);
    let indexes: Vec<u8> = keys
        .application_cryptogram
        .keys()
        .map(|(dki, _)| dki)
        .collect();
    assert_eq!(indexes, [1, 2]);
    let ceremony = keys.ceremony.unwrap();
    assert_eq!((ceremony.of(), ceremony.entered().len()), (3, 1));
    assert_eq!(ceremony.entered()[0].custodian.name(), "Ann");
    assert_eq!(ceremony.entered()[0].check_value.to_string(), "6553A7");
    assert_eq!(ceremony.sum()[..4], [0x19, 0xAD, 0xB3, 0xF1]);
}

/// The versions before this one wrote files with one master key, and all their cards say 01.
#[test]
fn a_file_of_version_1_opens_with_its_master_key_under_01() {
    let file = hex::decode(EARLIER.trim()).unwrap();
    let keys = KeyFile::open(&file, PASSPHRASE).unwrap();
    assert!(keys.ceremony.is_none());
    assert_eq!(keys.application_cryptogram.versions().count(), 1);
    assert!(keys.application_cryptogram.get(1).is_some());
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
            // The second is the number of master keys: so many would not fit.
            0..8 | 61 => KeyFileError::NotAKeyFile,
            8 => KeyFileError::Version(0xFD),
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
        let whole = HEADER_LEN + 2 * 16 + 112 + 2 + 16;
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
    let version = keys.application_cryptogram.versions().next().unwrap();
    assert_eq!(version.check_value, CheckValue([0x08, 0xD7, 0xB4]));
    let terminal_pin = CheckValue::of(keys.terminal_pin.secret());
    assert_eq!(terminal_pin.to_string(), "8A6416");
    assert_eq!(keys.host_check(), [0x06, 0xF8, 0x7B]);
}

#[test]
fn generated_keys_differ_and_those_for_tdes_have_odd_parity() {
    let (one, other) = (
        IssuerKeys::generate().unwrap(),
        IssuerKeys::generate().unwrap(),
    );
    for (a, b) in octets(&one).iter().zip(octets(&other)) {
        assert_ne!(*a, b);
    }
    let [application_cryptogram, terminal_pin, ..] = octets(&one);
    for octet in application_cryptogram.iter().chain(&terminal_pin) {
        assert_eq!(octet.count_ones() % 2, 1);
    }
}

#[test]
fn nothing_shows_a_key() {
    let keys = IssuerKeys {
        application_cryptogram: MasterKeys::first(Secret::new([0xAB; 16])),
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
fn master_keys_whose_indexes_are_not_in_order_are_no_key_file() {
    let mut keys = demonstration::keys();
    keys.rotate().unwrap();
    for alter in [|dki: u8| dki + 1, |_| 1, |dki| 3 - dki] {
        let mut check = CheckValues::of(&keys);
        for version in &mut check.application_cryptogram {
            version.dki = alter(version.dki);
        }
        let file = seal(&keys, PASSPHRASE, check).unwrap();
        assert_eq!(refusal(&file, PASSPHRASE), KeyFileError::NotAKeyFile);
    }
}
