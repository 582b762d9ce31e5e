//! A reader: one tap from the directory to the cryptogram, and the data of DE 55.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_tests::{GpoData, PPSE, UNIONPAY_DEBIT, select};
use understudy_wallet::{Clock, Folder, Wallet};

/// A cryptogram with all that the terminal knows of its tap.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    pub(crate) data: GpoData,
    pub(crate) atc: u16,
    pub(crate) cryptogram: Vec<u8>,
    pub(crate) track2: Vec<u8>,
    iad: Vec<u8>,
    information: Vec<u8>,
    aip: Vec<u8>,
}

/// The end of a tap.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Cryptogram(Tap),
    /// Refused with this status word.
    Refused(u16),
}

impl Answer {
    pub(crate) fn atc(&self) -> Option<u16> {
        match self {
            Self::Cryptogram(tap) => Some(tap.atc),
            Self::Refused(_) => None,
        }
    }
}

/// A purchase of `amount` minor units, by a reader with a PIN pad, on the day of `now`.
pub(crate) fn purchase(amount: u64, now: u64) -> GpoData {
    GpoData {
        amount,
        date: date(now),
        ..GpoData::default()
    }
}

/// As [`purchase`], by a reader without a PIN pad.
pub(crate) fn without_pin(amount: u64, now: u64) -> GpoData {
    GpoData {
        ttq: [0x32, 0x00, 0xC0, 0x80],
        ..purchase(amount, now)
    }
}

/// A tap up to its answer; the field stays.
pub(crate) fn ask<F: Folder, C: Clock>(wallet: &Wallet<F, C>, data: &GpoData) -> Answer {
    send(wallet, &select(PPSE));
    send(wallet, &select(UNIONPAY_DEBIT));
    let answer = send(wallet, &data.command());
    match answer.as_slice() {
        [body @ .., 0x90, 0x00] => Answer::Cryptogram(read(body, data)),
        [high, low] => Answer::Refused(u16::from_be_bytes([*high, *low])),
        _ => panic!("no answer"),
    }
}

pub(crate) fn send<F: Folder, C: Clock>(wallet: &Wallet<F, C>, command: &[u8]) -> Vec<u8> {
    let mut answer = [0; ANSWER_MAX];
    wallet.process(command, &mut answer).to_vec()
}

fn read(body: &[u8], data: &GpoData) -> Tap {
    let template = Reader::new(body).next().unwrap().unwrap();
    let find = |tag: u32| {
        let mut objects = Reader::new(template.value).flatten();
        let found = objects.find(|object| object.tag == Tag::new(tag));
        found.map(|object| object.value.to_vec())
    };
    let value = |tag: u32| find(tag).unwrap();
    Tap {
        data: *data,
        atc: u16::from_be_bytes(value(0x9F36).try_into().unwrap()),
        cryptogram: value(0x9F26),
        track2: value(0x57),
        iad: value(0x9F10),
        information: find(0x9F27).unwrap_or(vec![0x80]),
        aip: value(0x82),
    }
}

impl Tap {
    /// The data of DE 55.
    pub(crate) fn chip_data(&self) -> Vec<u8> {
        let data = &self.data;
        let objects: [(&str, &[u8]); 14] = [
            ("9F26", &self.cryptogram),
            ("9F27", &self.information),
            ("9F10", &self.iad),
            ("9F37", &data.unpredictable_number),
            ("9F36", &self.atc.to_be_bytes()),
            ("95", &[0; 5]),
            ("9A", &data.date),
            ("9C", &[data.kind]),
            ("9F02", &bcd(data.amount, 6)),
            ("5F2A", &bcd(data.currency.into(), 2)),
            ("82", &self.aip),
            ("9F1A", &bcd(data.country.into(), 2)),
            ("9F03", &bcd(data.other, 6)),
            ("9F33", &[0xE0, 0xE1, 0xC8]),
        ];
        let mut octets = Vec::new();
        for (tag, value) in objects {
            octets.extend(hex::decode(tag).unwrap());
            octets.push(u8::try_from(value.len()).unwrap());
            octets.extend(value);
        }
        octets
    }
}

fn bcd(number: u64, octets: usize) -> Vec<u8> {
    hex::decode(format!("{number:0width$}", width = 2 * octets)).unwrap()
}

/// YYMMDD of a Unix time, in BCD (civil calendar from days, in years that begin in March).
pub(crate) fn date(now: u64) -> [u8; 3] {
    let days = now / 86_400 + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year + era * 400 + u64::from(month <= 2);
    let text = format!("{:02}{month:02}{day:02}", year % 100);
    hex::decode(text).unwrap().try_into().unwrap()
}

#[test]
fn the_calendar_of_the_reader_is_right() {
    assert_eq!(date(super::clock::START), [0x26, 0x11, 0x22]);
    assert_eq!(date(951_782_400), [0x00, 0x02, 0x29]);
    assert_eq!(date(1_798_761_599), [0x26, 0x12, 0x31]);
    assert_eq!(date(1_798_761_600), [0x27, 0x01, 0x01]);
}
