//! The party that an act is done for.

use std::fmt;

use understudy_provisioning::keys::DeviceId;

use crate::person::Person;

/// The party that an act is done for, as the caller of the act says. It is not authenticated here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The issuer itself: what follows from its own rules.
    Issuer,
    /// A person of the issuer's staff.
    Operator(Person),
    /// A device, on its cardholder's behalf.
    Device(DeviceId),
}

impl fmt::Display for Actor {
    /// `issuer`, `operator:` with the name, or `device:` with 32 hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer => f.write_str("issuer"),
            Self::Operator(person) => write!(f, "operator:{}", person.name()),
            Self::Device(device) => write!(f, "device:{}", hex::encode_upper(device.0)),
        }
    }
}
