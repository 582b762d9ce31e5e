//! An enrolled wallet gives no memory back with one of its own keys or a card's key in it.

use std::convert::Infallible;
use std::hint::black_box;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_memory_tests::{Kept, copies_left_by, look_for};
use understudy_provisioning::enrolment::{Challenge, Received};
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use understudy_provisioning::letter::{Body, Command, Letter, Notice, Recipient, seal};
use understudy_provisioning::report::{Arrival, Ledger, Sender};
use understudy_provisioning::{Package, Subject, package, report};
use understudy_tests::{GpoData, ProfileSpec, UNIONPAY_DEBIT, select};
use understudy_wallet::{IssuerKeys, SystemClock, Volatile, Wallet};
use zeroize::Zeroizing;

const CARD: CardId = CardId(1);

/// Octets that follow from a number that counts.
struct Counted(u64);

fn octets(number: u64) -> [u8; 32] {
    Sha256::digest(number.to_be_bytes()).into()
}

impl TryRng for Counted {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("keys are drawn as octets")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("keys are drawn as octets")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        self.0 += 1;
        to.copy_from_slice(&octets(self.0)[..to.len()]);
        Ok(())
    }
}

impl TryCryptoRng for Counted {}

struct Bank {
    sign: SigningKey,
    receive: ReceiveKey,
    device: Recipient,
    sender: Sender,
    sequence: u64,
}

impl Bank {
    fn letter(&mut self, card: Option<CardId>, body: Body<'_>) -> Vec<u8> {
        self.sequence += 1;
        let letter = Letter {
            card,
            sequence: self.sequence,
            issued_at: UnixTime(1_795_305_600),
            body,
        };
        let mut out = vec![0; 1 << 14];
        let mut rng = Counted(self.sequence << 32);
        seal(&mut out, &letter, &self.device, &self.sign, &mut rng)
            .unwrap()
            .to_vec()
    }

    fn card(&mut self, keys: &[(Atc, [u8; 16])]) -> Vec<u8> {
        let profile = ProfileSpec::default().octets();
        let subject = Subject::Card { profile: &profile };
        let keys = keys.iter().map(|(atc, key)| (*atc, Zeroizing::new(*key)));
        let mut out = vec![0; 1 << 13];
        let octets = package::write(&mut out, &subject, None, keys).unwrap();
        self.letter(Some(CARD), Body::Package(Package::parse(octets).unwrap()))
    }

    fn accept(&mut self, message: &[u8]) -> Vec<u8> {
        let mut room = vec![0; report::content_len(message).unwrap()];
        let taken = match report::take(message, &self.sender, &self.receive, &mut room).unwrap() {
            Arrival::Fresh(taken) => taken,
            Arrival::Done => panic!("the report is not new"),
        };
        self.sender.ledger = taken.ledger;
        (self.device.epoch, self.device.key) = (taken.report().epoch, taken.report().key);
        let accepted = Notice::ReportAccepted(self.sender.ledger.reports);
        self.letter(None, Body::Notice(accepted))
    }
}

fn enrol(wallet: &mut Wallet<Kept>) -> (Bank, usize) {
    let mut rng = Counted(1 << 16);
    let sign = SigningKey::generate(&mut rng).unwrap();
    let receive = ReceiveKey::generate(&mut rng).unwrap();
    let issuer = IssuerKeys {
        verify: vec![sign.public(); 5],
        receive: receive.public(),
    };
    let challenge = Challenge([7; 32]);
    let enrol = || wallet.enrol(issuer, challenge, None, &mut Counted(0));
    let (request, copies) = copies_left_by(|| enrol().unwrap());
    let enrolled = Received::parse(&request)
        .unwrap()
        .authenticate(&challenge)
        .unwrap();
    let device = enrolled.enrolment.device;
    let bank = Bank {
        sign,
        receive,
        device: Recipient {
            device,
            epoch: 1,
            key: enrolled.enrolment.receive,
        },
        sender: Sender {
            device,
            verify: enrolled.verify,
            ledger: Ledger::enrolled(&enrolled),
        },
        sequence: 0,
    };
    (bank, copies)
}

fn pay(wallet: &mut Wallet<Kept>) {
    let mut answer = [0; 258];
    wallet.user_verified().unwrap();
    wallet.process(&select(UNIONPAY_DEBIT), &mut answer);
    let answer = wallet.process(&GpoData::default().command(), &mut answer);
    assert!(answer.ends_with(&[0x90, 0x00]));
    wallet.field_lost().unwrap();
}

#[test]
fn no_block_is_given_back_with_a_key_of_the_device_or_of_its_card_in_it() {
    let atc = |counter| Atc::new(counter).unwrap();
    let cards: Vec<_> = (1..=40_u16)
        .map(|counter| {
            let octets = octets(1 << 40 | u64::from(counter));
            (atc(counter), *octets.first_chunk().unwrap())
        })
        .collect();
    // Drawn by the device: its name, receive key and signing key; then, for each of two reports,
    // a receive key and what the encapsulation follows from.
    let drawn = [2, 3, 101, 201].map(|number| octets(number).to_vec());
    let session = cards.iter().map(|(_, key)| key.to_vec());
    look_for(drawn.into_iter().chain(session).collect());

    let kept = Kept::with_room(1 << 17);
    let mut wallet = Wallet::new(kept.clone(), SystemClock);
    let (mut bank, copies) = enrol(&mut wallet);
    assert_eq!(copies, 0, "after enrolling");
    let receive = |wallet: &mut Wallet<Kept>, letter: &[u8], when| {
        let (taken, copies) = copies_left_by(|| wallet.receive(letter));
        assert_eq!((taken.is_ok(), copies), (true, 0), "after {when}");
    };
    receive(&mut wallet, &bank.card(&cards[..20]), "a card");
    let ((), copies) = copies_left_by(|| (0..15).for_each(|_| pay(&mut wallet)));
    assert_eq!(copies, 0, "after taps");
    for seed in [100, 200] {
        let (made, copies) = copies_left_by(|| wallet.report(&mut Counted(seed)).unwrap());
        assert_eq!(copies, 0, "after a report");
        let (refused, copies) = copies_left_by(|| wallet.receive(&made));
        assert_eq!((refused.is_err(), copies), (true, 0), "after a refusal");
        receive(&mut wallet, &bank.accept(&made), "its acceptance");
    }
    let (restored, copies) =
        copies_left_by(|| Wallet::restore(&kept.0.borrow(), Volatile, SystemClock).unwrap());
    assert_eq!(copies, 0, "after restoring");
    let ((), copies) = copies_left_by(|| drop(restored));
    assert_eq!(copies, 0, "after the wallet's end");
    receive(
        &mut wallet,
        &bank.card(&cards[20..]),
        "more keys and a fresh key",
    );
    let text = String::from_utf8(kept.0.borrow().clone()).unwrap();
    for (number, held) in [(2, false), (3, true), (101, false), (201, true)] {
        assert_eq!(
            text.contains(&hex::encode(octets(number))),
            held,
            "{number}"
        );
    }
    let delete = bank.letter(Some(CARD), Body::Command(Command::Delete));
    receive(&mut wallet, &delete, "the card's deletion");
    let ((), copies) = copies_left_by(|| drop(wallet));
    assert_eq!(copies, 0, "after the device's end");

    let ((), copies) = copies_left_by(|| drop(black_box(octets(2).to_vec())));
    assert_eq!(copies, 1, "the scanner sees octets");
    let ((), copies) = copies_left_by(|| drop(black_box(hex::encode(octets(2)))));
    assert_eq!(copies, 1, "the scanner sees hex");
}
