//! Lists and traces in terminals of several widths, and in a pipe.

use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use unicode_width::UnicodeWidthStr as _;

use crate::desk::{Desk, PANS};

/// The lines that a command prints on a terminal of `width` columns, without colours.
fn on_terminal(desk: &Desk, args: &[&str], width: u16) -> Vec<String> {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap();
    let mut options = File::options();
    options.read(true).write(true);
    let terminal = options.open(name.to_str().unwrap()).unwrap();
    let size = Winsize {
        ws_row: 50,
        ws_col: width,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).unwrap();
    let mut command = desk.command(args);
    command.env("NO_COLOR", "1").env_remove("COLUMNS");
    command.stdout(Stdio::from(terminal));
    let mut child = command.spawn().unwrap();
    // The command's side of the terminal closes with it.
    drop(command);
    let mut shown = Vec::new();
    let mut screen = File::from(screen);
    let mut room = [0; 4096];
    while let Ok(count @ 1..) = screen.read(&mut room) {
        shown.extend_from_slice(&room[..count]);
    }
    assert!(child.wait().unwrap().code().unwrap() <= 1, "{args:?}");
    let shown = String::from_utf8(shown).unwrap();
    shown
        .lines()
        .map(|line| line.trim_end_matches('\r').to_owned())
        .collect()
}

/// The lines that a command writes into a pipe, with these `COLUMNS`.
fn in_pipe(desk: &Desk, args: &[&str], columns: Option<&str>) -> Vec<String> {
    let mut command = desk.command(args);
    match columns {
        Some(columns) => command.env("COLUMNS", columns),
        None => command.env_remove("COLUMNS"),
    };
    let run = desk.told(&command.output().unwrap());
    run.out.lines().map(str::to_owned).collect()
}

/// A desk with two cards, taps of both, and a merchant with a name in Chinese.
fn busy_desk() -> Desk {
    let desk = Desk::with_card();
    desk.issue_active(PANS[0], &["--product", "credit"]);
    assert_eq!(desk.run(["tap", "--from", "2", "--verified"]).code, 0);
    assert_eq!(desk.run(["tap", "--amount", "1500"]).code, 1);
    assert_eq!(desk.run(["void", "1"]).code, 0);
    // The default terminal's name is in ASCII; other readers send what they like.
    let mut card = crate::desk::CardProcess::start(&desk);
    card.ask(crate::desk::SELECT_PPSE);
    card.ask(crate::desk::SELECT_CARD);
    let ours = crate::desk::processing_options(1234);
    let name = |text: &str| crate::desk::hex(format!("{text:\0<20}").as_bytes());
    let at = ours.len() - 2 - 40;
    let theirs = format!("{}{}00", &ours[..at], &name("北京店")[..40]);
    assert_eq!(theirs.len(), ours.len());
    assert!(card.ask(&theirs).ends_with("9000"));
    assert_eq!(card.end(), 0);
    desk
}

const LISTS: [&[&str]; 4] = [&["tokens"], &["authorisations"], &["history"], &["cards"]];

/// The columns of a line, without the commands in it, which are never broken.
fn width(line: &str) -> usize {
    let is_command = line.contains('`') || line.contains("understudy");
    if is_command { 0 } else { line.width() }
}

#[test]
fn lists_and_traces_fit_the_terminal_and_lose_nothing() {
    let desk = busy_desk();
    for args in LISTS {
        let whole = in_pipe(&desk, args, None).join(" ");
        for columns in [40, 80, 200] {
            let lines = on_terminal(&desk, args, columns);
            for line in &lines {
                assert!(
                    width(line) <= usize::from(columns),
                    "{args:?} {columns}: {line}"
                );
            }
            let shown = lines.join(" ");
            for word in whole.split_whitespace().filter(|word| !word.contains('`')) {
                assert!(
                    shown.contains(word),
                    "{args:?} {columns}: no {word} in {shown}"
                );
            }
        }
    }
    for columns in [40, 80, 200] {
        for args in [
            &["tap", "-v"][..],
            &["tap", "-vv"],
            &["tap"],
            &["decode", "9F2701809F360200019F1A020156"],
        ] {
            let lines = on_terminal(&desk, args, columns);
            for line in &lines {
                assert!(
                    width(line) <= usize::from(columns),
                    "{args:?} {columns}: {line}"
                );
            }
            let widest = lines.iter().map(|line| width(line)).max().unwrap();
            assert!(
                widest + 40 >= usize::from(columns.min(100)),
                "{args:?} {columns}: {widest}"
            );
        }
    }
}

#[test]
fn a_narrow_terminal_folds_rows_and_a_wide_one_does_not() {
    let desk = busy_desk();
    let lines = |columns| on_terminal(&desk, &["tokens"], columns).len();
    assert_eq!((lines(200), lines(80), lines(40)), (3, 6, 12));
}

#[test]
fn wide_characters_take_two_columns() {
    let desk = busy_desk();
    let lines = on_terminal(&desk, &["history"], 200);
    let column = lines[0].find("STATE").unwrap();
    let chinese = lines.iter().find(|line| line.contains("北京店")).unwrap();
    let state = chinese
        .find("possibly")
        .or_else(|| chinese.find("sent"))
        .unwrap();
    assert_eq!(chinese[..state].width(), column, "{chinese}");
}

#[test]
fn a_pipe_gets_a_line_for_each_row_unless_columns_are_asked_for() {
    let desk = busy_desk();
    assert_eq!(in_pipe(&desk, &["tokens"], None).len(), 3);
    assert_eq!(in_pipe(&desk, &["tokens"], Some("no number")).len(), 3);
    assert_eq!(in_pipe(&desk, &["tokens"], Some("0")).len(), 3);
    assert_eq!(in_pipe(&desk, &["tokens"], Some("80")).len(), 6);
    // Octets of a trace are one word, and each object has its value on its own line.
    let trace = in_pipe(&desk, &["tap", "-vv"], None);
    let answers = trace
        .iter()
        .filter_map(|line| line.strip_prefix("  R-APDU  "));
    let answers: Vec<&str> = answers.collect();
    let longest = answers.iter().map(|answer| answer.len()).max().unwrap();
    assert!(longest > 100, "{trace:?}");
    assert!(
        answers.iter().all(|answer| answer.ends_with("9000")),
        "{answers:?}"
    );
    let is_hex = |line: &str| line.bytes().all(|octet| octet.is_ascii_hexdigit());
    let is_rest = |line: &str| line.starts_with("    ") && is_hex(line.trim());
    let rests: Vec<&String> = trace.iter().filter(|line| is_rest(line)).collect();
    assert_eq!(rests, [""; 0]);
}
