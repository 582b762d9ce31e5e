//! The name of a device on the command line: 32 hex digits.

use std::str::FromStr;

use understudy_issuer::DeviceError;
use understudy_provisioning::keys::DeviceId;

use crate::failure::Failure;
use crate::hex;

/// A device's name from the command line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Device(pub(super) DeviceId);

impl FromStr for Device {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let octets = hex::parse(text).ok();
        let octets = octets.and_then(|octets| octets.as_slice().try_into().ok());
        octets
            .map(|octets| Self(DeviceId(octets)))
            .ok_or("a device's name is 32 hex digits, as `understudy enrol` prints it")
    }
}

/// A device's name for display.
pub(super) fn shown(device: DeviceId) -> String {
    hex::upper(&device.0)
}

/// The failure for an unknown device, with the command that lists the names.
pub(super) fn unknown(error: DeviceError) -> Failure {
    match error {
        DeviceError::Unknown => Failure::Input(
            "no device of this name is enrolled: `understudy tokens` shows the devices of tokens"
                .to_owned(),
        ),
        error => error.into(),
    }
}
