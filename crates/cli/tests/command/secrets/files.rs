//! Files, whole and damaged.

use super::kit::{Witness, full_run, secrets, squeezed};
use crate::desk::Desk;

#[test]
fn no_file_but_the_wallets_holds_a_secret() {
    let desk = Desk::new();
    let mut witness = Witness::new(&desk);
    full_run(&mut witness);
    let mut secrets = secrets(&desk);
    secrets.extend(witness.spent());
    assert!(secrets.len() > 30);
    let files = desk.files();
    let (wallet, others): (Vec<_>, Vec<_>) = files
        .iter()
        .partition(|(path, _)| path.ends_with("wallet.state"));
    let held = |content: &[u8]| {
        let forms = secrets.iter().flat_map(|secret| forms(secret));
        forms.filter(|form| holds(content, form)).count()
    };
    assert!(
        held(&wallet[0].1) > 10,
        "keys must be in the wallet, so the scan sees them"
    );
    let names: Vec<String> = others
        .iter()
        .map(|(path, _)| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    for name in ["issuer.db", "issuer.keys", "terminal.state"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    for (path, content) in others {
        assert_eq!(held(content), 0, "{}", path.display());
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
    let text = std::fs::read_to_string(desk.file("wallet.state")).unwrap();
    let (_, content) = text.split_once('\n').unwrap();
    for at in (0..content.len()).step_by(11) {
        desk.forge("wallet.state", &broken(content, at));
        refused(&format!("wallet {at}"));
    }
    desk.forge("wallet.state", content);
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
    // The issuer's database, broken octet by octet: whatever it says, it says no secret.
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

/// Every form in which a secret could lie in a file: text of either case, and octets.
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
