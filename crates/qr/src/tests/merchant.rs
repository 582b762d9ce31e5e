//! Codes of merchants.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crc::{CRC_16_IBM_3740, Crc};
use proptest::prelude::*;

use crate::merchant::{FieldError, Fields, MerchantCode, MerchantCodeError, id};

/// The example of EMVCo's specification of merchant-presented codes.
const EXAMPLE: &str = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";
/// A code of the test system of Brazil's Pix, as others published it.
const PIX: &str = "00020101021126950014BR.GOV.BCB.PIX2573spi.dev.cloud.itau.com.br/documentos/198e49c5-2330-4ad7-9d0b-967c7b5371225204000053039865802BR5923PMD Gotham NegA cios ME6009SAO PAULO62410503***50300017BR.GOV.BCB.BRCODE01051.0.063040866";

/// The text with its check sum.
fn sealed(text: &str) -> String {
    let text = format!("{text}6304");
    let sum = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(text.as_bytes());
    format!("{text}{sum:04X}")
}

/// The check value of CRC-16/CCITT-FALSE that every catalogue of check sums gives.
#[test]
fn the_check_sum_is_the_one_that_is_meant() {
    let sum = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(b"123456789");
    assert_eq!(sum, 0x29B1);
}

#[test]
fn the_example_of_the_specification_says_who_is_paid_what() {
    let code = MerchantCode::parse(EXAMPLE).unwrap();
    for (id, value) in [
        (id::INITIATION, "12"),
        (id::CATEGORY, "4111"),
        (id::CURRENCY, "156"),
        (id::AMOUNT, "23.72"),
        (id::COUNTRY, "CN"),
        (id::NAME, "BEST TRANSPORT"),
        (id::CITY, "BEIJING"),
    ] {
        assert_eq!(code.value(id), Some(value), "{id}");
    }
    let names: Vec<_> = code.accounts().map(|account| account.name).collect();
    assert_eq!(names, [Some("D15600000000"), Some("D15600000001")]);
    let other = Fields::new(code.value(id::OTHER_LANGUAGE).unwrap());
    let other: Vec<&str> = other.map(|field| field.unwrap().value).collect();
    assert_eq!(other, ["ZH", "最佳运输", "北京"]);
    assert_eq!(code.value(id::POSTAL_CODE), None);
}

#[test]
fn a_static_code_of_another_country_is_read() {
    let code = MerchantCode::parse(PIX).unwrap();
    assert_eq!(code.value(id::AMOUNT), None);
    let account = code.accounts().next().unwrap();
    assert_eq!((account.id, account.network), (26, None));
    assert_eq!(account.name, Some("BR.GOV.BCB.PIX"));
}

#[test]
fn accounts_below_26_belong_to_networks() {
    let text = sealed(
        "00020115041234520441115303156580 2CN5904SHOP6007BEIJING"
            .replace(' ', "")
            .as_str(),
    );
    let code = MerchantCode::parse(&text).unwrap();
    let account = code.accounts().next().unwrap();
    assert_eq!((account.network, account.name), (Some("UnionPay"), None));
}

#[test]
fn every_truncation_and_every_altered_character_is_refused() {
    for text in [EXAMPLE, PIX] {
        for (place, _) in text.char_indices() {
            assert!(MerchantCode::parse(&text[..place]).is_err(), "{place}");
        }
        let characters: Vec<char> = text.chars().collect();
        for place in 0..characters.len() {
            for other in ['0', '7', 'x', '界'] {
                let mut altered = characters.clone();
                altered[place] = other;
                let altered: String = altered.into_iter().collect();
                assert!(
                    altered == text || MerchantCode::parse(&altered).is_err(),
                    "{altered}"
                );
            }
        }
    }
}

#[test]
fn each_defect_has_its_reason_under_a_right_check_sum() {
    let whole = "00020126080004abcd520441115303156540512.505802CN5904SHOP6007BEIJING";
    assert!(MerchantCode::parse(&sealed(whole)).is_ok());
    for (from, to, reason) in [
        ("000201", "000202", MerchantCodeError::Format),
        ("52044111", "", MerchantCodeError::Missing(52)),
        ("5904SHOP", "", MerchantCodeError::Missing(59)),
        ("26080004abcd", "", MerchantCodeError::NoAccount),
        ("5303156", "53031565303156", MerchantCodeError::Twice(53)),
        ("5303156", "5303CNY", MerchantCodeError::Value(53)),
        ("540512.50", "540512,50", MerchantCodeError::Value(54)),
        ("540512.50", "5403.50", MerchantCodeError::Value(54)),
        ("540512.50", "54051.2.5", MerchantCodeError::Value(54)),
        (
            "540512.50",
            "5414123456789012.5",
            MerchantCodeError::Value(54),
        ),
        ("5802CN", "580212", MerchantCodeError::Value(58)),
        ("5802CN", "5800", MerchantCodeError::Field(FieldError(43))),
        ("52044111", "520441A1", MerchantCodeError::Value(52)),
        ("000201", "000201010213", MerchantCodeError::Value(1)),
    ] {
        let text = sealed(&whole.replace(from, to));
        let refused = MerchantCode::parse(&text).map(|_| ()).unwrap_err();
        assert_eq!(refused, reason, "{text}");
    }
    let behind = format!("{}5905OTHER", sealed(whole).replace("5904SHOP", ""));
    let refused = MerchantCode::parse(&behind).map(|_| ());
    assert_eq!(refused.unwrap_err(), MerchantCodeError::NotLast);
    let wrong = sealed(whole).replace("SHOP", "SHIP");
    let refused = MerchantCode::parse(&wrong).map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("check sum"), "{refused}");
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,120}", digits in "[0-9]{0,120}") {
        for text in [&text, &digits, &sealed(&text), &sealed(&format!("000201{digits}"))] {
            if let Ok(code) = MerchantCode::parse(text) {
                prop_assert!(code.accounts().count() > 0);
            }
            let fields: Vec<_> = Fields::new(text).collect();
            prop_assert!(fields.len() <= text.len());
        }
    }
}
