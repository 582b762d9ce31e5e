//! `calc verify`: cryptograms made here step by step, and the verdict on them.

mod mistakes;

use std::fmt::Write as _;

use serde_json::{Value, json};
use understudy_core::crypto::{Algorithm, Atc, Key, Padding};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};

use crate::calc_values::words;
use crate::desk::Desk;

const IMK: &str = "0123456789ABCDEFFEDCBA9876543210";
const PAN: &str = "6250947000000000148";
const IAD: [u8; 8] = [0x07, 0x5C, 0x01, 0x03, 0xA4, 0x61, 0x52, 0x01];
/// The terminal's data elements, from `9F02` to `82`.
const SAID: [(&str, &str); 9] = [
    ("9F02", "000000001234"),
    ("9F03", "000000000056"),
    ("9F1A", "0156"),
    ("95", "8000048000"),
    ("5F2A", "0156"),
    ("9A", "261127"),
    ("9C", "01"),
    ("9F37", "A1B2C3D4"),
    ("82", "1C00"),
];

fn octets(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn upper(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02X}").unwrap();
        text
    })
}

/// The ingredients of a cryptogram of `UnionPay` 01, each of which a mistake changes.
struct Made {
    imk: Vec<u8>,
    algorithm: Algorithm,
    method: MasterKeyMethod,
    pan: &'static str,
    psn: Option<u8>,
    session: Option<SessionKeyMethod>,
    counters: [u16; 2],
    part: Vec<u8>,
    padding: Padding,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            imk: octets(IMK),
            algorithm: Algorithm::Tdes,
            method: MasterKeyMethod::OptionA,
            pan: PAN,
            psn: Some(0x02),
            session: Some(SessionKeyMethod::UnionPay),
            counters: [0x0123; 2],
            part: IAD[3..7].to_vec(),
            padding: Padding::Method2,
        }
    }
}

impl Made {
    fn card_key(&self) -> CardMasterKey {
        let imk = Key::from_octets(self.algorithm, &self.imk).unwrap();
        IssuerMasterKey::new(imk)
            .card_master_key(self.method, self.pan, self.psn)
            .unwrap()
    }

    fn data(&self) -> Vec<u8> {
        let said = SAID.iter().flat_map(|(_, value)| octets(value));
        let counter = self.counters[1].to_be_bytes();
        said.chain(counter)
            .chain(self.part.iter().copied())
            .collect()
    }

    fn cryptogram(&self) -> String {
        let card = self.card_key();
        let counter = Atc::new(self.counters[0]).unwrap();
        let key = match self.session {
            None => card.expose().to_vec(),
            Some(method) => {
                let number = octets(SAID[7].1).try_into().unwrap();
                card.session_key(method, counter, number).expose().to_vec()
            }
        };
        self.under(&key)
    }

    fn under(&self, key: &[u8]) -> String {
        let key = Key::from_octets(self.algorithm, key).unwrap();
        upper(&key.mac(self.padding, &[&self.data()]))
    }
}

fn de55(cryptogram: &str, iad: &[u8]) -> String {
    let objects = SAID.iter().map(|(tag, value)| {
        let length = value.len() / 2;
        format!("{tag}{length:02X}{value}")
    });
    let said: String = objects.collect();
    let iad = format!("9F10{:02X}{}", iad.len(), upper(iad));
    format!("9F2608{cryptogram}9F2701809F36020123{iad}{said}")
}

/// The verdict in JSON on this cryptogram, with the exit code.
fn verify(desk: &Desk, de55: &str, more: &str) -> (i32, Value) {
    let line = format!("calc verify --de55 {de55} --imk {IMK} --pan {PAN} --psn 02 --json {more}");
    let run = desk.run(words(&line));
    assert_eq!(run.err, "");
    (run.code, serde_json::from_str(&run.out).unwrap())
}

#[test]
fn a_right_cryptogram_is_right_and_says_what_was_authenticated_under_which_key() {
    let desk = Desk::new();
    let right = Made::default();
    let de55 = de55(&right.cryptogram(), &IAD);
    let (code, verdict) = verify(&desk, &de55, "");
    assert_eq!(code, 0);
    assert_eq!(verdict["format"], json!("understudy.calc-verify/1"));
    assert_eq!(verdict["right"], json!(true));
    assert_eq!(
        (&verdict["mistakes"], &verdict["tried"]),
        (&json!([]), &json!(0))
    );
    let under_mac = verdict["under_mac"].as_array().unwrap();
    let joined: String = under_mac
        .iter()
        .map(|part| part["value"].as_str().unwrap())
        .collect();
    assert_eq!(joined, upper(&right.data()));
    let session = right.card_key().session_key(
        SessionKeyMethod::UnionPay,
        Atc::new(0x0123).unwrap(),
        [0; 4],
    );
    let key = Key::from_octets(Algorithm::Tdes, session.expose()).unwrap();
    assert_eq!(verdict["kcv"], json!(upper(&key.check_value())));
    let line = format!("calc verify --de55 {de55} --imk {IMK} --pan {PAN} --psn 02");
    let run = desk.run(words(&line));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("Version   UnionPay 01, octet 01, tdes"));
    assert!(run.out.contains("Verdict   The cryptogram is right."));
    for secret in [
        IMK,
        PAN,
        &upper(session.expose()),
        &upper(right.card_key().expose()),
    ] {
        assert!(!run.out.contains(secret), "a key or the number is shown");
    }
}

#[test]
fn sm4_and_aes_are_verified_by_the_octet_of_the_algorithm_and_parity_is_a_mistake_there() {
    let desk = Desk::new();
    let cases = [
        (0x04, Algorithm::Sm4, MasterKeyMethod::Sm4),
        (0x10, Algorithm::Aes128, MasterKeyMethod::OptionC),
    ];
    for (octet, algorithm, method) in cases {
        let made = Made {
            algorithm,
            method,
            ..Made::default()
        };
        let mut iad = IAD;
        iad[7] = octet;
        let (code, verdict) = verify(&desk, &de55(&made.cryptogram(), &iad), "");
        assert_eq!((code, &verdict["cipher"]), (0, &json!(algorithm.name())));
        let session = made.card_key().session_key(
            SessionKeyMethod::UnionPay,
            Atc::new(0x0123).unwrap(),
            [0; 4],
        );
        let odd =
            |octet: &u8| octet & 0xFE | u8::from((octet & 0xFE).count_ones().is_multiple_of(2));
        let adjusted: Vec<u8> = session.expose().iter().map(odd).collect();
        let wrong = made.under(&adjusted);
        let (code, verdict) = verify(&desk, &de55(&wrong, &iad), "");
        assert_eq!(code, 1);
        assert_eq!(
            verdict["mistakes"],
            json!(["odd parity given to the session key"])
        );
    }
}

#[test]
fn what_cannot_be_verified_is_refused_with_a_reason_and_no_key() {
    let desk = Desk::new();
    let right = de55(&Made::default().cryptogram(), &IAD);
    let twice = format!("{right}9C0101");
    let cases = [
        (right.replace("9F2608", "9F2508"), "9F26"),
        (right.replace("9F3602", "9F3502"), "9F36"),
        (right.replace("9F36020123", "9F36020000"), "9F36"),
        (right.replace("9F37", "9F38"), "9F37"),
        (right.replace("9F1008075C01", "9F1008085C01"), "--cvn"),
        (right.replace("9F1008075C01", "9F1008075C02"), "02"),
        (twice, "9C twice"),
        (right[..right.len() - 2].to_owned(), "--de55"),
    ];
    for (de55, reason) in cases {
        let line = format!("calc verify --de55 {de55} --imk {IMK} --pan {PAN} --psn 02");
        let run = desk.run(words(&line));
        assert_eq!(
            (run.code, run.out.as_str()),
            (4, ""),
            "{reason}: {}",
            run.err
        );
        assert!(run.err.contains(reason), "{reason}: {}", run.err);
        assert!(!run.err.contains(IMK) && !run.err.contains(PAN));
    }
}
