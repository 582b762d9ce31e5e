//! Code tables: applications, countries, currencies, transaction types, verification rules.

use iso_currency::Currency as IsoCurrency;
use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::bcd_to_u64;

/// Registered providers and applications, longest prefix first.
const APPLICATIONS: &[(&[u8], &str)] = &[
    (
        b"2PAY.SYS.DDF01",
        "2PAY.SYS.DDF01, contactless directory (PPSE)",
    ),
    (b"1PAY.SYS.DDF01", "1PAY.SYS.DDF01, contact directory (PSE)"),
    (
        &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01],
        "UnionPay debit",
    ),
    (
        &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x02],
        "UnionPay credit",
    ),
    (
        &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x03],
        "UnionPay quasi-credit",
    ),
    (
        &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x06],
        "UnionPay electronic cash",
    ),
    (
        &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x08],
        "UnionPay US common debit",
    ),
    (&[0xA0, 0x00, 0x00, 0x03, 0x33], "UnionPay"),
    (
        &[0xA0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10],
        "Visa credit or debit",
    ),
    (&[0xA0, 0x00, 0x00, 0x00, 0x03], "Visa"),
    (&[0xA0, 0x00, 0x00, 0x00, 0x04, 0x10, 0x10], "Mastercard"),
    (&[0xA0, 0x00, 0x00, 0x00, 0x04, 0x30, 0x60], "Maestro"),
    (&[0xA0, 0x00, 0x00, 0x00, 0x04], "Mastercard"),
    (&[0xA0, 0x00, 0x00, 0x00, 0x25], "American Express"),
    (&[0xA0, 0x00, 0x00, 0x00, 0x65], "JCB"),
    (&[0xA0, 0x00, 0x00, 0x01, 0x52], "Discover"),
];

/// Countries by ISO 3166 number, those common in tests.
const COUNTRIES: &[(u16, &str)] = &[
    (0x0036, "Australia"),
    (0x0124, "Canada"),
    (0x0156, "China"),
    (0x0250, "France"),
    (0x0276, "Germany"),
    (0x0344, "Hong Kong"),
    (0x0356, "India"),
    (0x0392, "Japan"),
    (0x0410, "South Korea"),
    (0x0446, "Macao"),
    (0x0458, "Malaysia"),
    (0x0643, "Russia"),
    (0x0702, "Singapore"),
    (0x0764, "Thailand"),
    (0x0826, "United Kingdom"),
    (0x0840, "United States"),
];

/// The meaning of an AID or DF name.
pub(super) fn application(name: &[u8]) -> Option<String> {
    let known = APPLICATIONS
        .iter()
        .find(|(prefix, _)| name.starts_with(prefix));
    known.map(|(_, text)| (*text).to_owned())
}

/// The country in `9F1A` and similar objects.
pub(super) fn country(value: &[u8]) -> Option<&'static str> {
    let number = u16::from_be_bytes(value.try_into().ok()?);
    COUNTRIES
        .iter()
        .find(|(country, _)| *country == number)
        .map(|(_, name)| *name)
}

/// The three letters and the name of a currency.
pub(super) fn currency(currency: Currency) -> String {
    match IsoCurrency::from_numeric(currency.numeric()) {
        Some(iso) => format!("{}, {}", iso.code(), iso.name()),
        None => format!("{:03} is not in ISO 4217", currency.numeric()),
    }
}

/// The reason for which a value is not the number of a currency.
pub(super) fn no_currency(value: &[u8]) -> &'static str {
    match value {
        [_, _] if bcd_to_u64(value).is_some() => {
            "no currency: a number of ISO 4217 has three digits"
        }
        [_, _] => "no currency: not decimal",
        _ => "no currency: two octets are needed",
    }
}

/// `9C`: the first two digits of the processing code.
pub(super) fn transaction_type(value: &[u8]) -> Option<&'static str> {
    match value {
        [0x00] => Some("purchase"),
        [0x01] => Some("cash"),
        [0x03] => Some("pre-authorisation"),
        [0x09] => Some("purchase with cashback"),
        [0x20] => Some("refund"),
        [0x31] => Some("balance inquiry"),
        _ => None,
    }
}

/// `9F35`: EMV Book 4 Annex A1.
pub(super) fn terminal_type(value: &[u8]) -> Option<&'static str> {
    match value {
        [0x11] => Some("financial institution, attended, online only"),
        [0x12] => Some("financial institution, attended, offline with online capability"),
        [0x13] => Some("financial institution, attended, offline only"),
        [0x14] => Some("financial institution, unattended, online only"),
        [0x15] => Some("financial institution, unattended, offline with online capability"),
        [0x16] => Some("financial institution, unattended, offline only"),
        [0x21] => Some("merchant, attended, online only"),
        [0x22] => Some("merchant, attended, offline with online capability"),
        [0x23] => Some("merchant, attended, offline only"),
        [0x24] => Some("merchant, unattended, online only"),
        [0x25] => Some("merchant, unattended, offline with online capability"),
        [0x26] => Some("merchant, unattended, offline only"),
        [0x34] => Some("cardholder, unattended, online only"),
        [0x35] => Some("cardholder, unattended, offline with online capability"),
        [0x36] => Some("cardholder, unattended, offline only"),
        _ => None,
    }
}

/// A rule of the CVM list: EMV Book 3 Annex C3.
pub(super) fn cvm_rule(rule: &[u8]) -> Option<String> {
    let [method, condition] = *rule else {
        return None;
    };
    let otherwise = if method & 0x40 == 0 {
        "else fail"
    } else {
        "else next rule"
    };
    let when = match condition {
        0x00 => "always",
        0x01 => "if unattended cash",
        0x02 => "if not cash or cashback",
        0x03 => "if the terminal supports it",
        0x04 => "if manual cash",
        0x05 => "if cashback",
        0x06 => "if in the application currency and under X",
        0x07 => "if in the application currency and over X",
        0x08 => "if in the application currency and under Y",
        0x09 => "if in the application currency and over Y",
        _ => "unknown condition",
    };
    Some(format!("{}, {when}, {otherwise}", cvm(method)))
}

/// `9F34`: the method, its condition, the result.
pub(super) fn cvm_results(value: &[u8]) -> Option<String> {
    let [method, _, result] = *value else {
        return None;
    };
    let result = match result {
        0x00 => "result unknown",
        0x01 => "failed",
        0x02 => "successful",
        _ => return None,
    };
    Some(format!("{}, {result}", cvm(method)))
}

fn cvm(method: u8) -> &'static str {
    match method & 0x3F {
        0x00 => "fail CVM processing",
        0x01 => "plaintext PIN by the card",
        0x02 => "enciphered PIN online",
        0x03 => "plaintext PIN by the card and signature",
        0x04 => "enciphered PIN by the card",
        0x05 => "enciphered PIN by the card and signature",
        0x1E => "signature",
        0x1F => "no CVM required",
        0x3F => "no CVM performed",
        _ => "unknown method",
    }
}
