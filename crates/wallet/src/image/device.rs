//! The state of an enrolled wallet as its issuer's device.

use std::sync::Arc;

use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{
    DeviceId, PublicReceiveKey, ReceiveKey, SigningKey, VerifyKey,
};
use understudy_provisioning::message::Refusals;
use understudy_provisioning::report::{Mark, Payment};
use zeroize::Zeroizing;

use super::{names, octets, put_count, put_names, put_octets};
use crate::book::Book;
use crate::device::{Device, IssuerKeys, Keyring, Marks, kept};
use crate::fields::{amount, atc, put_amount, put_time, time};
use crate::octets::{Fields, Out};

pub(super) fn emit(device: &Device, out: &mut impl Out) {
    out.put(&device.id.0);
    out.put(device.sign.expose());
    put_count(out, device.receive.iter().count());
    for (epoch, key) in device.receive.iter() {
        out.u32(*epoch);
        out.put(key.expose());
    }
    out.u32(device.suspect_epoch);
    put_count(out, device.issuer.verify.len());
    for key in &device.issuer.verify {
        out.put(key.octets());
    }
    out.put(device.issuer.receive.octets());
    out.put(&device.inbox.octets());
    out.put(&device.reports.octets());
    out.flag(device.in_flight.is_some());
    if let Some(report) = &device.in_flight {
        put_octets(out, report);
    }
    out.u64(device.generation_base);
    out.put(&device.refusals.octets());
    put_time(out, device.signed_time);
    put_time(out, device.reported_at);
    out.flag(device.report_wanted);
    put_names(out, &device.keys_wanted);
    put_count(out, device.marks.len());
    for mark in device.marks.iter() {
        put_mark(out, &mark);
    }
}

pub(super) fn parse(fields: &mut Fields<'_>) -> Option<Device> {
    Some(Device {
        id: DeviceId(*fields.array()?),
        sign: Arc::new(SigningKey::from_octets(&Zeroizing::new(*fields.array()?))),
        receive: receive_keys(fields)?,
        suspect_epoch: fields.u32()?,
        issuer: issuer(fields)?,
        inbox: Sequence::from_octets(fields.array()?),
        reports: Sequence::from_octets(fields.array()?),
        in_flight: if fields.flag()? {
            Some(Arc::from(octets(fields)?))
        } else {
            None
        },
        generation_base: fields.u64()?,
        refusals: Refusals::from_octets(*fields.array()?)?,
        signed_time: time(fields)?,
        reported_at: time(fields)?,
        report_wanted: fields.flag()?,
        keys_wanted: names(fields)?,
        marks: marks(fields)?,
    })
}

/// True if a device is consistent with the cards beside it.
pub(super) fn fits(device: &Device, book: &Book) -> bool {
    let in_flight = device.in_flight.as_deref().is_none_or(|report| {
        let place = Sequence::after(report).map(|place| place.last()).ok();
        place == device.reports.last().checked_add(1)
    });
    let used = |mark: Mark| match book.card(mark.card) {
        Ok(card) => card.account.last_atc >= Some(mark.atc),
        Err(_) => book.given.contains(&mark.card),
    };
    let wanted = |card: &CardId| book.card(*card).is_ok();
    in_flight && device.keys_wanted.iter().all(wanted) && device.marks.iter().all(used)
}

fn receive_keys(fields: &mut Fields<'_>) -> Option<Keyring> {
    let count = fields.u16()?;
    let one = |_| {
        let epoch = fields.u32()?;
        let key = ReceiveKey::from_octets(Zeroizing::new(*fields.array()?));
        Some(kept(epoch, &key))
    };
    Keyring::restored((0..count).map(one).collect::<Option<_>>()?)
}

fn issuer(fields: &mut Fields<'_>) -> Option<IssuerKeys> {
    let count = fields.u16()?;
    let verify = (0..count).map(|_| VerifyKey::parse(fields.array()?));
    let verify = verify.collect::<Option<Vec<_>>>()?;
    let keys = IssuerKeys {
        verify,
        receive: PublicReceiveKey::parse(fields.array()?)?,
    };
    (!keys.verify.is_empty()).then_some(keys)
}

/// A mark, 21 octets; 13 for a code, and 5 for a key whose payment is unknown.
fn put_mark(out: &mut impl Out, mark: &Mark) {
    out.u16(mark.card.0);
    out.u16(mark.atc.get());
    match &mark.payment {
        Some(payment) => {
            out.u8(match payment.amount {
                None => 3,
                Some(_) if payment.possibly_torn => 2,
                Some(_) => 1,
            });
            put_time(out, payment.at);
            if let Some(amount) = payment.amount {
                put_amount(out, amount);
            }
        }
        None => out.u8(0),
    }
}

fn marks(fields: &mut Fields<'_>) -> Option<Marks> {
    let count = fields.u16()?;
    let marks = (0..count).map(|_| mark(fields));
    Marks::restored(&marks.collect::<Option<Vec<_>>>()?)
}

fn mark(fields: &mut Fields<'_>) -> Option<Mark> {
    let card = CardId(fields.u16()?);
    let atc = atc(fields)?;
    let payment = match fields.u8()? {
        0 => None,
        code @ 1..=3 => Some(payment(fields, code)?),
        _ => return None,
    };
    Some(Mark { card, atc, payment })
}

fn payment(fields: &mut Fields<'_>, code: u8) -> Option<Payment> {
    let at: Option<UnixTime> = time(fields)?;
    Some(Payment {
        possibly_torn: code == 2,
        at,
        amount: if code == 3 {
            None
        } else {
            Some(amount(fields)?)
        },
    })
}
