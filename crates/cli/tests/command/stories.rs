//! `demo`: every story ends as described, and leaves nothing behind.

use serde_json::json;

use crate::desk::Desk;

fn play(story: &str, scenes: usize) {
    let desk = Desk::new();
    let folder = desk.path().join("tmp");
    std::fs::create_dir(&folder).unwrap();
    let mut command = desk.command(["demo", story, "--json"]);
    let output = command.env("TMPDIR", &folder).output().unwrap();
    let run = desk.told(&output);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&told["format"], &told["story"], &told["ended"]),
        (&json!("understudy.demo/1"), &json!(story), &json!(true))
    );
    let shown = told["scenes"].as_array().unwrap().iter();
    let held = shown.filter(|scene| scene["held"] == json!(true)).count();
    assert_eq!(held, scenes, "{told}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    assert!(!desk.home().exists());
}

#[test]
fn a_bank_sees_its_five_minutes() {
    play("bank", 19);
    // Without a name it is the one that is played, for a person.
    let desk = Desk::new();
    let run = desk.run(["demo"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    for part in [
        "BIND", "VERIFY", "TAP", "PIN", "LOST", "FOUND", "REFUND", "SETTLE",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    for secret in ["739182", "918273"] {
        assert!(!run.out.contains(secret), "{}", run.out);
    }
    assert!(
        run.out.contains("The story ended as it says."),
        "{}",
        run.out
    );
}

#[test]
fn a_lost_phone_is_written_off() {
    play("lost-phone", 7);
}

#[test]
fn the_second_tap_pays_once() {
    play("second-tap", 8);
}

#[test]
fn a_power_cut_costs_one_key() {
    play("power-cut", 9);
}

#[test]
fn a_clone_is_found() {
    play("clone", 7);
}

#[test]
fn ten_cards_are_told_apart() {
    play("ten-cards", 15);
}

#[test]
fn an_unknown_story_is_refused_with_the_names_of_the_others() {
    let run = Desk::new().run(["demo", "happy-end"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("lost-phone"), "{}", run.err);
}
