//! Widths: of words, paragraphs and tables.

use anstream::adapter::strip_str;
use proptest::prelude::*;

use super::{Cell, Column, Table, fill, width_of};

fn table() -> Table {
    let mut table = Table::new([
        Column::right("NO"),
        Column::left("NAME"),
        Column::right("AMOUNT"),
        Column::left("REMARK"),
    ]);
    table.row([
        Cell::new(1),
        Cell::new("北京烤鸭店"),
        Cell::new("12.34 CNY"),
        Cell::default(),
    ]);
    table.row([
        Cell::new(10),
        Cell::new("Tea"),
        Cell::new("1000.00 CNY"),
        Cell::new("the reader waited for storage"),
    ]);
    table
}

fn plain(lines: &[String]) -> Vec<String> {
    let strip = |line: &String| strip_str(line).to_string();
    lines.iter().map(strip).collect()
}

#[test]
fn a_table_has_a_line_for_each_row_where_nothing_limits_it() {
    let lines = plain(&table().lines(None));
    assert_eq!(
        lines,
        [
            "NO  NAME             AMOUNT  REMARK",
            " 1  北京烤鸭店    12.34 CNY",
            "10  Tea         1000.00 CNY  the reader waited for storage",
        ]
    );
    assert_eq!(plain(&table().lines(Some(200))), lines);
    assert_eq!(plain(&table().lines(Some(58))), lines);
}

#[test]
fn a_table_that_is_too_wide_is_folded_between_its_columns() {
    assert_eq!(
        plain(&table().lines(Some(40))),
        [
            "NO  NAME             AMOUNT",
            "      REMARK",
            " 1  北京烤鸭店    12.34 CNY",
            "10  Tea         1000.00 CNY",
            "      the reader waited for storage",
        ]
    );
    assert_eq!(
        plain(&table().lines(Some(24))),
        [
            "NO  NAME",
            "           AMOUNT",
            "      REMARK",
            " 1  北京烤鸭店",
            "        12.34 CNY",
            "10  Tea",
            "      1000.00 CNY",
            "      the reader waited",
            "      for storage",
        ]
    );
}

#[test]
fn a_value_moves_no_other_line_and_no_screen() {
    let mut table = Table::new([Column::left("NAME"), Column::left("STATE")]);
    table.row([Cell::new("a\u{1B}[2Jb\nc"), Cell::new("paid")]);
    table.remark("a remark below the row".to_owned());
    assert_eq!(
        plain(&table.lines(None)),
        [
            "NAME      STATE",
            "a?[2Jb?c  paid",
            "      a remark below the row"
        ]
    );
}

#[test]
fn a_command_is_not_broken_and_other_words_are_where_they_must_be() {
    let text = "Add `understudy --home x tap --verified`, or 0123456789ABCDEF0123456789.";
    assert_eq!(
        fill(text, "", "  ", 20),
        [
            "Add",
            "  `understudy --home x tap --verified`,",
            "  or",
            "  0123456789ABCDEF01",
            "  23456789."
        ]
    );
    assert_eq!(
        fill("北京烤鸭店的全部", "", "", 10),
        ["北京烤鸭店", "的全部"]
    );
    assert_eq!(fill("", "", "", 10), [""]);
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_output_and_no_value_is_lost(
        values in proptest::collection::vec("[a-z0-9 北京店é]{0,30}", 1..9),
        width in 20_usize..120,
    ) {
        let columns: Vec<Column> = values.iter().map(|_| Column::left("HEAD")).collect();
        let mut table = Table::new(columns);
        table.row(values.iter().map(Cell::new).collect::<Vec<_>>());
        let lines = plain(&table.lines(Some(width)));
        for line in &lines {
            prop_assert!(width_of(line) <= width, "{line:?}");
        }
        let kept = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
        let shown = kept(&lines.concat()).replace("HEAD", "");
        prop_assert_eq!(shown, kept(&values.concat()));
    }
}
