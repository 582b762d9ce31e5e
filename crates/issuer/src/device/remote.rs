//! The issuer's orders to a device itself: to erase itself, to draw new storage keys, and to let
//! its payment password be tried again or set anew.

use understudy_core::card::UnixTime;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Command};

use super::error::DeviceError;
use super::outbox::{post, queue};
use super::{Device, DeviceStanding};
use crate::audit::{Deed, Subject};
use crate::issuer::Issuer;
use crate::store::Letters;
use crate::token::Token;

impl Issuer {
    /// Writes a lost device off, for good: its tokens are deleted, so that the host declines them
    /// from now on; waiting letters are withdrawn, and the letter that is returned orders it to
    /// erase itself. That is its only letter until a report acknowledges it, the device's last. A
    /// repetition returns the same letter; `None` once it was acknowledged.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub fn wipe_device(
        &self,
        device: DeviceId,
        now: UnixTime,
    ) -> Result<Option<Vec<u8>>, DeviceError> {
        self.act(now, |act| {
            let mut device = Device::load(act, device)?.ok_or(DeviceError::Unknown)?;
            if device.standing.is_written_off() {
                return Ok(Letters(device.id).sealed_as(act, device.wipe_letter)?);
            }
            let mut deleted = Vec::new();
            for mut token in Token::of_device(act, device.id)? {
                token.erase(act)?;
                deleted.push(token.id.to_string());
            }
            Letters(device.id).delete_all(act)?;
            let body = Body::Command(Command::Wipe);
            let letter = post(act, &mut device, None, body)?;
            device.wipe_letter = Some(device.last_letter);
            device.standing = DeviceStanding::Wiping;
            device.update(act)?;
            let detail = format!("deleted tokens: {}", deleted.join(" "));
            act.record(Deed::DeviceWiped, Subject::Device(device.id), detail)?;
            Ok(Some(letter))
        })
    }

    /// Tells a device to draw new storage keys, and to erase the data under the old ones.
    ///
    /// # Errors
    /// [`DeviceError`]; [`DeviceError::NotActive`] unless the device is active.
    pub fn rotate_storage(&self, device: DeviceId, now: UnixTime) -> Result<(), DeviceError> {
        self.order(device, Command::RotateStorage, Deed::StorageRotated, now)
    }

    /// Lets the payment password of a device be tried again after too many wrong tries. The caller
    /// has verified the cardholder.
    ///
    /// # Errors
    /// As [`rotate_storage`](Self::rotate_storage).
    pub fn unlock_password(&self, device: DeviceId, now: UnixTime) -> Result<(), DeviceError> {
        self.order(device, Command::UnlockPassword, Deed::PasswordUnlocked, now)
    }

    /// Erases the payment password of a device, so that a new one can be set. The caller has
    /// verified the cardholder.
    ///
    /// # Errors
    /// As [`rotate_storage`](Self::rotate_storage).
    pub fn reset_password(&self, device: DeviceId, now: UnixTime) -> Result<(), DeviceError> {
        self.order(device, Command::ResetPassword, Deed::PasswordReset, now)
    }

    /// Queues a command about an active device itself.
    fn order(
        &self,
        device: DeviceId,
        command: Command,
        deed: Deed,
        now: UnixTime,
    ) -> Result<(), DeviceError> {
        self.act(now, |act| {
            let device = Device::load(act, device)?.ok_or(DeviceError::Unknown)?;
            match device.standing {
                DeviceStanding::Active => {
                    queue(act, device.id, None, &Body::Command(command))?;
                    Ok(act.record(deed, Subject::Device(device.id), "")?)
                }
                standing => Err(DeviceError::NotActive(standing)),
            }
        })
    }
}
