//! The body of the fuzz target. It panics if a property of the parsers does not hold.

use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use base64ct::{Base64, Encoding};
use crc::{CRC_16_IBM_3740, Crc};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Writer;
use zeroize::Zeroizing;

use crate::consumer::{COMMON, ConsumerCode, OCTETS_MAX, PAYLOAD_FORMAT, TEXT_MAX, octets_of};
use crate::merchant::{Fields, MerchantCode};

/// Arbitrary octets as a code of a consumer, octets and text, and as one of a merchant, with the
/// check sum that they hold and with the right one: each is refused, or is written again with the
/// same meaning.
pub fn code(octets: &[u8]) {
    consumer(octets);
    let Ok(text) = core::str::from_utf8(octets) else {
        return;
    };
    consumer_text(text);
    merchant(text);
    merchant(&sealed(text));
}

/// A code that is read is that of its applications and its common data.
fn consumer(octets: &[u8]) {
    let Ok(code) = ConsumerCode::parse(octets) else {
        return;
    };
    // No encoding is shorter than the one that is written.
    let mut room = vec![0; octets.len()];
    let mut writer = Writer::new(&mut room);
    assert_eq!(writer.object(PAYLOAD_FORMAT, b"CPV01"), Ok(()));
    for card in code.applications() {
        let written = writer.object(tags::APPLICATION_TEMPLATE, card.objects);
        assert_eq!(written, Ok(()));
    }
    if !code.common().is_empty() {
        assert_eq!(writer.object(COMMON, code.common()), Ok(()));
    }
    let again = ConsumerCode::parse(writer.written()).map(meaning);
    assert_eq!(again, Ok(meaning(code)));
    assert!(code.applications().count() > 0);
}

/// The cards, each as identifier, objects and chip data, and the common data.
type Meaning<'a> = (Vec<[&'a [u8]; 3]>, &'a [u8]);

fn meaning(code: ConsumerCode<'_>) -> Meaning<'_> {
    let cards = code.applications();
    let cards = cards.map(|card| [card.aid, card.objects, card.chip_data]);
    (cards.collect(), code.common())
}

/// Octets have one text.
fn consumer_text(text: &str) {
    let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
    if let Ok(octets) = octets_of(text, &mut buffer) {
        let mut room = [0; TEXT_MAX];
        assert_eq!(Base64::encode(octets, &mut room), Ok(text));
        consumer(octets);
    }
}

/// A code that is read is the text of its fields, and so is each template in it that is made of
/// fields. It names a merchant's account, and no character of it can be another digit.
fn merchant(text: &str) {
    let Ok(code) = MerchantCode::parse(text) else {
        return;
    };
    assert_eq!(text_of(code.fields()).as_deref(), Some(text));
    for field in code.fields().flatten() {
        let nested = text_of(Fields::new(field.value));
        assert!(nested.is_none_or(|nested| nested == field.value));
        assert_eq!(code.value(field.id), Some(field.value));
    }
    assert!(code.accounts().count() > 0);
    for (place, digit) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let other = if digit == '0' { "1" } else { "0" };
        let mut altered = String::from(text);
        altered.replace_range(place..=place, other);
        assert!(MerchantCode::parse(&altered).is_err(), "{altered}");
    }
}

/// The text of fields; `None` unless all are well-formed.
fn text_of(fields: Fields<'_>) -> Option<String> {
    let text = fields.map(|field| {
        let field = field.ok()?;
        let length = field.value.chars().count();
        Some(format!("{:02}{length:02}{}", field.id, field.value))
    });
    text.collect()
}

/// The text with its check sum behind it.
fn sealed(text: &str) -> String {
    let text = format!("{text}6304");
    let sum = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(text.as_bytes());
    format!("{text}{sum:04X}")
}

#[cfg(test)]
mod tests {
    use std::borrow::ToOwned as _;
    use std::fs;
    use std::path::Path;
    use std::string::String;
    use std::vec::Vec;

    use super::code;
    use crate::consumer::{ConsumerCode, OCTETS_MAX, octets_of};
    use crate::merchant::MerchantCode;
    use zeroize::Zeroizing;

    /// The seeds of the fuzz target, by their names.
    fn seeds() -> Vec<(String, Vec<u8>)> {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/qr");
        let seeds = fs::read_dir(corpus).unwrap().map(|seed| {
            let path = seed.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        });
        seeds.collect()
    }

    #[test]
    fn the_body_holds_for_every_prefix_and_every_flipped_bit_of_every_seed() {
        for (_, seed) in seeds() {
            for length in 0..=seed.len() {
                code(&seed[..length]);
            }
            for bit in 0..seed.len() * 8 {
                let mut flipped = seed.clone();
                flipped[bit / 8] ^= 0x80 >> (bit % 8);
                code(&flipped);
            }
        }
    }

    /// Seeds are codes but for those that say what they lack, so that the body gets past the parsers.
    #[test]
    fn the_seeds_are_codes_as_their_names_say() {
        for (name, seed) in seeds() {
            let text = core::str::from_utf8(&seed).unwrap_or_default();
            let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
            let octets = octets_of(text, &mut buffer);
            let octets = octets.ok().filter(|octets| !octets.is_empty());
            let octets = octets.unwrap_or(&seed);
            let is_consumer = ConsumerCode::parse(octets).is_ok();
            let is_merchant = MerchantCode::parse(text).is_ok();
            let expected = (name.starts_with("consumer-"), name.starts_with("merchant-"));
            let is_whole = !name.contains("-without-");
            let expected = (expected.0 && is_whole, expected.1 && is_whole);
            assert_eq!((is_consumer, is_merchant), expected, "{name}");
        }
    }
}
