//! Text in the width of a terminal. Widths are in columns: a wide character, as those of Chinese,
//! takes two, a combining one none.

mod table;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::IsTerminal as _;

use terminal_size::Width;
use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr as _;

pub(crate) use table::{Cell, Column, Table};

/// The width of prose where the output states none: a file, a pipe.
pub(crate) const PLAIN_WIDTH: usize = 100;
/// The width of lists and traces where the output states none: a row is one line, however long.
pub(crate) const UNBROKEN: usize = usize::MAX / 2;
/// The greatest width of a paragraph; longer lines are hard to follow.
const PARAGRAPH_MAX: usize = 100;
/// The smallest width that texts adapt to; a narrower terminal breaks the lines itself.
const WIDTH_MIN: usize = 20;

/// True for [`UNBROKEN`], also without the columns of an indent.
pub(crate) const fn is_unbroken(width: usize) -> bool {
    width > UNBROKEN / 2
}

/// The width of the standard output, if it states one: that of the terminal, else the number in
/// `COLUMNS`.
pub(crate) fn output_width() -> Option<usize> {
    let terminal = std::io::stdout().is_terminal();
    let size = terminal.then(terminal_size::terminal_size).flatten();
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = match size {
        Some((Width(width), _)) if width > 0 => Some(usize::from(width)),
        _ => columns().filter(|width| *width > 0),
    };
    width.map(|width| width.max(WIDTH_MIN))
}

/// The width of `text`, which has no colours.
pub(crate) fn width_of(text: &str) -> usize {
    text.width()
}

/// The lines of a paragraph that begins with `first`, and whose later lines begin with `rest`. A
/// command in backticks is never broken, so that it can be copied; any other word is broken if it is
/// wider than a line.
pub(crate) fn paragraph(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    fill(text, first, rest, width.min(PARAGRAPH_MAX))
}

/// As [`paragraph`], over the whole width.
pub(crate) fn fill(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::Custom(words))
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .break_words(false);
    let lines = textwrap::wrap(text, &options).into_iter();
    lines
        .flat_map(|line| broken(line, rest, width))
        .collect::<Vec<_>>()
}

/// A line as it is, or in pieces if one of its words is wider than the line and no command.
fn broken(line: Cow<'_, str>, rest: &str, width: usize) -> Vec<String> {
    if line.width() <= width || line.contains('`') {
        return vec![line.into_owned()];
    }
    let options = Options::new(width)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let pieces = textwrap::wrap(&line, &options).into_iter();
    pieces.map(Cow::into_owned).collect()
}

/// The words of a text; a command in backticks is one word.
fn words(text: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut is_code = false;
    let mut is_behind_space = false;
    let mut start = 0;
    let mut words = Vec::new();
    for (at, character) in text.char_indices() {
        if is_behind_space && character != ' ' {
            words.extend(text.get(start..at).map(Word::from));
            start = at;
        }
        is_code ^= character == '`';
        is_behind_space = character == ' ' && !is_code;
    }
    words.extend(text.get(start..).map(Word::from));
    Box::new(words.into_iter())
}
