//! Working keys under a master key.

use std::format;

use crate::line::{AesPinKey, KeyError, MacKey, PinKey, TerminalMasterKey};

const MASTER: [u8; 16] = [0x11; 16];

/// The master key `11…` and the working key `0123…3210`: OpenSSL 3,
/// `openssl enc -des-ede -K 1111… -nopad`, and eight zeros under the working key.
#[test]
fn a_working_key_is_wrapped_as_openssl_encrypts_it() {
    let working: [u8; 16] = hex::decode("0123456789ABCDEFFEDCBA9876543210")
        .unwrap()
        .try_into()
        .unwrap();
    let wrapped = TerminalMasterKey::new(MASTER).wrap(&working);
    assert_eq!(
        hex::encode_upper(wrapped.cryptogram),
        "8A5AE1F81AB8F2DD697C55FAAC85ABC0"
    );
    assert_eq!(hex::encode_upper(wrapped.check_value), "08D7B4");
    let unwrapped = TerminalMasterKey::new(MASTER).mac_key(&wrapped).unwrap();
    let text = b"Now is the time for all ";
    assert_eq!(unwrapped.code(text), MacKey::new(working).code(text));
    let pin_key = TerminalMasterKey::new(MASTER).pin_key(&wrapped).unwrap();
    assert_eq!(pin_key.expose(), &working);
}

#[test]
fn an_altered_working_key_or_another_master_key_is_refused() {
    let good = TerminalMasterKey::new(MASTER).wrap(&[5; 16]);
    for at in 0..19 {
        let mut altered = good;
        let mut octets = altered
            .cryptogram
            .iter_mut()
            .chain(&mut altered.check_value);
        *octets.nth(at).unwrap() ^= 0x10;
        let unwrapped = TerminalMasterKey::new(MASTER).mac_key(&altered);
        assert_eq!(unwrapped.err(), Some(KeyError), "{at}");
    }
    let other = TerminalMasterKey::new([0x22; 16]).pin_key(&good);
    assert_eq!(other.err(), Some(KeyError));
}

#[test]
fn keys_show_nothing() {
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        MacKey::new([1; 16]),
        PinKey::new([1; 16]),
        AesPinKey::new([1; 16]),
        TerminalMasterKey::new([1; 16])
    );
    assert_eq!(
        shown,
        "MacKey(..) PinKey(..) AesPinKey(..) TerminalMasterKey(..)"
    );
}
