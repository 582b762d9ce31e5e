//! A question at the terminal whose answer is not shown.

use zeroize::Zeroizing;

use crate::failure::Failure;

/// Asks on the standard error and reads a line of the standard input without echo; `None` if that
/// is no terminal.
#[cfg(unix)]
pub(crate) fn hidden(question: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    use std::io::{IsTerminal as _, Write as _};

    use crate::secret::{self, Whole};

    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let failure = |error: &str| Failure::Input(format!("the terminal: {error}"));
    let _silence = Silence::new().map_err(|error| failure(&error.to_string()))?;
    // A user who cannot see the question can still answer it.
    let _ = write!(std::io::stderr(), "{question}");
    let line = secret::read_line(secret::stdin(), super::LENGTH_MAX);
    match line.map_err(|error| failure(&error.to_string()))? {
        Some(Whole::Yes(line)) => super::as_text(&line)
            .map(Some)
            .ok_or_else(|| failure("what was typed is not UTF-8 text")),
        Some(Whole::TooLong) => Err(failure("the line is longer than 4096 octets")),
        None => Err(failure("nothing was typed")),
    }
}

/// On other systems nothing is asked.
#[cfg(not(unix))]
pub(crate) fn hidden(_: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    Ok(None)
}

/// While this exists, the terminal does not echo typed characters, except the end of the line.
#[cfg(unix)]
struct Silence(rustix::termios::Termios);

#[cfg(unix)]
impl Silence {
    fn new() -> Result<Self, std::io::Error> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(rustix::stdio::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent.local_modes.insert(LocalModes::ECHONL);
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
