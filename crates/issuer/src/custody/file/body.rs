//! The sealed part of a key file: the keys, then a ceremony that has begun.

use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use super::header::{Header, Version};
use crate::custody::{Ceremony, CheckValue, Entered, IssuerKeys, MasterKeys};
use crate::person::Person;
use crate::pin::TerminalPinKey;
use crate::secret::Secret;

/// The octets of keys and ceremony, as version 2 has them.
pub(super) fn write(keys: &IssuerKeys) -> Zeroizing<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for (_, key) in keys.application_cryptogram.keys() {
        parts.push(key.expose());
    }
    parts.push(keys.terminal_pin.secret().expose());
    parts.push(keys.host.expose());
    parts.push(keys.sign.expose());
    parts.push(keys.receive.expose());
    let (head, entered) = match &keys.ceremony {
        None => ([0, 0], Vec::new()),
        Some(ceremony) => (
            [ceremony.of(), octet(ceremony.entered().len())],
            entries(ceremony),
        ),
    };
    parts.push(&head);
    if let Some(ceremony) = &keys.ceremony {
        parts.push(ceremony.sum());
    }
    parts.push(&entered);
    Zeroizing::new(parts.concat())
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
        let key = Box::new(Secret::from(take::<16>(&mut rest)?));
        versions.push((version.dki, key));
    }
    let application_cryptogram = MasterKeys::of_keys(versions)?;
    let terminal_pin = TerminalPinKey::new(take::<16>(&mut rest)?.into());
    let host = take::<32>(&mut rest)?.into();
    let sign = SigningKey::from_octets(&take::<32>(&mut rest)?);
    let receive = ReceiveKey::from_octets(take::<32>(&mut rest)?);
    let ceremony = match header.version {
        Version::One => None,
        Version::Two => match *take(&mut rest)? {
            [0, 0] => None,
            [of, count] => Some(read_ceremony(of, count, &mut rest)?),
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

fn read_ceremony(of: u8, count: u8, rest: &mut &[u8]) -> Option<Ceremony> {
    let sum = take::<16>(rest)?.into();
    let entered: Option<Vec<_>> = (0..count).map(|_| read_entry(rest)).collect();
    Ceremony::restore(of, sum, entered?)
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

fn take<const N: usize>(rest: &mut &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let (taken, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(Zeroizing::new(*taken))
}
