//! The issuer's verification, with worked values of JR/T 0025.5 Annex D: `UnionPay` master key
//! (Option A), session key, cryptogram by CVN 01 and 17, and answer by method 1.

use understudy_core::card::Scheme;
use understudy_core::crypto::{
    Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, TdesKey, TransactionData,
};
use understudy_core::wire::digits::CardNumber;

use crate::custody::{
    CardIdentity, CryptogramCheck, IssuerKeys, KeyCustody, MasterKeys, SoftwareCustody,
};
use crate::demonstration;

struct Case {
    imk: &'static str,
    number: &'static str,
    psn: u8,
    atc: &'static str,
    /// The eight data objects, 9F02 to 9F37, then 82: the data under the MAC of CVN 01.
    data: [&'static str; 9],
    cvr: &'static str,
    response_code: [u8; 2],
    /// Cryptogram and answer, by CVN 01 and by CVN 17.
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

fn octets<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn data(case: &Case) -> TransactionData {
    let [amount, other, country, tvr, currency, date, kind, un, aip] = case.data;
    let [transaction_type] = octets(kind);
    TransactionData {
        amount_authorised: octets(amount),
        amount_other: octets(other),
        terminal_country: octets(country),
        tvr: octets(tvr),
        currency: octets(currency),
        date: octets(date),
        transaction_type,
        unpredictable_number: octets(un),
        aip: octets(aip),
    }
}

fn custody(imk: &str) -> SoftwareCustody {
    SoftwareCustody::new(IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets(octets(imk))),
        ..demonstration::keys()
    })
}

/// The answer to a cryptogram, if verification as `cvn` finds it right.
fn answer(case: &Case, cryptogram: &str, cvn: Cvn, psn: u8) -> Option<String> {
    let number = CardNumber::parse(case.number).unwrap();
    let iad = hex::decode(format!("0701{:02X}03{}01", cvn.byte(), case.cvr)).unwrap();
    let data = data(case);
    let input = CryptogramInput::new(cvn, data, &iad).unwrap();
    let check = CryptogramCheck {
        card: CardIdentity {
            number: &number,
            psn: Some(psn),
            scheme: Scheme::UnionPay,
            dki: 0x01,
        },
        algorithm: Algorithm::Tdes,
        input: &input,
        atc: Atc::new(u16::from_be_bytes(octets(case.atc))).unwrap(),
        unpredictable_number: data.unpredictable_number,
        cryptogram: Cryptogram(octets(cryptogram)),
    };
    let custody = custody(case.imk);
    let right = custody.verify(&check).unwrap();
    right.then(|| hex::encode_upper(custody.answer(&check, case.response_code).unwrap()))
}

#[test]
fn the_worked_cryptograms_are_verified_and_answered() {
    for case in &CASES {
        for (cvn, (cryptogram, arpc)) in [Cvn::UnionPay01, Cvn::UnionPay17]
            .into_iter()
            .zip(case.expected)
        {
            let answer = answer(case, cryptogram, cvn, case.psn);
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
            assert_eq!(answer(case, cryptogram, cvn, case.psn), None);
        }
        assert_eq!(answer(case, by_01, Cvn::UnionPay01, case.psn + 1), None);
    }
}
