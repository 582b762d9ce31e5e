//! A tap as text.

use understudy_issuer::demonstration;

use super::report::TapDocument;
use super::view::{EventView, IssuerView, PromptView, RequestView, Subject, TransactionView};
use crate::cards::keys;
use crate::output::{BAD, FAINT, GOOD, NOTE, Output, STRONG, paint};

/// The column of times on the line of a command's name.
const TIME_COLUMN: usize = 70;
/// The column of the text of the last lines, for wrapping.
const TEXT_COLUMN: usize = 10;
const TEXT_WIDTH: usize = 90;

/// Prints the whole tap.
pub(super) fn print(report: &TapDocument, out: &mut Output) {
    heading(&report.transaction, &report.subject, out);
    let mut exchanges = 0;
    for view in &report.events {
        event(&mut exchanges, view, out);
    }
    result_of(report, out);
}

/// Prints one event, and counts the exchanges.
pub(super) fn event(exchanges: &mut usize, view: &EventView, out: &mut Output) {
    match view {
        EventView::Step { text } => out.line(paint(NOTE, format!("  Terminal: {text}"))),
        EventView::Exchange { .. } => {
            *exchanges += 1;
            exchange(*exchanges, view, out);
        }
    }
}

/// Prints the result of a tap.
pub(super) fn result_of(report: &TapDocument, out: &mut Output) {
    out.line("");
    ending(report, out);
    if let Some(receipt) = &report.receipt {
        receipt.print(out);
    }
}

/// Prints the transaction and its card.
pub(super) fn heading(transaction: &TransactionView, subject: &Subject, out: &mut Output) {
    let card = match subject {
        Subject::Own {
            view,
            issued_now,
            keys_before,
        } => {
            if *issued_now {
                out.line(format!(
                    "No card yet. Issued a demonstration {}.",
                    view.name()
                ));
                let pin = demonstration::TEST_PIN;
                out.line(format!(
                    "It has {keys_before} single-use keys, and its PIN is {pin}. Its cardholder \
                     was sent a code and"
                ));
                out.line("entered it, so the card is active.");
                out.line("");
            }
            view.name()
        }
        Subject::Other(peer) => format!("the card behind {peer}"),
    };
    let what = format!("{} of {} with {card}", transaction.kind, transaction.amount);
    out.line(paint(STRONG, what));
    out.line("");
}

fn exchange(number: usize, event: &EventView, out: &mut Output) {
    let EventView::Exchange {
        command,
        answer,
        problem,
        microseconds,
    } = event
    else {
        return;
    };
    out.line("");
    let mut lines = command.lines().into_iter();
    let name = format!("{number} {}", command.name);
    let gap = TIME_COLUMN.saturating_sub(name.chars().count()).max(2);
    let time = paint(FAINT, milliseconds(*microseconds));
    out.line(format!("{}{:gap$}{time}", paint(STRONG, name), ""));
    lines.next();
    lines.for_each(|line| out.line(line));
    if let Some(answer) = answer {
        answer
            .lines()
            .iter()
            .for_each(|line| out.line(format!("  {line}")));
    }
    if let Some(problem) = problem {
        out.line(format!("  {}", paint(BAD, problem)));
    }
}

fn ending(report: &TapDocument, out: &mut Output) {
    if let Some(request) = &report.request {
        field("Online", &sent(request), out);
    }
    if let Some(issuer) = &report.issuer {
        field("Issuer", &verdict(issuer), out);
    }
    if let Some(entry) = &report.reversed {
        let text = format!("first sent the reversal of {entry}, which was owed.");
        field("Till", &text, out);
    }
    if let Some(entry) = &report.reversal_refused {
        let text = format!(
            "first sent the reversal of {entry}, which was owed: the issuer refuses it for good, \
             and `understudy settle` names it."
        );
        field("Till", &text, out);
    }
    let terminal = &report.terminal;
    let message = match terminal.message_text {
        "" => String::new(),
        text => format!(" It shows \"{text}\"."),
    };
    field("Terminal", &format!("{}.{message}", terminal.text), out);
    if let Some(refusal) = &report.refusal {
        field("Card", &format!("refused: {refusal}."), out);
    }
    if let Some(prompt) = &report.prompt {
        field("Phone", &asks(prompt), out);
    }
    if report.waited {
        let text = "no key was armed, so the reader waited for storage.";
        field("Wallet", text, out);
    }
    if let Subject::Own { view, .. } = &report.subject {
        field(
            "Wallet",
            &format!("{}, {}.", keys(view.keys_left()), time(report)),
            out,
        );
    } else {
        field("Card", &format!("{}.", time(report)), out);
    }
    let style = if report.approved() { GOOD } else { BAD };
    out.line(format!(
        "{}{}",
        label("Result"),
        paint(style, result(report))
    ));
    if let Some(advice) = &report.advice {
        field("Next", advice, out);
    }
}

/// The phone's display after the first of two taps.
fn asks(prompt: &PromptView) -> String {
    let merchant = prompt.merchant.as_deref();
    let merchant = merchant
        .map(|name| format!(" to {name}"))
        .unwrap_or_default();
    format!(
        "shows {}{merchant}, and asks for verification within {} seconds. No key was used.",
        prompt.amount, prompt.seconds
    )
}

/// A name, and a text wrapped beside it.
fn field(name: &str, text: &str, out: &mut Output) {
    let mut line = label(name);
    let mut width = 0;
    for word in words(text) {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > TEXT_WIDTH {
            out.line(std::mem::replace(&mut line, " ".repeat(TEXT_COLUMN)));
            width = 0;
        }
        if width > 0 {
            line.push(' ');
            width += 1;
        }
        line.push_str(&word);
        width += length;
    }
    out.line(line);
}

/// The words of a text; a command in backticks is one word, so that it can be copied.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for part in text.split(' ') {
        match words.last_mut() {
            Some(last) if is_open => {
                last.push(' ');
                last.push_str(part);
            }
            _ => words.push(part.to_owned()),
        }
        is_open ^= part.matches('`').count() % 2 == 1;
    }
    words
}

fn label(name: &str) -> String {
    paint(STRONG, format!("{name:<TEXT_COLUMN$}"))
}

fn milliseconds(microseconds: u64) -> String {
    format!("{}.{:03} ms", microseconds / 1000, microseconds % 1000)
}

/// The card's time for all its answers, in words.
fn time(report: &TapDocument) -> String {
    let times = report.events.iter().filter_map(|event| match event {
        EventView::Exchange {
            answer: Some(_),
            microseconds,
            ..
        } => Some(*microseconds),
        EventView::Exchange { .. } | EventView::Step { .. } => None,
    });
    match times.fold((0, 0_u64), |(count, sum), time| (count + 1, sum + time)) {
        (0, _) => "no command answered".to_owned(),
        (1, sum) => format!("1 command answered in {}", milliseconds(sum)),
        (count, sum) => format!("{count} commands answered in {}", milliseconds(sum)),
    }
}

fn sent(request: &RequestView) -> String {
    format!(
        "DE 22 {}, DE 35 of {}, DE 55 with {} octets; {}.",
        request.entry_mode,
        request.token,
        request.de55.len() / 2,
        request.cvm
    )
}

fn verdict(issuer: &IssuerView) -> String {
    let answer = if issuer.approved {
        "approves".to_owned()
    } else {
        format!("declines ({})", issuer.reason)
    };
    let shown = |name: &str, value: Option<&String>| {
        value.map_or(String::new(), |value| format!(" {name} {value}."))
    };
    let number = issuer.authorisation.map(|number| number.to_string());
    format!(
        "{answer}, response code {}: {}{}{}{}",
        issuer.response_code,
        issuer.explanation,
        shown("Balance", issuer.balance.as_ref()),
        shown("Authorisation", number.as_ref()),
        shown("ARPC", issuer.arpc.as_ref()),
    )
}

/// The result in capital letters.
fn result(report: &TapDocument) -> String {
    match (report.result, &report.refusal) {
        ("end-application", Some(_)) => "REFUSED".to_owned(),
        ("end-application", None) => "ENDED".to_owned(),
        (result, _) => result.replace('-', " ").to_uppercase(),
    }
}
