use super::{Mask, TestCards};
use crate::hex;

mod random;

/// The masked hex of data objects.
fn masked(text: &str) -> String {
    let octets = hex::parse(text).unwrap();
    let mut mask = Mask::default();
    mask.learn(&octets);
    let shown = mask.objects(&octets);
    assert_eq!(shown.len(), 2 * octets.len(), "{text}");
    assert!(hex::parse(&shown).is_ok(), "{shown}");
    shown
}

fn mask_of(text: &str) -> Mask {
    let mut mask = Mask::default();
    mask.learn(&hex::parse(text).unwrap());
    mask
}

#[test]
fn numbers_and_tracks_are_hidden_by_their_tags() {
    let cases = [
        // Track 2 with discretionary data, with and without padding, 16 and 19 digits.
        (
            "5711 6250947000000014D30122010000012345",
            "5711625094EEEEEE0014D3012201EEEEEEEEEE",
        ),
        (
            "5710 6250947000000014D30122010000012F",
            "5710625094EEEEEE0014D3012201EEEEEEEF",
        ),
        (
            "9F6B10 6250947000000014D30122010000012F",
            "9F6B10625094EEEEEE0014D3012201EEEEEEEF",
        ),
        (
            "5713 6250947000000000014D301220100000012F",
            "5713625094EEEEEEEEE0014D3012201EEEEEEEEF",
        ),
        // Tag 5A, with and without padding; a wrong check digit.
        ("5A08 6250947000000014", "5A08625094EEEEEE0014"),
        ("5A0A 6250947000000000014F", "5A0A625094EEEEEEEEE0014F"),
        ("5A08 6250947000000015", "5A08625094EEEEEE0015"),
        // Length fields of any form: with superfluous octets, and of forms that no reader accepts.
        ("5A8108 6250947000000014", "5A8108625094EEEEEE0014"),
        ("5A820008 6250947000000014", "5A820008625094EEEEEE0014"),
        ("5A83000008 6250947000000014", "5A83000008625094EEEEEE0014"),
        (
            "5A8400000008 6250947000000014",
            "5A8400000008625094EEEEEE0014",
        ),
        ("5A80 6250947000000014", "5A80625094EEEEEEEEEE"),
        (
            "578110 6250947000000014D30122010000012F",
            "578110625094EEEEEE0014D3012201EEEEEEEF",
        ),
        (
            "9F6B820010 6250947000000014D30122010000012F",
            "9F6B820010625094EEEEEE0014D3012201EEEEEEEF",
        ),
        // Values that are not numbers under the tag of one: too long, not decimal, short.
        ("5A0A 62509470000000001234", "5A0A625094EEEEEEEEEEEEEE"),
        ("5708 62509470000000D3", "5708625094EEEE0000D3"),
        ("5A04 12345678", "5A04EEEE5678"),
    ];
    for (given, shown) in cases {
        assert_eq!(masked(given), shown, "{given}");
    }
}

#[test]
fn what_stands_in_other_objects_is_hidden_too() {
    let cases = [
        // Inside templates, after padding, in an unknown object.
        (
            "6F810F A50D BF0C0A 5A08 6250947000000014",
            "6F810FA50DBF0C0A5A08625094EEEEEE0014",
        ),
        (
            "DF0114 0000 5A8108 6250947000000014 9F36020001 0000",
            "DF011400005A8108625094EEEEEE00149F360200010000",
        ),
        // The same number under another tag, before and after.
        (
            "DF0108 6250947000000015 5A08 6250947000000015",
            "DF0108625094EEEEEE00155A08625094EEEEEE0015",
        ),
        // A number with its check digit under an unknown tag.
        ("DF0108 6250947000000014", "DF0108625094EEEEEE0014"),
        ("FF5A08 6250947000000014", "FF5A08625094EEEEEE0014"),
        // A data storage identifier: the number, and its sequence number.
        ("9F5E09 625094700000001401", "9F5E09625094EEEEEE001401"),
        (
            "9F5E0B 0622202000000000123001",
            "9F5E0B0622202EEEEEEEEE123001",
        ),
        // Track 1, discretionary data, a PIN block, a script with a PIN in it.
        ("9F1F08 3030303030303030", "9F1F082A2A2A2A2A2A2A2A"),
        ("9F2004 12345678", "9F2004EEEEEEEE"),
        ("9908 241234FFFFFFFFFF", "9908EEEEEEEEEEEEEEEE"),
        (
            "720F 860D 8424000008 0011223344556677",
            "720F860D8424000008EEEEEEEEEEEEEEEE",
        ),
        // A name that consists of a number.
        (
            "5010 36323530393437303030303030303134",
            "50103632353039342A2A2A2A2A2A30303134",
        ),
        // A session key in a provisioning package, whatever the form of its length.
        (
            "C812 0007 0123456789ABCDEFFEDCBA9876543210",
            "C8120007EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE",
        ),
        (
            "C88112 0007 0123456789ABCDEFFEDCBA9876543210",
            "C881120007EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE",
        ),
    ];
    for (given, shown) in cases {
        assert_eq!(masked(given), shown, "{given}");
    }
}

#[test]
fn damage_shows_no_more() {
    let cases = [
        // Cut off inside the number and after it.
        ("5713 6250947000000000", "5713625094EEEEEEEEEE"),
        ("5A08 62509470000000", "5A08625094EEEEEEEE"),
        ("5713 6250947000000014D301", "5713625094EEEEEE0014D301"),
        ("5A8210", "5A8210"),
        // An invalid length, and an object after one.
        ("5A88 6250947000000014", "5A88625094EEEEEEEEEE"),
        (
            "6F85 5A08 6250947000000014 5F340101",
            "6F855A08625094EEEEEE00145F340101",
        ),
        // DE 35 without a tag, at an odd digit, in text, track 1.
        (
            "6250947000000014D3012201000001234F",
            "625094EEEEEE0014D3012201EEEEEEEEEF",
        ),
        (
            "1F850A6250947000000014D30122010000012345",
            "1F850A625094EEEEEE0014D3012201EEEEEEEEEE",
        ),
        (
            "36323530393437303030303030303134 3D33303132323031 3030",
            "3632353039342A2A2A2A2A2A303031343D333031323230312A2A",
        ),
        // Numbers that were masked before.
        (
            "5711625094EEEEEE0014D3012201EEEEEEEEEE",
            "5711625094EEEEEE0014D3012201EEEEEEEEEE",
        ),
    ];
    for (given, shown) in cases {
        assert_eq!(masked(given), shown, "{given}");
    }
}

#[test]
fn what_is_no_number_stays_as_it_is() {
    for given in [
        "9F0206000000001234",
        "9F2608DDC4590E71F0299C",
        "9000",
        // Sixteen decimal digits with a right check digit, under the tag of something else.
        "9F2608 6250947000000014",
        "9F0206 625094700000 9F0306 001400000000",
        "9F3704 62509470 9F3704 00000014",
        // A payment account reference with sixteen digits, a D and a month in it.
        "9F241D 5136323530393437303030303030303134443330313231353031323341",
        // A directory with Maestro and a label.
        "6F2A 840E325041592E5359532E4444463031 A518 BF0C15 6113 4F07A0000000043060 5007 4D41455354524F 0000",
        // A merchant with thirteen digits and more in its number and name.
        "9F160F 303030303030303030303030303031 9F4E10 36323530393437303030303030303134",
        // A track whose month is the thirteenth, and one without the check digit.
        "DF0110 6250947000000014D301320100000123",
        "DF0110 6250947000000015D301220100000123",
        // A limit under the tag of a track.
        "9F6B06 000000030000",
        // Public keys and certificates.
        "9F4610 6250947000000014D301220100000123",
    ] {
        let plain: String = given.split(' ').collect();
        let kept = masked(given);
        assert_eq!(kept, plain, "{given}");
    }
}

#[test]
fn no_cut_of_a_track_2_shows_the_middle_of_the_number() {
    for whole in [
        "57136250947123456780014D301220100000012F",
        "5781136250947123456780014D301220100000012F",
        "7784000000165781136250947123456780014D301220100000012F",
    ] {
        for length in (0..=whole.len()).step_by(2) {
            let shown = masked(&whole[..length]);
            assert!(!shown.contains("712345"), "{length}: {shown}");
        }
    }
}

#[test]
fn a_number_learned_in_one_place_is_hidden_in_every_other() {
    let mask = mask_of("5A086250947000000015");
    for (given, shown) in [
        ("DF016250947000000015", "DF01625094EEEEEE0015"),
        ("F62509470000000150", "F625094EEEEEE00150"),
        ("9F26086250947000000015", "9F2608625094EEEEEE0015"),
        (
            "F363235303934373030303030303031350",
            "F3632353039342A2A2A2A2A2A303031350",
        ),
    ] {
        assert_eq!(mask.plain(&hex::parse(given).unwrap()), shown, "{given}");
    }
    for (given, shown) in [
        (
            "AID A0000003336250947000000015",
            "AID A000000333625094******0015",
        ),
        ("6250.9470.0000.0015", "6250.94**.****.0015"),
        ("PAN 6222020000000001230!", "PAN 622202*********1230!"),
        ("192.168.100.200:54321", "192.168.100.200:54321"),
        ("reference 632616000001", "reference 632616000001"),
    ] {
        assert_eq!(mask.text(given), shown, "{given}");
    }
}

#[test]
fn amounts_and_padding_are_not_taken_for_a_number_of_zeros() {
    let mask = mask_of("5A080000000000000000");
    let amounts = "9F02060000000000009F0306000000000000";
    assert_eq!(mask.objects(&hex::parse(amounts).unwrap()), amounts);
    let run = "00000000000000000000";
    assert_eq!(mask.plain(&hex::parse(run).unwrap()), run);
}

#[test]
fn published_test_cards_are_shown_whole_if_that_is_wanted_and_no_others() {
    let mut mask = Mask::new(TestCards::shown());
    let log = "5A084761739001010010 57114761739001010010D22122010143804400 \
               5A086250947000000022 DF01086250947000000022 DF01084761739001010010";
    let octets = hex::parse(log).unwrap();
    mask.learn(&octets);
    assert_eq!(
        mask.objects(&octets),
        "5A08476173900101001057114761739001010010D2212201014380440\
         05A08625094EEEEEE0022DF0108625094EEEEEE0022DF01084761739001010010"
    );
    assert_eq!(mask.text("4761739001010010"), "4761739001010010");
    assert_eq!(mask.text("6222020000000012302"), "622202*********2302");
    let hidden = masked("5A084761739001010010");
    assert_eq!(hidden, "5A08476173EEEEEE0010");
}
