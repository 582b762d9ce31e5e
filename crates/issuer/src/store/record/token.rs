//! The table `token`.

use std::iter::repeat_n;

use rusqlite::{Row, named_params};
use understudy_core::card::{CardId, CvmPolicy, Flags, Limits, Scheme};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use understudy_provisioning::keys::DeviceId;
use zeroize::Zeroizing;

use super::column;
use crate::custody::{KeyCustody, Place, Purpose};
use crate::fault::Fault;
use crate::id::{AccountId, TokenId};
use crate::profile;
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};
use crate::token::{Home, Terms, Token, TokenStatus, Unverified};

/// The digits of a number that enter the derivation of its key (Option A takes 16, two of which are
/// the sequence number).
const KEY_DIGITS: usize = 14;

impl Token {
    /// The token of this name.
    pub(crate) fn load(view: &View<'_>, id: TokenId) -> Result<Option<Self>, Fault> {
        let sql = "SELECT * FROM token WHERE id = ?1";
        view.find(sql, [id.0], |row| read(row, view.keys))
    }

    /// The token of this number.
    pub(crate) fn of_number(view: &View<'_>, number: &CardNumber) -> Result<Option<Self>, Fault> {
        let index = number_index(view.keys, number)?;
        let sql = "SELECT * FROM token WHERE number_index = ?1";
        let found = view.find(sql, [index], |row| read(row, view.keys))?;
        Ok(found.filter(|token| token.number() == number))
    }

    /// The token behind a card of a device.
    pub(crate) fn at_home(view: &View<'_>, home: Home) -> Result<Option<Self>, Fault> {
        let sql = "SELECT * FROM token WHERE device = ?1 AND card = ?2";
        view.find(sql, home_columns(home), |row| read(row, view.keys))
    }

    /// A page of all tokens, in the order in which they were issued, behind one of them.
    pub(crate) fn page(view: &View<'_>, after: Option<TokenId>) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM token WHERE id > ?1 ORDER BY id LIMIT ?2";
        let after = after.map_or(0, |after| after.0);
        view.all(sql, (after, PAGE), |row| read(row, view.keys))
    }

    /// The tokens on a device that are not deleted, in the order in which they were issued.
    pub(crate) fn of_device(view: &View<'_>, device: DeviceId) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM token WHERE device = ?1 AND status <> 'deleted' ORDER BY id";
        view.all(sql, [device.0], |row| read(row, view.keys))
    }

    /// The number of tokens on a device that are not deleted.
    pub(crate) fn count_on(view: &View<'_>, device: DeviceId) -> Result<u32, Fault> {
        let sql = "SELECT count(*) FROM token WHERE device = ?1 AND status <> 'deleted'";
        view.one(sql, [device.0], column)
    }

    /// The token of an account and scheme on a device that is not deleted, if there is one.
    pub(crate) fn of_account_on(
        view: &View<'_>,
        account: AccountId,
        device: DeviceId,
        scheme: Scheme,
    ) -> Result<Option<TokenId>, Fault> {
        let sql = "SELECT id FROM token \
                   WHERE account = ?1 AND device = ?2 AND scheme = ?3 AND status <> 'deleted'";
        let found = view.find(sql, (account.0, device.0, scheme.octet()), column)?;
        Ok(found.map(TokenId))
    }

    /// The account behind a token.
    pub(crate) fn account_of(view: &View<'_>, id: TokenId) -> Result<Option<AccountId>, Fault> {
        let sql = "SELECT account FROM token WHERE id = ?1";
        Ok(view.find(sql, [id.0], column)?.map(AccountId))
    }

    /// True if a token is on this card of a device and not deleted.
    pub(crate) fn lives_at(view: &View<'_>, id: TokenId, home: Home) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM token \
                   WHERE id = ?1 AND device = ?2 AND card = ?3 AND status <> 'deleted'";
        view.has(sql, (id.0, home.device.0, home.card.0))
    }

    /// True if no token has the digits that keys are derived from, so that no two tokens share a
    /// key.
    pub(crate) fn is_free(view: &View<'_>, number: &CardNumber) -> Result<bool, Fault> {
        let index = number_index(view.keys, number)?;
        Ok(!view.has("SELECT 1 FROM token WHERE number_index = ?1", [index])?)
    }

    /// The name of the next token.
    pub(crate) fn next_id(view: &View<'_>) -> Result<TokenId, Fault> {
        let last: u32 = view.one("SELECT ifnull(max(id), 0) FROM token", [], column)?;
        Ok(TokenId(last.checked_add(1).ok_or(StoreError::Full)?))
    }

    pub(crate) fn insert(&self, act: &Act<'_>) -> Result<(), Fault> {
        let mut room = Zeroizing::new([0; TRACK2_MAX]);
        let track2 = (act.keys).wrap(Place::Track2(self.id), self.track2.emit(&mut room))?;
        let terms = &self.terms;
        let limits = &terms.limits;
        act.execute(
            INSERT,
            named_params! {
                ":id": self.id.0,
                ":account": self.account.0,
                ":device": self.home.map(|home| home.device.0),
                ":card": self.home.map(|home| home.card.0),
                ":status": self.status.name(),
                ":scheme": terms.scheme.octet(),
                ":product": terms.product.name,
                ":algorithms": terms.algorithms.octets(&mut [0; 2]),
                ":with_record": terms.with_record,
                ":track2": track2,
                ":number_index": number_index(act.keys, self.number())?,
                ":psn": terms.psn,
                ":cvn": terms.cvn.byte(),
                ":dki": terms.dki,
                ":discretionary": terms.discretionary,
                ":flags": profile::flags(terms).octet(),
                ":cvm_policy": u16::from_be_bytes(profile::policy(terms.cvm).octets()),
                ":currency": limits.currency.numeric(),
                ":unverified_tap": limits.unverified_tap,
                ":unverified_taps": limits.unverified_taps,
                ":unverified_limit": limits.unverified_sum,
                ":verified_tap": limits.verified_tap,
                ":validity": limits.validity,
                ":last_key": self.last_key.map_or(0, Atc::get),
                ":taps_since": self.unverified.taps,
                ":sum_since": self.unverified.sum,
                ":profile_due": self.profile_due,
            },
        )?;
        Ok(())
    }

    /// Stores the changeable fields of a token; the others are fixed when it is inserted.
    pub(crate) fn update(&self, act: &Act<'_>) -> Result<(), Fault> {
        act.execute(
            UPDATE,
            named_params! {
                ":id": self.id.0,
                ":device": self.home.map(|home| home.device.0),
                ":card": self.home.map(|home| home.card.0),
                ":status": self.status.name(),
                ":last_key": self.last_key.map_or(0, Atc::get),
                ":taps_since": self.unverified.taps,
                ":sum_since": self.unverified.sum,
                ":profile_due": self.profile_due,
            },
        )?;
        Ok(())
    }

    /// Stores the count and sum approved without verification since the last approval with it.
    pub(crate) fn set_unverified(
        &self,
        act: &Act<'_>,
        unverified: Unverified,
    ) -> Result<(), Fault> {
        let sql = "UPDATE token SET taps_since = ?2, sum_since = ?3 WHERE id = ?1";
        act.execute(sql, (self.id.0, unverified.taps, unverified.sum))?;
        Ok(())
    }

    /// Counts one more counter of a token that was used up.
    pub(crate) fn count_counter(act: &Act<'_>, id: TokenId) -> Result<(), Fault> {
        let sql = "UPDATE token SET counters_used = counters_used + 1 WHERE id = ?1";
        act.execute(sql, [id.0])?;
        Ok(())
    }

    /// The number of counters of the token that were used up.
    pub(crate) fn counters_used(&self, view: &View<'_>) -> Result<u32, Fault> {
        view.one(
            "SELECT counters_used FROM token WHERE id = ?1",
            [self.id.0],
            column,
        )
    }

    /// Stores its limits; the currency is fixed.
    pub(crate) fn set_limits(&self, act: &Act<'_>) -> Result<(), Fault> {
        let limits = &self.terms.limits;
        act.execute(
            "UPDATE token SET unverified_tap = ?2, unverified_taps = ?3, unverified_limit = ?4, \
                verified_tap = ?5 WHERE id = ?1",
            (
                self.id.0,
                limits.unverified_tap,
                limits.unverified_taps,
                limits.unverified_sum,
                limits.verified_tap,
            ),
        )?;
        Ok(())
    }

    /// Lets the next keys of every token of an account come with the profile.
    pub(crate) fn make_profiles_due(act: &Act<'_>, account: AccountId) -> Result<(), Fault> {
        let sql = "UPDATE token SET profile_due = 1 WHERE account = ?1";
        act.execute(sql, [account.0])?;
        Ok(())
    }

    /// Lets the next keys of the token on a card of a device come with the profile.
    pub(crate) fn make_profile_due(act: &Act<'_>, home: Home) -> Result<(), Fault> {
        let sql = "UPDATE token SET profile_due = 1 WHERE device = ?1 AND card = ?2";
        act.execute(sql, home_columns(home))?;
        Ok(())
    }

    /// Suspends every token of a device that is active or inactive, and returns these.
    pub(crate) fn suspend_all(act: &Act<'_>, device: DeviceId) -> Result<Vec<TokenId>, Fault> {
        let mut suspended = Vec::new();
        for token in Self::of_device(act, device)? {
            if matches!(token.status, TokenStatus::Active | TokenStatus::Inactive) {
                let sql = "UPDATE token SET status = ?2 WHERE id = ?1";
                act.execute(sql, (token.id.0, TokenStatus::Suspended.name()))?;
                suspended.push(token.id);
            }
        }
        Ok(suspended)
    }
}

const fn home_columns(home: Home) -> ([u8; 16], u16) {
    (home.device.0, home.card.0)
}

fn read(row: &Row<'_>, keys: &dyn KeyCustody) -> Result<Token, Fault> {
    let damaged = StoreError::Value;
    let id = TokenId(row.get("id")?);
    let wrapped: Vec<u8> = row.get("track2")?;
    let track2 = keys.unwrap(Place::Track2(id), &wrapped)?;
    let status: String = row.get("status")?;
    let last_key: u16 = row.get("last_key")?;
    Ok(Token {
        id,
        account: AccountId(row.get("account")?),
        home: home(row)?,
        status: TokenStatus::from_name(&status).ok_or(damaged("a token's status"))?,
        track2: Track2::parse(&track2).map_err(|_| damaged("a token's track 2"))?,
        terms: terms(row)?,
        last_key: match last_key {
            0 => None,
            last => Some(Atc::new(last).ok_or(damaged("a token's last key"))?),
        },
        unverified: Unverified {
            taps: row.get("taps_since")?,
            sum: row.get("sum_since")?,
        },
        profile_due: row.get("profile_due")?,
    })
}

fn home(row: &Row<'_>) -> Result<Option<Home>, Fault> {
    let device: Option<[u8; 16]> = row.get("device")?;
    let card: Option<u16> = row.get("card")?;
    Ok(device.zip(card).map(|(device, card)| Home {
        device: DeviceId(device),
        card: CardId(card),
    }))
}

fn terms(row: &Row<'_>) -> Result<Terms, Fault> {
    let damaged = StoreError::Value;
    let product: String = row.get("product")?;
    let flags = Flags::from_octet(row.get("flags")?).ok_or(damaged("a token's flags"))?;
    let policy: u16 = row.get("cvm_policy")?;
    let policy = CvmPolicy::from_octets(policy.to_be_bytes());
    let policy = policy.ok_or(damaged("a token's CVM policy"))?;
    let scheme = Scheme::from_octet(row.get("scheme")?).ok_or(damaged("a token's scheme"))?;
    let algorithms: Vec<u8> = row.get("algorithms")?;
    let algorithms = Algorithms::from_octets(&algorithms).ok_or(damaged("a token's algorithms"))?;
    Ok(Terms {
        scheme,
        product: (scheme.product(&product)).ok_or(damaged("a token's product"))?,
        algorithms,
        with_record: row.get("with_record")?,
        psn: row.get("psn")?,
        cvn: (scheme.version(row.get("cvn")?)).ok_or(damaged("a token's CVN"))?,
        dki: row.get("dki")?,
        discretionary: row.get("discretionary")?,
        limits: Limits {
            currency: Currency::new(row.get("currency")?).ok_or(damaged("a token's currency"))?,
            unverified_tap: row.get("unverified_tap")?,
            unverified_taps: row.get("unverified_taps")?,
            unverified_sum: row.get("unverified_limit")?,
            verified_tap: row.get("verified_tap")?,
            validity: row.get("validity")?,
        },
        cvm: profile::cvm_options(policy, flags),
        verified_in_iad: flags.verified_in_iad,
        decline_with_aac: flags.decline_with_aac,
        domestic_only: flags.domestic_only,
    })
}

/// A keyed digest of the last 14 digits of a number, left-padded with zeros.
fn number_index(keys: &dyn KeyCustody, number: &CardNumber) -> Result<[u8; 32], Fault> {
    let missing = KEY_DIGITS.saturating_sub(number.len());
    let surplus = number.len().saturating_sub(KEY_DIGITS);
    let digits = repeat_n(0, missing).chain(number.digits().skip(surplus));
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(digits.collect());
    Ok(keys.digest(Purpose::NumberIndex, &[&digits])?)
}

const INSERT: &str = "\
    INSERT INTO token (id, account, device, card, status, scheme, product, algorithms, with_record, \
        track2, number_index, psn, cvn, dki, discretionary, flags, cvm_policy, currency, \
        unverified_tap, unverified_taps, unverified_limit, verified_tap, validity, last_key, \
        taps_since, sum_since, profile_due) \
    VALUES (:id, :account, :device, :card, :status, :scheme, :product, :algorithms, :with_record, \
        :track2, :number_index, :psn, :cvn, :dki, :discretionary, :flags, :cvm_policy, :currency, \
        :unverified_tap, :unverified_taps, :unverified_limit, :verified_tap, :validity, :last_key, \
        :taps_since, :sum_since, :profile_due)";

const UPDATE: &str = "\
    UPDATE token SET device = :device, card = :card, status = :status, last_key = :last_key, \
        taps_since = :taps_since, sum_since = :sum_since, profile_due = :profile_due \
    WHERE id = :id";
