//! The stage of a story: a temporary folder, commands that run in it, and the commentary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output as Ended, Stdio};

use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use super::child::CardProcess;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::{Home, write_new};
use crate::output::{BAD, FAINT, GOOD, Output, STRONG, paint};
use crate::passphrase::{Passphrase, PassphraseOptions};

/// The stage of one story. Its folder is removed at the end.
pub(super) struct Stage<'o> {
    folder: TempDir,
    out: &'o mut Output,
    scenes: Vec<Scene>,
}

/// A sentence of the story.
#[derive(Serialize)]
struct Scene {
    text: String,
    /// True if the sentence held, false if not; `None` for a mere comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<bool>,
}

impl<'o> Stage<'o> {
    /// An empty home, and a random passphrase for it.
    pub(super) fn new(out: &'o mut Output) -> Result<Self, Failure> {
        let broken = |error: &dyn std::fmt::Display| {
            Failure::Home(format!("no temporary folder for the story: {error}"))
        };
        let folder = TempDir::with_prefix("understudy-demo-").map_err(|error| broken(&error))?;
        let mut drawn = [0; 32];
        getrandom::fill(&mut drawn).map_err(|error| broken(&error))?;
        let stage = Self {
            folder,
            out,
            scenes: Vec::new(),
        };
        write_new(&stage.passphrase(), hex::upper(&drawn).as_bytes())?;
        Ok(stage)
    }

    /// The home's path.
    pub(super) fn path(&self) -> PathBuf {
        self.beside(HOME)
    }

    /// A file or folder beside the home.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn passphrase(&self) -> PathBuf {
        self.beside("passphrase")
    }

    /// The home, for use in this process.
    pub(super) fn home(&self) -> Result<Home, Failure> {
        let options = PassphraseOptions {
            passphrase_file: Some(self.passphrase()),
            passphrase_fd: None,
        };
        Home::locate(Some(&self.path()), Passphrase::new(options))
    }

    /// Prints the first comment of an act, below an empty line.
    pub(super) fn act(&mut self, text: &str) {
        if !self.out.json() {
            self.out.line("");
        }
        self.say(text);
    }

    /// Prints a comment.
    pub(super) fn say(&mut self, text: &str) {
        if !self.out.json() {
            self.out.paragraph("", 0, text);
        }
        self.scenes.push(Scene {
            text: text.to_owned(),
            held: None,
        });
    }

    /// Prints an expectation and its result.
    pub(super) fn expect(&mut self, held: bool, text: &str) {
        if !self.out.json() {
            let mark = if held {
                paint(GOOD, "  yes:")
            } else {
                paint(BAD, "  NO: ")
            };
            self.out.line(format!("{mark} {text}"));
        }
        self.scenes.push(Scene {
            text: text.to_owned(),
            held: Some(held),
        });
    }

    /// Prints a command and runs it in the home; returns its exit code and its JSON.
    pub(super) fn run(&mut self, args: &[&str]) -> Result<(i32, Printed), Failure> {
        self.show(&format!("understudy {}", args.join(" ")));
        self.finish(HOME, args, &[])
    }

    /// As [`run`](Self::run), in the home of this name beside others, with text on the standard input.
    pub(super) fn run_in(
        &mut self,
        home: &str,
        args: &[&str],
        input: &str,
    ) -> Result<(i32, Printed), Failure> {
        self.show(&in_home(home, args));
        self.finish(home, args, input.as_bytes())
    }

    /// Prints commands and runs them in their homes, one after the other, each with the output of the
    /// one before on its standard input; returns the last one's exit code and JSON.
    pub(super) fn pipe(&mut self, steps: &[(&str, &[&str])]) -> Result<(i32, Printed), Failure> {
        let shown: Vec<String> = steps
            .iter()
            .map(|(home, args)| in_home(home, args))
            .collect();
        self.show(&shown.join(" | "));
        let mut passed = Vec::new();
        let (last, before) = match steps.split_last() {
            Some(((home, args), before)) => ((*home, *args), before),
            None => ((HOME, &[][..]), &[][..]),
        };
        for (home, args) in before {
            passed = output(self.command_in(home, args)?, &passed)?.stdout;
        }
        self.finish(last.0, last.1, &passed)
    }

    fn show(&mut self, commands: &str) {
        if !self.out.json() {
            self.out.line(paint(FAINT, format!("  $ {commands}")));
        }
    }

    fn finish(&self, home: &str, args: &[&str], input: &[u8]) -> Result<(i32, Printed), Failure> {
        let mut command = self.command_in(home, args)?;
        command.arg("--json");
        let output = output(command, input)?;
        let printed = serde_json::from_slice(&output.stdout);
        let printed = printed.or_else(|_| serde_json::from_slice(&output.stderr));
        Ok((
            output.status.code().unwrap_or(-1),
            Printed(printed.unwrap_or(Value::Null)),
        ))
    }

    /// Starts `understudy card` in the home.
    pub(super) fn card(&self) -> Result<CardProcess, Failure> {
        CardProcess::start(self.command_in(HOME, &["card"])?)
    }

    fn command_in(&self, home: &str, args: &[&str]) -> Result<Command, Failure> {
        let program = std::env::current_exe().map_err(|error| not_started(&error))?;
        let mut command = Command::new(program);
        command
            .arg("--home")
            .arg(self.beside(home))
            .arg("--passphrase-file")
            .arg(self.passphrase())
            .args(args)
            // Paths are inside the story's folder.
            .current_dir(self.folder.path());
        Ok(command)
    }

    /// Prints the end of the story.
    pub(super) fn end(self, story: &'static str) -> Exit {
        let ended = self.scenes.iter().all(|scene| scene.held != Some(false));
        if self.out.json() {
            self.out.object(&Document {
                format: "understudy.demo/1",
                story,
                scenes: self.scenes,
                ended,
            });
        } else {
            self.out.line("");
            self.out.line(if ended {
                paint(STRONG, "The story ended as it says.")
            } else {
                paint(BAD, "The story did not end as it says.")
            });
        }
        if ended { Exit::Done } else { Exit::NotApproved }
    }
}

/// The home of a story that has one alone.
const HOME: &str = "home";

fn in_home(home: &str, args: &[&str]) -> String {
    format!("understudy --home {home} {}", args.join(" "))
}

/// The output of a command that reads this input.
fn output(mut command: Command, input: &[u8]) -> Result<Ended, Failure> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(&error))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that reads no input, or not all of it, says so by itself.
        let _ = stdin.write_all(input);
    }
    child
        .wait_with_output()
        .map_err(|error| not_started(&error))
}

/// A command's JSON.
pub(super) struct Printed(Value);

impl Printed {
    /// The value at a JSON pointer (RFC 6901); null if there is none.
    pub(super) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }
}

/// Copies the files of a folder into another one, which is replaced.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    let copied = || -> Result<(), std::io::Error> {
        if to.exists() {
            std::fs::remove_dir_all(to)?;
        }
        std::fs::create_dir(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
        Ok(())
    };
    copied().map_err(|error| Failure::Home(format!("{}: {error}", from.display())))
}

fn not_started(error: &std::io::Error) -> Failure {
    Failure::Link(format!("this program cannot be started again: {error}"))
}

/// The JSON of a story.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    story: &'static str,
    scenes: Vec<Scene>,
    /// True if every expectation held.
    ended: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_does_not_come_so_ends_badly_whatever_comes_after() {
        let mut out = Output::new(true);
        let mut stage = Stage::new(&mut out).unwrap();
        stage.say("once");
        stage.expect(true, "it came so");
        stage.expect(false, "it did not");
        stage.expect(true, "it came so again");
        assert_eq!(stage.end("test"), Exit::NotApproved);
        let mut out = Output::new(true);
        let mut stage = Stage::new(&mut out).unwrap();
        stage.expect(true, "it came so");
        assert_eq!(stage.end("test"), Exit::Done);
    }
}
