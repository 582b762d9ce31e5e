//! The printed verdict.

use serde::Serialize;
use understudy_core::crypto::{Algorithm, Padding};
use understudy_core::kd::SessionKeyMethod;

use super::Verdict;
use super::attempt::{Attempt, Level, Subject};
use crate::failure::Failure;
use crate::hex;
use crate::output::Output;

/// The verdict in JSON.
#[derive(Serialize)]
struct Document<'v> {
    format: &'static str,
    version: &'static str,
    cipher: &'static str,
    under_mac: Vec<Part>,
    padding: &'static str,
    key: String,
    kcv: String,
    made: String,
    received: String,
    right: bool,
    mistakes: &'v [String],
    tried: usize,
}

/// The octets of one object under the MAC.
#[derive(Serialize)]
struct Part {
    tag: String,
    value: String,
}

/// Prints which octets were authenticated under which key, and the verdict.
pub(super) fn print(
    subject: &Subject,
    right: &Attempt,
    verdict: &Verdict,
    out: &mut Output,
) -> Result<(), Failure> {
    let under_mac = right.under_mac(subject)?;
    let kcv = match right.key(subject)? {
        Some(key) => hex::upper(&key.check_value()),
        None => String::new(),
    };
    let parts = under_mac.iter().map(|(tag, value)| Part {
        tag: tag.to_string(),
        value: hex::upper(value),
    });
    let document = Document {
        format: "understudy.calc-verify/1",
        version: right.cvn.name(),
        cipher: subject.algorithm.name(),
        under_mac: parts.collect(),
        padding: padding(right, subject.algorithm),
        key: key(right, subject.algorithm),
        kcv,
        made: hex::upper(&verdict.made.0),
        received: hex::upper(&verdict.received.0),
        right: verdict.made == verdict.received,
        mistakes: &verdict.explained_by,
        tried: verdict.tried,
    };
    if out.json() {
        out.object(&document);
    } else {
        lines(&document, right, out);
    }
    Ok(())
}

fn lines(document: &Document<'_>, right: &Attempt, out: &mut Output) {
    let Document {
        version, cipher, ..
    } = document;
    let octet = right.cvn.byte();
    out.line(format_args!(
        "Version   {version}, octet {octet:02X}, {cipher}"
    ));
    let mut label = "Under MAC";
    for Part { tag, value } in &document.under_mac {
        out.line(format_args!("{label:<9} {tag:<4} {value}"));
        label = "";
    }
    out.line(format_args!("          {}", document.padding));
    out.line(format_args!("Key       {}", document.key));
    out.line(format_args!("          check value {}", document.kcv));
    out.line(format_args!("Made      {}", document.made));
    out.line(format_args!("Received  {}", document.received));
    let tried = document.tried;
    match (document.right, document.mistakes) {
        (true, _) => out.line("Verdict   The cryptogram is right."),
        (false, []) => out.line(format_args!(
            "Verdict   The cryptogram is wrong, and none of {tried} mistakes, each tried alone, explains it."
        )),
        (false, mistakes) => {
            out.line(format_args!(
                "Verdict   The cryptogram is wrong. Of {tried} mistakes, each tried alone, it would match with:"
            ));
            for mistake in mistakes {
                out.line(format_args!("          - {mistake}"));
            }
        }
    }
}

fn padding(right: &Attempt, algorithm: Algorithm) -> &'static str {
    match (algorithm, right.padding) {
        (Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256, _) => {
            "CMAC, which pads by itself"
        }
        (_, Padding::Method1) => "padded with 00s to whole blocks",
        (_, Padding::Method2) => "padded with 80 and then 00s to whole blocks",
    }
}

/// The derivation of the key, in words.
fn key(right: &Attempt, algorithm: Algorithm) -> String {
    let of_card = format!("of the card master key by {}", right.method);
    let session = match (right.level, algorithm) {
        (Level::Issuer, _) => return "the issuer master key".to_owned(),
        (Level::Card, _) => return format!("the card master key by {}", right.method),
        (Level::LimitedUse, _) => {
            let index = right.index.map(|index| index.to_string());
            let index = index.unwrap_or_default();
            return format!("limited-use key of the index {index}, {of_card}");
        }
        (Level::Session(_), Algorithm::Sm4) => "session key by JR/T 0025.17",
        (Level::Session(SessionKeyMethod::UnionPay), Algorithm::Tdes) => {
            "UnionPay session key (JR/T 0025.5 Annex D)"
        }
        (Level::Session(SessionKeyMethod::MChip), _) => {
            "M/Chip session key, with the unpredictable number (EMV Book 2 A1.3)"
        }
        (Level::Session(_), _) => "EMV common session key (EMV Book 2 A1.3)",
    };
    let [counter, _] = right.counters;
    format!("{session} for the counter {counter}, {of_card}")
}
