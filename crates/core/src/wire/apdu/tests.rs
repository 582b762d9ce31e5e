use std::format;
use std::vec;
use std::vec::Vec;

use iso7816::command::CommandView;
use proptest::prelude::*;

use super::*;

/// Header, data, Ne and the octets of each case of ISO/IEC 7816-3 §12.1.3.
fn cases() -> Vec<(&'static str, usize, Option<usize>, Vec<u8>)> {
    let octets = |length_field: &str, data: usize, le: &str| {
        let mut octets = hex::decode(format!("80A80102{length_field}")).unwrap();
        octets.extend(vec![0xDA; data]);
        octets.extend(hex::decode(le).unwrap());
        octets
    };
    vec![
        ("1", 0, None, octets("", 0, "")),
        ("2S", 0, Some(1), octets("", 0, "01")),
        ("2S, the most", 0, Some(256), octets("", 0, "00")),
        ("3S", 1, None, octets("01", 1, "")),
        ("3S, the most", 255, None, octets("FF", 255, "")),
        ("4S", 35, Some(255), octets("23", 35, "FF")),
        ("4S, the most", 255, Some(256), octets("FF", 255, "00")),
        ("2E", 0, Some(257), octets("", 0, "000101")),
        ("2E, the most", 0, Some(65536), octets("", 0, "000000")),
        ("3E", 256, None, octets("000100", 256, "")),
        ("3E, the most", 65535, None, octets("00FFFF", 65535, "")),
        ("4E", 256, Some(1), octets("000100", 256, "0001")),
        ("4E for Ne alone", 1, Some(257), octets("000001", 1, "0101")),
        (
            "4E, the most",
            65535,
            Some(65536),
            octets("00FFFF", 65535, "0000"),
        ),
    ]
}

#[test]
fn all_seven_cases_are_read_and_written() {
    for (name, data, expected, octets) in cases() {
        let command = Command::parse(&octets).expect(name);
        assert_eq!(
            [command.class, command.instruction, command.p1, command.p2],
            [0x80, 0xA8, 0x01, 0x02],
            "{name}"
        );
        assert_eq!(command.data, vec![0xDA; data], "{name}");
        assert_eq!(command.expected, expected, "{name}");

        let mut buffer = vec![0; octets.len()];
        assert_eq!(command.emit(&mut buffer), Ok(&octets[..]), "{name}");
        let mut short = vec![0; octets.len() - 1];
        assert_eq!(command.emit(&mut short), Err(Overflow), "{name}");
    }
}

#[test]
fn extended_lengths_that_short_ones_could_say_are_read() {
    let cases = [
        ("80A80102 000001", 0, Some(1)),
        ("80A80102 000001DA", 1, None),
        ("80A80102 000001DA0010", 1, Some(16)),
    ];
    for (text, data, expected) in cases {
        let octets = hex::decode(text.replace(' ', "")).unwrap();
        let command = Command::parse(&octets).expect(text);
        assert_eq!((command.data.len(), command.expected), (data, expected));
    }
}

#[test]
fn what_is_no_command_is_refused() {
    let cases = [
        ("", ApduError::Header),
        ("00A404", ApduError::Header),
        ("FFA40400", ApduError::Class),
        ("FFA4040000", ApduError::Class),
        // Lc 00 and one octet: neither short nor extended.
        ("00A404000000", ApduError::Length),
        // Lc 2, one octet.
        ("00A4040002AA", ApduError::Length),
        // Lc 1, Le, one octet too many.
        ("00A4040001AA0000", ApduError::Length),
        // An extended Lc of zero, alone it would be Ne = 65536.
        ("00A40400000000AA", ApduError::Length),
        ("00A4040000000000FF", ApduError::Length),
        // An extended Lc with a short Le.
        ("00A40400000001AA00", ApduError::Length),
        // An extended Lc with an extended Le of three octets.
        ("00A40400000001AA000000", ApduError::Length),
        // An extended Lc of 2, one octet.
        ("00A40400000002AA", ApduError::Length),
    ];
    for (text, error) in cases {
        let octets = hex::decode(text).unwrap();
        assert_eq!(Command::parse(&octets), Err(error), "{text}");
    }
}

#[test]
fn a_command_cut_short_or_with_an_octet_more_is_never_the_same_command() {
    for (name, _, _, octets) in cases() {
        let command = Command::parse(&octets).expect(name);
        let tail = octets.len().saturating_sub(600);
        for length in (0..600).chain(tail..octets.len()) {
            let prefix = &octets[..length.min(octets.len() - 1)];
            assert_ne!(Command::parse(prefix), Ok(command), "{name}, {length}");
        }
        let longer = [&octets[..], &[0]].concat();
        assert_ne!(Command::parse(&longer), Ok(command), "{name}");
    }
}

#[test]
fn every_prefix_of_a_command_is_refused_or_is_one_of_the_cases_without_data() {
    let octets = hex::decode("00A404000E325041592E5359532E444446303100").unwrap();
    for length in 0..octets.len() {
        let parsed = Command::parse(&octets[..length]);
        match length {
            0..4 => assert_eq!(parsed, Err(ApduError::Header)),
            4 => assert_eq!(parsed.unwrap().expected, None),
            5 => assert_eq!(parsed.unwrap().expected, Some(0x0E)),
            // Without Le it is case 3S.
            19 => assert_eq!(parsed.unwrap().data.len(), 14),
            _ => assert_eq!(parsed, Err(ApduError::Length), "{length}"),
        }
    }
}

#[test]
fn what_no_length_field_can_say_is_not_written() {
    let command = |data, expected| Command {
        class: 0,
        instruction: 0xA4,
        p1: 0,
        p2: 0,
        data,
        expected,
    };
    let mut buffer = vec![0; 70_000];
    let too_much = vec![0; 65_536];
    assert_eq!(command(&too_much, None).emit(&mut buffer), Err(Overflow));
    assert_eq!(command(&[], Some(65_537)).emit(&mut buffer), Err(Overflow));
    let nothing = command(&[], Some(0)).emit(&mut buffer).unwrap();
    assert_eq!(nothing, [0, 0xA4, 0, 0]);
}

#[test]
fn a_command_prints_no_data() {
    let octets = hex::decode("0020008008241234FFFFFFFFFF").unwrap();
    let command = Command::parse(&octets).unwrap();
    assert_eq!(format!("{command:?}"), "Command(00200080, 8 octets, Ne 0)");
}

#[test]
fn a_response_is_a_body_and_two_octets() {
    let response = Response::parse(&[1, 2, 0x6A, 0x82]).unwrap();
    assert_eq!(response.body, [1, 2]);
    assert_eq!(response.status, StatusWord::NOT_FOUND);
    assert_eq!(Response::parse(&[0x90, 0]).unwrap().body, []);
    assert_eq!(Response::parse(&[0x90]), Err(NoStatusWord));
    assert_eq!(Response::parse(&[]), Err(NoStatusWord));
    assert_eq!(format!("{response:?}"), "Response(2 octets, 6A82)");
}

fn any_command() -> impl Strategy<Value = Vec<u8>> {
    let lengths = prop_oneof![0..=260_usize, 65_534..=65_537_usize];
    let prefix = prop::collection::vec(prop_oneof![Just(0_u8), 1..=3_u8, any::<u8>()], 0..9);
    (prefix, lengths, any::<u8>()).prop_map(|(mut octets, length, fill)| {
        octets.resize(octets.len() + length, fill);
        octets
    })
}

proptest! {
    #[test]
    fn commands_are_read_as_iso7816_reads_them(octets in any_command()) {
        let ours = Command::parse(&octets);
        let theirs = CommandView::try_from(&octets[..]);
        match theirs {
            Ok(view) if view.extended && view.data().is_empty() && octets.len() != 7 => {
                // The oracle accepts an extended Lc of zero.
                prop_assert_eq!(ours, Err(ApduError::Length));
            }
            Ok(view) => {
                let ours = ours.unwrap();
                prop_assert_eq!(ours.class, view.class().into_inner());
                prop_assert_eq!(ours.instruction, u8::from(view.instruction()));
                prop_assert_eq!((ours.p1, ours.p2), (view.p1, view.p2));
                prop_assert_eq!(ours.data, view.data());
                prop_assert_eq!(ours.expected.unwrap_or(0), view.expected());
            }
            Err(_) => prop_assert!(ours.is_err()),
        }
    }

    #[test]
    fn what_is_written_is_read_back(
        header: [u8; 3], class in 0..=0xFE_u8,
        data in prop::collection::vec(any::<u8>(), 0..600),
        expected in prop::option::of(1..=65_536_usize),
    ) {
        let [instruction, p1, p2] = header;
        let command = Command { class, instruction, p1, p2, data: &data, expected };
        let mut buffer = [0; 700];
        let octets = command.emit(&mut buffer).unwrap();
        prop_assert_eq!(Command::parse(octets), Ok(command));
    }
}
