//! Chip data (DE 55), object by object.

use understudy_core::wire::tlv::{Object, Reader, Tag, Writer};

/// The objects of chip data, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chip(pub(crate) Vec<(Tag, Vec<u8>)>);

impl Chip {
    pub(crate) fn read(octets: &[u8]) -> Self {
        let objects = Reader::new(octets).map(|object| object.expect("well-formed"));
        let objects = objects.map(|Object { tag, value }| (tag, value.to_vec()));
        Self(objects.collect())
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut buffer = [0; 255];
        let mut writer = Writer::new(&mut buffer);
        for (tag, value) in &self.0 {
            writer.object(*tag, value).expect("fits");
        }
        writer.finish().to_vec()
    }

    pub(crate) fn get(&self, tag: u32) -> &[u8] {
        let mut objects = self.0.iter();
        let found = objects.find(|(known, _)| *known == Tag::new(tag));
        &found.unwrap_or_else(|| panic!("no {tag:X}")).1
    }

    pub(crate) fn array<const N: usize>(&self, tag: u32) -> [u8; N] {
        self.get(tag).try_into().expect("as long as it is")
    }

    /// The chip data with another value for a tag that is there.
    pub(crate) fn with(&self, tag: u32, value: &[u8]) -> Self {
        let mut other = self.clone();
        let mut objects = other.0.iter_mut();
        let found = objects.find(|(known, _)| *known == Tag::new(tag));
        found.unwrap_or_else(|| panic!("no {tag:X}")).1 = value.to_vec();
        other
    }
}

/// Octets with one bit flipped; bit 0 is the leftmost.
pub(crate) fn flipped(octets: &[u8], bit: usize) -> Vec<u8> {
    let mut flipped = octets.to_vec();
    flipped[bit / 8] ^= 0x80 >> (bit % 8);
    flipped
}
