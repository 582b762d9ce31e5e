//! The issuer's verification against worked values of JR/T 0025.5 Annex D: `UnionPay` master key
//! (Option A), session key, cryptogram by CVN 01 and 17, and answer by method 1.

use understudy_core::crypto::{Atc, CryptogramInput, Cvn};
use understudy_core::wire::digits::CardNumber;

use crate::chip_data::ChipData;
use crate::custody::{CardIdentity, IssuerKeys};
use crate::pin::TerminalPinKey;
use crate::secret::Secret;

struct Case {
    imk: &'static str,
    number: &'static str,
    psn: u8,
    atc: &'static str,
    /// The eight, from 9F02 to 9F37, then 82: as under the MAC of CVN 01.
    data: [&'static str; 9],
    cvr: &'static str,
    response_code: [u8; 2],
    /// By CVN 01 and by CVN 17: cryptogram, answer.
    expected: [(&'static str, &'static str); 2],
}

const CASES: [Case; 3] = [
    Case {
        imk: "0123456789ABCDEFFEDCBA9876543210",
        number: "6250947000000014",
        psn: 0x00,
        atc: "0001",
        data: [
            "000000001234",
            "000000000000",
            "0156",
            "0000000000",
            "0156",
            "261122",
            "00",
            "A1B2C3D4",
            "0000",
        ],
        cvr: "A00000",
        response_code: *b"00",
        expected: [
            ("DDC4590E71F0299C", "A4345A2E4B209178"),
            ("30BA33547038B2E7", "ADF88E99C70A281B"),
        ],
    },
    Case {
        imk: "9E15204313F7318ACB79B90BD986AD29",
        number: "6212345678901232",
        psn: 0x01,
        atc: "0002",
        data: [
            "000000100000",
            "000000000000",
            "0156",
            "0000000000",
            "0156",
            "261231",
            "00",
            "00000000",
            "0000",
        ],
        cvr: "A04000",
        response_code: *b"00",
        expected: [
            ("74EBC571E39C0682", "39C732DE76913ADB"),
            ("B6AAF1677964EAF4", "09E8BECDC43787D7"),
        ],
    },
    Case {
        imk: "0123456789ABCDEFFEDCBA9876543210",
        number: "6250947000000000014",
        psn: 0x02,
        atc: "FFFE",
        data: [
            "999999999999",
            "000000000001",
            "0344",
            "0000000000",
            "0344",
            "270101",
            "20",
            "FFFFFFFF",
            "7D00",
        ],
        cvr: "800000",
        response_code: *b"05",
        expected: [
            ("6AB17B58BB952FA1", "BF54861F5DE33384"),
            ("13C15C24D5649B89", "B8EA1DC4EB06FCE1"),
        ],
    },
];

fn de55(case: &Case, cvn: Cvn, cryptogram: &str) -> Vec<u8> {
    let [amount, other, country, tvr, currency, date, kind, un, aip] = case.data;
    let (atc, cvr) = (case.atc, case.cvr);
    let text = format!(
        "9F2608{cryptogram} 9F270180 9F10080701{:02X}03{cvr}01 9F3704{un} 9F3602{atc} 9505{tvr} \
         9A03{date} 9C01{kind} 9F0206{amount} 5F2A02{currency} 8202{aip} 9F1A02{country} \
         9F0306{other} 9F3303E0E1C8",
        cvn.byte()
    );
    hex::decode(text.replace(' ', "")).unwrap()
}

fn keys(imk: &str) -> IssuerKeys {
    let imk = hex::decode(imk).unwrap().try_into().unwrap();
    IssuerKeys::new(
        Secret::new(imk),
        TerminalPinKey::new(Secret::new([0; 16])),
        Secret::new([0; 32]),
    )
}

/// The answer to a cryptogram, if it is right when it is verified as `cvn`.
fn answer(case: &Case, octets: &[u8], cvn: Cvn, psn: u8) -> Option<String> {
    let chip = ChipData::parse(octets).unwrap();
    let number = CardNumber::parse(case.number).unwrap();
    let card = CardIdentity {
        number: &number,
        psn: Some(psn),
    };
    let input = CryptogramInput::new(cvn, chip.data, chip.iad).unwrap();
    let key = keys(case.imk).verify(card, &chip, &input, Atc::new(chip.atc).unwrap())?;
    Some(hex::encode_upper(
        key.arpc_method_1(&chip.cryptogram, case.response_code),
    ))
}

#[test]
fn the_worked_cryptograms_are_verified_and_answered() {
    for case in &CASES {
        for (cvn, (cryptogram, arpc)) in [Cvn::UnionPay01, Cvn::UnionPay17]
            .into_iter()
            .zip(case.expected)
        {
            let octets = de55(case, cvn, cryptogram);
            let answer = answer(case, &octets, cvn, case.psn);
            assert_eq!(answer.as_deref(), Some(arpc), "{} {cvn}", case.number);
        }
    }
}

#[test]
fn the_worked_cryptograms_are_wrong_under_the_other_version_or_sequence_number() {
    for case in &CASES {
        let [(by_01, _), (by_17, _)] = case.expected;
        let swapped = [(Cvn::UnionPay01, by_17), (Cvn::UnionPay17, by_01)];
        for (cvn, cryptogram) in swapped {
            let octets = de55(case, cvn, cryptogram);
            assert_eq!(answer(case, &octets, cvn, case.psn), None);
        }
        let octets = de55(case, Cvn::UnionPay01, by_01);
        assert_eq!(answer(case, &octets, Cvn::UnionPay01, case.psn + 1), None);
    }
}
