//! Payment codes: drawn, read back by an independent reader, and explained.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::desk::Desk;

/// The sample of a `UnionPay` interface for merchants, and the example of EMVCo's specification of
/// merchant-presented codes: see the tests of `understudy-qr`.
const CONSUMER: &str = "hQVDUFYwMWFYTwigAAADMwEBAVcTYpJhA1hEQzVkHSIQIBAAABiAH180AQBjM58mCFaLEtnaC9l/nycBgJ8QEQcAAQOgAAABCDM5OTk5OTk5nzYCAAGCAgAAnzcE6gZYyA==";
const MERCHANT: &str = "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A";

/// The text that `zbarimg` reads in a picture.
pub(crate) fn read_back(picture: &Path) -> String {
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(picture)
        .output();
    let output = output.unwrap_or_else(|_| {
        panic!("`zbarimg` is missing; install it (Debian: apt-get install zbar-tools)")
    });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", picture.display());
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end_matches('\n').to_owned()
}

/// The modules that block characters show, as a picture of black on white.
pub(crate) fn picture_of(rows: &str) -> Vec<u8> {
    let scale = 6;
    let mut lines = Vec::new();
    for row in rows.lines() {
        let halves = row.chars().map(|character| match character {
            ' ' => [true, true],
            '▀' => [false, true],
            '▄' => [true, false],
            '█' => [false, false],
            other => panic!("{other:?} is no block"),
        });
        let halves: Vec<[bool; 2]> = halves.collect();
        for half in 0..2 {
            let line = halves.iter().map(|dark| dark[half]);
            lines.push(line.collect::<Vec<bool>>());
        }
    }
    let width = lines[0].len();
    let mut picture = format!("P5 {} {} 255\n", width * scale, lines.len() * scale).into_bytes();
    for line in &lines {
        assert_eq!(line.len(), width, "a row is shorter");
        let pixels = line
            .iter()
            .flat_map(|dark| [if *dark { 0 } else { 255 }; 6]);
        let pixels: Vec<u8> = pixels.collect();
        for _ in 0..scale {
            picture.extend(&pixels);
        }
    }
    picture
}

#[test]
fn a_drawn_code_is_read_back_from_the_terminal_from_png_and_from_svg() {
    let desk = Desk::new();
    for code in [CONSUMER, MERCHANT] {
        let [svg, png, pgm] =
            ["code.svg", "code.png", "code.pgm"].map(|name| desk.path().join(name));
        let files = [
            "--svg",
            svg.to_str().unwrap(),
            "--png",
            png.to_str().unwrap(),
        ];
        let run = desk.run([&["qr", code][..], &files].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        std::fs::write(&pgm, picture_of(&run.out)).unwrap();
        for picture in [&pgm, &png, &svg] {
            assert_eq!(read_back(picture), code, "{}", picture.display());
        }
        let through = desk.feed(["qr", "-"], &format!("{code}\n"));
        assert_eq!(through.out, run.out);
        let (exit, value) = desk.json(["qr", code]);
        assert_eq!((exit, &value["format"]), (0, &json!("understudy.qr/1")));
        assert_eq!(
            value["rows"].as_array().unwrap().len(),
            run.out.lines().count()
        );
    }
}

#[test]
fn what_is_no_payment_code_is_not_drawn() {
    let desk = Desk::new();
    let file = desk.path().join("code.svg");
    let altered = MERCHANT.replace("23.72", "93.72");
    for (code, part) in [
        (altered.as_str(), "check sum"),
        ("000201", "missing"),
        ("https://example.org", "no payment code"),
        ("hello", "a merchant's begins with 000201"),
        ("hQVDUFYwMQ==", "61"),
        ("", "no payment code"),
    ] {
        let run = desk.run(["qr", code, "--svg", file.to_str().unwrap()]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{code}: {}", run.err);
        assert!(run.err.contains(part), "{code}: {}", run.err);
        assert!(!file.exists());
    }
    let nowhere = desk.path().join("no/such/folder.png");
    let run = desk.run(["qr", CONSUMER, "--png", nowhere.to_str().unwrap()]);
    assert_eq!(run.code, 4, "{}", run.err);
    // A file of somebody else is left as it is, and a picture of ours is replaced.
    for (option, name) in [("--png", "own.png"), ("--svg", "own.svg")] {
        let foreign = desk.path().join("letter.txt");
        std::fs::write(&foreign, "mine").unwrap();
        let refused = desk.run(["qr", CONSUMER, option, foreign.to_str().unwrap()]);
        assert_eq!(refused.code, 4, "{}", refused.err);
        assert!(refused.err.contains("no picture of"), "{}", refused.err);
        assert_eq!(std::fs::read(&foreign).unwrap(), b"mine");
        let own = desk.path().join(name);
        for code in [CONSUMER, MERCHANT] {
            let run = desk.run(["qr", code, option, own.to_str().unwrap()]);
            assert_eq!(run.code, 0, "{}", run.err);
            assert_eq!(read_back(&own), code);
        }
    }
}

#[test]
fn a_code_over_several_lines_is_read_as_one() {
    let desk = Desk::new();
    let whole = desk.run(["qr", CONSUMER]);
    let (head, tail) = CONSUMER.split_at(60);
    let broken = format!("  {head}\n  {tail}\n");
    assert_eq!(desk.run(["qr", &broken]).out, whole.out);
    assert_eq!(desk.feed(["qr", "-"], &broken).out, whole.out);
    let explained = desk.run(["decode", CONSUMER]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    assert_eq!(desk.run(["decode", &broken]).out, explained.out);
    assert_eq!(desk.feed(["decode"], &broken).out, explained.out);
    let nothing = desk.run(["decode", "hello"]);
    assert!(nothing.err.contains("payment code"), "{}", nothing.err);
}

#[test]
fn decode_says_who_is_paid_what() {
    let desk = Desk::new();
    let run = desk.run(["decode", MERCHANT]);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [
        "23.72 CNY to BEST TRANSPORT in BEIJING, CN",
        "Merchant Category Code",
        "最佳运输",
        "dynamic",
        "D15600000000",
        "Store Label",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let (exit, value) = desk.json(["decode", MERCHANT]);
    assert_eq!((exit, &value["parts"][0]["kind"]), (0, &json!("qr")));
    let altered = MERCHANT.replace("23.72", "93.72");
    let run = desk.run(["decode", &altered]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("check sum is wrong"), "{}", run.err);
    assert!(!run.out.contains("93.72 CNY to"), "{}", run.out);
}

/// A merchant's text goes to the terminal: it moves no cursor.
#[test]
fn control_characters_of_a_merchant_are_not_printed() {
    let desk = Desk::new();
    // The name with an escape sequence, under its right check sum.
    let code =
        "00020126080004abcd520441115303156540512.505802CN5909SHOP\u{1b}[2J!6007BEIJING6304795F";
    let run = desk.run(["decode", code]);
    assert!(run.out.contains("12.50 CNY to SHOP"), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
}

#[test]
fn decode_reads_the_code_of_a_card_and_masks_its_number() {
    let desk = Desk::new();
    for args in [
        &["decode", CONSUMER][..],
        &["decode", "--as", "qr", CONSUMER],
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, 0, "{}", run.err);
        for part in [
            "a code that a consumer presents, with one card",
            "A000000333010101",
            "568B12D9DA0BD97F",
            "UnionPay 01",
            "629261",
        ] {
            assert!(run.out.contains(part), "{part}: {}", run.out);
        }
        assert!(!run.out.contains("6292610358444335641"), "{}", run.out);
    }
}
