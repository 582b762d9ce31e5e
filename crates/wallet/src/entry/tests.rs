use understudy_core::card::{CardId, Cvm, DrainGuard, Exposure, Refusal, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;

use super::{Acted, Entry, Marked, Refused, Shown};
use crate::BootId;
use crate::card::Armed;
use crate::store::RECORD_LEN;
use crate::time::TrustedTime;

const CARD: CardId = CardId(0x0102);

fn atc() -> Atc {
    Atc::new(0x0304).unwrap()
}

fn amount() -> Amount {
    Amount::new(123_456, Currency::CNY).unwrap()
}

fn marked() -> Marked {
    Marked {
        card: CARD,
        atc: atc(),
        at: Some(UnixTime(0x05)),
        amount: amount(),
        date: [0x26, 0x11, 0x22],
        transaction_type: 0x20,
        merchant: Some(*b"CORNER SHOP SHANGHAI"),
        cvm: Cvm::OnDevice,
        cryptogram: CryptogramType::Arqc,
        exposure: Exposure { taps: 6, sum: 7 },
        guard: DrainGuard {
            since_act: 8,
            recent: [9, 10, 11],
        },
    }
}

fn refused() -> Refused {
    Refused {
        card: CARD,
        at: None,
        reason: Refusal::UserMustAct,
        amount: Some(amount()),
        merchant: None,
    }
}

/// An entry of each kind, and with each optional part.
fn all() -> Vec<Entry> {
    let armed = |boot| Entry::Armed {
        card: CARD,
        armed: Armed { atc: atc(), boot },
        trusted: TrustedTime {
            reached: Some(12),
            elapsed: 13,
            boot,
        },
    };
    vec![
        armed(BootId::new([0x0B; 16])),
        armed(None),
        Entry::Marked(marked()),
        Entry::Marked(Marked {
            at: None,
            merchant: None,
            ..marked()
        }),
        Entry::Torn {
            card: CARD,
            atc: atc(),
        },
        Entry::Refused(refused()),
        Entry::Refused(Refused {
            at: Some(UnixTime(1)),
            amount: None,
            merchant: Some([0x41; 20]),
            ..refused()
        }),
        Entry::Acted(Acted::Only),
        Entry::Acted(Acted::Verified),
        Entry::Acted(Acted::VerifiedFor(CARD)),
        Entry::Tried,
        Entry::Right,
        Entry::Shown(Shown {
            card: CARD,
            atc: atc(),
            at: UnixTime(0x05),
            guard: marked().guard,
        }),
    ]
}

#[test]
fn each_entry_is_read_back_as_it_was_written() {
    for entry in all() {
        assert_eq!(Entry::from_octets(&entry.octets()), Some(entry));
    }
}

#[test]
fn each_entry_has_one_encoding_whatever_octet_is_altered() {
    for entry in all() {
        let octets = entry.octets();
        for place in 0..RECORD_LEN {
            for value in 0..=u8::MAX {
                let mut altered = octets;
                altered[place] = value;
                if let Some(read) = Entry::from_octets(&altered) {
                    assert_eq!(read.octets(), altered, "{entry:?}, octet {place}");
                }
            }
        }
    }
}

#[test]
fn a_mark_is_laid_out_as_the_formats_say() {
    let text = "02 0102 0304 0000000000000005 000000123456 0156 261122 20 \
                01 434F524E45522053484F50205348414E47484149 01 02 06 0000000000000007 \
                08 0000000000000009 000000000000000A 000000000000000B";
    let digits: String = text.split_whitespace().collect();
    let mut octets = hex::decode(digits).unwrap();
    octets.resize(RECORD_LEN, 0);
    assert_eq!(Entry::Marked(marked()).octets().as_slice(), octets);
}

#[test]
fn zeros_and_unknown_kinds_are_no_entry() {
    assert_eq!(Entry::from_octets(&[0; RECORD_LEN]), None);
    for kind in 8..=u8::MAX {
        let mut octets = Entry::Tried.octets();
        octets[0] = kind;
        assert_eq!(Entry::from_octets(&octets), None);
    }
}
