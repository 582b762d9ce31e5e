//! The vectors in both directions: our messages from the fixed keys equal them, and we take them.

use serde_json::Value;
use understudy_core::card::{CardId, Limits, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::Package;
use understudy_provisioning::enrolment::{self, Challenge, Enrolment};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::letter::{
    Body, Command, Letter, Notice, Recipient, SuspendReason, Verdict, seal,
};
use understudy_provisioning::message::{Refusal, Refusals};
use understudy_provisioning::report::{
    self, Arrival, CardUse, Draft, Ledger, Mark, Payment, Sender,
};

use crate::device::{CARD, Given, array, device, octets, receiving, signing, take, vectors};

fn atc(value: u16) -> Atc {
    Atc::new(value).unwrap()
}

fn verdict(counter: u16, response_code: [u8; 2], minor: u64, at: Option<u64>) -> Verdict {
    Verdict {
        atc: atc(counter),
        response_code,
        amount: Amount::new(minor, Currency::CNY).unwrap(),
        at: at.map(UnixTime),
    }
}

/// The number of packages at the beginning of the vectors, and of the profile after them.
const CONTENTS: usize = 4;

/// Our form of the letters in the vectors; `contents` are the plaintexts of the first.
fn letters<'a>(contents: &'a [Vec<u8>], accepted: &Sequence) -> Vec<(Option<CardId>, Body<'a>)> {
    let about_card = [
        Command::Suspend(SuspendReason::CloneOrRollback),
        Command::Resume,
        Command::Delete,
        Command::Replenish,
    ];
    let about_device = [
        Command::Report,
        Command::Wipe,
        Command::RotateStorage,
        Command::UnlockPassword,
        Command::ResetPassword,
    ];
    let limits = Command::Limits(Limits {
        currency: Currency::CNY,
        unverified_tap: 50_000,
        unverified_taps: 3,
        unverified_sum: 120_000,
        verified_tap: 200_000,
        validity: 300,
    });
    let notices = [
        Notice::Approved(verdict(4, *b"00", 1234, Some(1_795_311_100))),
        Notice::Declined(verdict(5, *b"51", 500_000, Some(1_795_311_101))),
        Notice::Reversed(verdict(4, *b"00", 1234, Some(1_795_311_102))),
        Notice::Approved(verdict(4, *b"00", 1234, None)),
    ];
    let (profile, packages) = contents.split_last().unwrap();
    let packages = packages
        .iter()
        .map(|package| Body::Package(Package::parse(package).unwrap()));
    let with_card = packages
        .chain([Body::Profile(profile)])
        .chain(about_card.map(Body::Command));
    let mut letters: Vec<_> = with_card.map(|body| (Some(CARD), body)).collect();
    letters.extend(about_device.map(|command| (None, Body::Command(command))));
    letters.push((Some(CARD), Body::Command(limits)));
    letters.extend(notices.map(|notice| (Some(CARD), Body::Notice(notice))));
    letters.push((None, Body::Notice(Notice::ReportAccepted(*accepted))));
    letters
}

/// The state of reports in the last letter: the octets after its first.
fn accepted_report(letters: &[Value]) -> Sequence {
    let content = octets(&letters.last().unwrap()["content"]);
    Sequence::from_octets(content[1..].first_chunk().unwrap())
}

#[test]
fn the_packages_of_the_vectors_say_until_when_their_keys_are_good() {
    let vectors = vectors();
    let expiry = |at: usize| {
        let content = octets(&vectors["letters"][at]["content"]);
        Package::parse(&content).unwrap().not_after()
    };
    let expected = [Some(UnixTime(1_797_903_000)), None, None];
    assert_eq!([0, 1, 2].map(expiry), expected);
}

#[test]
fn every_letter_of_the_vectors_is_made_octet_by_octet_and_taken_in_order() {
    let vectors = vectors();
    let issuer = signing(&vectors["issuer"]["sign"]);
    let theirs = vectors["letters"].as_array().unwrap();
    let contents: Vec<_> = theirs[..CONTENTS]
        .iter()
        .map(|letter| octets(&letter["content"]))
        .collect();
    let to = Recipient {
        device: device(),
        epoch: 1,
        key: receiving(&vectors["device"]["receive"]).public(),
    };
    let ours = letters(&contents, &accepted_report(theirs));
    assert_eq!(ours.len(), theirs.len());
    let mut state = Sequence::EMPTY;
    for ((sequence, (card, body)), theirs) in (1..).zip(ours).zip(theirs) {
        let letter = Letter {
            card,
            sequence,
            issued_at: UnixTime(1_795_311_000 + sequence),
            body: body.clone(),
        };
        let mut out = [0; 512];
        let mut given = Given(octets(&theirs["ephemeral"]));
        let made = seal(&mut out, &letter, &to, &issuer, &mut given).unwrap();
        assert_eq!(hex::encode(made), theirs["message"], "letter {sequence}");

        let mut shown = String::new();
        let taken = take(made, &issuer.public(), &state, |body| {
            shown = format!("{body:?}");
        });
        assert_eq!(shown, format!("{body:?}"));
        assert_eq!(
            take(made, &issuer.public(), &taken.unwrap().unwrap(), |_| ()),
            Ok(None)
        );
        state = taken.unwrap().unwrap();
    }
    let first = octets(&theirs[0]["message"]);
    let late = take(&first, &issuer.public(), &state, |_| ());
    assert_eq!(late, Err(Refusal::Stale));
}

#[test]
fn the_enrolment_request_of_the_vectors_is_made_octet_by_octet_and_taken() {
    let vectors = vectors();
    let theirs = &vectors["enrolment"];
    let challenge = Challenge(array(&theirs["challenge"]));
    let attestation = octets(&theirs["attestation"]);
    let enrolment = Enrolment {
        device: device(),
        receive: receiving(&vectors["device"]["receive"]).public(),
        challenge,
        attestation: Some(&attestation),
    };
    let mut out = [0; 256];
    let made = enrolment::request(&mut out, &enrolment, &signing(&vectors["device"]["sign"]));
    assert_eq!(hex::encode(made.unwrap()), theirs["request"]);
    let received = enrolment::Received::parse(made.unwrap()).unwrap();
    assert_eq!(
        received.authenticate(&challenge).unwrap().enrolment,
        enrolment
    );
}

#[test]
fn the_report_of_the_vectors_is_made_octet_by_octet_and_taken() {
    let vectors = vectors();
    let issuer = receiving(&vectors["issuer"]["receive"]);
    let device_key = signing(&vectors["device"]["sign"]);
    let before = enrolment::reports(&octets(&vectors["enrolment"]["request"])).unwrap();
    let cards = [(1, Some(5)), (2, None)].map(|(card, highest)| CardUse {
        card: CardId(card),
        highest: highest.map(atc),
    });
    let payment = Payment {
        possibly_torn: false,
        at: Some(UnixTime(1_795_311_100)),
        amount: Amount::new(1234, Currency::CNY),
    };
    let marks = [(4, Some(payment)), (5, None)].map(|(counter, payment)| Mark {
        card: CARD,
        atc: atc(counter),
        payment,
    });
    let mut refusals = Refusals::default();
    refusals.note(Refusal::Signature);
    refusals.note(Refusal::Stale);
    let draft = Draft {
        device: device(),
        before,
        issued_at: UnixTime(1_795_312_000),
        generation: 7,
        accepted: 10,
        refusals,
        epoch: 2,
        key: receiving(&vectors["device"]["fresh"]).public(),
        cards: &cards,
        marks: &marks,
    };
    let mut out = [0; 512];
    let mut given = Given(octets(&vectors["report"]["ephemeral"]));
    let made = report::seal(&mut out, &draft, &issuer.public(), &device_key, &mut given).unwrap();
    assert_eq!(hex::encode(made), vectors["report"]["message"]);

    let ledger = Ledger {
        reports: before,
        generation: 0,
        epoch: 1,
    };
    let sender = Sender {
        device: device(),
        verify: device_key.public(),
        ledger,
    };
    let mut room = vec![0; report::content_len(made).unwrap()];
    let accepted = match report::take(made, &sender, &issuer, &mut room).unwrap() {
        Arrival::Fresh(accepted) => accepted,
        Arrival::Done => panic!("the first report was accepted before"),
    };
    let said = accepted.report();
    assert_eq!(said.cards().collect::<Vec<_>>(), cards);
    assert_eq!(said.marks().collect::<Vec<_>>(), marks);
    assert_eq!((accepted.ledger.generation, accepted.ledger.epoch), (7, 2));
}
