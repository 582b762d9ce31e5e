//! From what the issuer knows to records.

use understudy_core::card::Limits;
use understudy_core::crypto::Atc;
use understudy_core::wire::track2::TRACK2_MAX;
use zeroize::Zeroizing;

use super::Snapshot;
use super::record::{
    AccountRecord, FormatVersion, KeyRecord, KeyRecords, LimitsRecord, Octets, PinRecord,
    RangeRecord, TokenRecord, UsedRecord,
};
use crate::account::Account;
use crate::config::TokenRequestor;
use crate::custody::{HostMac, IssuerKeys, host_check_value, tdes_check_value};
use crate::issuer::Issuer;
use crate::options::Product;
use crate::range::BinRange;
use crate::secret::{Secret, SecretText};
use crate::token::{Token, TokenStatus, Used};

impl Issuer {
    /// All that the issuer knows, to be kept in a file.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let range = |range: &BinRange| RangeRecord {
            prefix: range.prefix(),
            length: range.length(),
        };
        Snapshot {
            version: FormatVersion,
            keys: keys(&self.keys),
            ranges: self.ranges.iter().map(range).collect(),
            token_requestor: self.token_requestor.map(TokenRequestor::get),
            accounts: self.vault.accounts().map(account).collect(),
            tokens: self.vault.tokens().map(token).collect(),
        }
    }
}

fn keys(keys: &IssuerKeys) -> KeyRecords {
    let tdes = |key: &Secret<16>| KeyRecord {
        key: key.duplicate(),
        check_value: Octets(tdes_check_value(key)),
    };
    let (application_cryptogram, terminal_pin, host) = keys.parts();
    KeyRecords {
        application_cryptogram: tdes(application_cryptogram),
        terminal_pin: tdes(terminal_pin.secret()),
        host: KeyRecord {
            key: host.duplicate(),
            check_value: Octets(host_check_value(host)),
        },
    }
}

fn account(account: &Account) -> AccountRecord {
    AccountRecord {
        id: account.id.0,
        pan: SecretText(account.pan.expose().to_owned()),
        pin: account.pin.as_ref().map(|reference| PinRecord {
            salt: reference.salt.duplicate(),
            code: reference.code.duplicate(),
        }),
        wrong_pins: account.wrong_pins,
    }
}

fn token(token: &Token) -> TokenRecord {
    let mut track2 = Zeroizing::new([0; TRACK2_MAX]);
    TokenRecord {
        id: token.id.0,
        account: token.account.0,
        status: status_name(token.status).to_owned(),
        product: product_name(token.product).to_owned(),
        track2: SecretText(hex::encode_upper(token.track2.encode(&mut track2))),
        psn: token.psn.map(|psn| Octets([psn])),
        cvn: Octets([token.issued.cvn.byte()]),
        dki: Octets([token.issued.dki]),
        discretionary: hex::encode_upper(&token.issued.discretionary),
        verified_in_iad: token.issued.verified_in_iad,
        domestic_only: token.issued.domestic_only,
        limits: limits(&token.limits),
        last_key: token.last_key.map_or(0, Atc::get),
        unverified_taps: token.unverified.taps,
        unverified_sum: token.unverified.sum,
        used: token.used.iter().map(used).collect(),
    }
}

const fn limits(limits: &Limits) -> LimitsRecord {
    LimitsRecord {
        currency: limits.currency.numeric(),
        unverified_tap: limits.unverified_tap,
        unverified_taps: limits.unverified_taps,
        unverified_sum: limits.unverified_sum,
        verified_tap: limits.verified_tap,
        validity: limits.validity,
    }
}

fn used((atc, used): (&Atc, &Used)) -> UsedRecord {
    let HostMac(request) = used.request;
    UsedRecord {
        atc: atc.get(),
        request: Octets(request),
        reason: used.reason.name().to_owned(),
        arpc: Octets(used.arpc),
        at: used.at.0,
    }
}

pub(super) const fn status_name(status: TokenStatus) -> &'static str {
    match status {
        TokenStatus::Active => "active",
        TokenStatus::Suspended => "suspended",
        TokenStatus::Deleted => "deleted",
    }
}

pub(super) const fn product_name(product: Product) -> &'static str {
    match product {
        Product::Debit => "debit",
        Product::Credit => "credit",
    }
}
