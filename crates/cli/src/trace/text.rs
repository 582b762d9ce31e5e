//! Explained octets as text, in the width of the output.

use anstyle::Style;

use super::{AnswerView, CommandView, Node};
use crate::layout::{UNBROKEN, fill, is_unbroken, width_of};
use crate::output::{BAD, FAINT, GOOD, KEY, NOTE, STRONG, paint};

/// The columns of a tag, its coding and the blanks behind them.
const HEAD: usize = 10;
/// The columns of the place of a bit and the blank behind it.
const PLACE: usize = 7;
/// The least hex digits in a line.
const HEX_MIN: usize = 8;
/// The most hex digits in a line.
const HEX_MAX: usize = 64;

/// The lines of `nodes`, indented by `indent` blanks.
pub(crate) fn render(nodes: &[Node], indent: usize, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for node in nodes {
        node.write(indent, width, &mut lines);
    }
    lines
}

/// Hex in lines of whole octets, each with the indent of `indent` blanks.
pub(crate) fn hex_lines(hex: &str, indent: usize, width: usize) -> Vec<String> {
    let room = (width.saturating_sub(indent) & !1).max(HEX_MIN);
    let pieces = pieces(hex, room).into_iter();
    pieces
        .map(|piece| format!("{:indent$}{piece}", ""))
        .collect()
}

impl CommandView {
    /// The lines of its text form. The first one is its name.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        let mut lines = fill(&self.name, "", "  ", width);
        for line in &mut lines {
            *line = paint(STRONG, &line);
        }
        lines.extend(self.octet_lines(width));
        lines.extend(self.detail_lines(width));
        lines
    }

    /// The lines of its octets, with a blank between fields.
    pub(crate) fn octet_lines(&self, width: usize) -> Vec<String> {
        fill(&self.fields, "  ", "  ", width)
    }

    /// The lines of its problem and its data objects.
    pub(crate) fn detail_lines(&self, width: usize) -> Vec<String> {
        details(self.problem.as_deref(), &self.data, width)
    }
}

impl AnswerView {
    /// The lines of its text form, each indented by `indent` blanks.
    pub(crate) fn lines(&self, indent: usize, width: usize) -> Vec<String> {
        let room = width.saturating_sub(indent);
        let mut lines = match (&self.status, self.meaning) {
            (Some(status), Some(meaning)) => {
                let style = if status == "9000" { GOOD } else { BAD };
                vec![paint(style, format!("{status} {meaning}"))]
            }
            _ => hex_lines(&self.octets, 2, room),
        };
        lines.extend(details(self.problem.as_deref(), &self.data, room));
        let lines = lines.into_iter();
        lines.map(|line| format!("{:indent$}{line}", "")).collect()
    }
}

/// The lines below a command or an answer: its problem, then its data objects.
fn details(problem: Option<&str>, data: &[Node], width: usize) -> Vec<String> {
    let problem = problem.map(|problem| painted(problem, BAD, "  ", "  ", width));
    let problem = problem.into_iter().flatten();
    problem.chain(render(data, 2, width)).collect()
}

/// The column at which values start in an output of this width.
const fn value_column(width: usize) -> usize {
    match width {
        ..60 => 16,
        60..96 => 40,
        _ => 54,
    }
}

impl Node {
    fn write(&self, indent: usize, width: usize, lines: &mut Vec<String>) {
        let column = value_column(width).max(indent + 6);
        let room = if is_unbroken(width) {
            UNBROKEN
        } else {
            (width.saturating_sub(column) & !1).clamp(HEX_MIN, HEX_MAX)
        };
        let mut open = self.head(indent, width, lines);
        for (index, part) in pieces(self.value.as_deref().unwrap_or_default(), room)
            .into_iter()
            .enumerate()
        {
            if index > 0 || open.width >= column && !is_unbroken(width) {
                open.close(lines);
            }
            open.pad(column.max(open.width + 1));
            open.push(part.len(), part);
        }
        self.write_meaning(open, column, width, lines);
        let blanks = " ".repeat(column);
        let below_place = " ".repeat(column + PLACE);
        for bit in &self.bits {
            lines.extend(painted(bit, FAINT, &blanks, &below_place, width));
        }
        if let Some(problem) = &self.problem {
            lines.extend(painted(problem, BAD, &blanks, &blanks, width));
        }
        for child in &self.children {
            child.write(indent + 2, width, lines);
        }
    }

    /// The line of tag, coding and name; the last one of them, if the name is filled into more.
    fn head(&self, indent: usize, width: usize, lines: &mut Vec<String>) -> Line {
        let tag = self.tag.as_deref().unwrap_or("·");
        let coding = self.coding.unwrap_or_default();
        let below = " ".repeat(indent + HEAD);
        let mut names = fill(&self.name, &below, &below, width).into_iter();
        let name = names.next().unwrap_or_default();
        let head = format!(
            "{:indent$}{} {} {}",
            "",
            paint(KEY, format!("{tag:<5}")),
            paint(FAINT, format!("{coding:<3}")),
            name.trim_start()
        );
        let width = width_of(&name) + width_of(tag).saturating_sub(5);
        let mut line = Line { text: head, width };
        for name in names {
            lines.push(std::mem::take(&mut line.text));
            line.width = width_of(&name);
            line.text = name;
        }
        line
    }

    /// The meaning, behind the value if it fits there, else below it.
    fn write_meaning(&self, mut open: Line, column: usize, width: usize, lines: &mut Vec<String>) {
        let Some(meaning) = &self.meaning else {
            lines.push(open.text);
            return;
        };
        let indent = open.width.max(column.saturating_sub(2)) + 2;
        if indent + width_of(meaning) <= width {
            open.pad(column.saturating_sub(2));
            open.push(0, &format!("  {}", paint(NOTE, meaning)));
            lines.push(open.text);
            return;
        }
        open.close(lines);
        let blanks = " ".repeat(column);
        lines.extend(painted(meaning, NOTE, &blanks, &blanks, width));
    }
}

/// The lines of a text in a style, the blanks before them without it.
fn painted(text: &str, style: Style, first: &str, rest: &str, width: usize) -> Vec<String> {
    let lines = fill(text, first, rest, width).into_iter();
    let paint_line = |line: String| {
        let text = line.trim_start_matches(' ');
        let blanks = line.len() - text.len();
        format!("{:blanks$}{}", "", paint(style, text))
    };
    lines.map(paint_line).collect()
}

/// Hex in pieces of at most `room` digits. Hex is ASCII, so every index is a character boundary.
fn pieces(hex: &str, room: usize) -> Vec<&str> {
    let mut rest = hex;
    let mut pieces = Vec::new();
    while let Some((piece, tail)) = rest.split_at_checked(room) {
        pieces.push(piece);
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// A line that is not complete, and its width without colours.
struct Line {
    text: String,
    width: usize,
}

impl Line {
    /// Ends the line and begins the next.
    fn close(&mut self, lines: &mut Vec<String>) {
        lines.push(std::mem::take(&mut self.text));
        self.width = 0;
    }

    fn pad(&mut self, column: usize) {
        let missing = column.saturating_sub(self.width);
        self.text.extend(std::iter::repeat_n(' ', missing));
        self.width += missing;
    }

    fn push(&mut self, width: usize, text: &str) {
        self.text.push_str(text);
        self.width += width;
    }
}
