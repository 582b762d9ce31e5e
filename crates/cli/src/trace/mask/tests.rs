use super::Mask;
use crate::hex;

#[test]
fn card_numbers_are_hidden_wherever_they_stand() {
    let cases = [
        // Track 2 with discretionary data, with and without padding, 16 and 19 digits.
        (
            "5711 6250947000000014D30122010000012345",
            "5711625094******0014D3012201**********",
        ),
        (
            "5710 6250947000000014D30122010000012F",
            "5710625094******0014D3012201*******F",
        ),
        (
            "9F6B10 6250947000000014D30122010000012F",
            "9F6B10625094******0014D3012201*******F",
        ),
        (
            "5713 6250947000000000014D301220100000012F",
            "5713625094*********0014D3012201********F",
        ),
        // Tag 5A, with and without padding.
        ("5A08 6250947000000014", "5A08625094******0014"),
        ("5A0A 6250947000000000014F", "5A0A625094*********0014F"),
        // The same number under another tag, before and after.
        (
            "DF01 6250947000000014 5A08 6250947000000014",
            "DF01625094******00145A08625094******0014",
        ),
        // Cut off inside the number and behind it.
        ("5713 6250947000000000", "5713625094**********"),
        ("5A08 62509470000000", "5A08625094********"),
        ("5713 6250947000000014D301", "5713625094******0014D301"),
        // DE 35 without a tag.
        (
            "6250947000000014D3012201000001234F",
            "625094******0014D3012201*********F",
        ),
        // Track 1 and discretionary data alone.
        ("9F1F08 3030303030303030", "9F1F08****************"),
        ("9F2004 12345678", "9F2004********"),
        // Nothing but the number; as text, in a message to the host.
        ("6250947000000014", "625094******0014"),
        (
            "36323530393437303030303030303134 3D33303132323031",
            "363235303934************303031343D33303132323031",
        ),
        // A session key in a provisioning package.
        (
            "C812 0007 0123456789ABCDEFFEDCBA9876543210",
            "C8120007********************************",
        ),
        // Nothing to hide.
        ("9F0206000000001234", "9F0206000000001234"),
        ("9F2608DDC4590E71F0299C", "9F2608DDC4590E71F0299C"),
        ("9000", "9000"),
    ];
    for (given, shown) in cases {
        assert_eq!(masked(given), shown, "{given}");
    }
}

#[test]
fn no_cut_of_a_track_2_shows_the_middle_of_the_number() {
    let whole = hex::parse("57136250947123456780014D301220100000012F").unwrap();
    for length in 0..whole.len() {
        let cut = &whole[..length];
        assert!(!mask_of(cut).hex(cut).contains("712345"), "{length} octets");
    }
}

fn mask_of(octets: &[u8]) -> Mask {
    let mut mask = Mask::default();
    mask.learn(octets);
    mask
}

fn masked(text: &str) -> String {
    let octets = hex::parse(text).unwrap();
    mask_of(&octets).hex(&octets)
}

#[test]
fn a_number_learned_in_one_place_is_hidden_in_every_other() {
    let mask = mask_of(&hex::parse("5A086250947000000014").unwrap());
    assert_eq!(
        mask.hex(&hex::parse("DF016250947000000014").unwrap()),
        "DF01625094******0014"
    );
    assert_eq!(
        mask.hex(&hex::parse("F62509470000000140").unwrap()),
        "F625094******00140"
    );
}
