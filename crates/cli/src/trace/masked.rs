//! Card numbers in octets that were masked already: the digits between the first six and the last four
//! are `E`, as our traces write them.

use crate::hex;

/// A masked card number, padded with `F`, for display: `625094******7568`.
pub(super) fn number(octets: &[u8]) -> Option<String> {
    stars(hex::upper(octets).trim_end_matches('F'))
}

/// A masked track 2 for display, with its expiry and service code.
pub(super) fn track2(octets: &[u8]) -> Option<String> {
    let digits = hex::upper(octets);
    let (number, rest) = digits.split_once('D')?;
    let number = stars(number)?;
    let (expiry, service) = (rest.get(..4)?, rest.get(4..7)?);
    let (year, month) = expiry.split_at_checked(2)?;
    let all_digits = is_decimal(expiry) && is_decimal(service);
    all_digits.then(|| format!("{number}, expires 20{year}-{month}, service code {service}"))
}

fn stars(digits: &str) -> Option<String> {
    let (first, rest) = digits.split_at_checked(6)?;
    let (middle, last) = rest.split_at_checked(rest.len().checked_sub(4)?)?;
    let is_masked = is_decimal(first)
        && is_decimal(last)
        && !middle.is_empty()
        && middle.bytes().all(|digit| digit == b'E');
    is_masked.then(|| format!("{first}{}{last}", "*".repeat(middle.len())))
}

fn is_decimal(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_trace_masked_is_read_and_nothing_else() {
        let octets = |text: &str| hex::parse(text).unwrap();
        let cases = [
            ("625094EEEEEE7568", Some("625094******7568")),
            ("622202EEEEEEEEE1230F", Some("622202*********1230")),
            ("6250947000000014", None),
            ("625094E1EEEE7568", None),
            ("62509EEEEEEE7568", None),
            ("625094", None),
            ("", None),
        ];
        for (text, shown) in cases {
            assert_eq!(number(&octets(text)).as_deref(), shown, "{text}");
        }
        let shown = "625094******7568, expires 2029-11, service code 201";
        let track = octets("625094EEEEEE7568D29112010000000F");
        assert_eq!(track2(&track).as_deref(), Some(shown));
        for text in [
            "625094EEEEEE7568D29F",
            "625094EEEEEE7568",
            "625094EEEEEE7568DEE112010F",
        ] {
            assert_eq!(track2(&octets(text)), None, "{text}");
        }
    }
}
