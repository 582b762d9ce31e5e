//! A new token: bound to a device, or personalised without one.

use understudy_core::card::{Scheme, UnixTime};
use understudy_core::crypto::{Cvn, Field};
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::keys::DeviceId;

use super::entry::{described, placed};
use super::number::draw_track2;
use super::package::{Batch, profile};
use super::{CodeSent, IssueError, Issued, Personalised, Request};
use crate::account::Account;
use crate::audit::{self, Actor, Deed, Subject};
use crate::calendar;
use crate::custody::{CustodyError, KeyCustody, KeyFamily, KeyVersion, SoftwareCustody};
use crate::device::{Device, DeviceStanding, outbox, post_batch};
use crate::fault::Fault;
use crate::host::money;
use crate::id::{AccountId, TokenId};
use crate::issuer::Issuer;
use crate::options::IssueOptions;
use crate::store::{Act, View};
use crate::token::restriction::Restrictions;
use crate::token::{Home, Token, TokenStatus, Unverified};
use crate::verification::{self, Code, Verification};

impl Issuer {
    /// Issues a token for a card to a device: a new number, its profile and its first keys, sealed
    /// to the device. It is inactive until its cardholder's identity is verified with the code that
    /// is sent here: the card answers readers at once, and the host declines until then.
    ///
    /// # Errors
    /// [`IssueError`]. A code that cannot be sent is no error: see [`Issued::code`].
    pub fn issue(
        &self,
        request: &Request<'_>,
        verification: &dyn Verification,
        now: UnixTime,
    ) -> Result<Issued, IssueError> {
        self.check_options(request.options)?;
        let IssueOptions { scheme, cvn, .. } = *request.options;
        check_restrictions(request.restrictions, scheme, cvn)?;
        self.check_card(scheme, request.pan, request.expiry, now)?;
        let code = Code::draw().map_err(Fault::from)?;
        let (mut issued, target) = self.act(now, |act| {
            let issued = bind(act, request)?;
            verification::open(act, issued.token, &code)?;
            let target = verification::target(act, issued.token)?;
            Ok::<_, IssueError>((issued, target))
        })?;
        // Sending may take long, so it does not happen within the transaction.
        if let Err(error) = verification.send(&target, &code) {
            issued.code = CodeSent::NotSent(error);
        }
        Ok(issued)
    }

    /// Makes a token without a device, active at once, and its package in the clear: for a chip or
    /// a test bench to which the keys are carried by hand. The issuer's own custodian gives no key
    /// away, so `bench` is another one of the same keys, in software.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn personalise(
        &self,
        bench: &SoftwareCustody,
        pan: &CardNumber,
        expiry: Expiry,
        options: &IssueOptions,
        funds: Amount,
        now: UnixTime,
    ) -> Result<Personalised, IssueError> {
        self.check_options(options)?;
        self.check_card(options.scheme, pan, expiry, now)?;
        self.check_bench(bench)?;
        self.act(now, |act| {
            let account = account_of(act, pan, funds, options)?;
            let mut token = draw_token(act, account, expiry, options)?;
            token.status = TokenStatus::Active;
            token.insert(act)?;
            let profile = profile(act, &token)?;
            let batch = Batch::take(act, &mut token, options.keys, Some(profile), None)?;
            let package = bench.clear_package(&batch.order())?;
            token.update(act)?;
            let detail = described(&token, options.keys);
            act.record(Deed::TokenPersonalised, Subject::Token(token.id), detail)?;
            Ok(Personalised {
                token: token.id,
                number: token.number().clone(),
                package,
            })
        })
    }

    /// Replaces the restrictions on where a token may pay.
    ///
    /// # Errors
    /// [`IssueError::UnknownToken`], [`IssueError::CountryUnprotected`].
    pub fn restrict(
        &self,
        id: TokenId,
        restrictions: &Restrictions,
        now: UnixTime,
    ) -> Result<(), IssueError> {
        self.act(now, |act| {
            let token = Token::load(act, id)?.ok_or(IssueError::UnknownToken(id))?;
            check_restrictions(restrictions, token.terms.scheme, token.terms.cvn)?;
            if *restrictions == Restrictions::load(act, id)? {
                return Ok(());
            }
            restrictions.store(act, id)?;
            Ok(act.record(Deed::TokenRestricted, Subject::Token(id), "")?)
        })
    }

    /// The restrictions on where a token may pay.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn restrictions(&self, id: TokenId) -> Result<Restrictions, Fault> {
        self.view(|view| Restrictions::load(view, id))
    }

    fn check_options(&self, options: &IssueOptions) -> Result<(), IssueError> {
        options.check()?;
        if self.config.bounds.admit(&options.limits) {
            Ok(())
        } else {
            Err(IssueError::Bounds)
        }
    }

    /// Refuses a test bench whose keys are not the issuer's, or whose master keys are of other versions.
    pub(super) fn check_bench(&self, bench: &SoftwareCustody) -> Result<(), Fault> {
        let keys = self.keys();
        let is_same = bench.check_value() == keys.check_value();
        if is_same && bench.master_keys() == keys.master_keys() {
            Ok(())
        } else {
            Err(CustodyError::OtherKeys.into())
        }
    }

    fn check_card(
        &self,
        scheme: Scheme,
        pan: &CardNumber,
        expiry: Expiry,
        now: UnixTime,
    ) -> Result<(), IssueError> {
        self.check_pan(scheme, pan)?;
        if calendar::is_good(expiry, now) {
            Ok(())
        } else {
            Err(IssueError::Expired(expiry))
        }
    }
}

fn bind(act: &Act<'_>, request: &Request<'_>) -> Result<Issued, IssueError> {
    let options = request.options;
    let mut device = good_device(act, request.device)?;
    let account = account_of(act, request.pan, request.funds, options)?;
    if verification::rests(act, account)? {
        return Err(IssueError::Rests);
    }
    if let Some(token) = Token::of_account_on(act, account, request.device, options.scheme)? {
        return Err(IssueError::AlreadyOnDevice(token));
    }
    let mut token = draw_token(act, account, request.expiry, options)?;
    let home = Home {
        device: device.id,
        card: device.name_card()?,
    };
    token.home = Some(home);
    token.insert(act)?;
    (request.restrictions).store(act, token.id)?;
    token.profile_due = true;
    let letter = send_keys(act, &mut token, &mut device, home, options.keys)?;
    let place = placed(home);
    let detail = format!("{place}, {}", described(&token, options.keys));
    act.record(Deed::TokenIssued, Subject::Token(token.id), detail)?;
    Ok(Issued {
        token: token.id,
        card: home.card,
        number: token.number().clone(),
        letter,
        code: CodeSent::Sent,
    })
}

/// The next keys of a token, and its profile if that is due, sealed to its device. Stores token and
/// device.
pub(super) fn send_keys(
    act: &Act<'_>,
    token: &mut Token,
    device: &mut Device,
    home: Home,
    keys: u16,
) -> Result<Vec<u8>, IssueError> {
    let profile = token.profile_due.then(|| profile(act, token));
    let not_after = act.config.not_after(act.now);
    let batch = Batch::take(act, token, keys, profile.transpose()?, not_after)?;
    let letter = post_batch(act, device, home.card, &batch.order())?;
    token.profile_due = false;
    token.update(act)?;
    device.update(act)?;
    Ok(letter)
}

/// The account of a PAN, opened if there is none.
fn account_of(
    act: &Act<'_>,
    pan: &CardNumber,
    funds: Amount,
    options: &IssueOptions,
) -> Result<AccountId, IssueError> {
    let currency = options.limits.currency;
    if funds.currency() != currency {
        return Err(IssueError::Currency);
    }
    let Some(id) = Account::of_pan(act, pan)? else {
        let id = Account::insert(act, pan, funds)?;
        money::open(act, id, funds)?;
        return Ok(id);
    };
    if Account::load(act, id)?.currency == currency {
        Ok(id)
    } else {
        Err(IssueError::Currency)
    }
}

/// A new token, inactive and without device and keys.
fn draw_token(
    act: &Act<'_>,
    account: AccountId,
    expiry: Expiry,
    options: &IssueOptions,
) -> Result<Token, IssueError> {
    let (scheme, algorithms) = (options.scheme, options.algorithms);
    let newest = KeyVersion::newest(&act.keys.master_keys(), scheme, algorithms)?;
    audit::note_master_keys(act, &Actor::Issuer, KeyFamily::of(scheme, algorithms))?;
    Ok(Token {
        id: Token::next_id(act)?,
        account,
        home: None,
        status: TokenStatus::Inactive,
        track2: draw_track2(act, options.scheme, expiry)?,
        terms: options.terms(newest),
        last_key: None,
        unverified: Unverified::default(),
        profile_due: false,
    })
}

/// A device that may get keys.
pub(super) fn good_device(view: &View<'_>, id: DeviceId) -> Result<Device, IssueError> {
    let device = Device::load(view, id)?.ok_or(IssueError::UnknownDevice)?;
    match device.standing {
        DeviceStanding::Active if outbox::is_full(view, id)? => Err(IssueError::OutboxFull),
        DeviceStanding::Active => Ok(device),
        DeviceStanding::Suspended | DeviceStanding::CloneOrRollback => {
            Err(IssueError::DeviceSuspended)
        }
        DeviceStanding::Wiping | DeviceStanding::Wiped => Err(IssueError::DeviceWiped),
    }
}

/// Refuses restrictions by country for a cryptogram version whose MAC does not cover the terminal's
/// country.
fn check_restrictions(
    restrictions: &Restrictions,
    scheme: Scheme,
    cvn: Cvn,
) -> Result<(), IssueError> {
    let protected = cvn.fields().contains(&Field::TerminalCountry);
    if restrictions.countries.is_empty() || protected {
        Ok(())
    } else {
        Err(IssueError::CountryUnprotected(scheme, cvn))
    }
}
