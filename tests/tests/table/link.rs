//! The field between reader and phone, with an attacker in it.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_pos::{LinkError, RandomError, Transceive, UnpredictableNumbers};
use understudy_test_phone::{HandClock, Phone};
use understudy_wallet::{Simulated, Wallet};

/// Changes octets on their way.
type Change<'a> = dyn FnMut(&mut Vec<u8>) + 'a;

/// The phone at a reader. A relay between them may change commands and answers.
pub(crate) struct Field<'a> {
    wallet: &'a Wallet<Simulated, HandClock>,
    command: Box<Change<'a>>,
    answer: Box<Change<'a>>,
}

impl<'a> Field<'a> {
    pub(crate) fn of(phone: &'a Phone) -> Self {
        Self {
            wallet: &phone.wallet,
            command: Box::new(|_| {}),
            answer: Box::new(|_| {}),
        }
    }

    /// Changes commands on their way to the card.
    pub(crate) fn commands(self, change: impl FnMut(&mut Vec<u8>) + 'a) -> Self {
        Self {
            command: Box::new(change),
            ..self
        }
    }

    /// Changes answers on their way to the reader.
    pub(crate) fn answers(self, change: impl FnMut(&mut Vec<u8>) + 'a) -> Self {
        Self {
            answer: Box::new(change),
            ..self
        }
    }
}

impl Transceive for Field<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut command = command.to_vec();
        (self.command)(&mut command);
        let mut buffer = [0; ANSWER_MAX];
        let mut answer = self.wallet.process(&command, &mut buffer).to_vec();
        (self.answer)(&mut answer);
        Ok(answer)
    }

    fn reset(&mut self) {
        self.wallet.field_lost();
    }
}

/// A source that returns the same unpredictable number for every tap.
pub(crate) struct Fixed;

impl UnpredictableNumbers for Fixed {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0xA1, 0xB2, 0xC3, 0xD4])
    }
}

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
