//! Runs the real command in a separate home directory.

mod card;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

pub(crate) use card::{CardProcess, counter, processing_options};

/// SELECT of the contactless directory.
pub(crate) const SELECT_PPSE: &str = "00A404000E325041592E5359532E444446303100";
/// SELECT of the demonstration card's application.
pub(crate) const SELECT_CARD: &str = "00A4040008A00000033301010100";

/// The demonstration card's PIN.
pub(crate) const PIN: &str = "123456";

/// Numbers of bank cards that no bank issued.
pub(crate) const PANS: [&str; 10] = [
    "6222020000000012302",
    "6222020000000012310",
    "6222020000000012328",
    "6222020000000012336",
    "6222020000000012344",
    "6222020000000012351",
    "6222020000000012369",
    "6222020000000012377",
    "6222020000000012385",
    "6222020000000012393",
];

/// The passphrase of the issuer's keys on a desk with keys of its own.
pub(crate) const PASSPHRASE: &str = "glass orbit pencil nine";
/// The environment variable that holds it.
pub(crate) const PASSPHRASE_VARIABLE: &str = "UNDERSTUDY_PASSPHRASE";

/// A folder, removed at the end.
pub(crate) struct Desk {
    folder: TempDir,
    passphrase: Option<&'static str>,
}

/// The output of a run, and its exit code.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The output with one blank between words, in whatever lines they stand.
    pub(crate) fn words(&self) -> String {
        self.out.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Desk {
    /// A desk whose issuer has keys of its own.
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            passphrase: Some(PASSPHRASE),
        }
    }

    /// A desk without a passphrase.
    pub(crate) fn demonstration() -> Self {
        Self {
            passphrase: None,
            ..Self::new()
        }
    }

    /// A desk with the demonstration card in the wallet.
    pub(crate) fn with_card() -> Self {
        let desk = Self::new();
        assert_eq!(desk.run(["tap"]).code, 0);
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    /// The command, with this desk's home.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_understudy"));
        command.arg("--home").arg(self.home()).args(args);
        command
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove(PASSPHRASE_VARIABLE);
        if let Some(passphrase) = self.passphrase {
            command.env(PASSPHRASE_VARIABLE, passphrase);
        }
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.told(&self.command(args).output().unwrap())
    }

    /// The result of a run, with the commands in it as the sources write them: without the
    /// program's folder and this desk's home.
    pub(crate) fn told(&self, output: &Output) -> Run {
        let started = format!(
            "`{} --home {} ",
            env!("CARGO_BIN_EXE_understudy"),
            self.home().display()
        );
        let run = Run::of(output);
        Run {
            code: run.code,
            out: run.out.replace(&started, "`understudy "),
            err: run.err.replace(&started, "`understudy "),
        }
    }

    /// This desk's `card`, as a program for another command to start: it reads the passphrase from
    /// a file.
    pub(crate) fn card_program(&self) -> String {
        let program = env!("CARGO_BIN_EXE_understudy");
        let home = self.home();
        let file = self.path().join("passphrase");
        let option = self.passphrase.map(|passphrase| {
            std::fs::write(&file, passphrase).unwrap();
            format!("--passphrase-file {}", file.display())
        });
        let option = option.unwrap_or_default();
        format!("{program} --home {} {option} card", home.display())
    }

    /// Runs with text on the standard input.
    pub(crate) fn feed<S: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = S>,
        input: &str,
    ) -> Run {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        self.told(&output)
    }

    /// Runs with `--json` and reads the object that it prints.
    pub(crate) fn json<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> (i32, Value) {
        let mut command = self.command(args);
        let run = self.told(&command.arg("--json").output().unwrap());
        let value = serde_json::from_str(&run.out);
        (
            run.code,
            value.unwrap_or_else(|error| panic!("{error}: {} {}", run.out, run.err)),
        )
    }

    /// Issues a card with these options; returns its token and the code that verifies it.
    pub(crate) fn issue(&self, pan: &str, options: &[&str]) -> (String, String) {
        let args = [&["issue", "--pan", pan, "--expiry", "4912"], options].concat();
        let (code, issued) = self.json(args);
        assert_eq!(code, 0, "{issued}");
        let code = issued["code"].as_str().unwrap().to_owned();
        (issued["token"].to_string(), code)
    }

    /// Issues a card and verifies its cardholder; returns its token.
    pub(crate) fn issue_active(&self, pan: &str, options: &[&str]) -> String {
        let (token, code) = self.issue(pan, options);
        let run = self.run(["verify", &code, "--token", &token]);
        assert_eq!(run.code, 0, "{}", run.err);
        token
    }

    /// The issuer's tokens, as `tokens --json` lists them.
    pub(crate) fn tokens(&self) -> Vec<Value> {
        self.json(["tokens"]).1["tokens"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The issuer's requests, newest first.
    pub(crate) fn authorisations(&self) -> Vec<Value> {
        let (_, list) = self.json(["authorisations"]);
        list["authorisations"].as_array().unwrap().clone()
    }

    /// The wallet's taps, newest first, as `history --json` lists them.
    pub(crate) fn history(&self) -> Vec<Value> {
        self.json(["history"]).1["taps"].as_array().unwrap().clone()
    }

    /// The wallet's newest tap.
    pub(crate) fn last_tap(&self) -> Value {
        self.history().remove(0)
    }

    /// The files of the wallet's store.
    pub(crate) fn store(&self) -> Vec<(PathBuf, Vec<u8>)> {
        read_all(&self.home().join("wallet"))
    }

    /// Replaces the files of the wallet's store.
    pub(crate) fn put_store(&self, files: &[(PathBuf, Vec<u8>)]) {
        for (path, _) in self.store() {
            std::fs::remove_file(path).unwrap();
        }
        for (path, octets) in files {
            std::fs::write(path, octets).unwrap();
        }
    }

    /// The wallet's cards, as `cards --json` lists them.
    pub(crate) fn cards(&self) -> Vec<Value> {
        self.json(["cards"]).1["cards"].as_array().unwrap().clone()
    }

    /// Writes a file with a valid first line for `content`.
    pub(crate) fn forge(&self, name: &str, content: &str) {
        let version = if name == "terminal.state" { 2 } else { 1 };
        self.forge_version(name, version, content);
    }

    /// Writes a file with a valid first line of a version for `content`.
    pub(crate) fn forge_version(&self, name: &str, version: u32, content: &str) {
        let sum = hex(&Sha256::digest(content));
        let side = name.trim_end_matches(".state");
        let text = format!("understudy {side} {version} sha256={sum}\n{content}");
        std::fs::write(self.file(name), text).unwrap();
    }

    /// The lines of the terminal's latest journal, without their seals.
    pub(crate) fn journal(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.journal_file()).unwrap();
        let json = |line: &str| line.rsplit_once(' ').unwrap().0.to_owned();
        text.lines().map(json).collect()
    }

    /// Seals these lines and replaces the terminal's latest journal by them.
    pub(crate) fn forge_journal(&self, lines: &[String]) {
        let mut seal = vec![0; 16];
        let mut text = String::new();
        for line in lines {
            let digest = Sha256::digest([&seal, line.as_bytes()].concat());
            seal = digest[..16].to_vec();
            text.extend([line, " ", &hex(&seal), "\n"]);
        }
        std::fs::write(self.journal_file(), text).unwrap();
    }

    /// The terminal's latest journal.
    pub(crate) fn journal_file(&self) -> PathBuf {
        let journal = |path: &PathBuf| path.extension() == Some("journal".as_ref());
        let mut paths = self.files().into_iter().map(|(path, _)| path);
        paths.rfind(journal).unwrap()
    }

    /// The terminal's files.
    pub(crate) fn terminal(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let of_terminal = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name.starts_with("terminal.") && name != "terminal.lock"
        };
        let files = self.files().into_iter();
        files.filter(|(path, _)| of_terminal(path)).collect()
    }

    /// Restores the terminal's files.
    pub(crate) fn put_terminal_back(&self, files: &[(PathBuf, Vec<u8>)]) {
        for (path, _) in self.terminal() {
            std::fs::remove_file(path).unwrap();
        }
        for (path, content) in files {
            std::fs::write(path, content).unwrap();
        }
    }

    /// Every file of the home with its octets, the wallet's store included.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        read_all(&self.home())
    }
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }
}

/// Every file in a folder and its subfolders, with its octets.
fn read_all(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(read_all(&path));
        } else {
            files.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

/// Upper-case hex.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets
        .iter()
        .fold(String::new(), |text, octet| text + &format!("{octet:02X}"))
}
