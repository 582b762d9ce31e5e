//! The issuer's orders to a device itself: to erase itself, to draw new storage keys, and to let
//! its payment password be tried again or set anew.

use rusqlite::OptionalExtension as _;
use understudy_core::card::UnixTime;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Command};

use super::life::DeviceError;
use super::outbox::{post, queue, withdraw_all};
use super::{Device, DeviceStanding};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::Transaction;
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
        self.store.write(|db| {
            let mut device = Device::load(db, device)?.ok_or(DeviceError::Unknown)?;
            if device.standing.is_written_off() {
                return Ok(wipe_letter(db, &device)?);
            }
            for mut token in Token::of_device(db, self.keys(), device.id)? {
                token.erase(db)?;
            }
            withdraw_all(db, device.id)?;
            let body = Body::Command(Command::Wipe);
            let letter = post(db, self.keys(), &mut device, None, body, now)?;
            device.wipe_letter = Some(device.last_letter);
            device.standing = DeviceStanding::Wiping;
            device.update(db)?;
            Ok(Some(letter))
        })
    }

    /// Tells a device to draw new storage keys, and to erase the data under the old ones.
    ///
    /// # Errors
    /// [`DeviceError`]; [`DeviceError::NotActive`] unless the device is active.
    pub fn rotate_storage(&self, device: DeviceId) -> Result<(), DeviceError> {
        self.order(device, Command::RotateStorage)
    }

    /// Lets the payment password of a device be tried again after too many wrong tries. The caller
    /// has verified the cardholder.
    ///
    /// # Errors
    /// As [`rotate_storage`](Self::rotate_storage).
    pub fn unlock_password(&self, device: DeviceId) -> Result<(), DeviceError> {
        self.order(device, Command::UnlockPassword)
    }

    /// Erases the payment password of a device, so that a new one can be set. The caller has
    /// verified the cardholder.
    ///
    /// # Errors
    /// As [`rotate_storage`](Self::rotate_storage).
    pub fn reset_password(&self, device: DeviceId) -> Result<(), DeviceError> {
        self.order(device, Command::ResetPassword)
    }

    /// Queues a command about an active device itself.
    fn order(&self, device: DeviceId, command: Command) -> Result<(), DeviceError> {
        self.store.write(|db| {
            let device = Device::load(db, device)?.ok_or(DeviceError::Unknown)?;
            match device.standing {
                DeviceStanding::Active => Ok(queue(db, device.id, None, &Body::Command(command))?),
                standing => Err(DeviceError::NotActive(standing)),
            }
        })
    }
}

/// The letter that orders a device to erase itself, while it is not acknowledged.
fn wipe_letter(db: &Transaction<'_>, device: &Device) -> Result<Option<Vec<u8>>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT sealed FROM letter WHERE device = ?1 AND sequence = ?2")?;
    let letter = statement.query_row((device.id.0, device.wipe_letter), |row| row.get(0));
    Ok(letter.optional()?)
}
