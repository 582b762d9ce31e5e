//! The remains of a deleted card on the disk.

use getrandom::SysRng;
use understudy_core::card::CardId;
use understudy_provisioning::letter::Command;
use understudy_test_phone::{CARD, Phone, session_key, spec, storage_key};
use understudy_wallet::Simulated;
use understudy_wallet::store::{Slot, Store};

use crate::phones::with_card;

/// Everything that the storage key decrypts in any file that was ever in the folder, under any
/// number that the file may have had: snapshots and records.
fn decrypted(phone: &Phone) -> Vec<Vec<u8>> {
    let generations = 1..=phone.wallet.storage().unwrap().generation;
    let mut found = Vec::new();
    for file in phone.folder.remains() {
        for generation in generations.clone() {
            let folder = Simulated::new();
            folder.put(&format!("state.{generation}"), &file);
            let Ok(opened) = Store::open(folder, &storage_key(), &mut SysRng) else {
                continue;
            };
            found.extend(opened.state.map(|state| state.to_vec()));
            let records = opened.records.into_iter().filter_map(|slot| match slot {
                Slot::Record(record) => Some(record.to_vec()),
                Slot::Unreadable => None,
            });
            found.extend(records);
        }
    }
    found
}

/// The number of findings that contain the octets.
fn holding(found: &[Vec<u8>], octets: &[u8]) -> usize {
    let holds = |one: &&Vec<u8>| one.windows(octets.len()).any(|window| window == octets);
    found.iter().filter(holds).count()
}

#[test]
fn after_a_deletion_the_storage_key_opens_nothing_of_the_card_in_any_file_there_ever_was() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    phone.takes(&issuer.card(CardId(2), &[101]));
    assert_eq!((phone.tap(), phone.tap()), (0x9000, 0x9000));
    phone.wallet.settle().unwrap();
    let profiles = [CARD, CardId(2)].map(|card| spec(card).octets());
    let keys = [2, 3].map(session_key);
    let before = decrypted(&phone);
    for key in &keys {
        assert!(
            holding(&before, key) > 0,
            "they are found while they are there"
        );
    }
    assert!(holding(&before, &profiles[0]) > 0 && holding(&before, b"CORNER SHOP") > 0);

    phone.takes(&issuer.command(CARD, Command::Delete));
    let after = decrypted(&phone);
    for key in &keys {
        assert_eq!(holding(&after, key), 0);
    }
    assert_eq!(holding(&after, &profiles[0]), 0);
    assert_eq!(holding(&after, b"CORNER SHOP"), 0, "nor its history");
    assert!(holding(&after, &profiles[1]) > 0, "the other card is there");
    assert!(holding(&after, &session_key(101)) > 0);
    assert_eq!(phone.report(), phone.report());
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(heard.marks.len(), 2, "what it used is still reported");
}
