//! A new token: bound to a device, or personalised without one.

use rusqlite::OptionalExtension as _;
use understudy_core::card::UnixTime;
use understudy_core::crypto::{Cvn, Field};
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::keys::DeviceId;

use super::package::Batch;
use super::{CodeSent, IssueError, Issued, Personalised, Request};
use crate::account::{Account, AccountId};
use crate::calendar;
use crate::custody::{CustodyError, KeyCustody as _, SoftwareCustody};
use crate::device::{Device, DeviceStanding, outbox, post_batch};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::options::IssueOptions;
use crate::store::Transaction;
use crate::token::restriction::{self, Restrictions};
use crate::token::{Home, Token, TokenId, TokenStatus, Unverified};
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
        check_restrictions(request.restrictions, request.options.cvn)?;
        self.check_card(request.pan, request.expiry, now)?;
        let code = Code::draw().map_err(Fault::from)?;
        let (mut issued, target) = self.store.write(|db| {
            let issued = self.bind(db, request, now)?;
            verification::open(db, self.keys(), issued.token, &code, now)?;
            let target = verification::target(db, self.keys(), issued.token)?;
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
        self.check_card(pan, expiry, now)?;
        self.check_bench(bench)?;
        self.store.write(|db| {
            let account = self.account(db, pan, funds, options)?;
            let mut token = self.draw_token(db, account, expiry, options)?;
            token.status = TokenStatus::Active;
            token.insert(db, self.keys())?;
            let profile = self.profile(db, &token)?;
            let batch = Batch::take(db, &mut token, options.keys, Some(profile), now, None)?;
            let package = bench.clear_package(&batch.keys())?;
            token.update(db)?;
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
    pub fn restrict(&self, id: TokenId, restrictions: &Restrictions) -> Result<(), IssueError> {
        self.store.write(|db| {
            let token = Token::load(db, self.keys(), id)?.ok_or(IssueError::UnknownToken(id))?;
            check_restrictions(restrictions, token.terms.cvn)?;
            Ok(restriction::store(db, id, restrictions)?)
        })
    }

    /// The restrictions on where a token may pay.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn restrictions(&self, id: TokenId) -> Result<Restrictions, Fault> {
        self.store.read(|db| restriction::load(db, id))
    }

    fn bind(
        &self,
        db: &Transaction<'_>,
        request: &Request<'_>,
        now: UnixTime,
    ) -> Result<Issued, IssueError> {
        let options = request.options;
        let mut device = good_device(db, request.device)?;
        let account = self.account(db, request.pan, request.funds, options)?;
        if verification::rests(db, account, now)? {
            return Err(IssueError::Rests);
        }
        if let Some(token) = card_of(db, account, request.device)? {
            return Err(IssueError::AlreadyOnDevice(token));
        }
        let mut token = self.draw_token(db, account, request.expiry, options)?;
        let home = Home {
            device: device.id,
            card: device.name_card()?,
        };
        token.home = Some(home);
        token.insert(db, self.keys())?;
        restriction::store(db, token.id, request.restrictions)?;
        token.profile_due = true;
        let letter = self.send_keys(db, &mut token, &mut device, home, options.keys, now)?;
        Ok(Issued {
            token: token.id,
            card: home.card,
            number: token.number().clone(),
            letter,
            code: CodeSent::Sent,
        })
    }

    /// The next keys of a token, and its profile if that is due, sealed to its device. Stores token
    /// and device.
    pub(super) fn send_keys(
        &self,
        db: &Transaction<'_>,
        token: &mut Token,
        device: &mut Device,
        home: Home,
        keys: u16,
        now: UnixTime,
    ) -> Result<Vec<u8>, IssueError> {
        let profile = token.profile_due.then(|| self.profile(db, token));
        let not_after = self.config.not_after(now);
        let batch = Batch::take(db, token, keys, profile.transpose()?, now, not_after)?;
        let letter = post_batch(db, self.keys(), device, home.card, &batch.keys(), now)?;
        token.profile_due = false;
        token.update(db)?;
        device.update(db)?;
        Ok(letter)
    }

    /// The version of the issuer master key for new cards.
    fn newest_master_key(&self) -> Result<u8, CustodyError> {
        let versions = self.keys().master_keys();
        let newest = versions.last().ok_or(CustodyError::Refused)?;
        Ok(newest.dki)
    }

    /// Refuses a test bench whose keys are not the issuer's.
    pub(super) fn check_bench(&self, bench: &SoftwareCustody) -> Result<(), Fault> {
        if bench.check_value() == self.keys().check_value() {
            Ok(())
        } else {
            Err(CustodyError::OtherKeys.into())
        }
    }

    fn check_options(&self, options: &IssueOptions) -> Result<(), IssueError> {
        options.check()?;
        if self.config.bounds.admit(&options.limits) {
            Ok(())
        } else {
            Err(IssueError::Bounds)
        }
    }

    fn check_card(
        &self,
        pan: &CardNumber,
        expiry: Expiry,
        now: UnixTime,
    ) -> Result<(), IssueError> {
        self.check_pan(pan)?;
        if calendar::is_good(expiry, now) {
            Ok(())
        } else {
            Err(IssueError::Expired(expiry))
        }
    }

    /// The account of a PAN, opened if there is none.
    fn account(
        &self,
        db: &Transaction<'_>,
        pan: &CardNumber,
        funds: Amount,
        options: &IssueOptions,
    ) -> Result<AccountId, IssueError> {
        let currency = options.limits.currency;
        if funds.currency() != currency {
            return Err(IssueError::Currency);
        }
        let Some(id) = Account::of_pan(db, self.keys(), pan)? else {
            return Ok(Account::insert(db, self.keys(), pan, funds)?);
        };
        if Account::load(db, self.keys(), id)?.currency == currency {
            Ok(id)
        } else {
            Err(IssueError::Currency)
        }
    }

    /// A new token, inactive and without device and keys.
    fn draw_token(
        &self,
        db: &Transaction<'_>,
        account: AccountId,
        expiry: Expiry,
        options: &IssueOptions,
    ) -> Result<Token, IssueError> {
        Ok(Token {
            id: Token::next_id(db)?,
            account,
            home: None,
            status: TokenStatus::Inactive,
            track2: self.draw_track2(db, expiry)?,
            terms: options.terms(self.newest_master_key()?),
            last_key: None,
            unverified: Unverified::default(),
            profile_due: false,
        })
    }
}

/// A device that may get keys.
pub(super) fn good_device(db: &Transaction<'_>, id: DeviceId) -> Result<Device, IssueError> {
    let device = Device::load(db, id)?.ok_or(IssueError::UnknownDevice)?;
    match device.standing {
        DeviceStanding::Active if outbox::is_full(db, id)? => Err(IssueError::OutboxFull),
        DeviceStanding::Active => Ok(device),
        DeviceStanding::Suspended | DeviceStanding::CloneOrRollback => {
            Err(IssueError::DeviceSuspended)
        }
        DeviceStanding::Wiping | DeviceStanding::Wiped => Err(IssueError::DeviceWiped),
    }
}

/// The token of an account on a device, if there is one.
pub(super) fn card_of(
    db: &Transaction<'_>,
    account: AccountId,
    device: DeviceId,
) -> Result<Option<TokenId>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT id FROM token WHERE account = ?1 AND device = ?2 AND status <> 'deleted'",
    )?;
    let id = statement.query_row((account.get(), device.0), |row| row.get(0));
    Ok(id.optional()?.map(TokenId))
}

/// Refuses restrictions by country for a cryptogram version whose MAC does not cover the terminal's
/// country.
fn check_restrictions(restrictions: &Restrictions, cvn: Cvn) -> Result<(), IssueError> {
    let protected = cvn.fields().contains(&Field::TerminalCountry);
    if restrictions.countries.is_empty() || protected {
        Ok(())
    } else {
        Err(IssueError::CountryUnprotected(cvn))
    }
}
