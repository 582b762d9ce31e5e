//! A tap as one page of HTML, which loads nothing and runs nothing.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use askama::Template;
use tempfile::NamedTempFile;

use super::report::TapDocument;
use super::statements::{Detail, Statement, milliseconds, title};
use super::view::{EventView, Subject};
use crate::failure::Failure;
use crate::trace::Node;

/// The first lines of every page, by which one of ours is known.
const MARK: &str = "<!DOCTYPE html>\n<!-- a page of `understudy tap` -->\n";

/// The page of a tap.
#[derive(Template)]
#[template(path = "tap.html")]
struct Page<'r> {
    report: &'r TapDocument,
    title: String,
    card: String,
    result: String,
    /// The class of the result's colour.
    tone: &'static str,
    statements: Vec<Statement>,
    moments: Vec<Moment<'r>>,
    style: &'static str,
    version: &'static str,
}

/// An event of the conversation.
struct Moment<'r> {
    event: &'r EventView,
    /// The number of the exchange; of a step, that of the exchange before it.
    number: usize,
    /// The time of the exchange; of a step, nothing.
    time: String,
}

/// A part of a sentence.
struct Piece<'t> {
    text: &'t str,
    /// True for a command that the reader may type.
    is_code: bool,
}

impl<'r> Page<'r> {
    fn new(report: &'r TapDocument) -> Self {
        let transaction = &report.transaction;
        let statements = report.statements(Detail::Trace);
        let result = statements
            .iter()
            .find(|statement| statement.approved.is_some());
        Self {
            report,
            title: title(transaction.kind, &transaction.amount, &report.subject),
            card: match &report.subject {
                Subject::Own { view, .. } => view.name(),
                Subject::Other(peer) => format!("the card behind {peer}"),
            },
            result: result.map(|result| result.text.clone()).unwrap_or_default(),
            tone: if report.approved() { "good" } else { "bad" },
            statements,
            moments: moments(&report.events),
            style: include_str!("../../templates/tap.css"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    fn object(node: &Node) -> Object<'_> {
        Object::new(node)
    }

    /// The text and the commands in backticks of a sentence.
    fn pieces(text: &str) -> Vec<Piece<'_>> {
        let pieces = text.split('`').zip([false, true].into_iter().cycle());
        let pieces = pieces.map(|(text, is_code)| Piece { text, is_code });
        pieces.filter(|piece| !piece.text.is_empty()).collect()
    }
}

fn moments(events: &[EventView]) -> Vec<Moment<'_>> {
    let numbered = events.iter().scan(0, |number, event| {
        let time = match event {
            EventView::Exchange { microseconds, .. } => {
                *number += 1;
                milliseconds(*microseconds)
            }
            EventView::Step { .. } => String::new(),
        };
        Some(Moment {
            event,
            number: *number,
            time,
        })
    });
    numbered.collect()
}

/// A data object with everything inside it.
#[derive(Template)]
#[template(path = "node.html")]
struct Object<'n> {
    node: &'n Node,
    /// True for a template, whose objects are shown unasked.
    is_open: bool,
}

impl<'n> Object<'n> {
    fn new(node: &'n Node) -> Self {
        Self {
            node,
            is_open: node.value.is_none() && !node.children.is_empty(),
        }
    }

    /// The length and coding of a value.
    fn form(value: &str, coding: &str) -> String {
        let coding = match coding {
            "n" => ", numeric (n)",
            "cn" => ", compressed numeric (cn)",
            "b" => ", binary (b)",
            "an" => ", alphanumeric (an)",
            "ans" => ", alphanumeric and special characters (ans)",
            _ => "",
        };
        match value.len() / 2 {
            1 => format!("1 octet{coding}"),
            count => format!("{count} octets{coding}"),
        }
    }
}

/// A file for a page, which is found to be writable before the tap and takes its name after it.
pub(super) struct PageFile {
    path: PathBuf,
    beside: NamedTempFile,
}

impl PageFile {
    /// A place for the page at `path`: a new file, or one that holds a page already.
    ///
    /// # Errors
    /// There is another file, which is left as it is, or the folder cannot be written.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failure = |error: std::io::Error| unusable(path, &error.to_string());
        match File::open(path) {
            Ok(file) => {
                let is_file = file.metadata().map_err(failure)?.is_file();
                if !(is_file && is_page(file)) {
                    let text = "it is there, and no page of `understudy tap`: name another file";
                    return Err(unusable(path, text));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failure(error)),
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        folder.metadata().map_err(|error| {
            unusable(path, &format!("its folder {}: {error}", folder.display()))
        })?;
        // The text of the error names the file beside the page, which says nothing to the user.
        let beside = NamedTempFile::new_in(folder);
        let beside = beside.map_err(|error| failure(error.kind().into()))?;
        Ok(Self {
            path: path.to_owned(),
            beside,
        })
    }

    /// Writes the page of a tap, and returns its path. The file is for its owner only: it tells what
    /// was paid and where.
    ///
    /// # Errors
    /// The file cannot be written or take its name.
    pub(super) fn write(mut self, report: &TapDocument) -> Result<PathBuf, Failure> {
        let page = Page::new(report).render();
        let page = page.map_err(|error| unusable(&self.path, &error.to_string()))?;
        let written = self.beside.write_all(page.as_bytes());
        let written = written.and_then(|()| self.beside.as_file().sync_all());
        written.map_err(|error| unusable(&self.path, &error.to_string()))?;
        match self.beside.persist(&self.path) {
            Ok(_) => Ok(self.path),
            Err(error) => Err(unusable(&self.path, &error.error.to_string())),
        }
    }
}

fn unusable(path: &Path, problem: &str) -> Failure {
    Failure::Input(format!("--html {}: {problem}", path.display()))
}

/// True for a file that begins as our pages do.
fn is_page(file: File) -> bool {
    let mut head = Vec::new();
    let read = file.take(MARK.len() as u64).read_to_end(&mut head);
    read.is_ok() && head == MARK.as_bytes()
}
