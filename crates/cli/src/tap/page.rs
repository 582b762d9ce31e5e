//! A tap as one page of HTML, which loads nothing and runs nothing.

use std::path::{Path, PathBuf};

use askama::Template;

use super::report::TapDocument;
use super::statements::{Detail, Statement, milliseconds, title};
use super::view::{EventView, Subject};
use crate::failure::Failure;
use crate::made_file::MadeFile;
use crate::trace::Node;

/// The first lines of every page, by which one of ours is known.
const MARK: &str = "<!DOCTYPE html>\n<!-- a page of `understudy tap` -->\n";

/// The option that names the file.
const OPTION: &str = "--html";

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

/// A place for the page of a tap: a new file, or one that holds a page already.
///
/// # Errors
/// As of [`MadeFile::open`].
pub(super) fn open(path: &Path) -> Result<MadeFile, Failure> {
    let is_page = |head: &[u8]| head.starts_with(MARK.as_bytes());
    MadeFile::open(OPTION, path, "page of `understudy tap`", is_page)
}

/// Writes the page of a tap, and returns its path. The file is for its owner only: it tells what was
/// paid and where.
///
/// # Errors
/// The page cannot be made, or the file cannot be written or take its name.
pub(super) fn write(file: MadeFile, report: &TapDocument) -> Result<PathBuf, Failure> {
    let page = Page::new(report).render();
    let page = page.map_err(|error| Failure::Input(format!("{OPTION}: {error}")))?;
    file.write(page.as_bytes())
}
