//! The stage of a story: a temporary folder, commands that run in it, and the commentary.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
        self.folder.path().join("home")
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

    /// Prints a comment.
    pub(super) fn say(&mut self, text: &str) {
        if !self.out.json() {
            self.out.line(text);
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
        if !self.out.json() {
            let line = format!("  $ understudy {}", args.join(" "));
            self.out.line(paint(FAINT, line));
        }
        let mut command = self.command(args)?;
        let output = command.arg("--json").stdin(Stdio::null()).output();
        let output = output.map_err(|error| not_started(&error))?;
        let printed = serde_json::from_slice(&output.stdout);
        let printed = printed.or_else(|_| serde_json::from_slice(&output.stderr));
        Ok((
            output.status.code().unwrap_or(-1),
            Printed(printed.unwrap_or(Value::Null)),
        ))
    }

    /// Starts `understudy card` in the home.
    pub(super) fn card(&self) -> Result<CardProcess, Failure> {
        CardProcess::start(self.command(&["card"])?)
    }

    fn command(&self, args: &[&str]) -> Result<Command, Failure> {
        let program = std::env::current_exe().map_err(|error| not_started(&error))?;
        let mut command = Command::new(program);
        command
            .arg("--home")
            .arg(self.path())
            .arg("--passphrase-file")
            .arg(self.passphrase())
            .args(args);
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
