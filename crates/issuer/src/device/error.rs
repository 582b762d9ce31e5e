use super::DeviceStanding;
use crate::fault::Fault;
use crate::store::StoreError;

/// The reason for which an act on a device was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// No such device is enrolled.
    #[error("no device of this name is enrolled; enrol it first")]
    Unknown,
    /// The act is for active devices only.
    #[error("the device is {}, not active", .0.name())]
    NotActive(DeviceStanding),
    /// The device was written off for good.
    #[error("the device was wiped; enrol it anew")]
    Wiped,
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for DeviceError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}
