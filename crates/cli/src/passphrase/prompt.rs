//! A question at the terminal whose answer is not shown.

use zeroize::Zeroizing;

use crate::failure::Failure;

/// An answer at the terminal.
pub(crate) enum Typed {
    /// A line, without its end; it may be empty.
    Line(Zeroizing<String>),
    /// No line: Ctrl-C, Ctrl-D, or the terminal was closed.
    Nothing,
}

/// Asks on the standard error and reads a line of the standard input without echo; `None` if that
/// is no terminal. Nothing typed is an error.
pub(crate) fn hidden(question: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    match ask(question)? {
        Some(Typed::Line(line)) => Ok(Some(line)),
        Some(Typed::Nothing) => Err(failure("nothing was typed")),
        None => Ok(None),
    }
}

fn failure(error: &str) -> Failure {
    Failure::Input(format!("the terminal: {error}"))
}

/// As [`hidden`]; nothing typed is an answer too. The terminal is as it was when this returns, also
/// after Ctrl-C.
#[cfg(unix)]
pub(crate) fn ask(question: &str) -> Result<Option<Typed>, Failure> {
    use std::io::{IsTerminal as _, Write as _};

    use crate::secret::{self, Whole};

    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let _silence = Silence::new().map_err(|error| failure(&error.to_string()))?;
    // A user who cannot see the question can still answer it.
    let _ = write!(std::io::stderr(), "{question}");
    let mut keyboard = Keyboard {
        input: secret::stdin(),
        gave_up: false,
    };
    let line = secret::read_line(&mut keyboard, super::LENGTH_MAX);
    let line = line.map_err(|error| failure(&error.to_string()))?;
    if keyboard.gave_up {
        // The key ends no line on the screen.
        let _ = writeln!(std::io::stderr());
        return Ok(Some(Typed::Nothing));
    }
    match line {
        Some(Whole::Yes(line)) => super::as_text(&line)
            .map(|line| Some(Typed::Line(line)))
            .ok_or_else(|| failure("what was typed is not UTF-8 text")),
        Some(Whole::TooLong) => Err(failure("the line is longer than 4096 octets")),
        None => Ok(Some(Typed::Nothing)),
    }
}

/// On other systems nothing is asked.
#[cfg(not(unix))]
pub(crate) fn ask(_: &str) -> Result<Option<Typed>, Failure> {
    Ok(None)
}

/// The octet of Ctrl-C.
#[cfg(unix)]
const INTERRUPT: u8 = 0x03;
/// The octet of Ctrl-\.
#[cfg(unix)]
const QUIT: u8 = 0x1C;

/// The terminal's input. It ends with Ctrl-C or Ctrl-\, and where the terminal is closed.
#[cfg(unix)]
struct Keyboard<R> {
    input: R,
    /// True if one of the keys ended it.
    gave_up: bool,
}

#[cfg(unix)]
impl<R: std::io::Read> std::io::Read for Keyboard<R> {
    fn read(&mut self, room: &mut [u8]) -> Result<usize, std::io::Error> {
        let closed = rustix::io::Errno::IO.raw_os_error();
        let length = match self.input.read(room) {
            Err(error) if error.raw_os_error() == Some(closed) => 0,
            read => read?,
        };
        let typed = room.get(..length).unwrap_or_default();
        if typed.contains(&INTERRUPT) || typed.contains(&QUIT) {
            self.gave_up = true;
            return Ok(0);
        }
        Ok(length)
    }
}

/// While this exists, the terminal does not echo typed characters, except the end of the line, and
/// the keys that would end the process end the line instead.
#[cfg(unix)]
struct Silence(rustix::termios::Termios);

#[cfg(unix)]
impl Silence {
    fn new() -> Result<Self, std::io::Error> {
        use rustix::termios::{
            LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr,
        };
        let before = tcgetattr(rustix::stdio::stdin())?;
        let mut silent = before.clone();
        silent
            .local_modes
            .remove(LocalModes::ECHO | LocalModes::ISIG);
        silent.local_modes.insert(LocalModes::ECHONL);
        silent.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        silent.special_codes[SpecialCodeIndex::VEOL2] = QUIT;
        // Input that was typed before the question is not an answer to it.
        tcsetattr(rustix::stdio::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Silence {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that was closed needs no echo.
        let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, &self.0);
    }
}
