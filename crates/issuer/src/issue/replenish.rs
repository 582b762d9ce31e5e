//! More keys for a token.

use understudy_core::card::UnixTime;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::{Body, Command};

use super::bind::{good_device, send_keys};
use super::entry::{placed, window};
use super::package::{Batch, profile};
use super::{CodeSent, IssueError, Issued, PackageOctets};
use crate::audit::{Deed, Subject};
use crate::custody::SoftwareCustody;
use crate::device::{Device, queue, withdraw_packages};
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
    /// # Errors
    /// [`IssueError`]; [`IssueError::ReportFirst`] if no report came since the last package.
    pub fn replenish(&self, id: TokenId, keys: u16, now: UnixTime) -> Result<Vec<u8>, IssueError> {
        check_key_count(keys)?;
        self.act(now, |act| {
            let mut token = good_token(act, id)?;
            let home = token.home.ok_or(IssueError::NoDevice(id))?;
            let mut device = fresh_device(act, home.device)?;
            let letter = send_keys(act, &mut token, &mut device, home, keys)?;
            act.record(Deed::KeysIssued, Subject::Token(id), window(&token, keys))?;
            Ok(letter)
        })
    }

    /// The next `keys` keys, 1–1000, of a token that was personalised without a device, in the
    /// clear. `bench` as for [`personalise`](Self::personalise).
    ///
    /// # Errors
    /// [`IssueError`]; [`IssueError::HasDevice`] if the token lives on a device.
    pub fn more_keys(
        &self,
        bench: &SoftwareCustody,
        id: TokenId,
        keys: u16,
        now: UnixTime,
    ) -> Result<PackageOctets, IssueError> {
        check_key_count(keys)?;
        self.check_bench(bench)?;
        self.act(now, |act| {
            let mut token = good_token(act, id)?;
            if token.home.is_some() {
                return Err(IssueError::HasDevice(id));
            }
            let profile = token.profile_due.then(|| profile(act, &token));
            let batch = Batch::take(act, &mut token, keys, profile.transpose()?, None)?;
            token.profile_due = false;
            token.update(act)?;
            let detail = format!("{}, in the clear", window(&token, keys));
            act.record(Deed::KeysIssued, Subject::Token(id), detail)?;
            Ok(bench.clear_package(&batch.order())?)
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
            let scheme = token.terms.scheme;
            if let Some(there) = Token::of_account_on(act, token.account, device, scheme)? {
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
            token.profile_due = true;
            let letter = send_keys(act, &mut token, &mut device, home, keys)?;
            let place = placed(home);
            let detail = format!("to {place}, {}", window(&token, keys));
            act.record(Deed::TokenMoved, Subject::Token(id), detail)?;
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
