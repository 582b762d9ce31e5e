//! No key, card number or code is in any output, or in the database in the clear.

use crate::demonstration::{
    TEST_HOST_KEY, TEST_ISSUER_MASTER_KEY, TEST_PIN, TEST_SIGNING_KEY, TEST_TERMINAL_PIN_KEY,
};
use crate::testkit::{
    Mailbox, NOW, Phone, bench, bind, block, cny, dump, expiry, few_keys, issuer, number, pan,
    try_bind, world,
};
use crate::{Pin, Secret, TerminalPinKey, demonstration};

fn forms(secret: &[u8]) -> [String; 3] {
    let hex = hex::encode(secret);
    [hex.to_uppercase(), hex, format!("{secret:?}")]
}

#[test]
fn nothing_that_is_debugged_or_displayed_shows_a_secret() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let mailbox = Mailbox::default();
    let given = bind(&issuer, &phone, &mailbox);
    let personalised = issuer.personalise(&bench(), &pan(), expiry(), &few_keys(2), cny(0), NOW);
    let personalised = personalised.unwrap();
    let mut secrets = vec![
        pan().expose()[6..15].to_owned(),
        given.number.expose()[6..12].to_owned(),
        personalised.number.expose()[6..12].to_owned(),
        mailbox.code(given.token).digits().to_owned(),
    ];
    secrets.extend(forms(&TEST_ISSUER_MASTER_KEY));
    secrets.extend(forms(&TEST_HOST_KEY));
    secrets.extend(forms(&TEST_TERMINAL_PIN_KEY));
    secrets.extend(forms(&TEST_SIGNING_KEY));
    secrets.extend(forms(&personalised.package));
    let shown = [
        format!("{issuer:?}"),
        format!("{:?}", issuer.tokens(None).unwrap()),
        format!("{:?}", issuer.devices(None).unwrap()),
        format!("{:?}", issuer.pending_verifications(None).unwrap()),
        format!("{given:?} {}", given.number),
        format!("{personalised:?}"),
        format!("{:?}", demonstration::config()),
        format!("{:?}", demonstration::keys()),
        format!("{:?}", demonstration::custody()),
        format!("{:?}", Pin::parse(TEST_PIN).unwrap()),
        format!(
            "{:?}",
            TerminalPinKey::new(Secret::new(TEST_TERMINAL_PIN_KEY))
        ),
    ];
    for text in &shown {
        for secret in &secrets {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn no_error_shows_a_card_number() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    for text in ["6222020000000001231", "6250947000000014", "622202000000"] {
        let refused = try_bind(&issuer, &phone, &Mailbox::default(), &number(text));
        let error = refused.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(
            !text
                .chars()
                .any(|c| c.is_ascii_digit() && !"1369".contains(c)),
            "{text}"
        );
    }
}

#[test]
fn no_card_number_and_no_pin_stands_in_the_database_in_the_clear() {
    let (issuer, _, token) = world();
    issuer
        .set_pin(token, &block(&issuer, token, "987654"), NOW)
        .unwrap();
    let number = issuer.tokens(None).unwrap()[0].number.clone();
    let kept = dump(&issuer);
    for secret in [pan().expose(), number.expose(), "987654"] {
        assert!(!kept.contains(secret));
        assert!(!kept.contains(&format!("{:?}", secret.as_bytes()).replace(['[', ']'], "")));
        let bcd = hex::decode(format!("{secret}{}", &"F"[..secret.len() % 2])).unwrap();
        assert!(!kept.contains(&format!("{bcd:?}").replace(['[', ']'], "")));
    }
}
