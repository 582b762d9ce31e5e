//! The data on disk reveals nothing without the storage key.

use understudy_wallet::Filter;

use super::operation::Op;
use super::vault::End;
use super::world::World;

/// In minor units; within the limit of verified taps.
const AMOUNT: u64 = 4_999_917;
const MERCHANT: &[u8] = b"CORNER SHOP SHANGHAI";

/// The written forms of a value: raw, and as hexadecimal text.
fn forms(value: &[u8]) -> Vec<Vec<u8>> {
    let lower = hex::encode(value);
    let upper = lower.to_uppercase();
    vec![value.to_vec(), lower.into_bytes(), upper.into_bytes()]
}

/// Decimal digits in ASCII, in BCD, and one in each octet.
fn digits(text: &str) -> Vec<Vec<u8>> {
    let even = &text[..text.len() / 2 * 2];
    let unpacked = text.bytes().map(|digit| digit - b'0').collect();
    [
        vec![unpacked],
        forms(text.as_bytes()),
        forms(&hex::decode(even).unwrap()),
    ]
    .concat()
}

fn holds(octets: &[u8], value: &[u8]) -> bool {
    octets.windows(value.len()).any(|window| window == value)
}

#[test]
fn the_files_hold_no_token_no_amount_no_merchant_and_no_password_in_the_clear() {
    let mut world = World::new(&[3, 2]);
    world.play(&Op::SetPassword);
    world.play(&Op::Try(false));
    world.play(&Op::Pay(AMOUNT));
    let tap = world.owed.last().unwrap().1.clone();
    world.play(&Op::Settle);
    world.play(&Op::Prompted);
    world.play(&Op::Authorise);
    world.play(&Op::Fetch);
    world.play(&Op::Report);
    world.end(End::Death, &mut super::dice::Dice::new(3));
    let track2 = hex::encode(&tap.track2);
    let token = track2.split('d').next().unwrap();
    assert_eq!(token.len(), 16);
    let values = [
        digits(token),
        digits(&format!("{AMOUNT:012}")),
        digits("274911"),
        forms(&AMOUNT.to_be_bytes()),
        forms(&AMOUNT.to_le_bytes()),
        forms(MERCHANT),
        forms(&tap.cryptogram),
        forms(&tap.track2),
        forms(b"625094******"),
    ]
    .concat();
    // The secrets do exist: the history has them.
    let history = world.wallet.history(&Filter::default());
    assert!(
        history
            .iter()
            .any(|record| record.merchant.as_ref().map(<[u8; 20]>::as_slice) == Some(MERCHANT))
    );
    let remains = world.folder.remains();
    assert!(remains.iter().map(Vec::len).sum::<usize>() > 100_000);
    for file in remains {
        for value in values.iter().filter(|value| value.len() > 4) {
            assert!(!holds(&file, value), "{}", hex::encode(value));
        }
    }
}
