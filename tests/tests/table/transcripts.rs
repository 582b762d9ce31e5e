//! The issuer's custody verifies the cryptograms of `tests/transcripts/` whose key is the card's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, TransactionData};
use understudy_core::wire::dol::{Dol, DolData};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;
use understudy_core::wire::track2::Track2;
use understudy_issuer::demonstration::custody;
use understudy_issuer::{CardIdentity, CryptogramCheck, KeyCustody as _};

use crate::link::find;

/// The sequence number of every card of the transcripts.
const PSN: u8 = 0x00;

/// A conversation with one card, as far as a cryptogram of it depends on what came before.
#[derive(Default)]
struct Conversation {
    /// The words behind `card`.
    card: String,
    /// True behind a line `key`.
    own_key: bool,
    /// PDOL or CDOL1.
    list: Vec<u8>,
    /// The data for it.
    said: Vec<u8>,
    aip: Vec<u8>,
    track2: Vec<u8>,
}

impl Conversation {
    fn command(&mut self, command: &[u8]) {
        match command {
            [0x80, 0xA8, _, _, _, 0x83, length, values @ ..] if *length > 0 => {
                self.said = values[..usize::from(*length)].to_vec();
            }
            [0x80, 0xAE, _, _, length, values @ ..] => {
                self.said = values[..usize::from(*length)].to_vec();
            }
            _ => {}
        }
    }

    /// Keeps what an answer says; true if it has a cryptogram.
    fn answer(&mut self, body: &[u8]) -> bool {
        let list = find(body, tags::PDOL).or_else(|| find(body, tags::CDOL1));
        for (value, place) in [
            (list, &mut self.list),
            (find(body, tags::AIP), &mut self.aip),
            (find(body, tags::TRACK_2_EQUIVALENT_DATA), &mut self.track2),
        ] {
            if let Some(value) = value {
                *place = value;
            }
        }
        find(body, tags::APPLICATION_CRYPTOGRAM).is_some()
    }

    fn scheme(&self) -> Scheme {
        let mut words = self.card.split(' ');
        words
            .next()
            .and_then(Scheme::from_name)
            .unwrap_or(Scheme::UnionPay)
    }

    /// The algorithm that the issuer application data names, or the one that the card is described with.
    fn algorithm(&self, named: Option<Algorithm>) -> Algorithm {
        let described = Algorithm::ALL.iter().copied();
        let mut described = described.filter(|algorithm| self.card.contains(algorithm.name()));
        let described = described.next_back();
        named.or(described).unwrap_or(Algorithm::Tdes)
    }

    fn data(&self) -> TransactionData {
        let list = Dol::parse(&self.list).expect("a list");
        let said = list.split(&self.said).expect("its data");
        let [transaction_type] = value(&said, tags::TRANSACTION_TYPE);
        TransactionData {
            amount_authorised: value(&said, tags::AMOUNT_AUTHORISED),
            amount_other: value(&said, tags::AMOUNT_OTHER),
            terminal_country: value(&said, tags::TERMINAL_COUNTRY_CODE),
            tvr: value(&said, tags::TVR),
            currency: value(&said, tags::TRANSACTION_CURRENCY_CODE),
            date: value(&said, tags::TRANSACTION_DATE),
            transaction_type,
            unpredictable_number: value(&said, tags::UNPREDICTABLE_NUMBER),
            aip: (*self.aip).try_into().expect("two octets"),
        }
    }

    /// The scheme and algorithm of the cryptogram in an answer, and true if the custody verifies it.
    fn verify(&self, body: &[u8]) -> (Scheme, Algorithm, bool) {
        let object = |tag| find(body, tag).expect("in the answer");
        let octets = object(tags::ISSUER_APPLICATION_DATA);
        let scheme = self.scheme();
        let iad = scheme.parse_iad(&octets).expect("its layout");
        let data = self.data();
        let input = CryptogramInput::new(iad.cvn, data, &octets).expect("its length");
        let track2 = Track2::parse(&self.track2).expect("track 2");
        let atc = u16::from_be_bytes((*object(tags::ATC)).try_into().expect("two octets"));
        let cryptogram = object(tags::APPLICATION_CRYPTOGRAM);
        let algorithm = self.algorithm(iad.algorithm);
        let check = CryptogramCheck {
            card: CardIdentity {
                number: track2.number(),
                psn: Some(PSN),
                scheme,
                dki: iad.dki,
            },
            algorithm,
            input: &input,
            atc: Atc::new(atc).expect("a counter"),
            unpredictable_number: data.unpredictable_number,
            cryptogram: Cryptogram((*cryptogram).try_into().expect("eight octets")),
        };
        let right = custody().verify(&check).expect("a key of the family");
        (scheme, algorithm, right)
    }
}

fn value<const N: usize>(said: &DolData<'_, '_>, tag: Tag) -> [u8; N] {
    said.get_array(tag).expect("asked for")
}

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).expect("hex")
}

/// Plays a transcript; for each cryptogram under the card's own key, its scheme and algorithm. Those
/// under the key that all sample cards share are the card's own only at the first counter of `UnionPay`.
fn play(text: &str, verified: &mut BTreeMap<(&'static str, &'static str), usize>) {
    let mut conversation = Conversation::default();
    for line in text.lines() {
        if let Some(card) = line.strip_prefix("card ") {
            conversation = Conversation {
                card: card.to_owned(),
                ..Conversation::default()
            };
        } else if line.starts_with("key ") {
            conversation.own_key = true;
        } else if let Some(command) = line.strip_prefix(">>") {
            conversation.command(&octets(command));
        } else if let Some(answer) = line.strip_prefix("<<") {
            let answer = octets(answer);
            let (body, _) = answer.split_last_chunk::<2>().expect("a status word");
            if !conversation.answer(body) {
                continue;
            }
            let first = find(body, tags::ATC).as_deref() == Some(&[0x00, 0x01]);
            let (scheme, algorithm, right) = conversation.verify(body);
            let own = conversation.own_key || scheme == Scheme::UnionPay && first;
            assert_eq!(right, own, "{line}");
            if right {
                *verified
                    .entry((scheme.name(), algorithm.name()))
                    .or_default() += 1;
            }
        }
    }
}

#[test]
fn cryptograms_of_the_transcripts_under_the_cards_own_key_are_right_and_no_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    let mut verified = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the transcripts") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "txt") {
            let text = fs::read_to_string(path).expect("readable");
            play(&text, &mut verified);
        }
    }
    let found: Vec<_> = verified.keys().copied().collect();
    assert_eq!(
        found,
        [
            ("Mastercard", "aes-192"),
            ("Mastercard", "sm4"),
            ("Mastercard", "tdes"),
            ("UnionPay", "aes-256"),
            ("UnionPay", "sm4"),
            ("UnionPay", "tdes"),
            ("Visa", "aes-128"),
            ("Visa", "tdes"),
        ]
    );
}
