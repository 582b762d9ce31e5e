//! The text of a payment code.

use understudy_qr::consumer::{ConsumerCode, OCTETS_MAX, octets_of};
use understudy_qr::merchant::MerchantCode;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::input::{self, Given};

/// The beginning of every merchant's code.
pub(crate) const MERCHANT: &str = "000201";

/// The most lines of the standard input over which a code goes.
const LINES_MAX: usize = 100;

/// The text of a code without the white space that a terminal or a mail put into it. A merchant's code
/// may hold blanks, and loses the ends of lines alone.
pub(crate) fn joined(text: &str) -> Zeroizing<String> {
    let text = text.trim();
    let is_merchant = text.starts_with(MERCHANT);
    let is_kept = |c: &char| !matches!(c, '\r' | '\n') && (is_merchant || !c.is_whitespace());
    // The capacity of the text suffices, so that the string never grows.
    let mut joined = Zeroizing::new(String::with_capacity(text.len()));
    joined.extend(text.chars().filter(is_kept));
    joined
}

/// The text of a code that is given on the command line, or, for `-`, on the standard input, where it
/// may go over several lines up to its end.
pub(crate) fn read(option: &str, given: &Given) -> Result<Zeroizing<String>, Failure> {
    let mut whole = joined(&input::text(option, given)?);
    if given.as_str() != "-" || input::is_typed() {
        return Ok(whole);
    }
    for _ in 1..LINES_MAX {
        if is_whole(&whole) {
            break;
        }
        let Some(line) = input::next_line(option)? else {
            break;
        };
        let mut longer = Zeroizing::new(String::with_capacity(whole.len() + line.len() + 1));
        longer.push_str(&whole);
        longer.push('\n');
        longer.push_str(&line);
        whole = joined(&longer);
    }
    Ok(whole)
}

/// True if no further line belongs to the text: it is a code, or does not begin as one.
fn is_whole(text: &str) -> bool {
    if text.starts_with(MERCHANT) {
        return MerchantCode::parse(text).is_ok();
    }
    if !text.starts_with(super::CONSUMER) {
        return true;
    }
    let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
    octets_of(text, &mut buffer).is_ok_and(|octets| ConsumerCode::parse(octets).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_joined_from_its_lines_and_a_merchants_keeps_its_blanks() {
        for (text, code) in [
            (" hQVD\r\n  UFYw MWFY\n", "hQVDUFYwMWFY"),
            (
                "000201\n5914BEST TRANS\r\nPORT \n",
                "0002015914BEST TRANSPORT",
            ),
            ("", ""),
        ] {
            assert_eq!(*joined(text), code);
        }
    }
}
