//! The story for a bank: what its customer, its shop and its own desk see of one card in a day.
//!
//! Bank and shop are in one home, the phone is in another, and only sealed messages pass between them.

use serde_json::{Value, json};

use super::stage::Stage;
use crate::failure::Failure;

/// A bank card that no bank issued.
const PAN: &str = "6222020000000012302";
/// Its PIN, and another one.
const PIN: &str = "739182\n";
const WRONG_PIN: &str = "918273\n";

/// The two homes.
const BANK: &str = "bank";
const PHONE: &str = "phone";
/// A tap of the phone at the shop.
const TAP: [&str; 3] = ["tap", "--phone", PHONE];

pub(super) fn play(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let device = bind(stage)?;
    verify(stage)?;
    let coffee = pay(stage)?;
    lose(stage, &device)?;
    find(stage, &device)?;
    refund(stage, &coffee, &device)?;
    settle(stage, &device)
}

/// The phone enrols, and gets a card.
fn bind(stage: &mut Stage<'_>) -> Result<String, Failure> {
    stage.say(
        "A customer of the bank has a phone. The two never meet: all that passes between them is \
         signed and sealed. Here it goes through pipes and files, elsewhere through the internet.",
    );
    let (code, enrolled) = stage.pipe(&[
        (BANK, &["enrol", "--challenge"]),
        (PHONE, &["phone", "enrol"]),
        (BANK, &["enrol", "--request", "-"]),
    ])?;
    let device = text(enrolled.at("/device"));
    stage.expect(
        code == 0 && *enrolled.at("/standing") == json!("active"),
        "the bank knows the phone by keys that the phone drew for itself",
    );
    stage.act(
        "BIND. The customer types in a bank card. The bank makes a stand-in number for this phone \
         alone, and ten keys that are good for one payment each, and seals them to the phone.",
    );
    let issue = [
        "issue", "--pan", PAN, "--expiry", "4912", "--pin", "-", "--device", &device, "--out",
        "package",
    ];
    let (code, issued) = stage.run_in(BANK, &issue, PIN)?;
    stage.expect(
        code == 0 && text(issued.at("/number")).starts_with("625094"),
        "the phone gets the stand-in, never the number on the plastic",
    );
    let (code, received) = stage.run_in(PHONE, &["phone", "receive", "package"], "")?;
    let taken = received.at("/letters/0/taken");
    stage.expect(
        code == 0 && *taken == json!("installed"),
        "the phone opens the letter, and the card is in its wallet",
    );
    Ok(device)
}

/// The cardholder is verified by a code.
fn verify(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.act(
        "VERIFY. Whoever knows a card's number is not its holder. The bank sends a code to the",
    );
    stage
        .say("telephone that it has on file. Before the code is entered the shop tries a payment.");
    let (code, tap) = stage.run_in(BANK, &TAP, "")?;
    stage.expect(
        code == 1 && *tap.at("/issuer/reason") == json!("token-inactive"),
        "the bank declines: nobody has shown yet whose card it is",
    );
    let (_, sent) = stage.run_in(BANK, &["verify", "--resend"], "")?;
    let (code, verified) = stage.run_in(BANK, &["verify", &text(sent.at("/code"))], "")?;
    stage.expect(
        code == 0 && *verified.at("/status") == json!("active"),
        "with the code from the customer's telephone the card is active",
    );
    Ok(())
}

/// A small payment, and one with the PIN. The small one's number.
fn pay(stage: &mut Stage<'_>) -> Result<String, Failure> {
    stage.act(
        "TAP. A coffee for 21.50. The phone answers the terminal with a cryptogram over the amount, \
         the bank makes the same key again and checks it, and the key is gone for good.",
    );
    let (code, coffee) = stage.run_in(BANK, &[&TAP[..], &["--amount", "21.50"]].concat(), "")?;
    stage.expect(
        code == 0 && *coffee.at("/result") == json!("approved"),
        "approved; at this amount nobody asks for a PIN",
    );
    stage.act(
        "PIN. A bicycle for 1,500.00, above the no-PIN limit: the terminal asks, and encrypts the PIN \
         in its pad. A wrong one first.",
    );
    let bicycle = [&TAP[..], &["--amount", "1500", "--pin", "-"]].concat();
    let (code, wrong) = stage.run_in(BANK, &bicycle, WRONG_PIN)?;
    stage.expect(
        code == 1 && *wrong.at("/issuer/reason") == json!("wrong-pin"),
        "the bank declines a wrong PIN, and counts it",
    );
    let (code, _) = stage.run_in(BANK, &bicycle, PIN)?;
    stage.expect(code == 0, "with the right one it approves");
    Ok(coffee.at("/issuer/authorisation").to_string())
}

/// The phone is lost while it has no network.
fn lose(stage: &mut Stage<'_>, device: &str) -> Result<(), Failure> {
    stage.act("LOST. The phone stays behind in a taxi, switched off. The customer calls the bank.");
    let (code, suspended) = stage.run_in(BANK, &["suspend", "--device", device], "")?;
    stage.expect(
        code == 0 && *suspended.at("/standing") == json!("suspended"),
        "the bank suspends it at once, though the phone hears nothing of that yet",
    );
    stage.say("The finder switches it on, without network, and pays. The phone knows no better.");
    let (code, tap) = stage.run_in(BANK, &TAP, "")?;
    stage.expect(
        code == 1
            && tap.at("/request").is_object()
            && *tap.at("/issuer/reason") == json!("device-suspended"),
        "the cryptogram is right, and the bank declines all the same: the bank decides, not the phone",
    );
    stage.say("The phone gets network, and its letters.");
    let received = letters(stage, device)?;
    stage.expect(
        received.contains(&json!("suspended")),
        "now the phone knows it too",
    );
    let left = keys_left(stage)?;
    let (code, tap) = stage.run_in(BANK, &TAP, "")?;
    let unchanged = keys_left(stage)? == left;
    stage.expect(
        code == 1 && !tap.at("/request").is_object() && unchanged,
        "and refuses by itself: the terminal gets no cryptogram, and no key is used",
    );
    Ok(())
}

/// The phone is found.
fn find(stage: &mut Stage<'_>, device: &str) -> Result<(), Failure> {
    stage.act("FOUND. The taxi driver brings it back, and the bank resumes it.");
    stage.run_in(BANK, &["resume", "--device", device], "")?;
    letters(stage, device)?;
    let (code, _) = stage.run_in(BANK, &TAP, "")?;
    stage.expect(code == 0, "the same card pays again, with its next key");
    Ok(())
}

/// The first payment is given back.
fn refund(stage: &mut Stage<'_>, coffee: &str, device: &str) -> Result<(), Failure> {
    stage.act(
        "REFUND. The coffee was cold. The shop gives the money back, by the number of the payment.",
    );
    let (code, _) = stage.run_in(BANK, &["refund", coffee], "")?;
    stage.expect(code == 0, "the bank puts 21.50 back into the account");
    let (code, _) = stage.run_in(BANK, &["refund", coffee], "")?;
    stage.expect(
        code == 4 || code == 1,
        "and no second time: no more goes back than was paid",
    );
    letters(stage, device)?;
    let (_, history) = stage.run_in(PHONE, &["history"], "")?;
    let taps = history.at("/taps").as_array().cloned().unwrap_or_default();
    let refunded = |tap: &Value| tap.get("state") == Some(&json!("refunded"));
    stage.expect(
        taps.iter().filter(|tap| refunded(tap)).count() == 1,
        "the customer sees it on the phone",
    );
    Ok(())
}

/// The end of the day on all three sides.
fn settle(stage: &mut Stage<'_>, device: &str) -> Result<(), Failure> {
    stage.act("SETTLE. The day ends. Shop and bank compare what each of them has counted.");
    let (code, settled) = stage.run_in(BANK, &["settle"], "")?;
    let sales = settled.at("/totals/0/issuer/sales/count");
    let refunds = settled.at("/totals/0/issuer/refunds/count");
    stage.expect(
        code == 0 && *settled.at("/agreed") == json!(true),
        "the two agree to the cent, and the batch is closed",
    );
    stage.expect(
        (sales, refunds) == (&json!(3), &json!(1)),
        "three sales and a refund: what was declined moved nothing",
    );
    stage.say(
        "And the phone reports every key that it used, so that the bank would notice a copy of it.",
    );
    let (code, report) = stage.pipe(&[(PHONE, &["phone", "report"]), (BANK, &["report", "-"])])?;
    stage.expect(
        code == 0 && report.at("/finding").is_null() && *report.at("/marks") == json!(6),
        "six keys were used, each once, and the bank knows every one of them",
    );
    letters(stage, device).map(drop)
}

/// Carries the bank's letters to the phone; what they did.
fn letters(stage: &mut Stage<'_>, device: &str) -> Result<Vec<Value>, Failure> {
    let (_, received) = stage.pipe(&[
        (BANK, &["letters", "--device", device, "--out", "-"]),
        (PHONE, &["phone", "receive", "-"]),
    ])?;
    let letters = received.at("/letters").as_array().cloned();
    let taken = |letter: Value| letter.get("taken").cloned();
    Ok(letters
        .unwrap_or_default()
        .into_iter()
        .filter_map(taken)
        .collect())
}

fn keys_left(stage: &mut Stage<'_>) -> Result<Value, Failure> {
    let (_, cards) = stage.run_in(PHONE, &["cards"], "")?;
    Ok(cards.at("/cards/0/keys_left").clone())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
