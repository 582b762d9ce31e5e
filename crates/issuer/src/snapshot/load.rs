//! From records to what the issuer knows: every field checked, the first wrong one named.

use std::collections::BTreeMap;

use understudy_core::card::{Limits, UnixTime};
use understudy_core::crypto::{Atc, Cvn};
use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::iad::IDD_MAX;
use understudy_core::wire::track2::Track2;
use zeroize::Zeroizing;

use super::record::{
    AccountRecord, KeyRecord, KeyRecords, LimitsRecord, Octets, RangeRecord, TokenRecord,
    UsedRecord,
};
use super::save::{product_name, status_name};
use super::{Snapshot, SnapshotError};
use crate::account::{Account, AccountId, PIN_TRIES};
use crate::config::TokenRequestor;
use crate::custody::{HostMac, IssuerKeys, host_check_value, tdes_check_value};
use crate::issuer::Issuer;
use crate::options::{Product, currency_is_protected, limits_are_sound};
use crate::pin::{PinReference, TerminalPinKey};
use crate::range::BinRange;
use crate::reason::Reason;
use crate::secret::Secret;
use crate::token::{Issued, Token, TokenId, TokenStatus, Unverified, Used};
use crate::vault::Vault;

impl Issuer {
    /// The issuer that a snapshot was taken of.
    ///
    /// # Errors
    /// [`SnapshotError`] names the first field that is wrong.
    pub fn restore(mut snapshot: Snapshot) -> Result<Self, SnapshotError> {
        let mut vault = Vault::default();
        for record in std::mem::take(&mut snapshot.accounts) {
            let id = record.id;
            let damaged = |field| SnapshotError::Account { account: id, field };
            let account = account(record).map_err(damaged)?;
            vault
                .insert_account(account)
                .map_err(|_| damaged("id or pan"))?;
        }
        for record in &snapshot.tokens {
            let id = TokenId(record.id);
            let damaged = |field| SnapshotError::Token { token: id, field };
            let token = token(record).map_err(damaged)?;
            if !currency_is_protected(token.issued.cvn, token.issued.domestic_only) {
                return Err(SnapshotError::CurrencyUnprotected { token: id });
            }
            vault
                .insert_token(token)
                .map_err(|_| damaged("id, account or number"))?;
        }
        let requestor = snapshot.token_requestor.map(TokenRequestor::new);
        Ok(Self {
            keys: keys(&snapshot.keys)?,
            ranges: snapshot
                .ranges
                .iter()
                .map(range)
                .collect::<Result<_, _>>()?,
            token_requestor: match requestor {
                None => None,
                Some(known @ Some(_)) => known,
                Some(None) => return Err(SnapshotError::TokenRequestor),
            },
            vault,
        })
    }
}

fn keys(records: &KeyRecords) -> Result<IssuerKeys, SnapshotError> {
    let tdes = |record, name| key(record, tdes_check_value, name);
    Ok(IssuerKeys::new(
        tdes(&records.application_cryptogram, "application cryptogram")?,
        TerminalPinKey::new(tdes(&records.terminal_pin, "terminal PIN")?),
        key(&records.host, host_check_value, "host")?,
    ))
}

fn key<const N: usize>(
    record: &KeyRecord<N>,
    check_value: impl Fn(&Secret<N>) -> [u8; 3],
    name: &'static str,
) -> Result<Secret<N>, SnapshotError> {
    if check_value(&record.key) == record.check_value.0 {
        Ok(record.key.duplicate())
    } else {
        Err(SnapshotError::Key(name))
    }
}

fn range(record: &RangeRecord) -> Result<BinRange, SnapshotError> {
    BinRange::new(&record.prefix, record.length).map_err(|_| SnapshotError::Range)
}

fn account(record: AccountRecord) -> Result<Account, &'static str> {
    let pan = CardNumber::parse(&record.pan.0)
        .ok()
        .filter(CardNumber::luhn_valid);
    if record.wrong_pins > PIN_TRIES {
        return Err("wrong_pins");
    }
    Ok(Account {
        id: AccountId(record.id),
        pan: pan.ok_or("pan")?,
        pin: record.pin.map(|pin| PinReference {
            salt: pin.salt,
            code: pin.code,
        }),
        wrong_pins: record.wrong_pins,
    })
}

fn token(record: &TokenRecord) -> Result<Token, &'static str> {
    let limits = limits(&record.limits).ok_or("limits")?;
    let last_key = match record.last_key {
        0 => None,
        number => Some(Atc::new(number).ok_or("last_key")?),
    };
    if record
        .psn
        .is_some_and(|Octets([psn])| psn >> 4 > 9 || psn & 0x0F > 9)
    {
        return Err("psn");
    }
    Ok(Token {
        id: TokenId(record.id),
        account: AccountId(record.account),
        status: status(&record.status).ok_or("status")?,
        product: product(&record.product).ok_or("product")?,
        track2: track2(&record.track2.0).ok_or("track2")?,
        psn: record.psn.map(|Octets([psn])| psn),
        issued: issued(record)?,
        limits,
        last_key,
        unverified: Unverified {
            taps: record.unverified_taps,
            sum: record.unverified_sum,
        },
        used: all_used(&record.used, last_key)?,
    })
}

fn issued(record: &TokenRecord) -> Result<Issued, &'static str> {
    let Octets([cvn]) = record.cvn;
    let Octets([dki]) = record.dki;
    let discretionary = hex::decode(&record.discretionary).ok();
    Ok(Issued {
        cvn: Cvn::unionpay(cvn).ok_or("cvn")?,
        dki,
        discretionary: discretionary
            .filter(|octets| octets.len() <= IDD_MAX)
            .ok_or("discretionary")?,
        verified_in_iad: record.verified_in_iad,
        domestic_only: record.domestic_only,
    })
}

fn limits(record: &LimitsRecord) -> Option<Limits> {
    let limits = Limits {
        currency: Currency::new(record.currency)?,
        unverified_tap: record.unverified_tap,
        unverified_taps: record.unverified_taps,
        unverified_sum: record.unverified_sum,
        verified_tap: record.verified_tap,
        validity: record.validity,
    };
    limits_are_sound(&limits).then_some(limits)
}

/// The counters that were used, each once and each with a key.
fn all_used(
    records: &[UsedRecord],
    last_key: Option<Atc>,
) -> Result<BTreeMap<Atc, Used>, &'static str> {
    let mut all = BTreeMap::new();
    for record in records {
        let atc = Atc::new(record.atc).filter(|atc| Some(*atc) <= last_key);
        let used = Used {
            request: HostMac(record.request.0),
            reason: Reason::from_name(&record.reason).ok_or("used: reason")?,
            arpc: record.arpc.0,
            at: UnixTime(record.at),
        };
        if all.insert(atc.ok_or("used: atc")?, used).is_some() {
            return Err("used: atc");
        }
    }
    Ok(all)
}

/// Track 2 from hexadecimal digits; its number must pass the Luhn check.
fn track2(text: &str) -> Option<Track2> {
    let octets = Zeroizing::new(hex::decode(text).ok()?);
    Track2::parse(&octets)
        .ok()
        .filter(|track2| track2.number().luhn_valid())
}

fn status(name: &str) -> Option<TokenStatus> {
    [
        TokenStatus::Active,
        TokenStatus::Suspended,
        TokenStatus::Deleted,
    ]
    .into_iter()
    .find(|status| status_name(*status) == name)
}

fn product(name: &str) -> Option<Product> {
    [Product::Debit, Product::Credit]
        .into_iter()
        .find(|product| product_name(*product) == name)
}
