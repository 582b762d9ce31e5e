//! More keys for a token.

use understudy_core::card::UnixTime;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Command};

use super::bind::{first_letter, good_device};
use super::package::{Batch, profile};
use super::{CodeSent, IssueError, Issued, PackageOctets};
use crate::device::{Device, post_package, queue, withdraw_packages};
use crate::id::TokenId;
use crate::issuer::Issuer;
use crate::options::check_key_count;
use crate::store::{Act, View};
use crate::token::{Home, Token, TokenStatus};

impl Issuer {
    /// The next `keys` keys, 1–1000, of a token on a device: a letter, which is also among the
    /// device's letters. It contains the profile if that has changed. It is sealed to a receive key
    /// that no package was sealed to before: a report since the last package must have brought it.
    ///
    /// Counters are reserved in one transaction and the letter is numbered and stored in another,
    /// so that no lock is held while keys are derived. If the second fails, the counters stay
    /// reserved without keys: devices and the host allow gaps.
    ///
    /// # Errors
    /// [`IssueError`]; [`IssueError::ReportFirst`] if no report came since the last package;
    /// [`IssueError::Overtaken`] if the token changed meanwhile.
    pub fn replenish(&self, id: TokenId, keys: u16, now: UnixTime) -> Result<Vec<u8>, IssueError> {
        check_key_count(keys)?;
        let (batch, home) = self.act(now, |act| reserve(act, id, keys))?;
        let package = batch.pack(self.keys())?;
        self.act(now, |act| post(act, id, &batch, home, &package))
    }

    /// The next `keys` keys, 1–1000, of a token that was personalised without a device, in the
    /// clear.
    ///
    /// # Errors
    /// [`IssueError`]; [`IssueError::HasDevice`] if the token lives on a device.
    pub fn more_keys(
        &self,
        id: TokenId,
        keys: u16,
        now: UnixTime,
    ) -> Result<PackageOctets, IssueError> {
        check_key_count(keys)?;
        self.act(now, |act| {
            let mut token = good_token(act, id)?;
            if token.home.is_some() {
                return Err(IssueError::HasDevice(id));
            }
            let profile = token.profile_due.then(|| profile(act, &token));
            let batch = Batch::reserve(act, &mut token, keys, profile.transpose()?, None)?;
            token.profile_due = false;
            token.update(act)?;
            batch.give_out(act)?;
            batch.pack(act.keys)
        })
    }

    /// Moves a token to another device with `keys` keys, 1–1000, and its next counters. The old
    /// device is told to delete it. Number, PAR and status of the token stay; the caller has
    /// verified the cardholder.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn change_device(
        &self,
        id: TokenId,
        device: DeviceId,
        keys: u16,
        now: UnixTime,
    ) -> Result<Issued, IssueError> {
        check_key_count(keys)?;
        self.act(now, |act| {
            let mut token = good_token(act, id)?;
            let old = token.home.ok_or(IssueError::NoDevice(id))?;
            if let Some(there) = Token::of_account_on(act, token.account, device)? {
                return Err(IssueError::AlreadyOnDevice(there));
            }
            let mut device = good_device(act, device)?;
            withdraw_packages(act, old.device, Some(old.card))?;
            queue(
                act,
                old.device,
                Some(old.card),
                &Body::Command(Command::Delete),
            )?;
            let home = Home {
                device: device.id,
                card: device.name_card()?,
            };
            token.home = Some(home);
            token.update(act)?;
            let letter = first_letter(act, &mut token, &mut device, home, keys)?;
            Ok(Issued {
                token: id,
                card: home.card,
                number: token.number().clone(),
                letter,
                code: CodeSent::NotNeeded,
            })
        })
    }
}

pub(super) fn reserve(act: &Act<'_>, id: TokenId, keys: u16) -> Result<(Batch, Home), IssueError> {
    let mut token = good_token(act, id)?;
    let home = token.home.ok_or(IssueError::NoDevice(id))?;
    fresh_device(act, home.device)?;
    let profile = token.profile_due.then(|| profile(act, &token));
    let not_after = act.config.not_after(act.now);
    let batch = Batch::reserve(act, &mut token, keys, profile.transpose()?, not_after)?;
    token.update(act)?;
    Ok((batch, home))
}

/// Stores the letter, if nothing has changed since the counters were reserved.
pub(super) fn post(
    act: &Act<'_>,
    id: TokenId,
    batch: &Batch,
    home: Home,
    package: &[u8],
) -> Result<Vec<u8>, IssueError> {
    let mut token = good_token(act, id)?;
    let mut device = fresh_device(act, home.device)?;
    if token.home != Some(home) || !batch.give_out(act)? {
        return Err(IssueError::Overtaken(id));
    }
    if let Some(kept) = &batch.profile {
        if **kept != *profile(act, &token)? {
            return Err(IssueError::Overtaken(id));
        }
        token.profile_due = false;
    }
    let letter = post_package(act, &mut device, home.card, package)?;
    token.update(act)?;
    device.update(act)?;
    Ok(letter)
}

/// A token that may get keys: active, and not expired.
fn good_token(act: &Act<'_>, id: TokenId) -> Result<Token, IssueError> {
    let token = Token::load(act, id)?.ok_or(IssueError::UnknownToken(id))?;
    if token.status != TokenStatus::Active {
        return Err(IssueError::NotActive(id));
    }
    if token.is_expired(act.now) {
        return Err(IssueError::Expired(token.track2.expiry()));
    }
    Ok(token)
}

/// A device that may get keys and has offered a receive key since the last package to it.
fn fresh_device(view: &View<'_>, id: DeviceId) -> Result<Device, IssueError> {
    let device = good_device(view, id)?;
    if device.packaged_epoch == device.ledger.epoch {
        return Err(IssueError::ReportFirst);
    }
    Ok(device)
}
