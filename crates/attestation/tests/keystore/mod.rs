//! A keystore's maker: root, authority, and certificates of keys with a description.

use getrandom::SysRng;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DistinguishedName,
    DnType, IsCa, KeyPair,
};
use understudy_attestation::KeystoreAttestation;
use understudy_provisioning::enrolment::{self, Challenge, Enrolled, Enrolment, Received};
use understudy_provisioning::keys::{DeviceId, ReceiveKey, SigningKey};

/// The challenge of every enrolment here.
const CHALLENGE: [u8; 32] = [0x5A; 32];

pub(crate) const BOOT_VERIFIED: u8 = 0;
pub(crate) const BOOT_UNVERIFIED: u8 = 2;

/// The extension of the key's certificate, arcs of its object identifier.
const EXTENSION: [u64; 10] = [1, 3, 6, 1, 4, 1, 11129, 2, 1, 17];

/// The description of a key in its certificate.
pub(crate) struct Description {
    /// Security levels of the attestation and of the key.
    pub(crate) levels: (u8, u8),
    pub(crate) challenge: Vec<u8>,
    /// State of the boot, and true for a locked boot loader.
    pub(crate) boot: Option<(u8, bool)>,
}

impl Default for Description {
    fn default() -> Self {
        Self {
            levels: (1, 1),
            challenge: CHALLENGE.to_vec(),
            boot: Some((BOOT_VERIFIED, true)),
        }
    }
}

impl Description {
    /// Its DER, written by hand.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let boot = self.boot.map(|(state, locked)| {
            let locked = if locked { 0xFF } else { 0x00 };
            let fields = [
                tlv(&[0x04], &[0xAB; 32]),
                tlv(&[0x01], &[locked]),
                tlv(&[0x0A], &[state]),
                tlv(&[0x04], &[0xCD; 32]),
            ];
            // [704] EXPLICIT: class context, constructed, tag number 5 * 128 + 64.
            tlv(&[0xBF, 0x85, 0x40], &tlv(&[0x30], &fields.concat()))
        });
        // [1] purpose, a set of integers, precedes the root of trust.
        let purpose = tlv(&[0xA1], &tlv(&[0x31], &tlv(&[0x02], &[0x02])));
        let by_hardware = [purpose, boot.unwrap_or_default()].concat();
        let fields = [
            tlv(&[0x02], &[0x04]),
            tlv(&[0x0A], &[self.levels.0]),
            tlv(&[0x02], &[0x29]),
            tlv(&[0x0A], &[self.levels.1]),
            tlv(&[0x04], &self.challenge),
            tlv(&[0x04], &[]),
            tlv(&[0x30], &[]),
            tlv(&[0x30], &by_hardware),
        ];
        tlv(&[0x30], &fields.concat())
    }
}

fn tlv(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap();
    let long: &[u8] = if length < 0x80 { &[] } else { &[0x81] };
    [tag, long, &[length], value].concat()
}

pub(crate) struct Keystore {
    root: CertifiedIssuer<'static, KeyPair>,
    authority: CertifiedIssuer<'static, KeyPair>,
}

impl Keystore {
    pub(crate) fn new() -> Self {
        let root = CertifiedIssuer::self_signed(params("root", true), key()).unwrap();
        let authority =
            CertifiedIssuer::signed_by(params("authority", true), key(), &root).unwrap();
        Self { root, authority }
    }

    /// A judge that knows this keystore's root.
    pub(crate) fn known(&self) -> KeystoreAttestation {
        KeystoreAttestation {
            roots: vec![self.root.der().to_vec()],
            ..KeystoreAttestation::default()
        }
    }

    pub(crate) fn root_len(&self) -> usize {
        self.root.der().len()
    }

    /// Key, authority, root.
    pub(crate) fn chain(&self, description: &Description) -> Vec<u8> {
        self.chain_with(&[description.octets()])
    }

    /// As [`chain`](Self::chain), with any number of descriptions in the key's certificate.
    pub(crate) fn chain_with(&self, descriptions: &[Vec<u8>]) -> Vec<u8> {
        let leaf = described(descriptions)
            .signed_by(&key(), &self.authority)
            .unwrap();
        [leaf.der(), self.authority.der(), self.root.der()]
            .map(|der| der.to_vec())
            .concat()
    }

    /// A chain in which a key of the keystore signs another description, as if it were an
    /// authority.
    pub(crate) fn chain_signed_by_a_key(&self, description: &Description) -> Vec<u8> {
        self.chain_signed_by(params("key", false), description)
    }

    /// A chain in which a key that an application imported to attest others, and that the keystore
    /// therefore describes and makes an authority, signs another description.
    pub(crate) fn chain_signed_by_an_attesting_key(&self, description: &Description) -> Vec<u8> {
        let imported = Description {
            levels: (1, 1),
            boot: Some((BOOT_UNVERIFIED, false)),
            ..Description::default()
        };
        let mut held = described(&[imported.octets()]);
        held.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        self.chain_signed_by(held, description)
    }

    fn chain_signed_by(&self, held: CertificateParams, description: &Description) -> Vec<u8> {
        let held = CertifiedIssuer::signed_by(held, key(), &self.authority).unwrap();
        let forged = described(&[description.octets()])
            .signed_by(&key(), &held)
            .unwrap();
        let chain = [
            forged.der(),
            held.der(),
            self.authority.der(),
            self.root.der(),
        ];
        chain.map(|der| der.to_vec()).concat()
    }
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn params(name: &str, authority: bool) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    if authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    params
}

fn described(descriptions: &[Vec<u8>]) -> CertificateParams {
    let mut params = params("key", false);
    params.custom_extensions = descriptions
        .iter()
        .map(|octets| CustomExtension::from_oid_content(&EXTENSION, octets.clone()))
        .collect();
    params
}

/// Calls `look` with the enrolment of a device that brings this attestation.
pub(crate) fn enrolled<T>(attestation: Option<&[u8]>, look: impl FnOnce(&Enrolled<'_>) -> T) -> T {
    let sign = SigningKey::generate(&mut SysRng).unwrap();
    let receive = ReceiveKey::generate(&mut SysRng).unwrap();
    let challenge = Challenge(CHALLENGE);
    let enrolment = Enrolment {
        device: DeviceId([1; 16]),
        receive: receive.public(),
        challenge,
        attestation,
    };
    let mut out = vec![0; enrolment::OVERHEAD + attestation.map_or(0, <[u8]>::len)];
    let request = enrolment::request(&mut out, &enrolment, &sign).unwrap();
    look(
        &Received::parse(request)
            .unwrap()
            .authenticate(&challenge)
            .unwrap(),
    )
}
