//! Colours and weights of printed text.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// The style of tags and status words.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();
/// The style of less important text.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// The style of headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// The style of a good result.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// The style of a bad result.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// The style of text that needs attention.
pub(crate) const NOTE: Style = AnsiColor::Yellow.on_default();

/// `text` in a style.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
