//! `completions` and `man`: what a shell and a reader of manual pages are given, made from the command
//! line's own definition.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use crate::args::Args as CommandLine;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// The name of the program.
const PROGRAM: &str = "understudy";

/// Prints completions for a shell.
///
/// bash: `source <(understudy completions bash)`; zsh: a file `_understudy` in a folder of `$fpath`;
/// fish: a file `understudy.fish` in `~/.config/fish/completions`.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: ShellName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShellName {
    Bash,
    Zsh,
    Fish,
}

/// Prints the manual page of the command, or writes those of all its verbs into a folder.
///
/// `understudy man DIR` writes `understudy.1`, `understudy-tap.1` and so on, for `man -l FILE`.
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder, which is created if necessary; pages of the same names are replaced
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Completions {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        out.text(&completions(self.shell)?);
        Ok(Exit::Done)
    }
}

impl Man {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        let Some(folder) = &self.folder else {
            let mut page = Vec::new();
            let written = clap_mangen::Man::new(CommandLine::command()).render(&mut page);
            written.map_err(|error| Failure::Link(error.to_string()))?;
            out.text(&String::from_utf8_lossy(&page));
            return Ok(Exit::Done);
        };
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(CommandLine::command(), folder));
        written.map_err(|error| Failure::Input(format!("{}: {error}", folder.display())))?;
        Ok(Exit::Done)
    }
}

fn completions(shell: ShellName) -> Result<String, Failure> {
    let shell = match shell {
        ShellName::Bash => Shell::Bash,
        ShellName::Zsh => Shell::Zsh,
        ShellName::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), PROGRAM, &mut script);
    String::from_utf8(script).map_err(|error| Failure::Link(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::Command;

    use super::*;

    /// The names of all verbs, each with those above it: `phone enrol`.
    fn verbs(command: &Command, above: &str, names: &mut BTreeSet<String>) {
        for verb in command
            .get_subcommands()
            .filter(|verb| verb.get_name() != "help")
        {
            let name = format!("{above} {}", verb.get_name()).trim().to_owned();
            verbs(verb, &name, names);
            names.insert(name);
        }
    }

    fn all() -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        verbs(&CommandLine::command(), "", &mut names);
        assert!(names.contains("tap") && names.contains("phone enrol"));
        names
    }

    #[test]
    fn every_verb_has_a_manual_page_that_says_what_it_does() {
        let folder = tempfile::tempdir().unwrap();
        let man = Man {
            folder: Some(folder.path().join("man1")),
        };
        let mut out = Output::new(false);
        assert!(matches!(man.run(&mut out), Ok(Exit::Done)));
        let page = |name: &str| {
            let path = folder.path().join("man1").join(format!("{name}.1"));
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        for verb in all() {
            let page = page(&format!("understudy-{}", verb.replace(' ', "-")));
            assert!(
                page.contains(".SH SYNOPSIS") && page.contains(".SH DESCRIPTION"),
                "{verb}"
            );
        }
        assert!(page("understudy").contains("Exit codes"));
    }

    #[test]
    fn every_verb_is_completed_in_every_shell() {
        for shell in [ShellName::Bash, ShellName::Zsh, ShellName::Fish] {
            let script = completions(shell).unwrap();
            for verb in all() {
                let found = match shell {
                    ShellName::Bash => {
                        let last = verb.split(' ').next_back().unwrap();
                        let mut choices = script.lines().filter(|line| line.contains("opts=\""));
                        choices.any(|line| line.split(['"', ' ']).any(|word| word == last))
                    }
                    ShellName::Zsh => {
                        let last = verb.split(' ').next_back().unwrap();
                        script.contains(&format!("({last})"))
                    }
                    ShellName::Fish => {
                        let last = verb.split(' ').next_back().unwrap();
                        script.contains(&format!("-a \"{last}\""))
                    }
                };
                assert!(found, "{shell:?}: {verb}");
            }
        }
    }
}
