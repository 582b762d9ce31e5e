//! Errors of the command line, without the typed values: one of them may be a key.

use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use clap::error::ErrorKind;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// The shortest run of hex digits that is hidden.
const VALUE_MIN: usize = 8;

/// The shortest run of decimal digits that is hidden in a misplaced argument, which may be a
/// payment password or a code.
const DIGITS_MIN: usize = 6;

/// The standard library's errors about numbers, with our wording.
const NUMBERS: [(&str, &str); 3] = [
    ("invalid digit found in string", "a whole number is needed"),
    (
        "cannot parse integer from empty string",
        "a whole number is needed",
    ),
    (
        "number too large to fit in target type",
        "the number is too large",
    ),
];

/// The words of clap about a number out of its type's range.
const BEYOND: &str = " is not in 0..=";

/// Prints a clap error (or the requested help) and returns the exit code.
pub(crate) fn report(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // A reader that closed the output needs no help.
        let _ = error.print();
        return Exit::Done;
    }
    let text = in_plain_words(error.render().ansi().to_string());
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = anstream::adapter::strip_str(&text).to_string();
        let first = text.split("\n\n").next().unwrap_or_default();
        let first: Vec<&str> = first.split_whitespace().collect();
        let first = first.join(" ");
        let message = hide(first.trim_start_matches("error: "), DIGITS_MIN);
        output::report(&Failure::Usage(message), true);
    } else {
        // The help text contains no typed values.
        let text = if is_help {
            text
        } else {
            hide(&text, DIGITS_MIN)
        };
        // There is no other channel for a failure of this.
        let _ = write!(anstream::stderr(), "{text}");
    }
    Exit::Usage
}

/// The text without words that only a programmer understands.
fn in_plain_words(text: String) -> String {
    let text = NUMBERS
        .iter()
        .fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
    match text.split_once(BEYOND) {
        // The numbers around the words are the limits of a type.
        Some((before, after)) => {
            let digit = |c: char| c.is_ascii_digit();
            let before = before.trim_end_matches(digit).trim_end_matches('-');
            let after = after.trim_start_matches(digit);
            format!("{before}the number is too large or negative{after}")
        }
        None => text,
    }
}

/// Replaces every run of hex digits (separators inside it included) of `VALUE_MIN` digits or more,
/// unless it has only letters or is a network address or a date.
pub(crate) fn hide_text(text: &str) -> String {
    hide(text, VALUE_MIN)
}

fn hide(text: &str, decimal: usize) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain([';']) {
        let separates = matches!(character, ' ' | '-' | ':' | '.' | ',') && !run.is_empty();
        if character.is_ascii_hexdigit() || separates {
            run.push(character);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_hexdigit).count();
        let is_decimal = !run.contains(|c: char| c.is_ascii_alphabetic());
        let least = if is_decimal { decimal } else { VALUE_MIN };
        let is_plain =
            !run.contains(|c: char| c.is_numeric()) || is_address(&run) || is_date(run.trim_end());
        shown.push_str(if digits < least || is_plain {
            &run
        } else {
            "…"
        });
        run.clear();
        shown.push(character);
    }
    shown.pop();
    shown
}

/// True for a date, `2026-11-27`: the value of an option, or the example in an error about it.
fn is_date(run: &str) -> bool {
    let Some((year, rest)) = run.split_once('-') else {
        return false;
    };
    let Some((month, day)) = rest.split_once('-') else {
        return false;
    };
    let decimal = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    let two = |text: &str, most| {
        let number = text
            .parse()
            .ok()
            .filter(|_| text.len() == 2 && decimal(text));
        number.is_some_and(|number: u8| (1..=most).contains(&number))
    };
    year.len() == 4 && decimal(year) && two(month, 12) && two(day, 31)
}

/// True for a network address, with or without a port. Eight groups of four hex digits may also
/// be a key: an IPv6 address counts only if it is shortened.
fn is_address(run: &str) -> bool {
    let run = run.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
    let name = match run.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => run,
    };
    name.parse::<Ipv4Addr>().is_ok() || run.contains("::") && run.parse::<Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_hex_and_card_numbers_are_hidden_and_words_are_not() {
        let cases = [
            ("--key", "--key"),
            ("0123456789ABCDEF", "…"),
            ("--pann=6212 3456 7890 1232", "--pann=…"),
            ("6212-3456-7890-1232x", "…x"),
            ("--keys", "--keys"),
            ("1234", "1234"),
            ("an added face", "an added face"),
            ("192.168.100.200:54321", "192.168.100.200:54321"),
            ("192.168.100.200: refused", "192.168.100.200: refused"),
            (
                "[fe80::1ff:fe23:4567:890a]:80",
                "[fe80::1ff:fe23:4567:890a]:80",
            ),
            ("cafe-babe.example:9100", "cafe-babe.example:9100"),
            ("such as 2026-11-27", "such as 2026-11-27"),
            ("'2026-11-27' is", "'2026-11-27' is"),
            // Digits in groups of another form are no date.
            ("2026-13-27", "…"),
            ("2026-11-32", "…"),
            ("2026-11-27-2026", "…"),
            ("62120-11-27", "…"),
            // A card number and a key with separators are no addresses.
            ("6212.3456.7890.1232", "…"),
            ("0123:4567:89AB:CDEF:FEDC:BA98:7654:3210", "…"),
        ];
        for (text, shown) in cases {
            assert_eq!(hide_text(text), shown);
        }
        for (text, shown) in [
            ("argument '902817' found", "argument '…' found"),
            ("argument '1234' found", "argument '1234' found"),
            ("is not in 1..=600", "is not in 1..=600"),
            ("argument 'face' found", "argument 'face' found"),
        ] {
            assert_eq!(hide(text, DIGITS_MIN), shown);
        }
    }
}
