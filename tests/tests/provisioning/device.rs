//! A device and its issuer with the keys of the vectors.

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use understudy_core::card::CardId;
use understudy_provisioning::inbox::{self, Arrival, Device, Sequence};
use understudy_provisioning::keys::{DeviceId, ReceiveKey, ReceiveKeys, SigningKey, VerifyKey};
use understudy_provisioning::letter::Body;
use understudy_provisioning::message::Refusal;
use zeroize::Zeroizing;

const VECTORS: &str = include_str!("../../vectors/provisioning.json");

/// The file of vectors.
pub(crate) fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

/// The octets of a field.
pub(crate) fn octets(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

/// The octets of a field of fixed length.
pub(crate) fn array<const N: usize>(value: &Value) -> [u8; N] {
    octets(value).try_into().unwrap()
}

/// A signing key.
pub(crate) fn signing(value: &Value) -> SigningKey {
    SigningKey::from_octets(&Zeroizing::new(array(value)))
}

/// A receive key.
pub(crate) fn receiving(value: &Value) -> ReceiveKey {
    ReceiveKey::from_octets(Zeroizing::new(array(value)))
}

/// The device of the vectors.
pub(crate) fn device() -> DeviceId {
    DeviceId(array(&vectors()["device"]["id"]))
}

/// The card on the device.
pub(crate) const CARD: CardId = CardId(1);

/// A generator that returns given octets.
pub(crate) struct Given(pub(crate) Vec<u8>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(&self.0);
        Ok(())
    }
}

impl TryCryptoRng for Given {}

/// Takes a message as the device of the vectors, and shows its content to `see`. `None` if it was
/// the last one again.
pub(crate) fn take(
    message: &[u8],
    issuer: &VerifyKey,
    accepted: &Sequence,
    see: impl FnOnce(&Body<'_>),
) -> Result<Option<Sequence>, Refusal> {
    let me = Device {
        id: device(),
        cards: &[CARD],
        issuer: &[*issuer],
        accepted,
        keys: &ReceiveKeys::enrolled(receiving(&vectors()["device"]["receive"])),
    };
    let mut room = vec![0; inbox::content_len(message)?];
    Ok(match inbox::take(message, &me, &mut room)? {
        Arrival::Fresh(letter) => {
            see(&letter.body());
            Some(letter.sequence)
        }
        Arrival::Done => None,
    })
}
