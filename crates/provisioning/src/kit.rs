//! One issuer and one device, for the tests.

use std::vec;
use std::vec::Vec;

use core::convert::Infallible;
use rand_core::{TryCryptoRng, TryRng};
use understudy_core::card::{CardId, Limits, UnixTime};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use crate::inbox::{self, Arrival, Device, Sequence};
use crate::keys::{DeviceId, PublicReceiveKey, ReceiveKey, ReceiveKeys, SigningKey};
use crate::letter::{Body, Command, Letter, Notice, Recipient, SuspendReason, Verdict, seal};
use crate::message::{OVERHEAD, Refusal};
use crate::package::{self, Package, Subject};

pub(crate) const DEVICE: DeviceId = DeviceId([0xD1; 16]);
pub(crate) const CARD: CardId = CardId(1);
pub(crate) const NOW: UnixTime = UnixTime(1_795_311_000);
pub(crate) const NOT_AFTER: UnixTime = UnixTime(1_797_903_000);
pub(crate) const PROFILE: [u8; 5] = [0xE0, 0x03, 0xC0, 0x01, 0x01];

/// A generator that counts: the tests need the same octets every time.
pub(crate) struct Counter(pub(crate) u8);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        self.0 = self.0.wrapping_add(1);
        to.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

/// A generator that fails.
pub(crate) struct Broken;

impl TryRng for Broken {
    type Error = core::fmt::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Err(core::fmt::Error)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Err(core::fmt::Error)
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        Err(core::fmt::Error)
    }
}

impl TryCryptoRng for Broken {}

pub(crate) fn signing(octet: u8) -> SigningKey {
    SigningKey::from_octets(&Zeroizing::new([octet; 32]))
}

pub(crate) fn receiving(octet: u8) -> ReceiveKey {
    ReceiveKey::from_octets(Zeroizing::new([octet; 32]))
}

pub(crate) fn issuer() -> SigningKey {
    signing(0x11)
}

pub(crate) fn device_key() -> PublicReceiveKey {
    receiving(0x22).public()
}

pub(crate) fn recipient() -> Recipient {
    Recipient {
        device: DEVICE,
        epoch: 1,
        key: device_key(),
    }
}

pub(crate) fn letter(sequence: u64, card: Option<CardId>, body: Body<'_>) -> Vec<u8> {
    let letter = Letter {
        card,
        sequence,
        issued_at: NOW,
        body,
    };
    let mut out = vec![0; 1024];
    seal(&mut out, &letter, &recipient(), &issuer(), &mut Counter(0))
        .unwrap()
        .to_vec()
}

pub(crate) fn command(sequence: u64, command: Command) -> Vec<u8> {
    letter(sequence, Some(CARD), Body::Command(command))
}

/// The plaintext of a package of two keys, with a small profile or a number.
pub(crate) fn plaintext(profile: bool) -> Vec<u8> {
    let subject = if profile {
        Subject::Card { profile: &PROFILE }
    } else {
        Subject::Keys {
            number: CardNumber::parse("6250947000000014").unwrap(),
        }
    };
    let keys = [4, 5].map(|atc| (Atc::new(atc).unwrap(), Zeroizing::new([0x5A; 16])));
    let mut out = [0; 256];
    let written = package::emit(&mut out, &subject, Some(NOT_AFTER), Algorithms::TDES, keys);
    written.unwrap().to_vec()
}

pub(crate) fn verdict() -> Verdict {
    Verdict {
        atc: Atc::new(4).unwrap(),
        response_code: *b"00",
        amount: Amount::new(1234, Currency::CNY).unwrap(),
        at: Some(NOW),
    }
}

pub(crate) fn limits() -> Limits {
    Limits {
        currency: Currency::CNY,
        unverified_tap: 50_000,
        unverified_taps: 3,
        unverified_sum: 120_000,
        verified_tap: 200_000,
        validity: 300,
    }
}

/// A letter of every content but a package, each with the card that belongs to it.
pub(crate) fn bodies() -> Vec<(Option<CardId>, Body<'static>)> {
    let reasons = [
        SuspendReason::Cardholder,
        SuspendReason::Issuer,
        SuspendReason::CloneOrRollback,
    ];
    let commands = reasons.map(Command::Suspend).into_iter().chain([
        Command::Resume,
        Command::Delete,
        Command::Replenish,
        Command::Limits(limits()),
    ]);
    let untimed = Verdict {
        at: None,
        ..verdict()
    };
    let notices = [verdict(), untimed].into_iter().flat_map(|verdict| {
        [
            Notice::Approved(verdict),
            Notice::Declined(verdict),
            Notice::Reversed(verdict),
        ]
    });
    let refunded = Notice::Refunded(verdict());
    let about_device = [
        Command::Report,
        Command::Wipe,
        Command::RotateStorage,
        Command::UnlockPassword,
        Command::ResetPassword,
    ];
    let accepted = Notice::ReportAccepted(Sequence::EMPTY);
    commands
        .map(Body::Command)
        .chain(notices.chain([refunded]).map(Body::Notice))
        .chain([Body::Profile(&PROFILE)])
        .map(|body| (Some(CARD), body))
        .chain(about_device.map(|command| (None, Body::Command(command))))
        .chain([(None, Body::Notice(accepted))])
        .collect()
}

/// The result of a device's taking a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Accepted(Sequence),
    Done,
}

pub(crate) fn held() -> ReceiveKeys {
    ReceiveKeys::enrolled(receiving(0x22))
}

/// Takes a message on a device that holds card 1, with the keys and the state given.
pub(crate) fn take_with(
    message: &[u8],
    keys: &ReceiveKeys,
    accepted: &Sequence,
) -> Result<Taken, Refusal> {
    let device = Device {
        id: DEVICE,
        cards: &[CARD],
        issuer: &[signing(0x10).public(), issuer().public()],
        accepted,
        keys,
    };
    let mut room = vec![0; inbox::content_len(message)?];
    Ok(match inbox::take(message, &device, &mut room)? {
        Arrival::Fresh(accepted) => Taken::Accepted(accepted.sequence),
        Arrival::Done => Taken::Done,
    })
}

pub(crate) fn take(message: &[u8], accepted: &Sequence) -> Result<Taken, Refusal> {
    take_with(message, &held(), accepted)
}

/// A message with content that [`letter::seal`](crate::letter::seal) refuses to write.
pub(crate) fn forced(header: crate::message::Header, content: &[u8]) -> Vec<u8> {
    let envelope = crate::message::Envelope {
        header,
        to: &device_key(),
        from: &issuer(),
    };
    let mut out = vec![0; content.len() + OVERHEAD];
    let sealed = crate::message::seal(
        &mut out,
        &envelope,
        &mut Counter(0),
        |writer| writer.octets(content),
        |_| true,
    );
    sealed.unwrap().to_vec()
}

/// A message with a new signature, by the issuer or by somebody else.
pub(crate) fn signed_anew(message: &[u8], by: &SigningKey) -> Vec<u8> {
    let signed = &message[..message.len() - 64];
    [signed, &by.sign(signed)].concat()
}

/// A whole package that was read.
pub(crate) fn parsed(octets: &[u8]) -> Body<'_> {
    Body::Package(Package::parse(octets).unwrap())
}
