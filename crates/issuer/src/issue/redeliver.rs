//! A card that its device never took, sent again.

use understudy_core::crypto::Atc;

use super::IssueError;
use super::bind::send_keys;
use super::entry::window;
use crate::audit::{Deed, Subject};
use crate::device::Device;
use crate::fault::Fault;
use crate::store::{Act, StoreError};
use crate::token::{KeyBatch, Token};

/// Posts profile and keys of a card again, whose packages were all withdrawn before its device
/// acknowledged one. The keys are as many as in the last one, for the next counters: those of the
/// withdrawn ones stay issued, since the device may have taken them and not said so.
///
/// Such a device has erased the key that this package is sealed to, and refuses it; so the next keys
/// bring the profile in any case. A token without counters, or that has expired, gets nothing, nor does one
/// with a hundred limited-use keys of this hour.
pub(crate) fn redeliver(
    act: &Act<'_>,
    device: &mut Device,
    token: &mut Token,
) -> Result<(), Fault> {
    let Some(home) = token.home else {
        return Ok(());
    };
    let Some(batch) = KeyBatch::newest_if_all_withdrawn(act, home)? else {
        return Ok(());
    };
    let withdrawn = batch.last.saturating_sub(batch.first).saturating_add(1);
    let left = Atc::LAST
        .get()
        .saturating_sub(token.last_key.map_or(0, Atc::get));
    let keys = withdrawn.min(left);
    if keys == 0 || token.is_expired(act.now) {
        return Ok(());
    }
    token.profile_due = true;
    match send_keys(act, token, device, home, keys) {
        Ok(_) => {
            token.profile_due = true;
            token.update(act)?;
            let detail = format!("{}, sent again", window(token, keys));
            act.record(Deed::KeysIssued, Subject::Token(token.id), detail)
        }
        // The device asks again in the next hour.
        #[cfg(feature = "limited-use")]
        Err(IssueError::KeyIndexes(_)) => Ok(()),
        Err(IssueError::Fault(fault)) => Err(fault),
        Err(_) => Err(StoreError::Value("a token of which no package can be made").into()),
    }
}
