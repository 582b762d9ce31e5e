use std::fmt;

use x509_parser::asn1_rs::{Any, Boolean, Class, Enumerated, Integer, Oid, Tag, oid};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use crate::Defect;

/// The extension of the key's certificate that describes the key.
const EXTENSION: Oid<'static> = oid!(1.3.6.1.4.1.11129.2.1.17);

/// The tag of the root of trust in a list of authorisations.
const ROOT_OF_TRUST: u32 = 704;

/// The security level of a key or of its attestation: the place where it is kept or signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityLevel {
    /// 0: the operating system.
    Software,
    /// 1: the processor's trusted environment.
    TrustedEnvironment,
    /// 2: a separate chip.
    StrongBox,
}

/// The state of the software that the device was started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BootState {
    /// 0: software that its maker signed.
    Verified,
    /// 1: software that its owner signed.
    SelfSigned,
    /// 2: any software; the device is unlocked.
    Unverified,
    /// 3: software that failed its check.
    Failed,
}

/// The description of a key, as its keystore signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyDescription<'a> {
    /// The lower of the levels of the attestation and of the key.
    pub(crate) level: SecurityLevel,
    /// The challenge that the key was made for.
    pub(crate) challenge: &'a [u8],
    /// The state at the start, and true if the boot loader is locked; only hardware says so.
    pub(crate) boot: Option<(BootState, bool)>,
}

impl<'a> KeyDescription<'a> {
    /// The description in a certificate, which must have exactly one.
    pub(crate) fn of(certificate: &X509Certificate<'a>) -> Result<Self, Defect> {
        let mut found = certificate
            .extensions()
            .iter()
            .filter(|extension| extension.oid == EXTENSION);
        match (found.next(), found.next()) {
            (Some(extension), None) => Self::parse(extension.value).ok_or(Defect::Description),
            _ => Err(Defect::Description),
        }
    }

    /// True for a certificate with a description, sound or not.
    pub(crate) fn is_in(certificate: &X509Certificate<'_>) -> bool {
        let mut extensions = certificate.extensions().iter();
        extensions.any(|extension| extension.oid == EXTENSION)
    }

    /// True for a key in hardware, on a locked device that started software its maker signed.
    pub(crate) fn is_in_hardware(&self) -> bool {
        self.level != SecurityLevel::Software && self.boot == Some((BootState::Verified, true))
    }

    fn parse(octets: &'a [u8]) -> Option<Self> {
        let fields = sequence(&whole(octets)?)?;
        let (fields, _version) = take::<Integer<'_>>(fields)?;
        let (fields, attestation_level) = take::<Enumerated>(fields)?;
        let (fields, _keystore_version) = take::<Integer<'_>>(fields)?;
        let (fields, key_level) = take::<Enumerated>(fields)?;
        let (fields, challenge) = take::<&[u8]>(fields)?;
        let (fields, _unique_id) = take::<&[u8]>(fields)?;
        let (fields, _by_software) = take::<Any<'_>>(fields)?;
        let (fields, by_hardware) = take::<Any<'_>>(fields)?;
        if !fields.is_empty() {
            return None;
        }
        let level = attestation_level.0.min(key_level.0);
        Some(Self {
            level: match level {
                0 => SecurityLevel::Software,
                1 => SecurityLevel::TrustedEnvironment,
                2 => SecurityLevel::StrongBox,
                _ => return None,
            },
            challenge,
            boot: boot(sequence(&by_hardware)?)?,
        })
    }
}

/// The root of trust in a list of authorisations, if it is there; `None` if the list is damaged.
#[expect(clippy::option_option, reason = "damaged, absent, present")]
fn boot(mut list: &[u8]) -> Option<Option<(BootState, bool)>> {
    while !list.is_empty() {
        let (rest, entry) = take::<Any<'_>>(list)?;
        list = rest;
        if entry.class() == Class::ContextSpecific && entry.tag().0 == ROOT_OF_TRUST {
            let fields = sequence(&whole(entry.data)?)?;
            let (fields, _verified_key) = take::<&[u8]>(fields)?;
            let (fields, locked) = take::<Boolean>(fields)?;
            let (_, state) = take::<Enumerated>(fields)?;
            let state = match state.0 {
                0 => BootState::Verified,
                1 => BootState::SelfSigned,
                2 => BootState::Unverified,
                3 => BootState::Failed,
                _ => return None,
            };
            return Some(Some((state, locked.bool())));
        }
    }
    Some(None)
}

/// The single DER object that `octets` are.
fn whole(octets: &[u8]) -> Option<Any<'_>> {
    match take::<Any<'_>>(octets)? {
        ([], object) => Some(object),
        _ => None,
    }
}

fn sequence<'a>(object: &Any<'a>) -> Option<&'a [u8]> {
    (object.tag() == Tag::Sequence).then_some(object.data)
}

fn take<'a, T: FromDer<'a, x509_parser::asn1_rs::Error>>(
    octets: &'a [u8],
) -> Option<(&'a [u8], T)> {
    T::from_der(octets).ok()
}

impl fmt::Display for KeyDescription<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.level {
            SecurityLevel::Software => "key in software",
            SecurityLevel::TrustedEnvironment => "key in a trusted environment",
            SecurityLevel::StrongBox => "key in a StrongBox",
        })?;
        let Some((state, locked)) = self.boot else {
            return f.write_str(", boot state unknown");
        };
        f.write_str(match state {
            BootState::Verified => ", verified boot",
            BootState::SelfSigned => ", boot verified by its owner",
            BootState::Unverified => ", unverified boot",
            BootState::Failed => ", failed boot",
        })?;
        f.write_str(if locked { ", locked" } else { ", unlocked" })
    }
}
