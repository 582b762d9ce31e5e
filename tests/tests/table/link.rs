//! Octets between reader and phone: what an attacker looks for and rewrites.

use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};

/// Replaces the value of `9F6C` in an answer that has it.
pub(crate) fn rewrite_ctq(answer: &mut [u8], ctq: [u8; 2]) {
    let mut places = answer.windows(3);
    if let Some(place) = places.position(|octets| octets == [0x9F, 0x6C, 0x02]) {
        answer[place + 3..place + 5].copy_from_slice(&ctq);
    }
}

/// The place of an object's data in GET PROCESSING OPTIONS, in octets from its start, by the answer to
/// SELECT; `None` if the card does not ask for it.
pub(crate) fn place_in_gpo(fci: &[u8], wanted: Tag) -> Option<usize> {
    let pdol = find(&fci[..fci.len() - 2], tags::PDOL)?;
    let list = Dol::parse(&pdol).expect("a list");
    let mut place = 5 + 2;
    for entry in list.entries() {
        if entry.tag == wanted {
            return Some(place);
        }
        place += entry.length;
    }
    None
}

/// The value of a tag at any depth.
pub(crate) fn find(octets: &[u8], wanted: Tag) -> Option<Vec<u8>> {
    for object in Reader::new(octets) {
        let object = object.ok()?;
        if object.tag == wanted {
            return Some(object.value.to_vec());
        }
        if object.tag.is_constructed()
            && let Some(value) = find(object.value, wanted)
        {
            return Some(value);
        }
    }
    None
}
