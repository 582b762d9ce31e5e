use std::vec::Vec;

use super::*;
use crate::wire::tags::bits;

#[test]
fn typical_ttqs_say_what_their_bits_say() {
    // Values that mainland POS send.
    let ttq = Ttq([0x36, 0x00, 0xC0, 0x80]);
    assert!(ttq.emv() && ttq.contact() && ttq.online_pin() && ttq.signature());
    assert!(ttq.issuer_update() && ttq.cdcvm_supported() && ttq.fdda_v1());
    assert!(!ttq.magstripe() && !ttq.full_debit_credit() && !ttq.offline_only());
    assert!(!ttq.online_cryptogram_required() && !ttq.cvm_required());
    assert!(!ttq.oda_for_online() && !ttq.offline_pin());

    let ttq = Ttq([0x26, 0x00, 0x00, 0x80]);
    assert!(ttq.emv() && ttq.online_pin() && ttq.signature() && ttq.fdda_v1());
    assert!(!ttq.contact() && !ttq.cdcvm_supported());
}

#[test]
fn a_terminal_builds_its_ttq_from_bits() {
    let built = Ttq::EMV
        | Ttq::CONTACT
        | Ttq::ONLINE_PIN
        | Ttq::SIGNATURE
        | Ttq::ISSUER_UPDATE
        | Ttq::CDCVM
        | Ttq::FDDA_V1;
    assert_eq!(built, Ttq([0x36, 0x00, 0xC0, 0x80]));
    let required = built | Ttq::CVM_REQUIRED | Ttq::ONLINE_CRYPTOGRAM_REQUIRED;
    assert_eq!(required, Ttq([0x36, 0xC0, 0xC0, 0x80]));
    assert!(required.contains(built) && !built.contains(required));
}

/// The bits of `table` without those, by byte and mask, that are reserved in the kernels here and
/// defined in others.
fn without(table: &[bits::Bit], others: &[(u8, u8)]) -> Vec<bits::Bit> {
    let ours = table.iter().copied();
    ours.filter(|bit| !others.contains(&(bit.octet, bit.mask)))
        .collect()
}

/// Each reader reads exactly the bit that the dictionary names in the same place.
#[test]
fn the_readers_of_the_ttq_and_the_dictionary_agree() {
    let readers: [fn(Ttq) -> bool; 14] = [
        Ttq::magstripe,
        Ttq::full_debit_credit,
        Ttq::emv,
        Ttq::contact,
        Ttq::offline_only,
        Ttq::online_pin,
        Ttq::signature,
        Ttq::oda_for_online,
        Ttq::online_cryptogram_required,
        Ttq::cvm_required,
        Ttq::offline_pin,
        Ttq::issuer_update,
        Ttq::cdcvm_supported,
        Ttq::fdda_v1,
    ];
    let named_here = without(bits::TTQ, &[(2, 0x04), (3, 0x20), (3, 0x08)]);
    assert_eq!(named_here.len(), readers.len());
    for bit in 0..32 {
        let value = (1_u32 << bit).to_be_bytes();
        let read: Vec<bool> = readers.iter().map(|reader| reader(Ttq(value))).collect();
        let named: Vec<bool> = named_here.iter().map(|bit| bit.holds(&value)).collect();
        assert_eq!(read, named, "{value:02X?}");
    }
}

#[test]
fn the_readers_of_the_ctq_and_the_dictionary_agree() {
    let readers: [fn(Ctq) -> bool; 9] = [
        Ctq::online_pin,
        Ctq::signature,
        Ctq::online_if_oda_fails,
        Ctq::switch_if_oda_fails,
        Ctq::online_if_expired,
        Ctq::switch_for_cash,
        Ctq::switch_for_cashback,
        Ctq::cdcvm_performed,
        Ctq::issuer_update,
    ];
    let named_here = without(bits::CTQ, &[(1, 0x01)]);
    assert_eq!(named_here.len(), readers.len());
    for bit in 0..16 {
        let value = (1_u16 << bit).to_be_bytes();
        let read: Vec<bool> = readers.iter().map(|reader| reader(Ctq(value))).collect();
        let named: Vec<bool> = named_here.iter().map(|bit| bit.holds(&value)).collect();
        assert_eq!(read, named, "{value:02X?}");
    }
}

#[test]
fn a_card_answers_with_one_of_four_ctqs() {
    assert_eq!(Ctq::NONE, Ctq([0x00, 0x00]));
    assert_eq!(Ctq::ONLINE_PIN, Ctq([0x80, 0x00]));
    assert_eq!(Ctq::SIGNATURE, Ctq([0x40, 0x00]));
    assert_eq!(Ctq::CDCVM, Ctq([0x00, 0x80]));
}

#[test]
fn the_cryptogram_type_is_in_the_upper_two_bits() {
    let cases = [
        (0x00, Some(CryptogramType::Aac)),
        (0x40, Some(CryptogramType::Tc)),
        (0x80, Some(CryptogramType::Arqc)),
        (0xC0, None),
    ];
    for (cid, cryptogram_type) in cases {
        for other_bits in 0..0x40 {
            assert_eq!(CryptogramType::from_cid(cid | other_bits), cryptogram_type);
        }
        if let Some(cryptogram_type) = cryptogram_type {
            assert_eq!(cryptogram_type.cid(), cid);
        }
    }
}
