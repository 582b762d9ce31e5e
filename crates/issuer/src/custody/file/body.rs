//! The sealed part of a key file: the keys, then a ceremony that has begun.

use understudy_core::crypto::{Algorithm, Key};
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use super::header::{Header, Version};
use crate::custody::master::Version as MasterKeyVersion;
use crate::custody::{
    Ceremony, CheckValue, Entered, IssuerKeys, KeyFamily, KeyVersion, MasterKeys,
};
use crate::person::Person;
use crate::pin::TerminalPinKey;

/// The octets of keys and ceremony, as version 3 has them.
pub(super) fn write(keys: &IssuerKeys) -> Zeroizing<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for key in keys.application_cryptogram.keys() {
        parts.push(key.expose());
    }
    parts.push(keys.terminal_pin.secret().expose());
    parts.push(keys.host.expose());
    parts.push(keys.sign.expose());
    parts.push(keys.receive.expose());
    let (head, entered) = match &keys.ceremony {
        None => (vec![0, 0], Vec::new()),
        Some(ceremony) => (head(ceremony), entries(ceremony)),
    };
    parts.push(&head);
    if let Some(ceremony) = &keys.ceremony {
        parts.push(ceremony.sum().expose());
    }
    parts.push(&entered);
    Zeroizing::new(parts.concat())
}

fn head(ceremony: &Ceremony) -> Vec<u8> {
    let mut octets = vec![ceremony.of(), octet(ceremony.entered().len())];
    octets.extend(ceremony.family().octets());
    octets
}

fn entries(ceremony: &Ceremony) -> Vec<u8> {
    let mut octets = Vec::new();
    for Entered {
        custodian,
        check_value,
    } in ceremony.entered()
    {
        octets.extend(check_value.0);
        octets.push(octet(custodian.name().len()));
        octets.extend(custodian.name().as_bytes());
    }
    octets
}

/// A length that is bounded by its type.
fn octet(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

/// Reads them back; `None` if they are not what the header announces.
pub(super) fn read(clear: &[u8], header: &Header) -> Option<IssuerKeys> {
    let mut rest = clear;
    let mut versions = Vec::with_capacity(header.check.application_cryptogram.len());
    for version in &header.check.application_cryptogram {
        versions.push(take_version(*version, &mut rest)?);
    }
    let application_cryptogram = MasterKeys::restore(versions)?;
    let terminal_pin = TerminalPinKey::new(take::<16>(&mut rest)?.into());
    let host = take::<32>(&mut rest)?.into();
    let sign = SigningKey::from_octets(&take::<32>(&mut rest)?);
    let receive = ReceiveKey::from_octets(take::<32>(&mut rest)?);
    let ceremony = match header.version {
        Version::One => None,
        Version::Two | Version::Three => match *take(&mut rest)? {
            [0, 0] => None,
            [of, count] => Some(read_ceremony(header.version, [of, count], &mut rest)?),
        },
    };
    rest.is_empty().then_some(IssuerKeys {
        application_cryptogram,
        terminal_pin,
        host,
        sign,
        receive,
        ceremony,
    })
}

fn read_ceremony(version: Version, [of, count]: [u8; 2], rest: &mut &[u8]) -> Option<Ceremony> {
    let family = match version {
        Version::One | Version::Two => KeyFamily::UNIONPAY_TDES,
        Version::Three => KeyFamily::from_octets(*take(rest)?)?,
    };
    let sum = take_key(family.algorithm, rest)?;
    let entered: Option<Vec<_>> = (0..count).map(|_| read_entry(rest)).collect();
    Ceremony::restore(family.scheme, of, sum, entered?)
}

fn read_entry(rest: &mut &[u8]) -> Option<Entered> {
    let check_value = CheckValue(*take(rest)?);
    let [length] = *take(rest)?;
    let (name, after) = rest.split_at_checked(usize::from(length))?;
    *rest = after;
    let custodian = Person::parse(std::str::from_utf8(name).ok()?)?;
    Some(Entered {
        custodian,
        check_value,
    })
}

fn take_version(version: KeyVersion, rest: &mut &[u8]) -> Option<MasterKeyVersion> {
    let KeyFamily { scheme, algorithm } = version.family;
    let key = take_key(algorithm, rest)?;
    Some(MasterKeyVersion::new(scheme, version.dki, key))
}

fn take_key(algorithm: Algorithm, rest: &mut &[u8]) -> Option<Key> {
    let (taken, after) = rest.split_at_checked(algorithm.key_length())?;
    *rest = after;
    Key::from_octets(algorithm, taken)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let (taken, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(Zeroizing::new(*taken))
}
