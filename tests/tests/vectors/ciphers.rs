//! AES and SM4, from the issuer master key to the cryptogram and its answers, with the common
//! mistakes.

use serde::Deserialize;
use understudy_core::crypto::{
    Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, Key, Padding, SessionKey, TransactionData,
};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};

use crate::cases::Answer;
use crate::mistakes::{one_short, other, swaps};
use understudy_tests::Hex;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    #[serde(rename = "source")]
    _source: String,
    pan: String,
    psn: Hex,
    #[serde(rename = "9F36")]
    atc: Hex,
    under_mac: Hex,
    aes: Vec<Row>,
    sm4: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    imk: Hex,
    card_master_key: Hex,
    session_key: Hex,
    #[serde(rename = "9F26")]
    cryptogram: Hex,
    answers: Vec<Answer>,
}

/// One row with its inputs.
struct Case<'v> {
    algorithm: Algorithm,
    method: MasterKeyMethod,
    inputs: &'v Vectors,
    row: &'v Row,
}

fn session_key(card: &CardMasterKey, atc: u16) -> SessionKey {
    let atc = Atc::new(atc).unwrap();
    card.session_key(SessionKeyMethod::UnionPay, atc, [0xA5; 4])
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../vectors/emv_aes_sm4.json")).unwrap()
}

fn each(check: impl Fn(&Case<'_>)) {
    let inputs = vectors();
    let sm4 = inputs
        .sm4
        .iter()
        .map(|row| (row, Algorithm::Sm4, MasterKeyMethod::Sm4));
    let aes = inputs.aes.iter().map(|row| {
        let algorithm = match row.imk.0.len() {
            16 => Algorithm::Aes128,
            24 => Algorithm::Aes192,
            _ => Algorithm::Aes256,
        };
        (row, algorithm, MasterKeyMethod::OptionC)
    });
    let rows: Vec<_> = aes.chain(sm4).collect();
    let mut algorithms: Vec<_> = rows.iter().map(|(_, algorithm, _)| *algorithm).collect();
    algorithms.sort_unstable();
    let expected = [
        Algorithm::Sm4,
        Algorithm::Aes128,
        Algorithm::Aes192,
        Algorithm::Aes256,
    ];
    assert_eq!(algorithms, expected);
    for (row, algorithm, method) in rows {
        check(&Case {
            algorithm,
            method,
            inputs: &inputs,
            row,
        });
    }
}

impl Case<'_> {
    fn key(&self, octets: &[u8]) -> Key {
        Key::from_octets(self.algorithm, octets).unwrap()
    }

    fn imk(&self) -> IssuerMasterKey {
        IssuerMasterKey::new(self.key(&self.row.imk.0))
    }

    fn psn(&self) -> Option<u8> {
        self.inputs.psn.0.first().copied()
    }

    fn card_key(&self, pan: &str, psn: Option<u8>) -> CardMasterKey {
        self.imk().card_master_key(self.method, pan, psn).unwrap()
    }

    fn atc(&self) -> u16 {
        u16::from_be_bytes(self.inputs.atc.array())
    }

    /// The cryptogram as a bare MAC, for the mistakes to be tried.
    fn mac(&self, key: &[u8], padding: Padding, data: &[u8]) -> [u8; 8] {
        self.key(key).mac(padding, &[data])
    }

    fn expected(&self) -> [u8; 8] {
        self.row.cryptogram.array()
    }
}

#[test]
fn the_keys_on_the_way_are_the_ones_computed_independently() {
    each(|case| {
        let card = case.card_key(&case.inputs.pan, case.psn());
        assert_eq!(
            card.expose(),
            case.row.card_master_key.0,
            "{}",
            case.algorithm
        );
        let session = session_key(&card, case.atc());
        assert_eq!(
            session.expose(),
            case.row.session_key.0,
            "{}",
            case.algorithm
        );
        assert_eq!(session.algorithm(), case.algorithm);
    });
}

/// The data of the vectors as the data elements of `UnionPay` 01.
fn elements(under_mac: &[u8]) -> (TransactionData, Vec<u8>) {
    let mut rest = under_mac.iter().copied();
    let mut next = || rest.next().unwrap();
    let data = TransactionData {
        amount_authorised: std::array::from_fn(|_| next()),
        amount_other: std::array::from_fn(|_| next()),
        terminal_country: std::array::from_fn(|_| next()),
        tvr: std::array::from_fn(|_| next()),
        currency: std::array::from_fn(|_| next()),
        date: std::array::from_fn(|_| next()),
        transaction_type: next(),
        unpredictable_number: std::array::from_fn(|_| next()),
        aip: std::array::from_fn(|_| next()),
    };
    let [_, _, cvr @ ..] = std::array::from_fn::<u8, 6, _>(|_| next());
    let iad = [&[0x07, 0x01, 0x01][..], &cvr, &[0x04]].concat();
    (data, iad)
}

#[test]
fn the_cryptogram_is_the_one_computed_independently_and_verifies() {
    each(|case| {
        let (data, iad) = elements(&case.inputs.under_mac.0);
        let input = CryptogramInput::new(Cvn::UnionPay01, data, &iad).unwrap();
        let atc = Atc::new(case.atc()).unwrap();
        let card = case.card_key(&case.inputs.pan, case.psn());
        let expected = Cryptogram(case.expected());
        let made = session_key(&card, case.atc()).application_cryptogram(&input, atc);
        assert_eq!(made, expected, "{}", case.algorithm);
        let issuer = session_key(&card, case.atc());
        assert!(issuer.verify(&input, atc, &expected));
        for bit in 0..64 {
            let mut flipped = expected;
            flipped.0[bit / 8] ^= 0x80 >> (bit % 8);
            assert!(!issuer.verify(&input, atc, &flipped), "bit {bit}");
        }
        let data = &case.inputs.under_mac.0;
        let mac = case.mac(&case.row.session_key.0, Padding::Method2, data);
        assert_eq!(mac, case.expected());
    });
}

#[test]
fn the_wrong_padding_gives_another_cryptogram_except_under_cmac_which_pads_itself() {
    each(|case| {
        let data = &case.inputs.under_mac.0;
        let padded = [data.as_slice(), &[0x80]].concat();
        for (padding, data) in [(other(Padding::Method2), data), (Padding::Method2, &padded)] {
            let mac = case.mac(&case.row.session_key.0, padding, data);
            let same = case.algorithm != Algorithm::Sm4 && padding == Padding::Method1;
            assert_eq!(
                mac == case.expected(),
                same,
                "{} {padding:?}",
                case.algorithm
            );
        }
    });
}

#[test]
fn a_key_of_another_level_card_or_transaction_gives_another_cryptogram() {
    each(|case| {
        let data = &case.inputs.under_mac.0;
        let card = case.card_key(&case.inputs.pan, case.psn());
        let session = |card: &CardMasterKey, atc| session_key(card, atc).expose().to_vec();
        let keys = [
            ("issuer master key", case.row.imk.0.clone()),
            ("card master key", card.expose().to_vec()),
            ("session key", session(&card, case.atc())),
            ("the counter before", session(&card, case.atc() - 1)),
            ("the counter behind", session(&card, case.atc() + 1)),
            (
                "PSN 00",
                session(&case.card_key(&case.inputs.pan, Some(0)), case.atc()),
            ),
            (
                "no PSN",
                session(&case.card_key(&case.inputs.pan, None), case.atc()),
            ),
            (
                "session key of the issuer key",
                session(&CardMasterKey::new(case.key(&case.row.imk.0)), case.atc()),
            ),
        ];
        for (name, key) in keys {
            let same = case.mac(&key, Padding::Method2, data) == case.expected();
            assert_eq!(same, name == "session key", "{}: {name}", case.algorithm);
        }
        for digits in swaps(case.inputs.pan.as_bytes()) {
            let pan = String::from_utf8(digits).unwrap();
            let key = session(&case.card_key(&pan, case.psn()), case.atc());
            assert_ne!(
                case.mac(&key, Padding::Method2, data),
                case.expected(),
                "{pan}"
            );
        }
    });
}

#[test]
fn neighbours_swapped_or_an_octet_missing_give_another_cryptogram() {
    each(|case| {
        let data = &case.inputs.under_mac.0;
        for wrong in swaps(data).iter().chain(&one_short(data)) {
            let mac = case.mac(&case.row.session_key.0, Padding::Method2, wrong);
            assert_ne!(mac, case.expected(), "{}", case.algorithm);
        }
    });
}

#[test]
fn a_key_of_another_cipher_gives_other_keys_and_cryptograms() {
    each(|case| {
        for &algorithm in Algorithm::ALL {
            let Some(key) = Key::from_octets(algorithm, &case.row.session_key.0) else {
                continue;
            };
            let mac = key.mac(Padding::Method2, &[&case.inputs.under_mac.0]);
            assert_eq!(
                mac == case.expected(),
                algorithm == case.algorithm,
                "{algorithm}"
            );
        }
    });
}

#[test]
fn a_method_of_another_cipher_is_refused() {
    use MasterKeyMethod::{OptionA, OptionB, OptionC, Sm4};
    each(|case| {
        for method in [OptionA, OptionB, OptionC, Sm4] {
            let derived = case.imk().card_master_key(method, &case.inputs.pan, None);
            assert_eq!(derived.is_ok(), method == case.method, "{method}");
        }
    });
}

#[test]
fn every_answer_is_the_one_computed_independently_and_comes_of_the_session_key_alone() {
    each(|case| {
        assert!(!case.row.answers.is_empty());
        let cryptogram = Cryptogram(case.expected());
        for answer in &case.row.answers {
            let levels = [
                &case.row.imk,
                &case.row.card_master_key,
                &case.row.session_key,
            ];
            for octets in levels {
                let key = case.key(&octets.0);
                let made = match (&answer.arc, &answer.csu) {
                    (Some(code), None) => key.arpc_method_1(&cryptogram, code.array()).to_vec(),
                    (None, Some(csu)) => key.arpc_method_2(&cryptogram, csu.array(), &[]).to_vec(),
                    _ => panic!("an answer has either a code or a status update"),
                };
                let right = octets.0 == case.row.session_key.0;
                assert_eq!(made == answer.arpc.0, right, "{}", case.algorithm);
            }
        }
    });
}

#[test]
fn a_response_code_at_the_wrong_end_or_swapped_gives_another_answer() {
    each(|case| {
        let cryptogram = Cryptogram(case.expected());
        let key = case.key(&case.row.session_key.0);
        for answer in case.row.answers.iter().filter(|answer| answer.method == 1) {
            let [a, b] = answer.arc.as_ref().unwrap().array();
            let at_the_end = {
                let mut octets = cryptogram.0;
                octets[6] ^= a;
                octets[7] ^= b;
                key.arpc_method_1(&Cryptogram(octets), [0; 2])
            };
            assert_ne!(at_the_end, answer.arpc.array());
            assert_eq!(
                key.arpc_method_1(&cryptogram, [b, a]) == answer.arpc.array(),
                a == b
            );
        }
    });
}
