//! An explained data object, and its printed form.

use serde::Serialize;

use crate::output::{BAD, FAINT, KEY, NOTE, paint};

/// The column at which values start.
const VALUE_COLUMN: usize = 54;
/// The most hex digits of a value on one line.
const HEX_WIDTH: usize = 48;
/// The width that lines are kept below where possible.
const LINE_WIDTH: usize = 110;

/// A data object, or a part of one, explained.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Node {
    /// The tag in hex; `None` for parts of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
    /// The coding of the value: `n`, `cn`, `b`, `an`, `ans`; `None` for templates and parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coding: Option<&'static str>,
    /// The name in the dictionary.
    pub(crate) name: String,
    /// The value in hex, hidden digits as `E`; `None` if the children are the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    /// The meaning of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<String>,
    /// The bits that are set, each `b1.8 name`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) bits: Vec<String>,
    /// The objects or parts inside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<Node>,
    /// The problem with the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

impl Node {
    /// A part of a value, without a tag of its own.
    pub(crate) fn part(name: &str, value: String, meaning: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            value: Some(value),
            meaning,
            ..Self::default()
        }
    }

    /// A defect, and the octets after it.
    pub(crate) fn broken(problem: String, rest: String) -> Self {
        Self {
            name: "cannot be read".to_owned(),
            value: Some(rest),
            problem: Some(problem),
            ..Self::default()
        }
    }

    /// The first problem in this node or below it.
    pub(crate) fn first_problem(&self) -> Option<&str> {
        self.problem
            .as_deref()
            .or_else(|| self.children.iter().find_map(Self::first_problem))
    }
}

/// The lines of `nodes`, indented by `indent` spaces.
pub(crate) fn render(nodes: &[Node], indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for node in nodes {
        node.write(indent, &mut lines);
    }
    lines
}

impl Node {
    fn write(&self, indent: usize, lines: &mut Vec<String>) {
        let tag = self.tag.as_deref().unwrap_or("·");
        let coding = self.coding.unwrap_or_default();
        let head = format!(
            "{:indent$}{} {} {}",
            "",
            paint(KEY, format!("{tag:<5}")),
            paint(FAINT, format!("{coding:<3}")),
            self.name
        );
        let width = indent + tag.chars().count().max(5) + 5 + self.name.chars().count();
        let column = VALUE_COLUMN.max(indent + 6);
        let mut line = Line { text: head, width };
        for (index, part) in self.hex_parts().iter().enumerate() {
            if index > 0 || line.width >= column {
                lines.push(std::mem::take(&mut line.text));
                line.width = 0;
            }
            line.pad(column);
            line.push(part.len(), part);
        }
        if let Some(meaning) = &self.meaning {
            let length = meaning.chars().count();
            if line.width + 2 + length > LINE_WIDTH {
                lines.push(std::mem::take(&mut line.text));
                line.width = 0;
            }
            line.pad(column.saturating_sub(2));
            line.push(2 + length, &format!("  {}", paint(NOTE, meaning)));
        }
        lines.push(line.text);
        for bit in &self.bits {
            lines.push(format!("{:column$}{}", "", paint(FAINT, bit)));
        }
        if let Some(problem) = &self.problem {
            lines.push(format!("{:column$}{}", "", paint(BAD, problem)));
        }
        for child in &self.children {
            child.write(indent + 2, lines);
        }
    }

    /// The value in pieces that fit on a line. Hex is ASCII, so every index is a character
    /// boundary.
    fn hex_parts(&self) -> Vec<&str> {
        let mut rest = self.value.as_deref().unwrap_or_default();
        let mut parts = Vec::new();
        while let Some((part, tail)) = rest.split_at_checked(HEX_WIDTH) {
            parts.push(part);
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(rest);
        }
        parts
    }
}

/// A line, and its width without colours.
struct Line {
    text: String,
    width: usize,
}

impl Line {
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
