//! The properties of the parsers for arbitrary octets. A function panics if its property does not
//! hold.

use super::apdu::{ApduError, Command, Response};
use super::digits::CardNumber;
use super::dol::{Dol, DolData};
use super::tlv::{Object, Overflow, Reader, TlvError, Writer, find};
use super::track2::{TRACK2_MAX, Track2};

/// The longest input, in octets, that is also written back; longer ones are only read.
const WRITTEN_MAX: usize = 4096;

/// A command is read, written no longer than it was, and read back the same.
pub fn apdu(data: &[u8]) {
    match Command::parse(data) {
        Ok(command) => round_trip(&command, data),
        Err(ApduError::Header) => assert!(data.len() < 4),
        Err(ApduError::Class) => assert_eq!(data.first(), Some(&0xFF)),
        Err(ApduError::Length) => assert!(data.len() > 5),
    }
    match Response::parse(data) {
        Ok(response) => {
            let (body, status) = data.split_at(data.len() - 2);
            assert_eq!(
                (response.body, &response.status.octets()[..]),
                (body, status)
            );
        }
        Err(_) => assert!(data.len() < 2),
    }
}

fn round_trip(command: &Command<'_>, data: &[u8]) {
    let header = [command.class, command.instruction, command.p1, command.p2];
    assert!(data.starts_with(&header) && command.class != 0xFF);
    assert!(
        command
            .expected
            .is_none_or(|ne| (1..=0x1_0000).contains(&ne))
    );
    let mut buffer = [0; WRITTEN_MAX];
    let Some(out) = buffer.get_mut(..data.len()) else {
        return;
    };
    let written = command.emit(out).map(<[u8]>::len);
    let Ok(length) = written else {
        unreachable!("written longer than it was read")
    };
    let octets = buffer.get(..length).unwrap_or_default();
    assert_eq!(Command::parse(octets), Ok(*command));
    let mut short = [0; WRITTEN_MAX];
    let short = short.get_mut(..length - 1).unwrap_or_default();
    assert_eq!(command.emit(short), Err(Overflow));
}

/// The same octets as a template, as a DOL, and as the values that tags hold.
pub fn tlv_dol(data: &[u8]) {
    template(data);
    if let Ok(dol) = Dol::parse(data) {
        list(dol, data);
    }
    values(data);
}

/// Objects follow one another in the octets, and are written no longer than they were.
fn template(data: &[u8]) {
    let mut buffer = [0; WRITTEN_MAX];
    let mut writer = Writer::new(buffer.get_mut(..data.len()).unwrap_or_default());
    let mut left = data.len();
    let mut error = None;
    for object in Reader::new(data) {
        match object {
            Ok(Object { tag, value }) => {
                // Each object takes at least a tag and a length, so the work is bounded.
                let taken = tag.octets().len() + 1 + value.len();
                assert!(taken <= left);
                left -= taken;
                assert!(data.len() > WRITTEN_MAX || writer.object(tag, value).is_ok());
            }
            Err(wrong) => error = Some(wrong),
        }
    }
    if data.len() > WRITTEN_MAX {
        return;
    }
    let objects = || Reader::new(data).map_while(Result::ok);
    assert!(Reader::new(writer.written()).eq(objects().map(Ok::<_, TlvError>)));
    if let Some(first) = objects().next() {
        let expected = error.map_or(Ok(Some(first.value)), Err);
        assert_eq!(find(data, first.tag), expected);
        nested(first);
    }
}

/// A template around an object is read back as the object.
fn nested(object: Object<'_>) {
    let mut buffer = [0; WRITTEN_MAX + 8];
    let mut writer = Writer::new(&mut buffer);
    let inner = |body: &mut Writer<'_>| body.object(object.tag, object.value);
    assert_eq!(writer.template(object.tag, inner), Ok(()));
    let outer = Reader::new(writer.written()).next();
    let inside = outer.and_then(Result::ok).map(|outer| outer.value);
    assert_eq!(
        inside.and_then(|value| Reader::new(value).next()),
        Some(Ok(object))
    );
}

/// The values of a list's data, filled into the list again, give the same data.
fn list(dol: Dol<'_>, data: &[u8]) {
    let length = dol.data_length();
    assert_eq!(length, dol.entries().map(|entry| entry.length).sum());
    assert!(dol.entries().count() * 2 <= data.len());
    let mut buffer = [0; WRITTEN_MAX];
    for (slot, octet) in buffer.iter_mut().zip(data.iter().cycle()) {
        *slot = *octet;
    }
    let Some(values) = buffer.get(..length) else {
        return;
    };
    let Ok(split) = dol.split(values) else {
        unreachable!("the data is as long as the list says")
    };
    assert_eq!(
        split.values().map(|(_, value)| value.len()).sum::<usize>(),
        length
    );
    let mut out = [0; WRITTEN_MAX];
    let Ok(filled) = dol.emit_data(&mut out, |tag| split.get(tag)) else {
        unreachable!("the data of the list fits")
    };
    let Ok(again) = dol.split(filled) else {
        unreachable!("filled data is as long as the list says")
    };
    first_values_survive(dol, split, again);
}

fn first_values_survive(dol: Dol<'_>, before: DolData<'_, '_>, after: DolData<'_, '_>) {
    for entry in dol.entries().filter(|entry| !entry.tag.is_constructed()) {
        assert_eq!(before.get(entry.tag), after.get(entry.tag));
    }
}

/// The value of a tag that can be read is written back octet by octet.
fn values(data: &[u8]) {
    if let Ok(track2) = Track2::parse(data) {
        assert_eq!(track2.emit(&mut [0; TRACK2_MAX]), data);
    }
    if let Ok(number) = CardNumber::from_bcd(data) {
        assert_eq!(CardNumber::parse(number.expose()), Ok(number));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::vec;
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    /// The seeds of the fuzz targets.
    fn seeds(target: &str) -> Vec<Vec<u8>> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../fuzz/corpus")
            .join(target);
        fs::read_dir(corpus)
            .unwrap()
            .map(|seed| fs::read(seed.unwrap().path()).unwrap())
            .collect()
    }

    #[test]
    fn the_bodies_hold_for_every_prefix_of_every_seed() {
        for target in ["apdu", "tlv_dol"] {
            for seed in seeds(target) {
                for length in 0..=seed.len() {
                    apdu(&seed[..length]);
                    tlv_dol(&seed[..length]);
                }
            }
        }
    }

    #[test]
    fn the_bodies_hold_for_long_octets() {
        for octet in [0x00, 0x01, 0x57, 0x7F, 0x81, 0x9F, 0xFF] {
            let octets = vec![octet; 0x1_0010];
            apdu(&octets);
            tlv_dol(&octets);
        }
    }

    fn octets() -> impl Strategy<Value = Vec<u8>> {
        let octet = prop_oneof![
            prop::sample::select(&[0x00, 0x01, 0x03, 0x07, 0x57, 0x81, 0x82, 0x9F, 0xD0][..]),
            0..0x10_u8,
            any::<u8>(),
        ];
        prop::collection::vec(octet, 0..300)
    }

    proptest! {
        #[test]
        fn the_bodies_hold_for_random_octets(octets in octets()) {
            apdu(&octets);
            tlv_dol(&octets);
        }
    }
}
