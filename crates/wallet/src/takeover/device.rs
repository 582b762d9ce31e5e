//! The state of an enrolled wallet as its issuer's device.

use std::sync::Arc;

use serde::Deserialize;
use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{
    DeviceId, PublicReceiveKey, ReceiveKey, SigningKey, VerifyKey,
};
use understudy_provisioning::message::Refusals;
use understudy_provisioning::report::{Mark, Payment};
use zeroize::Zeroizing;

use super::fields::{MoneyText, atc};
use super::hex::{Hex, Key};
use super::text::given;
use crate::ImageError;
use crate::book::Book;
use crate::device::{Device, IssuerKeys, KeptKey, Keyring, Marks, kept};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceText {
    id: Hex<[u8; 16]>,
    sign: Key<32>,
    receive: Vec<(u32, Key<32>)>,
    issuer: IssuerText,
    inbox: SequenceText,
    reports: SequenceText,
    #[serde(deserialize_with = "Option::deserialize")]
    in_flight: Option<Hex<Vec<u8>>>,
    generation: u64,
    refusals: Hex<[u8; Refusals::LEN]>,
    #[serde(deserialize_with = "Option::deserialize")]
    signed_time: Option<u64>,
    report_wanted: bool,
    keys_wanted: Vec<u16>,
    marks: Vec<MarkText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerText {
    verify: Vec<Hex<[u8; 32]>>,
    receive: Hex<[u8; 32]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SequenceText {
    last: u64,
    digest: Hex<[u8; 32]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkText {
    card: u16,
    atc: u16,
    #[serde(deserialize_with = "Option::deserialize")]
    payment: Option<PaymentText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PaymentText {
    possibly_torn: bool,
    #[serde(deserialize_with = "Option::deserialize")]
    at: Option<u64>,
    asked: MoneyText,
}

impl DeviceText {
    /// The device of the wallet whose cards are in `book`.
    pub(super) fn into_device(self, book: &Book) -> Result<Device, ImageError> {
        let field = ImageError::Field;
        let keys = self.receive.into_iter().map(restored);
        let device = Device {
            id: DeviceId(self.id.0),
            sign: Arc::new(SigningKey::from_octets(&self.sign.0)),
            receive: Keyring::restored(keys.collect()).ok_or(field("the receive keys"))?,
            suspect_epoch: 0,
            issuer: self.issuer.keys().ok_or(field("the issuer's keys"))?,
            inbox: self.inbox.sequence(),
            reports: self.reports.sequence(),
            in_flight: self.in_flight.map(|report| Arc::from(report.0)),
            generation_base: self.generation,
            refusals: Refusals::from_octets(self.refusals.0).ok_or(field("the refusals"))?,
            signed_time: self.signed_time.map(UnixTime),
            reported_at: None,
            report_wanted: self.report_wanted,
            keys_wanted: given(&self.keys_wanted)?,
            marks: marks(&self.marks)?,
        };
        consistent(&device, book)?;
        Ok(device)
    }
}

/// Checks that the fields of a device are consistent with each other and with the cards.
fn consistent(device: &Device, book: &Book) -> Result<(), ImageError> {
    if device.generation_base == 0 {
        return Err(ImageError::Field("the generation"));
    }
    if let Some(report) = &device.in_flight {
        let place = Sequence::after(report).map(|place| place.last()).ok();
        if place != device.reports.last().checked_add(1) {
            return Err(ImageError::Field("the report in flight"));
        }
    }
    if device
        .keys_wanted
        .iter()
        .any(|card| book.card(*card).is_err())
    {
        return Err(ImageError::Field("the cards that want keys"));
    }
    let used = |mark: Mark| match book.card(mark.card) {
        Ok(card) => card.account.last_atc >= Some(mark.atc),
        Err(_) => book.given.contains(&mark.card),
    };
    if !device.marks.iter().all(used) {
        return Err(ImageError::Field("a mark's card"));
    }
    Ok(())
}

fn restored((epoch, key): (u32, Key<32>)) -> KeptKey {
    kept(epoch, &ReceiveKey::from_octets(Zeroizing::new(**key.0)))
}

fn marks(texts: &[MarkText]) -> Result<Marks, ImageError> {
    let marks: Vec<Mark> = texts.iter().map(MarkText::mark).collect::<Result<_, _>>()?;
    Marks::restored(&marks).ok_or(ImageError::Field("the marks"))
}

impl IssuerText {
    fn keys(&self) -> Option<IssuerKeys> {
        let verify = self.verify.iter().map(|key| VerifyKey::parse(&key.0));
        let keys = IssuerKeys {
            verify: verify.collect::<Option<_>>()?,
            receive: PublicReceiveKey::parse(&self.receive.0)?,
        };
        (!keys.verify.is_empty()).then_some(keys)
    }
}

impl SequenceText {
    fn sequence(&self) -> Sequence {
        let mut octets = [0; Sequence::LEN];
        let parts = self.last.to_be_bytes().into_iter().chain(self.digest.0);
        for (to, from) in octets.iter_mut().zip(parts) {
            *to = from;
        }
        Sequence::from_octets(&octets)
    }
}

impl MarkText {
    fn mark(&self) -> Result<Mark, ImageError> {
        let payment = self
            .payment
            .as_ref()
            .map(PaymentText::payment)
            .transpose()?;
        Ok(Mark {
            card: CardId(self.card),
            atc: atc(self.atc)?,
            payment,
        })
    }
}

impl PaymentText {
    fn payment(&self) -> Result<Payment, ImageError> {
        Ok(Payment {
            possibly_torn: self.possibly_torn,
            at: self.at.map(UnixTime),
            amount: Some(self.asked.amount()?),
        })
    }
}
