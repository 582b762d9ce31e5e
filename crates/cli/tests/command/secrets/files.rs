//! Files, whole and damaged.

use super::kit::{Witness, full_run, secrets, squeezed};
use crate::desk::Desk;

#[test]
fn no_file_of_a_home_holds_a_secret_a_token_an_amount_or_a_merchant_in_the_clear() {
    let desk = Desk::new();
    let mut witness = Witness::new(&desk);
    full_run(&mut witness);
    let mut secrets = secrets(&desk);
    secrets.extend(witness.spent());
    assert!(secrets.len() > 30);
    let held = |content: &[u8]| {
        let forms = secrets.iter().flat_map(|secret| forms(secret));
        forms.filter(|form| holds(content, form)).count()
    };
    let keys: Vec<u8> = secrets.concat().into_bytes();
    assert!(held(&keys) > 30, "the scan sees what is there");
    let files = desk.files();
    let names: Vec<String> = files
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for name in ["issuer.db", "issuer.keys", "terminal.state", "wallet.salt"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    for (path, content) in &files {
        assert_eq!(held(content), 0, "{}", path.display());
    }
    no_tap_is_in_the_clear(&desk);
}

/// Amounts, merchants and times are in the terminal's and the issuer's books; in the wallet's files
/// they are unreadable.
fn no_tap_is_in_the_clear(desk: &Desk) {
    let history = desk.history();
    assert!(history.len() > 10);
    let mut traces: Vec<Vec<u8>> = Vec::new();
    for tap in &history {
        let minor = tap["amount"].as_u64().unwrap();
        // The amount as n12 in BCD, as digits, and as a number of eight octets in either byte
        // order.
        let digits = format!("{minor:012}");
        let of_digits =
            (0..6).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap());
        traces.push(of_digits.collect());
        traces.push(digits.into_bytes());
        traces.push(minor.to_be_bytes().to_vec());
        traces.push(minor.to_le_bytes().to_vec());
        traces.push(tap["merchant"].as_str().unwrap().as_bytes().to_vec());
    }
    // Zeros, and single octets between zeros, occur everywhere.
    traces.retain(|trace| trace.split(|octet| *octet == 0).any(|part| part.len() > 1));
    assert!(traces.len() > 10);
    for (path, content) in desk.store() {
        assert!(content.len() > 16_000, "{}", path.display());
        // The header with salt, key check value and zeros comes first.
        let sealed = &content[128..];
        for trace in &traces {
            assert!(!holds(sealed, trace), "{trace:?} in {}", path.display());
        }
    }
}

#[test]
fn damage_does_not_bring_secrets_into_messages() {
    let desk = Desk::with_card();
    let secrets = secrets(&desk);
    let refused = |at: &str| {
        let run = desk.run(["tap"]);
        assert_eq!(run.code, 3, "{at}");
        let output = squeezed(&format!("{}{}", run.out, run.err));
        for secret in &secrets {
            assert!(!output.contains(secret), "{at}: {}", run.err);
        }
    };
    // A wrong type at any place, under a right checksum.
    let broken = |text: &str, at: usize| format!("{}{}{}", &text[..at], "\"", &text[at..]);
    let lines = desk.journal();
    for (number, line) in lines.iter().enumerate() {
        for at in (0..line.len()).step_by(11) {
            let mut lines = lines.clone();
            lines[number] = broken(line, at);
            desk.forge_journal(&lines);
            refused(&format!("line {number} {at}"));
        }
    }
    desk.forge_journal(&lines);
    // The issuer's database, damaged octet by octet: no error shows a secret.
    let whole = std::fs::read(desk.file("issuer.db")).unwrap();
    for at in (0..whole.len()).step_by(1999) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        std::fs::write(desk.file("issuer.db"), broken).unwrap();
        let run = desk.run(["tokens"]);
        assert!(!run.err.contains("panicked"), "{at}: {}", run.err);
        let output = squeezed(&format!("{}{}", run.out, run.err));
        for secret in &secrets {
            assert!(!output.contains(secret), "issuer.db {at}: {}", run.err);
        }
    }
}

/// Every form of a secret in a file: text of either case, and octets.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let octets = |digits: &str| -> Vec<u8> {
        (0..digits.len() / 2 * 2)
            .step_by(2)
            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
            .collect()
    };
    let mut forms = vec![
        secret.as_bytes().to_vec(),
        secret.to_lowercase().into_bytes(),
        octets(secret),
    ];
    if secret.len() % 2 == 1 {
        forms.push(octets(&format!("0{secret}")));
        forms.push(octets(&format!("{secret}F")));
    }
    forms
}

fn holds(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}
