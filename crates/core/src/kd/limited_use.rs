//! Limited-use keys from a card master key, in the style of cloud-based payments.

use super::CardMasterKey;
use crate::crypto::{Key, KeyIndex, LimitedUseKey};

impl CardMasterKey {
    /// The limited-use key of an index: each of the two [blocks](limited_use_blocks), encrypted under
    /// this key. `None` unless this is a triple DES key: there is no such derivation for others.
    #[must_use]
    pub fn limited_use_key(&self, index: KeyIndex) -> Option<LimitedUseKey> {
        match &self.0 {
            Key::Tdes(key) => {
                let key = key.diversify(limited_use_blocks(index));
                Some(LimitedUseKey::new(index, key))
            }
            #[cfg(any(feature = "aes", feature = "sm4"))]
            _ => None,
        }
    }
}

/// The two blocks that become the halves of a limited-use key when they are encrypted under the card
/// master key: the digit 1 or 2 and the seven digits of the index, two in an octet, then `80` and
/// `00`s.
#[must_use]
pub fn limited_use_blocks(index: KeyIndex) -> [[u8; 8]; 2] {
    let [year, index @ ..] = index.octets();
    [0x10, 0x20].map(|half| {
        let [b, c, d] = index;
        [half | year, b, c, d, 0x80, 0x00, 0x00, 0x00]
    })
}

#[cfg(test)]
mod tests {
    use super::{CardMasterKey, KeyIndex, limited_use_blocks};
    use crate::crypto::secrecy::{assert_debug_hides, assert_does_not_implement, assert_wiped};
    use crate::crypto::{LimitedUseKey, TdesKey};

    /// The example of the year 0, hour 5702, counter 01 in descriptions of cloud-based payments.
    #[test]
    fn the_blocks_are_the_index_behind_a_digit_for_each_half() {
        let blocks = limited_use_blocks(KeyIndex::parse("0570201").unwrap());
        let expected = [0x1057_0201_8000_0000_u64, 0x2057_0201_8000_0000];
        assert_eq!(blocks, expected.map(u64::to_be_bytes));
    }

    #[test]
    fn the_halves_are_the_blocks_under_the_card_master_key() {
        let key = [0x2B; 16];
        let encrypted = |block: [u8; 8]| {
            // The answer to a cryptogram by method 1 is one encrypted block.
            let block = crate::crypto::Cryptogram(block);
            TdesKey::from_octets(key).arpc_method_1(&block, [0; 2])
        };
        let index = KeyIndex::parse("9878499").unwrap();
        let [left, right] = limited_use_blocks(index).map(encrypted);
        let made = CardMasterKey::from_octets(key).limited_use_key(index);
        let made = made.unwrap();
        assert_eq!(made.index(), index);
        assert_eq!(made.expose()[..8], left);
        assert_eq!(made.expose()[8..], right);
    }

    #[test]
    fn another_index_has_another_key() {
        let card = CardMasterKey::from_octets([0x2B; 16]);
        let made = |text| {
            let key = card.limited_use_key(KeyIndex::parse(text).unwrap());
            *key.unwrap().expose()
        };
        for other in ["1570201", "0570301", "0570202"] {
            assert_ne!(made("0570201"), made(other), "{other}");
        }
    }

    #[cfg(any(feature = "aes", feature = "sm4"))]
    #[test]
    fn a_key_of_another_cipher_has_no_limited_use_key() {
        use crate::crypto::{Algorithm, Key};
        let index = KeyIndex::parse("0570201").unwrap();
        for algorithm in Algorithm::ALL {
            let key = Key::from_octets(*algorithm, &[7; 32][..algorithm.key_length()]);
            let made = CardMasterKey::new(key.unwrap()).limited_use_key(index);
            assert_eq!(made.is_some(), *algorithm == Algorithm::Tdes);
        }
    }

    #[test]
    fn a_limited_use_key_is_wiped_and_cannot_be_cloned_or_shown() {
        use core::fmt::Display;
        assert_wiped::<LimitedUseKey>();
        assert_does_not_implement!(
            LimitedUseKey: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default
        );
        let secret = [
            0x9E, 0x15, 0x20, 0x43, 0x13, 0xF7, 0x31, 0x8A, 0xCB, 0x79, 0xB9, 0x0B, 0xD9, 0x86,
            0xAD, 0x29,
        ];
        let index = KeyIndex::parse("0570201").unwrap();
        assert_debug_hides(
            &LimitedUseKey::new(index, TdesKey::from_octets(secret)),
            &secret,
        );
    }
}
