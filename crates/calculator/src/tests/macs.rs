//! MACs and derivations under triple-length keys.

use proptest::prelude::*;
use understudy_core::crypto::{self, Cryptogram, Padding};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod};

use super::{list, octets, text, upper, vectors};
use crate::TdesKey;

#[test]
fn macs_of_triple_length_keys_are_those_of_the_peer() {
    let file = vectors!("block_ciphers");
    for case in list(&file, "triple_length_macs") {
        let key = TdesKey::new(&octets(case, "key")).unwrap();
        let data = text(case, "text").as_bytes();
        assert_eq!(
            upper(key.mac(Padding::Method1, data)),
            text(case, "method_1")
        );
        if case["method_2"].is_string() {
            assert_eq!(
                upper(key.mac(Padding::Method2, data)),
                text(case, "method_2")
            );
        }
        // Two thirds of the key are another key.
        let short = TdesKey::new(&octets(case, "key")[..16]).unwrap();
        assert_ne!(
            upper(short.mac(Padding::Method1, data)),
            text(case, "method_1")
        );
    }
}

#[test]
fn a_card_master_key_under_a_triple_length_key_is_the_peer_s() {
    let file = vectors!("block_ciphers");
    let case = &file["triple_length_derivation"];
    let psn = octets(case, "psn")[0];
    let blocks = MasterKeyMethod::OptionA
        .blocks(text(case, "pan"), Some(psn))
        .unwrap();
    let derived = |key: &[u8]| upper(*TdesKey::new(key).unwrap().derive(blocks));
    let imk = octets(case, "imk");
    assert_eq!(derived(&imk), text(case, "card_master_key"));
    assert_ne!(derived(&imk[..16]), text(case, "card_master_key"));
}

#[test]
fn only_double_and_triple_lengths_are_keys() {
    for length in 0..40 {
        let key = TdesKey::new(&std::vec![1; length]);
        assert_eq!(key.is_ok(), [16, 24].contains(&length), "{length}");
    }
}

proptest! {
    /// A double-length key, and the same key written in three thirds, are what the card computes with.
    #[test]
    fn a_double_length_key_does_what_the_card_s_does(
        octets in any::<[u8; 16]>(),
        data in prop::collection::vec(any::<u8>(), 0..40),
        arqc in any::<[u8; 8]>(),
        code in any::<[u8; 2]>(),
        pan in "[0-9]{8,19}",
    ) {
        let theirs = crypto::TdesKey::from_octets(octets);
        let thirds = [&octets[..], &octets[..8]].concat();
        for key in [&octets[..], &thirds] {
            let ours = TdesKey::new(key).unwrap();
            for padding in [Padding::Method1, Padding::Method2] {
                prop_assert_eq!(ours.mac(padding, &data), theirs.mac(padding, &[&data]));
            }
            let arqc = Cryptogram(arqc);
            prop_assert_eq!(ours.arpc_method_1(&arqc, code), theirs.arpc_method_1(&arqc, code));
            let (csu, proprietary) = ([1, 2, 3, 4], &data[..data.len().min(8)]);
            prop_assert_eq!(
                ours.arpc_method_2(&arqc, csu, proprietary),
                theirs.arpc_method_2(&arqc, csu, proprietary)
            );
            prop_assert_eq!(ours.check_value(), theirs.check_value());
            let method = MasterKeyMethod::OptionB;
            let issuer = IssuerMasterKey::from_octets(octets);
            let master = issuer.card_master_key(method, &pan, None).unwrap();
            let blocks = method.blocks(&pan, None).unwrap();
            prop_assert_eq!(&*ours.derive(blocks), master.expose());
        }
    }
}
