//! Tables whose rows are folded where the output is narrower than they are.

use std::fmt::Display;

use anstyle::Style;

use super::{fill, width_of};
use crate::style::{FAINT, paint};

/// The blanks between two columns.
const GAP: usize = 2;
/// The indent of the lines that a folded row goes on in.
const INDENT: usize = 6;

/// The head of a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    name: &'static str,
    /// True for numbers, which end at the same column.
    is_right: bool,
}

impl Column {
    /// A column of texts.
    pub(crate) const fn left(name: &'static str) -> Self {
        Self {
            name,
            is_right: false,
        }
    }

    /// A column of numbers.
    pub(crate) const fn right(name: &'static str) -> Self {
        Self {
            name,
            is_right: true,
        }
    }
}

/// One value in a row, without control characters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A value in the output's own colour.
    pub(crate) fn new(text: impl Display) -> Self {
        Self::styled(text, Style::new())
    }

    /// A value in a style.
    pub(crate) fn styled(text: impl Display, style: Style) -> Self {
        let plain = |c: char| if c.is_control() { '?' } else { c };
        Self {
            text: text.to_string().chars().map(plain).collect(),
            style,
        }
    }

    /// The value, or nothing.
    pub(crate) fn optional(text: Option<impl Display>) -> Self {
        text.map_or_else(Self::default, Self::new)
    }
}

/// A list of rows below the names of its columns.
///
/// Each column is as wide as its widest value. A table that is wider than the output puts the
/// columns that are too many below the first ones, in every row the same; no value is cut.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    cells: Vec<Cell>,
    /// A remark below the row.
    remark: Option<String>,
}

impl Table {
    /// An empty table of these columns.
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, which has a cell for each column.
    pub(crate) fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(Row {
            cells: cells.into(),
            remark: None,
        });
    }

    /// Adds a remark below the last row.
    pub(crate) fn remark(&mut self, text: String) {
        if let Some(row) = self.rows.last_mut() {
            row.remark = Some(text);
        }
    }

    /// The lines of the table in an output of this width; `None`: as wide as it needs.
    pub(crate) fn lines(&self, width: Option<usize>) -> Vec<String> {
        let width = width.unwrap_or(usize::MAX);
        let bands = self.bands(width);
        let heads: Vec<Cell> = self
            .columns
            .iter()
            .map(|column| Cell::styled(column.name, FAINT))
            .collect();
        let mut lines = Vec::new();
        for band in &bands {
            band.write(&heads, width, &mut lines);
        }
        for row in &self.rows {
            for band in &bands {
                band.write(&row.cells, width, &mut lines);
            }
            if let Some(remark) = &row.remark {
                let indent = " ".repeat(INDENT);
                let filled = fill(remark, &indent, &indent, width);
                lines.extend(filled.iter().map(|line| paint(FAINT, line)));
            }
        }
        lines
    }

    /// The lines of which each row consists: the columns one after another, as many as fit.
    fn bands(&self, width: usize) -> Vec<Band> {
        let mut bands = Vec::new();
        let mut band = Band::default();
        for (index, column) in self.columns.iter().enumerate() {
            let place = Place {
                index,
                width: self.width(index),
                is_right: column.is_right,
            };
            if !band.places.is_empty() && band.width() + GAP + place.width > width {
                bands.push(std::mem::replace(&mut band, Band::later()));
            }
            band.places.push(place);
        }
        bands.push(band);
        bands
    }

    /// The width of a column: that of its widest value or of its name.
    fn width(&self, index: usize) -> usize {
        let name = self.columns.get(index).map_or(0, |c| width_of(c.name));
        let cells = self.rows.iter().filter_map(|row| row.cells.get(index));
        cells.fold(name, |widest, cell| widest.max(width_of(&cell.text)))
    }
}

/// A column in a line.
#[derive(Debug)]
struct Place {
    index: usize,
    width: usize,
    is_right: bool,
}

/// The columns that share a line.
#[derive(Debug, Default)]
struct Band {
    indent: usize,
    places: Vec<Place>,
}

impl Band {
    /// A line below the first one of a row.
    fn later() -> Self {
        Self {
            indent: INDENT,
            places: Vec::new(),
        }
    }

    fn width(&self) -> usize {
        let columns: usize = self.places.iter().map(|place| place.width).sum();
        self.indent + columns + GAP * self.places.len().saturating_sub(1)
    }

    /// Appends the line of these cells; nothing if all are empty. A value that is wider than the
    /// output has a line of its own, and is filled into more of them.
    fn write(&self, cells: &[Cell], width: usize, lines: &mut Vec<String>) {
        let indent = " ".repeat(self.indent);
        if let ([place], true) = (self.places.as_slice(), self.width() > width) {
            let Some(cell) = cells.get(place.index) else {
                return;
            };
            let filled = fill(&cell.text, &indent, &indent, width);
            let is_there = !cell.text.is_empty();
            lines.extend(
                filled
                    .iter()
                    .filter(|_| is_there)
                    .map(|line| cell.styled_line(line)),
            );
            return;
        }
        let mut line = String::new();
        let mut blanks = self.indent;
        for place in &self.places {
            let cell = cells.get(place.index).cloned().unwrap_or_default();
            let missing = place.width.saturating_sub(width_of(&cell.text));
            let (before, after) = if place.is_right {
                (missing, 0)
            } else {
                (0, missing)
            };
            blanks += before;
            // Blanks go before a value, so that a line ends with one.
            if !cell.text.is_empty() {
                line.push_str(&" ".repeat(blanks));
                line.push_str(&cell.styled_line(&cell.text));
                blanks = 0;
            }
            blanks += after + GAP;
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
}

impl Cell {
    /// A part of the value in the value's style.
    fn styled_line(&self, line: &str) -> String {
        if self.style == Style::new() {
            line.to_owned()
        } else {
            paint(self.style, line)
        }
    }
}
