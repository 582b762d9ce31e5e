use std::collections::BTreeSet;
use std::sync::Arc;

use rand_core::TryRng as _;

use getrandom::SysRng;
use understudy_provisioning::enrolment::{self, Challenge, Enrolment};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::keys::{DeviceId, RandomFailed, ReceiveKey, SigningKey};
use understudy_provisioning::message::{Refusals, SealError};

use super::{Device, IssuerKeys, Keyring, Marks};
use crate::WalletError;

/// Draws a new identity, and makes the request that enrols it.
pub(crate) fn enrol(
    issuer: IssuerKeys,
    challenge: Challenge,
    attestation: Option<&[u8]>,
) -> Result<(Device, Vec<u8>), WalletError> {
    if issuer.verify.is_empty() {
        return Err(WalletError::NoVerifyKey);
    }
    let random = |failed: RandomFailed| SealError::Random(failed);
    let mut id = [0; 16];
    let drawn = SysRng.try_fill_bytes(&mut id).map_err(|_| RandomFailed);
    drawn.map_err(random)?;
    let receive = ReceiveKey::generate(&mut SysRng).map_err(random)?;
    let sign = SigningKey::generate(&mut SysRng).map_err(random)?;
    let enrolment = Enrolment {
        device: DeviceId(id),
        receive: receive.public(),
        challenge,
        attestation,
    };
    let mut out = vec![0; enrolment::OVERHEAD + attestation.map_or(0, <[u8]>::len)];
    let request = enrolment::request(&mut out, &enrolment, &sign)?.to_vec();
    let device = Device {
        id: DeviceId(id),
        sign: Arc::new(sign),
        receive: Keyring::enrolled(&receive),
        suspect_epoch: 0,
        issuer,
        inbox: Sequence::EMPTY,
        reports: enrolment::reports(&request)?,
        in_flight: None,
        generation_base: 0,
        refusals: Refusals::default(),
        signed_time: None,
        reported_at: None,
        report_wanted: false,
        keys_wanted: BTreeSet::new(),
        marks: Marks::default(),
    };
    Ok((device, request))
}
