//! Printing: text or one JSON object, to the standard output.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};

use serde::Serialize;

use crate::failure::Failure;
use crate::invocation;
use crate::layout::{self, PLAIN_WIDTH, Table, UNBROKEN};
pub(crate) use crate::style::{BAD, FAINT, GOOD, KEY, NOTE, STRONG, paint};

/// The standard output. Colours are dropped unless it is a terminal that supports them.
///
/// A reader that closes the output (`understudy tap | head`) is no error: the command is finished
/// and the exit code is unchanged.
pub(crate) struct Output {
    json: bool,
    /// The width of the terminal in columns; `None`: the output has none.
    width: Option<usize>,
    stream: anstream::Stdout,
    gone: bool,
    error: Option<std::io::Error>,
}

impl Output {
    /// An output of JSON if `json`, else of text.
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            width: layout::output_width(),
            stream: anstream::stdout(),
            gone: false,
            error: None,
        }
    }

    /// True if JSON is to be printed.
    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// The width of prose, in columns.
    fn width(&self) -> usize {
        self.width.unwrap_or(PLAIN_WIDTH)
    }

    /// The width of the rows of a trace, in columns. In a file or pipe they are not broken.
    pub(crate) fn trace_width(&self) -> usize {
        self.width.unwrap_or(UNBROKEN)
    }

    /// Prints a table. It is folded in a narrow terminal, and has a line for each row in a file or
    /// pipe.
    pub(crate) fn table(&mut self, table: &Table) {
        for line in table.lines(self.width) {
            self.line(line);
        }
    }

    /// Prints a paragraph that begins with a label as wide as `indent`; later lines are indented.
    pub(crate) fn paragraph(&mut self, label: &str, indent: usize, text: &str) {
        let text = invocation::adapt(text);
        let blanks = " ".repeat(indent);
        let lines = layout::paragraph(&text, &blanks, &blanks, self.width());
        let label_blanks = " ".repeat(indent.saturating_sub(layout::width_of(label)));
        for (index, line) in lines.iter().enumerate() {
            match line.get(indent..) {
                Some(rest) if index == 0 && indent > 0 => {
                    let label = paint(STRONG, label);
                    self.write(&format!("{label}{label_blanks}{rest}"));
                }
                _ => self.write(line),
            }
        }
    }

    /// Prints one line.
    pub(crate) fn line(&mut self, text: impl Display) {
        self.write(&invocation::adapt(&text.to_string()));
    }

    /// Prints lines for a program, as they are.
    pub(crate) fn text(&mut self, text: &str) {
        self.write(text.trim_end());
    }

    fn write(&mut self, text: &str) {
        if self.gone {
            return;
        }
        if let Err(error) = writeln!(self.stream, "{text}") {
            self.gone = true;
            if error.kind() != ErrorKind::BrokenPipe {
                self.error = Some(error);
            }
        }
    }

    /// Prints one JSON object on one line.
    pub(crate) fn object(&mut self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.write(&invocation::adapt_json(&text)),
            Err(error) => self.error = Some(error.into()),
        }
    }

    /// Flushes the output; an error if it could not be written.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if !self.gone
            && let Err(error) = self.stream.flush()
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.error = Some(error);
        }
        match self.error {
            None => Ok(()),
            Some(error) => Err(Failure::Link(format!(
                "the standard output cannot be written: {error}"
            ))),
        }
    }
}

/// Reports a command's failure on the standard error.
pub(crate) fn report(failure: &Failure, json: bool) {
    let mut stream = anstream::stderr();
    // There is no other channel for a failure of this.
    let _ = if json {
        let report = FailureDocument {
            format: "understudy.error/1",
            exit: failure.exit() as u8,
            message: invocation::adapt(&failure.to_string()).into_owned(),
        };
        writeln!(
            stream,
            "{}",
            serde_json::to_string(&report).unwrap_or_default()
        )
    } else {
        let text = failure.to_string();
        let text = invocation::adapt(&text);
        writeln!(stream, "{} {text}", paint(BAD, "error:"))
    };
}

/// Prints a note on the standard error, for a person who waits.
pub(crate) fn note(text: &str) {
    tell("note", text);
}

/// Prints a warning about a problem that does not end the command, on the standard error.
pub(crate) fn warn(text: &str) {
    tell("warning", text);
}

fn tell(kind: &str, text: &str) {
    // There is no other channel for a failure of this.
    let _ = writeln!(anstream::stderr(), "{kind}: {}", invocation::adapt(text));
}

/// The JSON of a failure.
#[derive(Serialize)]
struct FailureDocument {
    format: &'static str,
    exit: u8,
    message: String,
}
