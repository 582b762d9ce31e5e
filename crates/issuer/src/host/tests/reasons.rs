//! The reasons as `docs/formats.md` has them.

use crate::Reason;

const FORMATS: &str = include_str!("../../../../../docs/formats.md");

#[test]
fn every_reason_stands_in_the_documentation_as_it_is() {
    let section = FORMATS.split("## Reasons of the issuer").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let expected: Vec<String> = Reason::ALL
        .into_iter()
        .map(|reason| {
            let code = reason.response_code();
            format!(
                "| `{}` | {} | {} | {} | {} |",
                reason.name(),
                std::str::from_utf8(&code).unwrap(),
                reason.explanation(),
                reason.cardholder_action(),
                reason.merchant_action()
            )
        })
        .collect();
    assert_eq!(rows, expected);
}
