//! A folder with a wallet that holds one card, and its issuer.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{
    IssueOptions, Issuer, NoAttestation, Request, Restrictions, demonstration,
};
use understudy_provisioning::keys::DeviceId;
use understudy_test_bank as bank;

use crate::Wallet;

pub(crate) const KEY: [u8; 32] = [0x11; 32];

/// A wallet's folder, and the issuer of its card.
pub(crate) struct Phone {
    folder: TempDir,
    issuer: Issuer,
}

impl Phone {
    /// A card with ten keys, whose holder is verified; the wallet is closed.
    pub(crate) fn with_a_card() -> Self {
        let phone = Self {
            folder: tempfile::tempdir().unwrap(),
            issuer: Issuer::in_memory(demonstration::custody(), demonstration::config()).unwrap(),
        };
        let wallet = phone.open();
        let keys = phone.issuer.public_keys();
        let challenge = phone.issuer.challenge(now()).unwrap();
        let request = wallet
            .enrolment_request(
                &challenge.0,
                keys.receive.octets(),
                keys.verify.octets(),
                None,
            )
            .unwrap();
        let device = phone.issuer.enrol(&request, &NoAttestation, now()).unwrap();
        phone.bind(device.id);
        for letter in phone.issuer.letters(device.id, now()).unwrap() {
            wallet.receive(letter).unwrap();
        }
        wallet.settle().unwrap();
        wallet.end();
        phone
    }

    fn bind(&self, device: DeviceId) {
        let request = Request {
            pan: &CardNumber::parse(demonstration::TEST_PAN).unwrap(),
            expiry: Expiry::parse("4912").unwrap(),
            device,
            options: &IssueOptions::default(),
            funds: Amount::new(100_000, Currency::CNY).unwrap(),
            restrictions: &Restrictions::default(),
        };
        drop(bank::issue(&self.issuer, &request, now()));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn open(&self) -> Wallet {
        Wallet::open(self.path().to_str().unwrap(), &KEY, None).unwrap()
    }
}

fn now() -> UnixTime {
    UnixTime(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
}

/// SELECT PPSE, SELECT of the debit application, GET PROCESSING OPTIONS for 12.34 CNY.
pub(crate) fn tap() -> [Vec<u8>; 3] {
    const PPSE: &[u8] = b"2PAY.SYS.DDF01";
    const AID: &[u8] = &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01];
    let select = |name: &[u8]| {
        let length = u8::try_from(name.len()).unwrap();
        [&[0x00, 0xA4, 0x04, 0x00, length], name, &[0x00]].concat()
    };
    let mut data = vec![
        0x36, 0x00, 0xC0, 0x80, // 9F66
        0x00, 0x00, 0x00, 0x00, 0x12, 0x34, // 9F02
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // 9F03
        0x01, 0x56, // 9F1A
        0x00, 0x00, 0x00, 0x00, 0x00, // 95
        0x01, 0x56, // 5F2A
        0x26, 0x11, 0x27, // 9A
        0x00, // 9C
        0x01, 0x02, 0x03, 0x04, // 9F37
        0x12, 0x00, 0x00, // 9F21
    ];
    data.extend(b"CORNER SHOP BEIJING "); // 9F4E
    let length = u8::try_from(data.len()).unwrap();
    let options = [
        &[0x80, 0xA8, 0x00, 0x00, length + 2, 0x83, length][..],
        &data,
        &[0x00],
    ];
    [select(PPSE), select(AID), options.concat()]
}
