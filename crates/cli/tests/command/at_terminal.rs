//! Commands whose standard input is a pseudo-terminal.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::desk::Desk;

/// A command whose standard input is a terminal.
pub(crate) struct AtTerminal {
    child: std::process::Child,
    keyboard: File,
    terminal: File,
    /// The standard error so far.
    pub(crate) shown: String,
}

impl AtTerminal {
    pub(crate) fn start(desk: &Desk, args: &[&str]) -> Self {
        let keyboard =
            openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&keyboard).unwrap();
        unlockpt(&keyboard).unwrap();
        let name = ptsname(&keyboard, Vec::new()).unwrap();
        let mut options = File::options();
        options.read(true).write(true);
        let terminal = options.open(name.to_str().unwrap()).unwrap();
        let mut command = desk.command(args);
        command
            .stdin(Stdio::from(terminal.try_clone().unwrap()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Self {
            child: command.spawn().unwrap(),
            keyboard: keyboard.into(),
            terminal,
            shown: String::new(),
        }
    }

    fn echoes(&self) -> bool {
        let modes = tcgetattr(&self.terminal).unwrap().local_modes;
        modes.contains(LocalModes::ECHO)
    }

    /// Waits for a question, checks that nothing is echoed, and answers it with a line.
    pub(crate) fn answer(&mut self, question: &str, text: &str) {
        self.press(question, &format!("{text}\n"));
    }

    /// Waits for a question, checks that nothing is echoed, and presses keys.
    pub(crate) fn press(&mut self, question: &str, keys: &str) {
        self.wait_for(question);
        assert!(!self.echoes());
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    fn wait_for(&mut self, question: &str) {
        let mut octet = [0];
        while !self.shown.ends_with(question) {
            let errors = self.child.stderr.as_mut().unwrap();
            assert_eq!(errors.read(&mut octet).unwrap(), 1, "{}", self.shown);
            self.shown.push(char::from(octet[0]));
        }
    }

    /// Waits for a question, and closes the terminal. The exit code, and all output.
    pub(crate) fn hang_up(mut self, question: &str) -> (i32, String) {
        self.wait_for(question);
        drop(self.terminal);
        drop(self.keyboard);
        let output = self.child.wait_with_output().unwrap();
        let shown = [output.stdout, output.stderr].concat();
        let shown = self.shown + &String::from_utf8(shown).unwrap();
        (output.status.code().unwrap(), shown)
    }

    /// The exit code, and all output.
    pub(crate) fn end(self) -> (i32, String) {
        let (code, shown, echoed) = self.finish();
        assert!(
            !echoed.is_empty(),
            "the line ends are echoed, so this looks at the echo"
        );
        (code, shown + &echoed)
    }

    /// As [`end`](Self::end), after keys that end no line.
    pub(crate) fn end_in_any_case(self) -> (i32, String) {
        let (code, shown, echoed) = self.finish();
        (code, shown + &echoed)
    }

    /// As [`end`](Self::end), if nothing was asked.
    pub(crate) fn end_unasked(self) -> (i32, String) {
        let (code, shown, echoed) = self.finish();
        assert_eq!(echoed, "");
        (code, shown)
    }

    /// The exit code, what was printed, and what the terminal echoed.
    fn finish(mut self) -> (i32, String, String) {
        let mut rest = String::new();
        let errors = self.child.stderr.as_mut().unwrap();
        errors.read_to_string(&mut rest).unwrap();
        let printed = self.child.stdout.as_mut().unwrap();
        printed.read_to_string(&mut rest).unwrap();
        let code = self.child.wait().unwrap().code().unwrap();
        assert!(self.echoes(), "the terminal is as it was");
        // Anything that the terminal echoed can be read by now.
        rustix::io::ioctl_fionbio(&self.keyboard, true).unwrap();
        let mut echoed = Vec::new();
        let _ = self.keyboard.read_to_end(&mut echoed);
        let echoed = String::from_utf8_lossy(&echoed).into_owned();
        (code, self.shown + &rest, echoed)
    }
}
