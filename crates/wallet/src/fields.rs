//! Fields common to the journal and the state. `docs/formats.md` has their octets.

#![expect(
    clippy::option_option,
    reason = "the outer one is None where octets have no meaning, the inner one where nothing is kept"
)]

use understudy_core::card::{Cvm, DrainGuard, KeyError, Refusal, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;

use crate::clock::BootId;
use crate::octets::{Fields, Out};
use crate::time::TrustedTime;

/// A time, 8 octets: seconds of Unix time; all ones for `None`.
pub(crate) fn put_time(out: &mut impl Out, time: Option<UnixTime>) {
    out.u64(time.map_or(u64::MAX, |time| time.0));
}

pub(crate) fn time(fields: &mut Fields<'_>) -> Option<Option<UnixTime>> {
    let seconds = fields.u64()?;
    Some((seconds != u64::MAX).then_some(UnixTime(seconds)))
}

/// A counter, 2 octets.
pub(crate) fn atc(fields: &mut Fields<'_>) -> Option<Atc> {
    Atc::new(fields.u16()?)
}

/// A counter, 2 octets; 0000 for none.
pub(crate) fn some_atc(fields: &mut Fields<'_>) -> Option<Option<Atc>> {
    match fields.u16()? {
        0 => Some(None),
        value => Atc::new(value).map(Some),
    }
}

/// An amount, 8 octets: minor units n12, currency n4.
pub(crate) fn put_amount(out: &mut impl Out, amount: Amount) {
    out.put(&amount.to_bcd());
    out.put(&amount.currency().to_bcd());
}

pub(crate) fn amount(fields: &mut Fields<'_>) -> Option<Amount> {
    let minor = *fields.array()?;
    let currency = Currency::from_bcd(*fields.array()?)?;
    Amount::from_bcd(minor, currency)
}

/// A boot's name, 16 octets; zeros for none.
pub(crate) fn put_boot(out: &mut impl Out, boot: Option<BootId>) {
    out.put(&boot.map_or([0; 16], BootId::octets));
}

pub(crate) fn boot(fields: &mut Fields<'_>) -> Option<Option<BootId>> {
    fields.array().copied().map(BootId::new)
}

/// A trusted time, 32 octets: Unix time in milliseconds (all ones: unknown), elapsed milliseconds,
/// boot.
pub(crate) fn put_trusted(out: &mut impl Out, trusted: &TrustedTime) {
    out.u64(trusted.reached.unwrap_or(u64::MAX));
    out.u64(trusted.elapsed);
    put_boot(out, trusted.boot);
}

pub(crate) fn trusted(fields: &mut Fields<'_>) -> Option<TrustedTime> {
    let reached = fields.u64()?;
    Some(TrustedTime {
        reached: (reached != u64::MAX).then_some(reached),
        elapsed: fields.u64()?,
        boot: boot(fields)?,
    })
}

/// A merchant, 21 octets: 01 and `9F4E`, or zeros.
pub(crate) fn put_merchant(out: &mut impl Out, merchant: Option<[u8; 20]>) {
    out.flag(merchant.is_some());
    out.put(&merchant.unwrap_or_default());
}

pub(crate) fn merchant(fields: &mut Fields<'_>) -> Option<Option<[u8; 20]>> {
    if fields.flag()? {
        return fields.array().copied().map(Some);
    }
    fields.zeros(20)?;
    Some(None)
}

/// A drain guard, 25 octets: count, and three times in seconds, newest first.
pub(crate) fn guard(fields: &mut Fields<'_>) -> Option<DrainGuard> {
    Some(DrainGuard {
        since_act: fields.u8()?,
        recent: [fields.u64()?, fields.u64()?, fields.u64()?],
    })
}

pub(crate) fn put_guard(out: &mut impl Out, guard: &DrainGuard) {
    out.u8(guard.since_act);
    for then in guard.recent {
        out.u64(then);
    }
}

/// The index of a value in a table, 1 octet, from 00.
fn put_code<T: PartialEq>(out: &mut impl Out, table: &[T], value: &T) {
    let place = table.iter().position(|known| known == value);
    out.u8(place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(u8::MAX));
}

fn code<T: Copy>(fields: &mut Fields<'_>, table: &[T]) -> Option<T> {
    table.get(usize::from(fields.u8()?)).copied()
}

const CVMS: [Cvm; 4] = [Cvm::None, Cvm::OnDevice, Cvm::OnlinePin, Cvm::Signature];

pub(crate) fn put_cvm(out: &mut impl Out, cvm: Cvm) {
    put_code(out, &CVMS, &cvm);
}

pub(crate) fn cvm(fields: &mut Fields<'_>) -> Option<Cvm> {
    code(fields, &CVMS)
}

const CRYPTOGRAMS: [CryptogramType; 3] = [
    CryptogramType::Aac,
    CryptogramType::Tc,
    CryptogramType::Arqc,
];

pub(crate) fn put_cryptogram(out: &mut impl Out, cryptogram: CryptogramType) {
    put_code(out, &CRYPTOGRAMS, &cryptogram);
}

pub(crate) fn cryptogram(fields: &mut Fields<'_>) -> Option<CryptogramType> {
    code(fields, &CRYPTOGRAMS)
}

/// The refusals in the order of their codes, from 00. New ones are added at the end.
const REASONS: [Refusal; 24] = [
    Refusal::Length,
    Refusal::Class,
    Refusal::Instruction,
    Refusal::Parameters,
    Refusal::NotFound,
    Refusal::RecordNotFound,
    Refusal::DataNotFound,
    Refusal::OutOfOrder,
    Refusal::ReaderData,
    Refusal::CardGone,
    Refusal::NoCommonPath,
    Refusal::Expired,
    Refusal::OverLimit,
    Refusal::ForeignCurrency,
    Refusal::OfflineOnly,
    Refusal::Drained,
    Refusal::UserMustAct,
    Refusal::NoCommonCvm,
    Refusal::Key(KeyError::Exhausted),
    Refusal::Key(KeyError::Expired),
    Refusal::Key(KeyError::Unreported),
    Refusal::Key(KeyError::Storage),
    Refusal::Internal,
    Refusal::ReaderDeclines,
];

pub(crate) fn put_reason(out: &mut impl Out, reason: Refusal) {
    put_code(out, &REASONS, &reason);
}

pub(crate) fn reason(fields: &mut Fields<'_>) -> Option<Refusal> {
    code(fields, &REASONS)
}
