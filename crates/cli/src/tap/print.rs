//! A tap as text.

use std::path::Path;

use understudy_issuer::demonstration;

use super::checks::CheckResult;
use super::cryptogram::CryptogramView;
use super::report::TapDocument;
use super::statements::{Detail, milliseconds, title};
use super::view::{EventView, Subject, TransactionView};
use crate::layout::{Cell, Column, Table, fill, width_of};
use crate::output::{BAD, FAINT, GOOD, NOTE, Output, STRONG, paint};
use crate::trace::{hex_lines, render};

/// The column of times on the line of a command's name.
const TIME_COLUMN: usize = 70;
/// The column of the text of the last lines.
const TEXT_COLUMN: usize = 10;

/// Prints the whole tap.
pub(super) fn print(report: &TapDocument, detail: Detail, out: &mut Output) {
    heading(&report.transaction, &report.subject, out);
    if detail > Detail::Summary {
        let mut exchanges = 0;
        for view in &report.events {
            event(&mut exchanges, view, detail, out);
        }
        out.line("");
    }
    result_of(report, detail, out);
}

/// Prints one event, and counts the exchanges.
pub(super) fn event(exchanges: &mut usize, view: &EventView, detail: Detail, out: &mut Output) {
    match view {
        EventView::Step { text } => {
            for line in fill(text, "  Terminal: ", "    ", out.trace_width()) {
                out.line(paint(NOTE, line));
            }
        }
        EventView::Exchange { .. } => {
            *exchanges += 1;
            exchange(*exchanges, view, detail, out);
        }
    }
}

/// Prints the result of a tap.
pub(super) fn result_of(report: &TapDocument, detail: Detail, out: &mut Output) {
    if detail == Detail::Octets {
        octets(report, out);
    }
    for statement in report.statements(detail) {
        match statement.approved {
            None => out.paragraph(statement.label, TEXT_COLUMN, &statement.text),
            Some(approved) => {
                let style = if approved { GOOD } else { BAD };
                let label = paint(STRONG, format!("{:<TEXT_COLUMN$}", statement.label));
                out.line(format!("{label}{}", paint(style, statement.text)));
            }
        }
    }
    if let Some(receipt) = &report.receipt {
        receipt.print(out);
    }
}

/// Prints the file of the page.
pub(super) fn page(path: &Path, out: &mut Output) {
    out.paragraph("Page", TEXT_COLUMN, &path.display().to_string());
}

/// Prints the transaction and its card.
pub(super) fn heading(transaction: &TransactionView, subject: &Subject, out: &mut Output) {
    if let Subject::Own {
        view,
        issued_now: true,
        keys_before,
        ..
    } = subject
    {
        let pin = demonstration::TEST_PIN;
        let issued = format!("No card yet. Issued a demonstration {}.", view.name());
        out.paragraph("", 0, &issued);
        let state = format!(
            "It has {keys_before} single-use keys, and its PIN is {pin}. Its cardholder was sent a \
             code and entered it, so the card is active."
        );
        out.paragraph("", 0, &state);
        out.line("");
    }
    strong(&title(transaction.kind, &transaction.amount, subject), out);
    out.line("");
}

/// Prints a heading.
fn strong(text: &str, out: &mut Output) {
    for line in fill(text, "", "  ", out.trace_width()) {
        out.line(paint(STRONG, line));
    }
}

fn exchange(number: usize, event: &EventView, detail: Detail, out: &mut Output) {
    let EventView::Exchange {
        command,
        answer,
        problem,
        microseconds,
    } = event
    else {
        return;
    };
    let width = out.trace_width();
    out.line("");
    named(&format!("{number} {}", command.name), *microseconds, out);
    let are_raw = detail == Detail::Octets;
    if are_raw {
        labelled_hex("C-APDU", &command.octets, out);
    } else {
        command
            .octet_lines(width)
            .iter()
            .for_each(|line| out.line(line));
    }
    command
        .detail_lines(width)
        .iter()
        .for_each(|line| out.line(line));
    if let Some(answer) = answer {
        if are_raw {
            labelled_hex("R-APDU", &answer.octets, out);
        }
        answer
            .lines(2, width)
            .iter()
            .for_each(|line| out.line(line));
    }
    if let Some(problem) = problem {
        for line in fill(problem, "  ", "  ", width) {
            out.line(paint(BAD, line));
        }
    }
}

/// Prints the name of a command, with its time on the right.
fn named(name: &str, microseconds: u64, out: &mut Output) {
    let time = milliseconds(microseconds);
    let width = out.trace_width();
    let mut lines = fill(name, "", "  ", width);
    let last = lines.pop().unwrap_or_default();
    for line in lines {
        out.line(paint(STRONG, line));
    }
    let used = width_of(&last) + 2;
    let column = TIME_COLUMN.min(width.saturating_sub(time.len())).max(used);
    if column + time.len() > width {
        out.line(paint(STRONG, last));
        let column = width.saturating_sub(time.len());
        out.line(format!("{:column$}{}", "", paint(FAINT, time)));
    } else {
        let gap = column + 2 - used;
        out.line(format!(
            "{}{:gap$}{}",
            paint(STRONG, last),
            "",
            paint(FAINT, time)
        ));
    }
}

/// Prints hex behind the name of its kind.
fn labelled_hex(name: &str, hex: &str, out: &mut Output) {
    let mut label = paint(FAINT, format!("  {name:<8}"));
    for line in hex_lines(hex, TEXT_COLUMN, out.trace_width()) {
        let digits = line.trim_start();
        out.line(format!("{label}{digits}"));
        label = " ".repeat(TEXT_COLUMN);
    }
}

/// Prints the chip data for the issuer and the octets under the MAC.
fn octets(report: &TapDocument, out: &mut Output) {
    let width = out.trace_width();
    if let Some(request) = &report.request {
        let count = request.de55.len() / 2;
        strong(&format!("DE 55, {count} octets for the issuer"), out);
        let lines = hex_lines(&request.de55, 2, width).into_iter();
        for line in lines.chain(render(&request.objects, 2, width)) {
            out.line(line);
        }
        out.line("");
    }
    if let Some(cryptogram) = &report.cryptogram {
        under_the_mac(cryptogram, out);
        out.line("");
    }
    if let Some(issuer) = &report.issuer {
        strong("Checks of the issuer, in order", out);
        let mut table = Table::new([Column::left("RESULT"), Column::left("CHECK")]);
        for check in &issuer.checks {
            let style = match check.result {
                CheckResult::Passed => GOOD,
                CheckResult::Failed => BAD,
                CheckResult::NotReached => FAINT,
            };
            let result = Cell::styled(check.result.text(), style);
            table.row([result, Cell::new(check.check)]);
        }
        out.table(&table);
        out.line("");
    }
}

fn under_the_mac(cryptogram: &CryptogramView, out: &mut Output) {
    let heading = format!(
        "Under the MAC of {}, {}: {}",
        cryptogram.value,
        cryptogram.version,
        cryptogram.extent()
    );
    strong(&heading, out);
    let mut table = Table::new([
        Column::right("AT"),
        Column::right("OCTETS"),
        Column::left("BY"),
        Column::left("TAG"),
        Column::left("NAME"),
        Column::left("VALUE"),
    ]);
    for part in &cryptogram.parts {
        table.row([
            Cell::new(part.offset),
            Cell::new(part.length),
            Cell::new(part.source),
            Cell::optional(part.node.tag.as_ref()),
            Cell::new(&part.node.name),
            Cell::optional(part.node.value.as_ref()),
        ]);
    }
    if cryptogram.padding_length > 0 {
        table.row([
            Cell::new(cryptogram.length - cryptogram.padding_length),
            Cell::new(cryptogram.padding_length),
            Cell::default(),
            Cell::default(),
            Cell::new("Padding"),
            Cell::new(&cryptogram.padding_octets),
        ]);
    }
    out.table(&table);
    out.paragraph("MAC", TEXT_COLUMN, &format!("{}.", cryptogram.algorithm));
    out.paragraph("Key", TEXT_COLUMN, &format!("{}.", cryptogram.key));
    out.paragraph("Padding", TEXT_COLUMN, &format!("{}.", cryptogram.padding));
    out.paragraph("Verdict", TEXT_COLUMN, cryptogram.result.text());
}
