//! The invocation of this process, for messages that name the next command.
//!
//! Texts name commands as `` `understudy VERB` ``. Printed, they get the program as it was started
//! and the same home, so that they work in the reader's shell.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::OnceLock;

use crate::args::Args;

/// The beginning of every command in the texts.
const WRITTEN: &str = "`understudy ";

/// The beginning of a working command line: program and home.
static PREFIX: OnceLock<String> = OnceLock::new();

/// Stores the invocation of this process, once.
pub(crate) fn remember(program: Option<&OsStr>, args: &Args) {
    let home = args.home.as_deref();
    let passphrase = args.passphrase.passphrase_file.as_deref();
    PREFIX.get_or_init(|| prefix(program, home, passphrase));
}

/// A text whose commands work as printed.
pub(crate) fn adapt(text: &str) -> Cow<'_, str> {
    replaced(text, PREFIX.get(), str::to_owned)
}

/// As [`adapt`], inside the strings of a text in JSON.
pub(crate) fn adapt_json(text: &str) -> Cow<'_, str> {
    replaced(text, PREFIX.get(), |prefix| {
        let quoted = serde_json::Value::from(prefix).to_string();
        quoted.trim_matches('"').to_owned()
    })
}

fn replaced<'t>(
    text: &'t str,
    prefix: Option<&String>,
    encode: impl Fn(&str) -> String,
) -> Cow<'t, str> {
    match prefix {
        Some(prefix) if text.contains(WRITTEN) => {
            Cow::Owned(text.replace(WRITTEN, &format!("`{} ", encode(prefix))))
        }
        _ => Cow::Borrowed(text),
    }
}

/// The beginning of a command line. A program that was found on the PATH has no folder in its name,
/// and is found again.
fn prefix(program: Option<&OsStr>, home: Option<&Path>, passphrase: Option<&Path>) -> String {
    let program = program.filter(|program| !program.is_empty());
    let mut words = vec![quoted(program.unwrap_or(OsStr::new("understudy")))];
    let options = [("--home", home), ("--passphrase-file", passphrase)];
    for (option, value) in options {
        if let Some(value) = value {
            words.extend([option.to_owned(), quoted(value.as_os_str())]);
        }
    }
    words.join(" ")
}

/// A word, quoted for a POSIX shell.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_that_a_shell_understands() {
        let home = Path::new("my home/it's");
        let cases = [
            (None, None, "understudy"),
            (Some(""), None, "understudy"),
            (Some("understudy"), None, "understudy"),
            (
                Some("target/debug/understudy"),
                None,
                "target/debug/understudy",
            ),
            (
                Some("./a b/u"),
                Some(home),
                r"'./a b/u' --home 'my home/it'\''s'",
            ),
        ];
        for (program, home, words) in cases {
            assert_eq!(prefix(program.map(OsStr::new), home, None), words);
        }
        let with_file = prefix(None, None, Some(Path::new("/etc/p")));
        assert_eq!(with_file, "understudy --passphrase-file /etc/p");
    }

    #[test]
    fn every_command_in_a_text_is_replaced_and_nothing_else() {
        let prefix = r#"u --home 'a"b'"#.to_owned();
        let text = "`understudy tap` or `understudy issue`; understudy is a file of understudy's";
        let adapted = replaced(text, Some(&prefix), str::to_owned);
        assert_eq!(
            adapted,
            r#"`u --home 'a"b' tap` or `u --home 'a"b' issue`; understudy is a file of understudy's"#
        );
        assert_eq!(replaced(text, None, str::to_owned), text);
    }
}
