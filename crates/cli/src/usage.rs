//! Errors of the command line, without the values that were typed: one of them may be a key.

use clap::error::{ContextKind, ContextValue};

/// The shortest run of hex digits that is taken for a value worth hiding.
const VALUE_MIN: usize = 8;

/// Prints a clap error (or the help that was asked for) and says how to exit.
pub(crate) fn report(mut error: clap::Error) -> crate::exit::Exit {
    let hidden: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| Some((kind, hide(value)?)))
        .collect();
    for (kind, value) in hidden {
        error.insert(kind, value);
    }
    // A reader that went away cannot be told anything.
    let _ = error.print();
    if error.use_stderr() {
        crate::exit::Exit::Usage
    } else {
        crate::exit::Exit::Done
    }
}

/// The same context value with its octets hidden, or `None` when there are none in it.
fn hide(value: &ContextValue) -> Option<ContextValue> {
    match value {
        ContextValue::String(text) if is_secret(text) => {
            Some(ContextValue::String(hide_text(text)))
        }
        ContextValue::Strings(texts) if texts.iter().any(|text| is_secret(text)) => Some(
            ContextValue::Strings(texts.iter().map(|text| hide_text(text)).collect()),
        ),
        ContextValue::StyledStr(text) if is_secret(&text.to_string()) => {
            Some(ContextValue::StyledStr(hide_text(&text.to_string()).into()))
        }
        ContextValue::StyledStrs(texts)
            if texts.iter().any(|text| is_secret(&text.to_string())) =>
        {
            let texts = texts
                .iter()
                .map(|text| hide_text(&text.to_string()).into())
                .collect();
            Some(ContextValue::StyledStrs(texts))
        }
        _ => None,
    }
}

fn is_secret(text: &str) -> bool {
    hide_text(text) != text
}

/// Replaces every run of hex digits (separators inside it included) of `VALUE_MIN` digits or more,
/// unless it is words of the letters A to F.
pub(crate) fn hide_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain([';']) {
        let separates = matches!(character, ' ' | '-' | ':' | '.' | ',') && !run.is_empty();
        if character.is_ascii_hexdigit() || separates {
            run.push(character);
            continue;
        }
        let digits = run.chars().filter(char::is_ascii_hexdigit).count();
        let words = run.split_whitespace().count() > 1 && !run.contains(|c: char| c.is_numeric());
        shown.push_str(if digits < VALUE_MIN || words {
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
        ];
        for (text, shown) in cases {
            assert_eq!(hide_text(text), shown);
        }
    }
}
