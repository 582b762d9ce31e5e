//! The invocation of this process, for messages that name the next command.
//!
//! Texts name commands as `` `understudy VERB` ``. Printed, they get the program as it was started
//! and the same home, so that they work in the reader's shell; one for another home begins with
//! `` `understudy --home DIR VERB` ``, and keeps that.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::OnceLock;

use crate::args::Args;

/// The beginning of every command in the texts.
const WRITTEN: &str = "`understudy ";

/// The option that names a home, behind the beginning of a command in the texts.
const OTHER_HOME: &str = "--home ";

/// The beginning of a working command line.
static PREFIX: OnceLock<Prefix> = OnceLock::new();

/// The beginning of a command line, in words for a POSIX shell.
#[derive(Debug)]
struct Prefix {
    /// The program.
    program: String,
    /// The option that names the home, with a blank in front; empty if there is none.
    home: String,
    /// The option that names the passphrase's file, with a blank in front; empty if there is none.
    passphrase: String,
}

/// The names of the command: `keys list`.
static VERB: OnceLock<String> = OnceLock::new();

/// Stores the invocation of this process, once.
pub(crate) fn remember(program: Option<&OsStr>, args: &Args, verb: String) {
    VERB.get_or_init(|| verb);
    let home = args.home.as_deref();
    let passphrase = args.passphrase.passphrase_file.as_deref();
    PREFIX.get_or_init(|| Prefix::new(program, home, passphrase));
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

/// A command for another home, which a text puts into backticks: `understudy --home DIR VERB`.
pub(crate) fn elsewhere(home: &Path, verb: &str) -> String {
    format!("understudy {OTHER_HOME}{} {verb}", quoted(home.as_os_str()))
}

/// The names of this process's command; empty before they are stored.
pub(crate) fn verb() -> &'static str {
    VERB.get().map_or("", String::as_str)
}

fn replaced<'t>(
    text: &'t str,
    prefix: Option<&Prefix>,
    encode: impl Fn(&str) -> String,
) -> Cow<'t, str> {
    let Some(prefix) = prefix.filter(|_| text.contains(WRITTEN)) else {
        return Cow::Borrowed(text);
    };
    let mut parts = text.split(WRITTEN);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let start = prefix.start(part.starts_with(OTHER_HOME));
        whole.extend(["`", &encode(&start), " ", part]);
    }
    Cow::Owned(whole)
}

impl Prefix {
    /// A program that was found on the PATH has no folder in its name, and is found again.
    fn new(program: Option<&OsStr>, home: Option<&Path>, passphrase: Option<&Path>) -> Self {
        let program = program.filter(|program| !program.is_empty());
        let option = |name: &str, value: Option<&Path>| {
            let value = value.map(|value| format!(" {name} {}", quoted(value.as_os_str())));
            value.unwrap_or_default()
        };
        Self {
            program: quoted(program.unwrap_or(OsStr::new("understudy"))),
            home: option("--home", home),
            passphrase: option("--passphrase-file", passphrase),
        }
    }

    /// The beginning of a command for this home, or for one that the command names itself.
    fn start(&self, names_home: bool) -> String {
        let home = if names_home { "" } else { &self.home };
        format!("{}{home}{}", self.program, self.passphrase)
    }
}

/// A word, quoted for a POSIX shell.
pub(crate) fn quoted(word: &OsStr) -> String {
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
            let prefix = Prefix::new(program.map(OsStr::new), home, None);
            assert_eq!(prefix.start(false), words);
        }
        let with_file = Prefix::new(None, None, Some(Path::new("/etc/p")));
        assert_eq!(
            with_file.start(false),
            "understudy --passphrase-file /etc/p"
        );
    }

    #[test]
    fn every_command_in_a_text_is_replaced_and_nothing_else() {
        let home = Path::new(r#"a"b"#);
        let prefix = Prefix::new(Some(OsStr::new("u")), Some(home), None);
        let text = "`understudy tap` or `understudy issue`; understudy is a file of understudy's";
        let adapted = replaced(text, Some(&prefix), str::to_owned);
        assert_eq!(
            adapted,
            r#"`u --home 'a"b' tap` or `u --home 'a"b' issue`; understudy is a file of understudy's"#
        );
        // A command for another home keeps the home that it names.
        let other = format!("`{}`", elsewhere(Path::new("a phone"), "cards"));
        assert_eq!(other, "`understudy --home 'a phone' cards`");
        let adapted = replaced(&other, Some(&prefix), str::to_owned);
        assert_eq!(adapted, "`u --home 'a phone' cards`");
        assert_eq!(replaced(text, None, str::to_owned), text);
    }
}
